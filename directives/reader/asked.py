"""What a clause asks in words, where its answer goes and by which channel.

Not here: the kind of duty (`kinds.py`), who is asked (`actors.py`).
"""

from __future__ import annotations

import re

from directives.reader.candidates import Candidate
from directives.reader.clauses import actor_of
from directives.reader.kinds import HANDED_IN
from directives.reader.words import EMAIL, IN_WRITING, TO_CELL, TO_OFFICE, TO_SUPERIOR
from vietnamese.text import clean

LONGEST_WHAT = 240
_PERSONS = re.compile(
    r"(?:mỗi |từng |các |những )?(?:đồng chí |đ/c )?(?:đảng viên|người|cá nhân|cán bộ|hội viên|đoàn viên)(?!\w)",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:\s*[,:(\-]|\s+(?:và|trước|xong|chậm nhất|hạn cuối|hạn|là|vào|trong|đến|từ|để|hoàn thành|thời gian|dự kiến|muộn nhất))+$",
    re.IGNORECASE,
)
_WORDS_OF_LABELS = re.compile(
    r"hoàn thành|thực hiện|tổ chức|triển khai|dự kiến|tiến hành|trong|từ|đến|ngày|nộp|gửi|trước|chậm nhất|xong",
    re.IGNORECASE,
)
LEADING = re.compile(r"^(?:[\s,;:.)\-+]|và\s|đồng thời\s|thực hiện\s(?=viết|gửi|nộp|báo))+", re.IGNORECASE)
AS_WHAT = re.compile(
    r"(?<!\w)bằng (?:bản|tệp|file|văn bản)[^.;]{0,100}?(?=\s(?:theo|qua|về|trước|chậm nhất)(?!\w)|[.;]|$)",
    re.IGNORECASE,
)


def describe(candidate: Candidate, clause: str) -> None:
    """Where it goes and by which channel, as the clause says."""
    persons = candidate.kind in HANDED_IN and _PERSONS.match(candidate.who or "") is not None
    if TO_CELL.search(clause) and (candidate.kind == "ESSAY" or (persons and not TO_OFFICE.search(clause))):
        candidate.route = "UNIT"
    elif TO_OFFICE.search(clause) and candidate.kind not in ("ACTIVITY", "OVERSIGHT"):
        candidate.route = "OFFICE"
    candidate.to_superior = bool(TO_SUPERIOR.search(clause)) and candidate.route is None
    email = EMAIL.search(clause)
    if email:
        candidate.channel = email[0]
    elif IN_WRITING.search(clause):
        candidate.channel = "bằng văn bản"


def what_is_asked(clause: str, until: int) -> str:
    """The words between who acts and the time."""
    actor = actor_of(clause)
    begin = actor.end if actor is not None and actor.end < until else 0
    said = LEADING.sub("", clean(clause[begin:until]))
    said = _TRAILING.sub("", said.rstrip(" .;"))
    if len(said) < 8:
        said = _TRAILING.sub("", LEADING.sub("", clean(clause)).rstrip(" .;"))
    return said


def says_what(words: str) -> bool:
    """A label that names its work: "Thời gian hoàn thành xây dựng chương trình hành động", "Thời gian giám sát:"."""
    label = re.match(r"\W*(?:thời (?:gian|hạn)|hạn(?: chót| cuối)?)\s+([^:]*)", words, re.IGNORECASE)
    named = _WORDS_OF_LABELS.sub("", label[1]) if label else ""
    return len(re.findall(r"[^\W\d_]{2,}", named)) > 1


def what_to_watch(text: str) -> list[str]:
    """The points after the colon of an oversight duty: "Chỉ đạo, quan sát …; nắm bắt …; đánh giá …"."""
    points = [clean(point).rstrip(" .;") for point in text.partition(":")[2].split(";")]
    return [point for point in points if point] if len(points) > 1 else []
