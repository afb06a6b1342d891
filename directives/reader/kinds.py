"""What kind of duty a clause lays: essay, plan, paper, event, or watching over others.

Not here: whether the clause lays a duty at all, and whose (`duties.py`).
"""

from __future__ import annotations

import re

from directives.reader.clauses import masked
from directives.reader.words import (
    ACTIVITY,
    ACTOR,
    ESSAY,
    ESSAYS_GATHERED,
    OVERSIGHT,
    PAPER_SENT,
    PLAN,
    PURPOSE,
    REPORT,
    TIME_LABEL,
)

HANDED_IN = ("ESSAY", "REPORT", "ACTION_PLAN")
"""Kinds whose answer is a paper that somebody sends."""

# "Hạn nhận hồ sơ: hết ngày 29/5/2026": the day is that of those who send.
_TAKEN_UNTIL = re.compile(
    r"\W*(?:thời )?hạn (?:chót |cuối )?(?:tiếp )?(?:nhận|nộp|gửi)\s(?:hồ sơ|bài|danh sách|báo cáo|phiếu|đăng ký|giấy)",
    re.IGNORECASE,
)
# "Sau khi cập nhật xong, gửi biên bản": what was done before is not what is asked.
_AFTER_WHAT = re.compile(r"\W*(?:sau khi|ngay sau|sau|khi|kết thúc|trên cơ sở|trường hợp|nếu)\s(?!\d)", re.IGNORECASE)
_LONGEST_BEFORE = 160
_DEED = re.compile(
    r"(?<!\w)(?:gửi|nộp|báo cáo|bàn giao|chuyển|tổ chức|tham gia|thực hiện|triển khai|dự)(?!\w)", re.IGNORECASE
)
_HANDED_TO = re.compile(
    r"^\s*(?:(?:lập|xây dựng|có|viết)\s[^.;]{0,40}\s)?(?:gửi|nộp|báo cáo|bàn giao|chuyển)\s[^.;]{0,80}"
    r"(?:(?:về|cho|qua|tới)\s|(?:Ban|Văn phòng|Đảng|Ủy ban|Uỷ ban|Thường trực|Trung tâm|_{6,})(?!\w))",
    re.IGNORECASE,
)


def kind_of_clause(clause: str) -> str:
    """What a clause asks: the first of plan, paper or event it names; an essay or oversight goes before all."""
    clause = _asked_after(clause)
    plain = masked(clause)
    if _TAKEN_UNTIL.match(plain):
        return "REPORT"
    if is_oversight(clause):
        return "OVERSIGHT"
    report = REPORT.search(plain)
    essay = ESSAY.search(clause)
    if (
        essay
        and not ESSAYS_GATHERED.search(clause)
        and not re.search(r"báo cáo", plain[: essay.start()], re.IGNORECASE)
    ):
        return "ESSAY"
    places = [
        (match.start(), kind)
        for kind, match in (
            ("ACTION_PLAN", PLAN.search(plain)),
            ("REPORT", report),
            ("ACTIVITY", ACTIVITY.search(plain)),
        )
        if match is not None
    ]
    if not places:
        return "ACTIVITY"
    first = min(places)[1]
    if first == "ACTIVITY" and report is not None and (_sent_by_then(plain) or _sent_to_office(plain)):
        return "REPORT"
    if first == "ACTIVITY" and len(places) > 1:
        place, second = sorted(places)[1]
        if _only_finishes(plain, place):
            return second
    return first


def _asked_after(clause: str) -> str:
    """The clause from those who act on, or from the sending, when it opens with what comes before."""
    opened = _AFTER_WHAT.match(clause)
    if opened is None:
        return clause
    for comma in re.finditer(r",\s+", clause[:_LONGEST_BEFORE]):
        if ACTOR.match(clause, comma.end()) or _DEED.match(clause, comma.end()):
            return clause[comma.end() :]
    return clause


def _sent_to_office(clause: str) -> bool:
    """ "tự chấm điểm, báo cáo bằng văn bản về Ban …", "kiểm tra, tiếp nhận và bàn giao … về Ủy ban": the last deed hands it in."""
    deeds = re.split(r"[,;:]\s|\s(?:và|rồi|đồng thời)\s", clause.rstrip(" .;"))
    last = next((deed for deed in reversed(deeds) if _DEED.search(deed) and not TIME_LABEL.match(deed)), "")
    return bool(_HANDED_TO.search(last)) or bool(re.match(r"\s*có báo cáo(?!\w)", last, re.IGNORECASE))


def _sent_by_then(clause: str) -> bool:
    """ "giới thiệu quần chúng dự lớp, hồ sơ gửi Ban … chậm nhất": the last part names a paper that is sent."""
    last = re.split(r"[,;:]", clause.rstrip(" .;"))[-1]
    return bool(PAPER_SENT.match(last))


def _only_finishes(plain: str, until: int) -> bool:
    """ "hoàn thành việc … nộp về", "thực hiện báo cáo", "triển khai nghiêm túc và báo cáo": the paper is what is asked."""
    before = plain[:until]
    first = ACTIVITY.search(before)
    said = first[0].lower() if first else ""
    return said in ("hoàn thành", "thực hiện", "triển khai", "chuẩn bị") or (
        said == "học tập" and bool(re.search("kết thúc|sau khi", before, re.IGNORECASE))
    )


def is_oversight(text: str) -> bool:
    """Somebody is to watch; "báo cáo để Ban … cử cán bộ dự" only says what the report is for."""
    match = OVERSIGHT.search(text)
    return match is not None and not PURPOSE.search(text[: match.start()])


def without_time(clause: str, start: int, end: int) -> str:
    """The clause with its time blanked: "sau sinh hoạt" in a deadline does not ask for a meeting."""
    return clause[:start] + " " * (end - start) + clause[end:]
