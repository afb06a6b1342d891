"""Numbers as the office writes them: 3.979 and 97,8%.

Not here: dates and times (`vietnamese.dates`).
"""

from decimal import ROUND_HALF_UP, Decimal

_SWAP_SEPARATORS = str.maketrans(",.", ".,")


def format_number(value: int | float | Decimal, decimals: int = 0) -> str:
    """Thousands with a point, decimals with a comma: 3979 → "3.979"; (12.5, 1) → "12,5".

    Halves round away from zero, as people round by hand.
    """
    step = Decimal(1).scaleb(-decimals)
    rounded = Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP)
    if rounded == 0:
        rounded = abs(rounded)  # no "-0"
    return f"{rounded:,.{decimals}f}".translate(_SWAP_SEPARATORS)


def format_percent(part: int | Decimal, whole: int | Decimal, decimals: int = 1) -> str:
    """The share of a whole: (404, 413) → "97,8%"; a round share drops its zero: (4, 5) → "80%".

    Never says 100% while something is missing, nor 0% while something is there: (4999, 5000) →
    "99,9%". A whole of nothing has no share: "–".
    """
    if whole == 0:
        return "–"
    step = Decimal(1).scaleb(-decimals)
    share = (Decimal(part) * 100 / Decimal(whole)).quantize(step, rounding=ROUND_HALF_UP)
    if part < whole:
        share = min(share, 100 - step)
    if part > 0:
        share = max(share, step)
    return format_number(share, 0 if share == share.to_integral_value() else decimals) + "%"
