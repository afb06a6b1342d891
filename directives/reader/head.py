"""The head of the paper: bodies, number, place and date, kind, subject, addressees.

Survives a lost head, two columns run into one line, and blanks where number and day will be written by hand.
Not here: the foot (`foot.py`), the duties (`duties.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from directives.reader.layout import MARKER, Line, is_noise
from directives.reader.names import (
    CODES,
    KIND_WORDS,
    LOWER,
    STATE_SYMBOL,
    SYMBOL,
    UPPER,
    day_of,
    kind_of,
    plain_code,
    sentence_case,
)
from vietnamese.text import clean, fold

MOST_HEAD_LINES = 60
_PARTY_TITLE = re.compile(
    r"ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM|CỘNG\s+H[ÒO][ÀA]?\s*A?\s+XÃ\s+HỘI\s+CHỦ\s+NGHĨA\s+VIỆT\s+NAM|Độc\s+lập\s*-\s*Tự\s+do\s*-\s*Hạnh\s+phúc",
    re.IGNORECASE,
)
_BLANK = r"[.…_\s]*"
_DATELINE = re.compile(
    rf"(?P<place>[^\W\d_][^\d,:;()]{{1,60}}?)\s*,\s*(?:ngày\s*(?P<day>\d ?\d?|{_BLANK})\s*)?tháng\s*(?P<month>\d{{1,2}}|{_BLANK})\s*"
    rf"năm\s*(?P<year>\d{{4}}|20{_BLANK}|{_BLANK})",
    re.IGNORECASE,
)
_SHORT_DATELINE = re.compile(
    r"(?P<place>[^\W\d_][^\d,:;()]{1,40}?)\s*,\s*(?:ngày\s*)?(?P<date>\d{1,2}[/.-]\d{1,2}[/.-]\d{4})\s*$", re.IGNORECASE
)
_NUMBER = re.compile(
    rf"Số\s*:?\s*(?P<number>\d{{1,5}}|[.…_]*)\s*(?:[-/]\s*)?(?:{SYMBOL}|{STATE_SYMBOL})", re.IGNORECASE
)
# "Số: 77/MTTQ-BTT", "Số 12-CV/…" has its kind; an office's letter may name only who wrote it.
_OFFICE_NUMBER = re.compile(
    r"^Số\s*:?\s*(?P<number>\d{1,5})\s*[/-]\s*(?P<office>[A-ZĐƯ][A-ZĐƯ&]{1,11}(?:[-/][A-ZĐƯ][A-ZĐƯ&]{1,11}){0,2})\s*$"
)
_BARE_NUMBER = re.compile(rf"^\s*(?P<number>\d{{1,5}})\s*[-/]\s*(?:{SYMBOL}|{STATE_SYMBOL})\s*$")
_BODY_START = re.compile(
    r"(?:BAN|ĐẢNG|CHI|ỦY|UỶ|UBND|HĐND|VĂN|HỘI|TRUNG|THÀNH|TỈNH|QUẬN|HUYỆN|ĐOÀN|LIÊN|TRƯỜNG|CÔNG|TRẠM|SỞ|BỘ|MẶT|UB)\b"
)
_SUBJECT_LEAD = re.compile(r"^(?:V\s*/\s*v|Về\s+việc)\s*:?\s*", re.IGNORECASE)
# Room left for the hand that dates and numbers the paper; as dots it does not look like a second column.
_LEFT_OPEN = re.compile(r"(?<=ngày) {2,}(?=tháng)|(?<=tháng) {2,}(?=năm)|(?<=Số) {2,}(?=[-/])|(?<=số) {2,}(?=[-/])")
_MARKS = ("du thao", "tai lieu hoi nghi")
_QUOTED = re.compile(r"^[“\"]([^“”\"]*)[”\"]$")
_ADDRESS = re.compile(
    r"^[-\s]*(?:Kính\s+(?:gửi|trình)\s*:?|(?:[^\W\d_][^:.;,\d]{0,80}\s)?(?:trân\s+trọng\s+)?kính\s+mời\s*:)\s*",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^[-\s]*(?:Căn cứ|Thực hiện|Xét|Tiếp theo|Để|Nhằm|Theo|Trên cơ sở|Vừa qua|Ngày \d|Sau khi|Trong thời gian|Năm \d{4}|Hiện nay|"
    r"Những năm|Qua |Ban Thường vụ|Ban Chấp hành|Đảng ủy|Thường trực|Phát huy|Hưởng ứng|Chào mừng|Kính gửi)",
    re.IGNORECASE,
)
_URGENCY = {"khan": "URGENT", "thuong khan": "VERY_URGENT", "hoa toc": "EXPRESS"}
_KIND_KEYS = {fold(words) for words in KIND_WORDS}
_COLUMNS = re.compile(r"[ \t]{3,}|\t+|[ ]*\|[ ]*")
_TITLE_AFTER_CAPITALS = re.compile(rf"(?<=[{UPPER}])\s+(?=[{UPPER}][{LOWER}]+(?:\s[{UPPER}][{LOWER}]+)*,\s*ngày)")
_SIGNING = re.compile(r"^(?:T/?M|TM|K/?T|T/?L|TUQ)\.?\s")


@dataclass(slots=True)
class Head:
    """What the head says; `end` is the index of the first line of the body."""

    kind: str | None = None
    title_kind: str | None = None
    number: int | None = None
    symbol: str | None = None
    has_number_line: bool = False
    number_at: tuple[int, int] | None = None
    issued_on: date | None = None
    dateline_at: tuple[int, int] | None = None
    partial_month: tuple[int, int] | None = None
    place: str | None = None
    bodies: list[str] = field(default_factory=list)
    bodies_at: tuple[int, int] | None = None
    subject: str | None = None
    urgency: str | None = None
    addressees: list[str] = field(default_factory=list)
    end: int = 0
    bad_date: str = ""

    @property
    def issuer(self) -> str | None:
        return sentence_case(self.bodies[-1]) if self.bodies else None

    @property
    def superior(self) -> str | None:
        return sentence_case(self.bodies[-2]) if len(self.bodies) > 1 else None


def read_head(lines: list[Line]) -> Head:
    """The head of these lines."""
    head = Head()
    subject: list[str] = []
    asked_subject = ended_subject = False
    at = 0
    for at, line in enumerate(lines[:MOST_HEAD_LINES]):
        if line.is_blank or is_noise(line):
            ended_subject = ended_subject or (bool(subject) and (asked_subject or is_noise(line)))
            continue
        rest = _without_fixed(line, head)
        if not rest:
            continue
        if _ADDRESS.match(rest):
            at = _read_addressees(lines, at, head)
            break
        if len(subject) > 8 or _starts_body(rest, has_subject=bool(subject), titled=bool(head.title_kind)):
            break
        if head.title_kind is None and not subject and fold(rest) in _KIND_KEYS and rest.strip().isupper():
            head.title_kind = kind_of(rest)
            ended_subject = False
            continue
        urgency = _URGENCY.get(fold(rest))
        if urgency:
            head.urgency = urgency
        elif head.title_kind is None and rest.isupper() and not subject:
            _add_body(rest, line, head)
        elif _SIGNING.match(rest):
            break
        elif _SUBJECT_LEAD.match(rest) and not subject:
            subject, asked_subject, ended_subject = [_SUBJECT_LEAD.sub("", rest)], True, False
            if head.title_kind:
                subject = [rest]
        elif not ended_subject or (subject and rest[:1].islower() and not rest.endswith(".")):
            if head.title_kind or head.has_number_line or subject:
                subject.append(rest)
                asked_subject = True
            else:
                break
        else:
            break
    else:
        at = min(len(lines), MOST_HEAD_LINES)
    head.end = at
    said = _QUOTED.sub(r"\1", clean(" ".join(subject)))
    if asked_subject and not head.title_kind:
        said = _SUBJECT_LEAD.sub("", said)
    head.subject = said.rstrip(" .") if 3 < len(said) < 600 else None
    code = plain_code(head.symbol.split("/")[0].split("-")[0]) if head.symbol else None
    head.kind = head.title_kind or (code if code in CODES else None)
    if head.kind is None and head.addressees and head.has_number_line:
        head.kind = "CV"
    return head


def _starts_body(rest: str, *, has_subject: bool, titled: bool) -> bool:
    if MARKER.match(rest) and not rest.lstrip().startswith("-"):
        return True
    if rest.isupper() or not _OPENING.match(rest):
        return False
    return has_subject or not titled or rest.rstrip().endswith((",", ":", ";", "."))


def _without_fixed(line: Line, head: Head) -> str:
    """The line's own words, after the title of the Party, the number and the dateline were taken out of it."""
    text = line.text
    text = _PARTY_TITLE.sub(lambda title: " " * len(title[0]), text)
    text = _LEFT_OPEN.sub(lambda gap: "." * len(gap[0]), text)
    match = _NUMBER.search(text) or _BARE_NUMBER.search(text)
    if match and not head.has_number_line and not text[: match.start()].strip(" |\t-"):
        _take_number(match, line, head)
        text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    office = _OFFICE_NUMBER.match(text.strip()) if not head.has_number_line else None
    if office:
        head.has_number_line, head.number, head.symbol = True, int(office["number"]), office["office"]
        head.number_at = (line.start, line.end)
        return ""
    columns = [(column, at) for column, at in _columns(text) if column]
    kept = []
    for column, at in columns:
        if head.dateline_at is None and _take_dateline(column, line.start + at, head):
            continue
        kept.append(column)
    return clean(" ".join(kept)).strip(" *")


def _columns(text: str) -> list[tuple[str, int]]:
    found, at = [], 0
    for match in _COLUMNS.finditer(text):
        found.append((text[at : match.start()].strip(), at))
        at = match.end()
    found.append((text[at:].strip(), at))
    if len(found) == 1:
        gap = _TITLE_AFTER_CAPITALS.search(text)
        if gap:
            return [(text[: gap.start()].strip(), 0), (text[gap.end() :].strip(), gap.end())]
    return found


def _take_number(match: re.Match[str], line: Line, head: Head) -> None:
    head.has_number_line = True
    head.number_at = (line.start + match.start(), line.start + match.end())
    if match["number"].isdecimal():
        head.number = int(match["number"])
    if match["code"]:
        head.symbol = f"{plain_code(match['code'])}/{match['body'].strip('.')}"
    else:
        head.symbol = f"{plain_code(match['state_code'])}-{match['state_body'].strip('.')}"


def _take_dateline(column: str, at: int, head: Head) -> bool:
    match = _SHORT_DATELINE.fullmatch(column.strip(" ."))
    if match:
        head.place, head.issued_on = clean(match["place"]), day_of(match["date"])
        head.dateline_at = (at, at + len(column))
        return True
    match = _DATELINE.match(column)
    if not match or len(column) > len(match[0]) + 4:
        return False
    head.place = clean(match["place"])
    head.dateline_at = (at, at + len(column))
    day, month, year = (_number(match[name]) for name in ("day", "month", "year"))
    if day and month and year:
        head.issued_on = day_of(f"{day}/{month}/{year:04d}")
        head.bad_date = "" if head.issued_on else f"{day}/{month}/{year}"
    elif month and year and month <= 12:
        head.partial_month = (year, month)
    return True


def _number(text: str | None) -> int | None:
    text = (text or "").strip(" .…_").replace(" ", "")
    return int(text) if text.isdecimal() and len(text) != 3 else None


def _add_body(rest: str, line: Line, head: Head) -> None:
    if not re.search(r"[^\W\d_]{2}", rest) or fold(rest).strip("() ") in _MARKS:
        return
    if head.bodies and not _BODY_START.match(rest):
        head.bodies[-1] = f"{head.bodies[-1]} {rest}"
    elif _BODY_START.match(rest):
        head.bodies.append(rest)
    else:
        return
    start = head.bodies_at[0] if head.bodies_at else line.start
    head.bodies_at = (start, line.end)


def _goes_on(item: str, text: str) -> bool:
    """The line belongs to the place named before it, not to the body that follows."""
    return not _starts_other(text) and not item.rstrip().endswith((".", ";"))


def _starts_other(text: str) -> bool:
    return bool(_OPENING.match(text) or MARKER.match(text))


def _read_addressees(lines: list[Line], at: int, head: Head) -> int:
    """The places after "Kính gửi"; answers the index of the first line after them."""
    first = _ADDRESS.sub("", clean(lines[at].text))
    items = [first] if first.strip(" -") else []
    listed = first.startswith("-") or not items
    at += 1
    blanks = 0
    while at < len(lines):
        text = clean(lines[at].text)
        if not text or is_noise(lines[at]):
            blanks += 1
            if items and blanks > 1 and not listed:
                break
        elif (text.startswith(("-", "+")) and (listed or not items)) or (
            items and blanks == 0 and not listed and items[-1].rstrip().endswith(";") and not _starts_other(text)
        ):
            items.append(text)
        elif items and blanks == 0 and _goes_on(items[-1], text):
            items[-1] += f" {text}"
        else:
            break
        if text:
            blanks = 0
        at += 1
    head.addressees = [item for item in (clean(item).strip(" -+").rstrip(" ,;.") for item in items) if item]
    return at
