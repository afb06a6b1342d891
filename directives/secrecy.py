"""Finding a state-secret stamp in a name or a text: MẬT, TỐI MẬT, TUYỆT MẬT standing alone (`domain.md` §3).

The law on state secrets (Luật 117/2025/QH15) forbids keeping such papers on a networked machine, so a hit means: keep
nothing. "bảo mật", "bí mật", "Mặt trận", "mật độ", "mật khẩu" are ordinary words and no stamp.
Not here: what happens on a hit (`services.drafts`).
"""

from __future__ import annotations

import re

from vietnamese.text import nfc

_WORDS = re.compile(r"[^\W_]+")
# Words with which "mật" is an ordinary word, on its left and on its right.
_BEFORE = frozenset(
    ("bí", "bảo", "cơ", "thân", "ẩn", "cẩn", "mật", "trọng", "nồng", "ngọt", "tuần", "trăng", "túi", "gấu")
)
_AFTER = frozenset(
    (
        "độ", "khẩu", "mã", "thiết", "ong", "vụ", "thám", "hiệu", "lệnh", "báo", "danh", "thư", "nghị", "đàm", "phục", "tập",
        "khu", "tín", "mía", "ngọt", "phái", "tông", "ước", "mỡ",
    )
)  # fmt: skip
_LEVELS = ("tối", "tuyệt")
_LABELS = (("dấu",), ("độ", "mật"), ("mức", "mật"))


def find_stamp(text: str) -> str:
    """The stamp found ("MẬT", "TỐI MẬT", "TUYỆT MẬT"), or "" when there is none. Linear in the text.

    A stamp is a line of its own in capitals or title case, a labelled level ("Độ mật: Tối mật"), or capitals inside a
    line that is not all capitals. Unaccented names are a stamp only with their level ("TUYET MAT"): "MAT" alone may be
    Mặt trận.
    """
    for line in nfc(text).splitlines():
        found = _stamp_in_line(_WORDS.findall(line))
        if found:
            return found
    return ""


def _stamp_in_line(words: list[str]) -> str:
    lowered = [word.lower() for word in words]
    for at, word in enumerate(lowered):
        if word not in ("mật", "mat"):
            continue
        level = lowered[at - 1] if at and lowered[at - 1] in (*_LEVELS, "toi", "tuyet") else ""
        if word == "mat" and not (level and words[at].isupper()):
            continue
        if _is_stamp(words, lowered, at, level):
            return f"{_LEVEL_WORDS.get(level, '')}MẬT"
    return ""


_LEVEL_WORDS = {"tối": "TỐI ", "toi": "TỐI ", "tuyệt": "TUYỆT ", "tuyet": "TUYỆT "}


def _is_stamp(words: list[str], lowered: list[str], at: int, level: str) -> bool:
    start = at - 1 if level else at
    before = lowered[start - 1] if start else ""
    after = lowered[at + 1] if at + 1 < len(words) else ""
    if after in _AFTER:
        return False
    if _is_labelled(lowered, start):
        return True
    if not level and before in _BEFORE:
        return False
    if words[start][0].isupper() and after == "" and (start == 0 or (bool(level) and before == "độ")):
        return True
    if not words[at].isupper():
        return False
    # In a line of capitals the stamp must carry its level or close the line: a heading may speak of secrets.
    return bool(level) or after == "" or not all(word.isupper() for word in words if word.isalpha())


def _is_labelled(lowered: list[str], start: int) -> bool:
    """ "Độ mật: tối mật", "đóng dấu mật": a label stands right before."""
    return any(tuple(lowered[max(start - len(label), 0) : start]) == label for label in _LABELS)
