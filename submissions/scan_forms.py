"""Input of the page that cuts a long scan: for each paper its pages and whose it is, or which file of one duty.

Not here: the cutting (`services.scans`).
"""

from __future__ import annotations

from itertools import pairwise

from django.http import QueryDict

from submissions.desk_access import DeskPlace
from submissions.errors import ScanRefused
from submissions.services.scans import Slice

_MOST = 400


def slices_of(data: QueryDict, *, place: DeskPlace, pages: int) -> list[Slice]:
    """The papers ticked, in order of their pages. Raises ScanRefused with the first fault."""
    slices = []
    rows = data.getlist("row")[:_MOST]
    for row in rows:
        if data.get(f"take-{row}") != "1":
            continue
        slices.append(_slice(data, row, place, pages))
    if not slices:
        raise ScanRefused("Chưa chọn bài nào. Hãy đánh dấu những bài sẽ đưa lên bàn nộp.")
    slices.sort(key=lambda one: one.first)
    for one, other in pairwise(slices):
        if other.first <= one.last:
            raise ScanRefused(f"Trang {other.first} nằm trong hai bài. Hãy sửa lại số trang.")
    return slices


def _slice(data: QueryDict, row: str, place: DeskPlace, pages: int) -> Slice:
    given = [data.get(f"{name}-{row}", "") for name in ("first", "last", "party")]
    first, last, party = (int(one) if one.isascii() and one.isdecimal() and len(one) < 12 else 0 for one in given)
    if place.scan_slots:
        return _slice_of_slot(given[2], first, last, place, pages)
    obligation = place.obligation(party)
    if obligation is None:
        raise ScanRefused(
            f"Chưa chọn bài của ai cho trang {first or '?'}–{last or '?'}. Hãy chọn tên, hoặc bỏ dấu chọn."
        )
    _assert_pages(first, last, pages)
    return Slice(first, last, obligation)


def _slice_of_slot(given: str, first: int, last: int, place: DeskPlace, pages: int) -> Slice:
    """Pages that become one of the duty's files; `given` is the place of its kind, from 0."""
    slots = {str(number): slot for number, slot in enumerate(place.scan_slots)}
    if given not in slots or place.written is None:
        raise ScanRefused(f"Chưa chọn tệp nào cho trang {first or '?'}–{last or '?'}. Hãy chọn, hoặc bỏ dấu chọn.")
    _assert_pages(first, last, pages)
    return Slice(first, last, place.written, slots[given].name)


def _assert_pages(first: int, last: int, pages: int) -> None:
    if not 1 <= first <= last <= pages:
        raise ScanRefused(f"Trang {first}–{last} không có trong bản quét {pages} trang. Hãy sửa lại số trang.")
