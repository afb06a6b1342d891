"""Names of papers and bodies: kinds and their codes, symbols, capitals turned into the spelling of a sentence.

Not here: where they stand on the paper (`head.py`), citations (`citations.py`).
"""

from __future__ import annotations

import re
from datetime import date

from vietnamese.text import clean, fold

_MARKED = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
# Letters for character classes: the range "à-ỹ" would hold capitals too.
LOWER = f"a-z{_MARKED}"
UPPER = f"A-Z{_MARKED.upper()}"

KIND_WORDS = {
    "kế hoạch": "KH",
    "công văn": "CV",
    "hướng dẫn": "HD",
    "thông báo": "TB",
    "chương trình hành động": "CTr",
    "chương trình": "CTr",
    "nghị quyết": "NQ",
    "chỉ thị": "CT",
    "kết luận": "KL",
    "quyết định": "QĐ",
    "quy định": "QĐ",
    "quy chế": "QC",
    "báo cáo": "BC",
    "tờ trình": "TTr",
    "thông tri": "TT",
    "đề án": "ĐA",
    "phương án": "PA",
    "biên bản": "BB",
    "giấy mời": "GM",
    "thông cáo": "TC",
    "công điện": "CĐ",
    "lời kêu gọi": "LKG",
    "nghị định": "NĐ",
    "thông tư": "TT",
    "luật": "Luật",
}
CODES = tuple(
    "NQ QĐ QyĐ CT KL QC TT HD TB BC KH CTr CTR ĐA PA DA TTr TTR CV BB GM GGT GCN TC LKG CL CĐ NĐ".split()  # noqa: SIM905
)
_CODE = "|".join(sorted(CODES, key=len, reverse=True))
_BODY_CODE = r"[A-ZĐĂÂÊÔƠƯ][A-ZĐĂÂÊÔƠƯa-zđ0-9.]{0,14}(?:[-/][A-ZĐĂÂÊÔƠƯ][A-ZĐĂÂÊÔƠƯ0-9.]{0,14})?"
# "53-KH/ĐU", "53 - KH/ĐU" and the State's "53/KH-UBND"; the number may be missing.
SYMBOL = rf"(?:(?P<code>{_CODE})\s*/\s*(?P<body>{_BODY_CODE}))"
STATE_SYMBOL = rf"(?:(?P<state_code>{_CODE})\s*-\s*(?P<state_body>{_BODY_CODE}))"
DAY = r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*(?:\d{4}|\d{2})(?!\d)|\d{1,2}\s+tháng\s+\d{1,2}(?:\s+năm\s+|\s*/\s*)\d{4}"
_DAY_PARTS = re.compile(r"\d+")

_UNIT_WORDS = ("phường", "xã", "thành phố", "tỉnh", "quận", "huyện", "đặc khu", "thị xã", "thị trấn")
# How the words of bodies are spelt inside a sentence, longest first; what is not listed keeps one capital a name.
_SPELLINGS = (
    "Mặt trận Tổ quốc Việt Nam", "Tuyên giáo và Dân vận", "các cơ quan Đảng", "Đoàn TNCS Hồ Chí Minh", "Tổ dân phố",
    "Ủy ban nhân dân", "Hội đồng nhân dân", "Ủy ban Kiểm tra", "Ban Chấp hành Trung ương", "Ban Chấp hành", "Ban Thường vụ",
    "Xây dựng Đảng", "Văn phòng", "Trung tâm Chính trị", "Trung tâm", "Ban Tổ chức", "Ban Nội chính", "Ban Chỉ đạo",
    "Hội Cựu chiến binh", "Hội Liên hiệp Phụ nữ", "Hội Nông dân", "Liên đoàn Lao động", "Thường trực", "Bộ Chính trị",
    "Ban Bí thư", "Trung ương", "Đảng bộ", "Đảng ủy", "Thành ủy", "Tỉnh ủy", "Chi bộ", "Công an", "Quân sự", "Trường",
    "Tiểu học", "Mầm non", "Trạm Y tế", "Ban", "Đoàn", "Hội", "đại hội chi bộ", "đại hội", "cuộc thi", "hội thi",
)  # fmt: skip
_LETTERS = ("THPT", "THCS", "UBND", "HĐND", "MTTQ", "TNCS", "UBKT", "HTX", "TNHH")
_SPELT = {fold(words): words for words in _SPELLINGS}
_LONGEST_SPELLING = max(len(key.split()) for key in _SPELT)


def kind_of(words: str) -> str | None:
    """The code of a kind's name, in any case."""
    folded = fold(words)
    return next((code for name, code in KIND_WORDS.items() if fold(name) == folded), None)


def plain_code(code: str) -> str:
    """The code as `document-format.md` writes it."""
    return {"CTR": "CTr", "TTR": "TTr", "QyĐ": "QĐ"}.get(code, code)


def day_of(text: str) -> date | None:
    """The day in "21/04/2026", "21 tháng 4 năm 2026", "21.4.26"; None when there is no such day."""
    parts = [int(part) for part in _DAY_PARTS.findall(text)[:3]]
    if len(parts) != 3:
        return None
    day, month, year = parts
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def sentence_case(capitals: str) -> str:
    """ "ĐẢNG ỦY PHƯỜNG PHÚC LỢI" → "Đảng ủy phường Phúc Lợi"; text that is not all capitals stays."""
    text = clean(capitals).replace("UỶ", "ỦY")
    if not text.isupper():
        return text
    words = text.split(" ")
    said: list[str] = []
    at, named = 0, False
    while at < len(words):
        taken, spelt = _spelling(words, at)
        unit = next(
            (unit for unit in _UNIT_WORDS if fold(" ".join(words[at : at + len(unit.split())])) == fold(unit)), ""
        )
        if unit and at:
            said.append(unit)
            at += len(unit.split())
            named = True
        elif spelt and not named:
            said.append(spelt)
            at += taken
        elif words[at].lower() in ("và", "của", "các") and at:
            said.append(words[at].lower())
            at += 1
        else:
            said.append(words[at] if words[at] in _LETTERS else words[at].capitalize())
            at += 1
    return " ".join(said)


def _spelling(words: list[str], at: int) -> tuple[int, str]:
    for length in range(min(_LONGEST_SPELLING, len(words) - at), 0, -1):
        found = _SPELT.get(fold(" ".join(words[at : at + length])))
        if found:
            return length, found
    return 0, ""
