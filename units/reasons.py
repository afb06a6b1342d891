"""The catalogues of reasons, in polite words: for sending back, for a later deadline, for a release.

A ward that has no active reason of its own in a catalogue finds the proposed ones there.
Not here: changing a catalogue (`services.catalogues`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from units.choices import ReasonKind
from units.models import Reason, Unit

PROPOSED: Final[Mapping[str, tuple[str, ...]]] = {
    ReasonKind.RETURN: (
        "Thiếu chữ ký của người viết",
        "Bản quét mờ hoặc thiếu trang, đề nghị quét lại",
        "Bài viết chưa đúng chủ đề của văn bản",
        "Chưa liên hệ với bản thân và đơn vị",
        "Thiếu họ tên, chức vụ hoặc nơi sinh hoạt",
        "Tệp là bài của người khác, đề nghị gửi đúng tệp",
    ),
    ReasonKind.EXTEND: (
        "Đơn vị đề nghị, có lý do chính đáng",
        "Thời gian thực hiện trùng với công việc đột xuất",
        "Cấp trên điều chỉnh thời gian",
        "Văn bản đến đơn vị chậm",
        "Hệ thống hoặc đường truyền gặp sự cố",
    ),
    ReasonKind.WAIVE: (
        "Không thuộc đối tượng phải thực hiện",
        "Đã thực hiện ở đơn vị khác",
        "Đang đi công tác, học tập dài ngày",
        "Nhiệm vụ không còn phù hợp với đơn vị",
    ),
}


def own_reasons(ward: Unit, kind: str) -> list[str]:
    """Active reasons of the ward's own catalogue, in its order."""
    return list(Reason.objects.filter(ward=ward, kind=kind, is_active=True).values_list("text", flat=True))


def reasons_of(ward: Unit, kind: str) -> list[str]:
    """What is offered to the office: the ward's own active reasons, else the proposed ones."""
    return own_reasons(ward, kind) or list(PROPOSED[kind])


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One catalogue as its page shows it: the ward's reasons in use and retired, or the proposed ones."""

    kind: str
    label: str
    active: tuple[Reason, ...]
    retired: tuple[Reason, ...]
    proposed: tuple[str, ...]


def catalogues_of(ward: Unit) -> list[Catalogue]:
    """All catalogues of the ward; one query."""
    rows = list(Reason.objects.filter(ward=ward))
    found = []
    for kind in ReasonKind:
        active = tuple(row for row in rows if row.kind == kind and row.is_active)
        retired = tuple(row for row in rows if row.kind == kind and not row.is_active)
        found.append(Catalogue(kind.value, kind.label, active, retired, () if active else PROPOSED[kind]))
    return found
