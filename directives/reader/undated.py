"""Duties without a day: essays and papers to hand in, oversight, standing reports; and what a tentative one waits for.

Not here: duties with a day, and where the sentences come from (`duties.py`).
"""

from __future__ import annotations

import re

from directives.deadlines import Certainty, DeadlineReading
from directives.reader.kinds import is_oversight, kind_of_clause
from directives.reader.timing import Clock
from directives.reader.words import (
    ADVERB,
    ESSAY,
    ESSAYS_GATHERED,
    HANDING_IN,
    PURPOSE,
    TELLING,
    TO_CELL,
    TO_OFFICE,
    WATCHES,
)
from vietnamese.text import clean

_TO_BE_HELD = re.compile(r"(?<!\w)trước (?:kỳ họp|phiên họp|hội nghị|đại hội|buổi)(?!\w)", re.IGNORECASE)
# A right and duty of every member by the statutes, not something this paper asks to be handed in.
_DUES = re.compile(r"(?<!\w)đóng\s(?:\S+\s){0,3}?đảng phí", re.IGNORECASE)
_WAITS_FOR = re.compile(
    r"\((?P<bracket>[^()]{0,80}?(?:theo (?:kế hoạch|chương trình)|dự kiến|sau khi|chờ)[^()]{3,120})\)|"
    r"(?P<tail>(?:theo (?:kế hoạch|chương trình) của|dự kiến|sau khi|chờ)\s[^.;()]{3,120})",
    re.IGNORECASE,
)


def waiting_words(text: str, clock: Clock) -> DeadlineReading | None:
    """Of "Tổ chức tiếp sóng … (Thời gian triển khai theo Kế hoạch của Trung ương)" the words that tell what it waits for."""
    for said in _WAITS_FOR.finditer(text):
        reading = clock.read(clean(said["bracket"] or said["tail"]).rstrip(" .;"))
        if reading.certainty is Certainty.TENTATIVE:
            return reading
    return None


def undated_kind(text: str, plain: str, said: str | None) -> str | None:
    """The kind of a duty that this sentence lays without a day; None when it lays none. `said`: who acts in it."""
    if is_oversight(text):
        return "OVERSIGHT"
    essay = ESSAY.search(text)
    if essay and not ESSAYS_GATHERED.search(text):
        hands_in = re.search(
            r"(?:nộp|gửi)[^.;]{0,60}\s(?:về|cho|tại|qua)\s|chỉ đạo[^.;]{0,60}viết", text, re.IGNORECASE
        )
        if hands_in or (said and re.search(r"viết|nộp", text, re.IGNORECASE)):
            return None if re.search(r"không phải (?:viết|nộp)", text, re.IGNORECASE) and not hands_in else "ESSAY"
    hands_in = HANDING_IN.search(plain)
    if said and WATCHES.search(plain) and not re.search(r"(?<!\w)(?:gửi|nộp|trình)(?!\w)", plain):
        return "STANDING"
    adverb = next((said for said in ADVERB.finditer(plain) if not PURPOSE.search(plain[: said.start()])), None)
    if (
        hands_in
        and not adverb
        and (TO_OFFICE.search(text) or TO_CELL.search(text))
        and not PURPOSE.search(plain[: hands_in.start()])
    ):
        return kind_of_clause(text)
    if hands_in and not adverb and _TO_BE_HELD.search(plain):
        return kind_of_clause(text)
    if adverb and _DUES.search(plain):
        return None
    if adverb and said and (TELLING.search(plain) or adverb.start() - len(said) < 60):
        return "STANDING"
    if adverb and re.match(
        r"\s*(?:thường xuyên|kịp thời|định kỳ)\s+(?:báo cáo|phản ánh|gửi|cập nhật)", plain, re.IGNORECASE
    ):
        return "STANDING"
    return None
