"""What kind of duty a clause lays: essay, plan, paper, event, or watching over others.

Not here: whether the clause lays a duty at all, and whose (`duties.py`).
"""

from __future__ import annotations

import re

from directives.reader.clauses import masked
from directives.reader.words import ACTIVITY, ESSAY, ESSAYS_GATHERED, OVERSIGHT, PAPER_SENT, PLAN, PURPOSE, REPORT


def kind_of_clause(clause: str) -> str:
    """What a clause asks: the first of plan, paper or event it names; an essay or oversight goes before all."""
    plain = masked(clause)
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
    if first == "ACTIVITY" and report is not None and _sent_by_then(plain):
        return "REPORT"
    if first == "ACTIVITY" and len(places) > 1:
        place, second = sorted(places)[1]
        if _only_finishes(plain, place):
            return second
    return first


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
