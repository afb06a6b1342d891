"""One sentence with one date that asks for papers of several kinds: "tổ chức sinh hoạt, viết thu hoạch và báo cáo kết quả … trước ngày X".

Each kind is owed by other parties or answered by another form, so each becomes a duty of its own with the shared date.
Not here: sentences with a date for each of their duties (`duties.py`).
"""

from __future__ import annotations

import re

from directives.deadlines.finding import FoundDeadline
from directives.reader.clauses import masked

_JOINT = r"(?:[,;:]\s+(?:(?:và|đồng thời|sau đó|rồi)\s+)?|\s+(?:và|đồng thời|rồi)\s+)"
_WHO = r"(?:(?:(?:các|mỗi)\s+)?(?:chi bộ|chi ủy|cấp ủy|đơn vị|đảng viên)\s+)?"
_ASKS = re.compile(
    rf"(?P<joint>^\s*|{_JOINT}){_WHO}(?:"
    r"(?P<ACTIVITY>(?:tổ chức|tiến hành|mở)\s+(?:hội nghị|sinh hoạt|học tập|nghiên cứu|lớp|tọa đàm|toạ đàm|tập huấn|quán triệt|kiểm điểm)(?!\w))|"
    r"(?P<ESSAY>(?:(?:viết|nộp|gửi)\s+)?(?:bài|bản)?\s?(?:viết\s+)?thu hoạch(?!\w))|"
    r"(?P<ACTION_PLAN>(?:xây dựng|ban hành|lập)\s+(?:kế hoạch|chương trình)(?! công tác)(?!\w)|(?:kế hoạch|chương trình) hành động(?!\w))|"
    r"(?P<REPORT>(?:tổng hợp,?\s+|gửi\s+|nộp\s+|có\s+|làm\s+)?báo cáo(?! viên)(?!\w)|(?:lập|gửi)\s+(?:danh sách|biên bản)(?!\w)))",
    re.IGNORECASE,
)
_SENDING = re.compile(r"\s*(?:gửi|nộp)\s*:?\s+", re.IGNORECASE)


def kinds_in_one(text: str, begin: int, time: FoundDeadline) -> list[tuple[str, int]]:
    """(kind, start) of each kind asked for between `begin` and the time, in order; empty unless there are two or more.

    Not for clocks that start with the event asked for, nor for series: those belong to the last kind alone.
    """
    reading = time.reading
    if reading.event is not None or reading.recurrence is not None or reading.last_day is None:
        return []
    plain = masked(text[begin : time.start])
    sending = _SENDING.match(plain)
    at = sending.end() if sending else 0
    found: list[tuple[str, int]] = []
    for match in _ASKS.finditer(plain[at:]):
        kind = str(match.lastgroup)
        if not found and at + match.end("joint") > at and match["joint"].strip():
            return []  # something else is asked for first: the list is of its parts
        if any(kind == known for known, _ in found):
            continue
        found.append((kind, begin + at + match.end("joint")))
    return found if len(found) > 1 else []
