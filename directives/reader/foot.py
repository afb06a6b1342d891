"""The foot of the paper: recipients, by whose right it is signed, the signer's post and name.

Not here: annexes after the signature (they belong to the body, `reading.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from directives.reader.layout import Line, is_noise
from directives.reader.names import UPPER
from vietnamese.text import clean

_RECIPIENTS = re.compile(r"^\s*Nơi\s+nhận\s*:?\s*", re.IGNORECASE)
_AUTHORITY = re.compile(rf"^(?:T/?\s?M|K/?\s?T|T/?\s?L|TUQ|Q)\.?\s+(?=[{UPPER}]{{2}})")
_POST = re.compile(
    r"^(?:Q\.\s*)?(?:PHÓ |ỦY VIÊN|UỶ VIÊN)?\s*(?:BÍ THƯ|TRƯỞNG BAN|PHÓ BAN|CHÁNH VĂN PHÒNG|CHỦ NHIỆM|CHỦ TỊCH|GIÁM ĐỐC|TRƯỞNG ĐOÀN|"
    r"TRƯỞNG PHÒNG|HIỆU TRƯỞNG|TỔ TRƯỞNG|ỦY VIÊN|THƯỜNG TRỰC)\b"
)
_POST_BESIDE = re.compile(
    rf"(?P<item>[-+].*?[,;.]?)\s+(?P<post>(?:PHÓ |K/T )?(?:BÍ THƯ|TRƯỞNG BAN|CHÁNH VĂN PHÒNG|CHỦ NHIỆM|CHỦ TỊCH|GIÁM ĐỐC|TRƯỞNG ĐOÀN)(?:[ {UPPER}]*))$"
)
_SIGNED = re.compile(r"^\(?\s*(?:đã ký|ký tên|đã kí|chữ ký)[^)]*\)?$", re.IGNORECASE)
_NOT_A_NAME = re.compile(r"(?:Đảng|Ban|Văn phòng|Phòng|Lưu|Như|Nơi|Thường trực|Thường vụ|Chi bộ|Các|Ủy ban)\b")
_COLUMNS = re.compile(r"[ ]{4,}|\t+|[ ]*\|[ ]*")
_ANNEX = re.compile(r"^\s*(?:PHỤ LỤC|DANH SÁCH|BIỂU|MẪU|ĐỀ CƯƠNG|QUY CHẾ)\b")
_MOST_FOOT_LINES = 45


@dataclass(slots=True)
class Foot:
    """What the foot says; `start` and `end` are indexes of its first line and of the line after its last."""

    start: int
    end: int
    recipients: list[str] = field(default_factory=list)
    authority: str | None = None
    signer: str | None = None
    post: str | None = None


def read_foot(lines: list[Line], begin: int) -> Foot:
    """The foot of the lines from index `begin` on; an empty one at the end when there is none."""
    start = _first_of_foot(lines, begin)
    foot = Foot(start, start)
    in_list = False
    named = False
    for at in range(start, min(len(lines), start + _MOST_FOOT_LINES)):
        line = lines[at]
        if named and _ANNEX.match(line.text):
            break
        foot.end = at + 1
        if line.is_blank or is_noise(line):
            continue
        for column in filter(None, (clean(column) for column in _COLUMNS.split(line.text.strip()))):
            if _RECIPIENTS.match(column):
                in_list = True
                column = clean(_RECIPIENTS.sub("", column))
                if not column:
                    continue
            beside = _POST_BESIDE.match(column)
            if beside:  # two columns run into one line: "- Như trên, TRƯỞNG BAN"
                foot.recipients.append(beside["item"].strip(" -+").rstrip(" ,;."))
                foot.post = foot.post or beside["post"]
                continue
            if _AUTHORITY.match(column) and column[:25].upper() == column[:25]:
                in_list = in_list and "-" in line.text
                foot.authority = foot.authority or column
            elif column.isupper() and (
                _POST.match(column) or (foot.authority and foot.post is None and not column.startswith("-"))
            ):
                foot.post = column
            elif _SIGNED.match(column):
                continue
            elif column.startswith(("-", "+")):
                in_list = True
                foot.recipients.append(column.strip(" -+").rstrip(" ,;."))
            elif (foot.authority or foot.post) and not named and _is_name(column):
                foot.signer = column
                named = True
            elif in_list and not (foot.authority or foot.post) and not column.startswith("}"):
                _more_recipients(foot, column)
    foot.recipients = [item for item in foot.recipients if item]
    return foot


def _more_recipients(foot: Foot, column: str) -> None:
    if foot.recipients and column[:1].islower():
        foot.recipients[-1] += f" {column.rstrip(' ,;.')}"
    else:
        foot.recipients += [part for part in (clean(part).rstrip(" ,.") for part in column.split(";")) if part]


def _first_of_foot(lines: list[Line], begin: int) -> int:
    """The line of "Nơi nhận" or of the signing right, whichever comes first near the other."""
    marks = []
    for at in range(begin, len(lines)):
        columns = [clean(column) for column in _COLUMNS.split(lines[at].text.strip())]
        if any(_RECIPIENTS.match(column) and len(column) < 60 for column in columns) or any(
            _AUTHORITY.match(column) and column.isupper() for column in columns
        ):
            marks.append(at)
    if marks:
        first = marks[0]
        return min((mark for mark in marks if mark >= first), default=first)
    for at in range(len(lines) - 1, max(begin, len(lines) - 15) - 1, -1):
        text = clean(lines[at].text)
        if text.isupper() and _POST.match(text):
            return at
    return len(lines)


def _is_name(text: str) -> bool:
    words = text.split()
    return (
        2 <= len(words) <= 6
        and all(word[:1].isupper() and word.replace("-", "").replace("'", "").isalpha() for word in words)
        and not _NOT_A_NAME.match(text)
    )
