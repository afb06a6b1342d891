"""What is said about how a photographed page looks. Pure.

Not here: the measuring (`inspection.photographs`). Blur is not judged: no simple number tells it reliably.
"""

DARK_LIGHT, SMALL_SIDE = 70, 1000
"""Mean grey and pixels of the longer side below which the page is said to be dark or small: a hint, no refusal."""


def look_in_words(*, width: int, height: int, light: int) -> str:
    """What is wrong with how a page looks, "" when nothing is seen: the sender looks at it anyway."""
    if light < DARK_LIGHT:
        return "Hơi tối, nên chụp lại ở chỗ sáng"
    return "Hơi nhỏ, nên chụp lại gần hơn" if max(width, height) < SMALL_SIDE else ""
