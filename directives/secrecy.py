"""Finding a state-secret stamp in a name or a text: MẬT, TỐI MẬT, TUYỆT MẬT standing alone (`domain.md` §3).

The law on state secrets (Luật 117/2025/QH15) forbids keeping such papers on a networked machine, so a hit means: keep
nothing. "bảo mật", "bí mật", "Mặt trận", "mật độ", "mật khẩu" are ordinary words and no stamp.
Not here: what happens on a hit (`services.secret_papers`, the deposit desk), getting text out of files (`submissions.inspection`).
"""

from __future__ import annotations

import re

from vietnamese.text import nfc

STAMPS = ("MẬT", "TỐI MẬT", "TUYỆT MẬT")
_WORDS = re.compile(r"[^\W_]+")
# Words with which "mật" is an ordinary word, on its left and on its right.
_BEFORE = frozenset(
    ("bí", "bảo", "cơ", "thân", "ẩn", "cẩn", "mật", "trọng", "nồng", "ngọt", "tuần", "trăng", "túi", "gấu")
)
_AFTER = frozenset(
    (
        "độ", "khẩu", "mã", "thiết", "ong", "vụ", "thám", "hiệu", "lệnh", "báo", "danh", "thư", "nghị", "đàm", "phục", "tập",
        "khu", "tín", "mía", "ngọt", "phái", "tông", "ước", "mỡ", "ngữ", "chỉ",
    )
)  # fmt: skip
_LEVELS = ("tối", "tuyệt")
_LEVEL_WORDS = {"tối": "TỐI ", "toi": "TỐI ", "tuyệt": "TUYỆT ", "tuyet": "TUYỆT "}
_LABELS = (("dấu",), ("độ", "mật"), ("mức", "mật"))
PROSE_WORDS = 12
"""A longer line that is not all capitals is a sentence that speaks of stamps, unless it carries one in brackets."""

# "M Ậ T", "T.Ố.I  M.Ậ.T": letters set apart. Two spaces part words.
_SET_APART = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .\-·][^\W\d_])+(?![^\W_])")
_SPLIT_STAMP = re.compile(r"(?<![^\W_])M[ .\-]?Ậ[ .\-]?T(?![^\W_])")
_BRACKETED = re.compile(r"[(\[{]\s*((?:TỐI\s+|TUYỆT\s+)?)MẬT\s*[)\]}]")
_BETWEEN_LETTERS = str.maketrans("", "", " .-·")
# The same words as old character codes (TCVN3, VNI, VIQR, UTF-8 taken for Windows-1252) leave them, capitals only.
_GARBLED = {
    "MËT": "MẬT", "MAÄT": "MẬT", "MA^.T": "MẬT", "Máº¬T": "MẬT", "TèI": "TỐI", "TOÁI": "TỐI", "TO^'I": "TỐI",
    "Tá»\x90I": "TỐI", "TUYÖT": "TUYỆT", "TUYEÄT": "TUYỆT", "TUYE^.T": "TUYỆT", "TUYá»†T": "TUYỆT",
    "BÝ": "BÍ", "BI'": "BÍ", "BÃ\x8d": "BÍ", "B¶O": "BẢO", "BAÛO": "BẢO", "BA?O": "BẢO", "Báº¢O": "BẢO", "C¥": "CƠ", "CÔ MẬT": "CƠ MẬT",
    "§é": "ĐỘ", "ÑOÄ": "ĐỘ", "§Ộ": "ĐỘ", "KHÈU": "KHẨU", "KHAÅU": "KHẨU",
}  # fmt: skip
# What a scanner makes of a stamp; believed only when it is all there is on the line.
_MISREAD = {
    "MÂT": "MẬT", "MẬI": "MẬT", "MẬJ": "MẬT", "TÔI": "TỐI", "TÓI": "TỐI", "TỒI": "TỐI", "TỔI": "TỐI",
    "TUYÊT": "TUYỆT", "TUYẾT": "TUYỆT", "TUYỆI": "TUYỆT",
}  # fmt: skip


def find_stamp(text: str) -> str:
    """The stamp found ("MẬT", "TỐI MẬT", "TUYỆT MẬT"), or "" when there is none. Linear in the text.

    A stamp is a line of its own in capitals or title case, a labelled level ("Độ mật: Tối mật"), or capitals inside a
    short line that is not all capitals; in a sentence (`PROSE_WORDS`) only one in brackets. A line that lists several
    levels explains them and bears none; neither does a word wrapped onto the next line ("BẢO VỆ BÍ / MẬT").
    Unaccented names are a stamp only with their level ("TUYET MAT"): "MAT" alone may be Mặt trận.
    """
    last = ""
    for line in nfc(text).splitlines():
        line = _put_right(line)
        words = _WORDS.findall(line)
        found = _bracketed(line) or _stamp_in_line(words, last)
        if found:
            return found
        last = words[-1].lower() if words else ""
    return ""


def _put_right(line: str) -> str:
    """The line as it was meant: letters set apart joined, old codes and a scanner's misreadings of a stamp undone."""
    if (not line.isascii() and any(garbled in line for garbled in _GARBLED)) or "^" in line:
        for garbled, meant in _GARBLED.items():
            line = line.replace(garbled, meant)
    line = _SPLIT_STAMP.sub("MẬT", line)
    line = _SET_APART.sub(lambda found: found[0].translate(_BETWEEN_LETTERS), line)
    line = line.replace("TỐIMẬT", "TỐI MẬT").replace("TUYỆTMẬT", "TUYỆT MẬT")
    words = _WORDS.findall(line)
    if 0 < len(words) <= 2 and any(word in _MISREAD for word in words):
        meant = [_MISREAD.get(word, word) for word in words]
        if meant[-1] == "MẬT" and (len(meant) == 1 or meant[0].lower() in _LEVELS):
            return " ".join(meant)
    return line


def _bracketed(line: str) -> str:
    found = _BRACKETED.search(line)
    return f"{' '.join(found[1].split())} MẬT".strip() if found else ""


def _stamp_in_line(words: list[str], last: str) -> str:
    """`last` is the last word of the line above, "" after an empty one."""
    lowered = [word.lower() for word in words]
    if "mật" not in lowered and "mat" not in lowered:
        return ""
    if len(words) > PROSE_WORDS and not _all_capitals(words):
        return ""
    found: list[str] = []
    levels: set[str] = set()
    for at, word in enumerate(lowered):
        if word not in ("mật", "mat"):
            continue
        level = lowered[at - 1] if at and lowered[at - 1] in (*_LEVELS, "toi", "tuyet") else ""
        if word == "mat" and not (level and words[at].isupper()):
            continue
        if level or words[at][0].isupper():
            levels.add(level)
        if _is_stamp(words, lowered, at, level, last):
            found.append(f"{_LEVEL_WORDS.get(level, '')}MẬT")
    return found[0] if found and len(levels) < 2 else ""


def _is_stamp(words: list[str], lowered: list[str], at: int, level: str, last: str) -> bool:
    start = at - 1 if level else at
    before = lowered[start - 1] if start else last
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
    return bool(level) or after == "" or not _all_capitals(words)


def _all_capitals(words: list[str]) -> bool:
    return all(word.isupper() for word in words if word.isalpha())


def _is_labelled(lowered: list[str], start: int) -> bool:
    """ "Độ mật: tối mật", "đóng dấu mật": a label stands right before."""
    return any(tuple(lowered[max(start - len(label), 0) : start]) == label for label in _LABELS)
