"""A unit's own report as an official paper to be signed: the same layout as the ward's, from what was written.

The form of a cluster's lead who attended a unit's session is the same paper with the committee's head and his own name.

A chi bộ has no seal: its secretary signs T/M CHI BỘ. The code at the foot says which words were printed, so that the
signed scan can be held against them. Not here: writing it (app submissions), setting it (`rendering.py`, `word.py`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from directives.choices import RequirementKind
from directives.models import Obligation
from reports.format_profiles import FormatProfile
from reports.report_content import Closing, Letterhead, Level, Paragraph, ReportContent, Run
from submissions.report_words import ReportWords
from units.choices import PositionGroup, Role, UnitKind
from units.models import Appointment, CommitteeProfile, RoleGrant, Unit
from vietnamese.casing import lower_first
from vietnamese.dates import format_date, format_day_of_document, local_day
from vietnamese.numbers import format_number

_OPEN_NUMBER = "\u00a0" * 6  # room for a number written by hand
_CELL, _COMMITTEE = ("T/M CHI BỘ", "CB"), ("T/M BAN CHẤP HÀNH", "ĐU")
_SIGNERS = {
    UnitKind.GRASSROOTS_COMMITTEE: _COMMITTEE,
    UnitKind.DEPARTMENT_COMMITTEE: _COMMITTEE,
    UnitKind.OFFICE: ("", ""),
}
_KINDS = {
    RequirementKind.ACTION_PLAN: ("CHƯƠNG TRÌNH HÀNH ĐỘNG", "CTr"),
    RequirementKind.OVERSIGHT: ("PHIẾU DỰ SINH HOẠT", ""),
}
_KNOWN_BEGINNINGS = ("Báo cáo ", "Chương trình hành động ", "Kế hoạch ", "Phiếu ")
OBSERVER: Final = "NGƯỜI DỰ SINH HOẠT"


def unit_report_content(
    obligation: Obligation, words: ReportWords, profile: FormatProfile, *, at: datetime
) -> ReportContent:
    """The paper of one obligation (with requirement, directive, unit, ward) as of `at`."""
    committee = CommitteeProfile.objects.filter(unit=obligation.ward_id).first()
    if obligation.requirement.is_of_leads:
        return ReportContent(
            at=at,
            letterhead=_observers_head(obligation, committee, at),
            paragraphs=(*_attended(obligation, words), *_numbers(words), *_parts(words)),
            closing=_observers_closing(obligation, committee, at),
        )
    return ReportContent(
        at=at,
        letterhead=_letterhead(obligation, committee, at),
        paragraphs=(_opening(obligation), *_numbers(words), *_parts(words), _ending(obligation, profile)),
        closing=_closing(obligation, committee, at),
    )


def _letterhead(obligation: Obligation, committee: CommitteeProfile | None, at: datetime) -> Letterhead:
    unit = obligation.unit
    title, kind_code = _KINDS.get(RequirementKind(obligation.requirement.kind), ("BÁO CÁO", "BC"))
    code = _SIGNERS.get(UnitKind(unit.kind), _CELL)[1]
    symbol = "-".join(filter(None, (kind_code,))) + (f"/{code}" if code else "")
    day = format_day_of_document(local_day(at))
    return Letterhead(
        superior=_two_together(_superior(unit, committee).upper()),
        issuer=_two_together(unit.name.upper()),
        number_line=f"Số {_OPEN_NUMBER}-{symbol}" if kind_code else "",
        place_and_date=f"{committee.place_name}, {day}" if committee and committee.place_name else day,
        kind_title=title,
        subject=_subject(obligation),
    )


def _observers_head(obligation: Obligation, committee: CommitteeProfile | None, at: datetime) -> Letterhead:
    day = format_day_of_document(local_day(at))
    return Letterhead(
        superior=_two_together((committee.superior_name if committee else "").upper()),
        issuer=_two_together((committee.name if committee else obligation.ward.name).upper()),
        number_line="",
        place_and_date=f"{committee.place_name}, {day}" if committee and committee.place_name else day,
        kind_title=_KINDS[RequirementKind.OVERSIGHT][0],
        subject=_subject(obligation),
    )


def _attended(obligation: Obligation, words: ReportWords) -> list[Paragraph]:
    """Which paper asks for it, which unit, which day; a day not written yet is left to be written by hand."""
    day = format_date(words.attended_on) if words.attended_on else "……/……/…………"
    directive = obligation.requirement.directive
    dated = f", ngày {format_date(directive.issued_on)}" if directive.issued_on else ""
    return [
        _body(f"Thực hiện {directive.get_kind_display()} số {directive.reference}{dated} của {directive.issuer}"),
        _body(f"Đơn vị được dự: {obligation.unit.name}"),
        _body(f"Ngày dự sinh hoạt: {day}"),
    ]


def _observers_closing(obligation: Obligation, committee: CommitteeProfile | None, at: datetime) -> Closing:
    """To the committee's office; signed by the lead of the cluster, whose name is printed when there is one alone."""
    held = RoleGrant.objects.active(local_day(at)).of_role(Role.CLUSTER_LEAD)
    leads = held.filter(cluster=obligation.unit.cluster_id, user__is_active=True).exclude(cluster=None)
    names = sorted(set(leads.values_list("user__full_name", flat=True)))
    office = [f"{committee.office_name} (để tổng hợp),"] if committee and committee.office_name else []
    return Closing(
        recipients=(*office, "Lưu người dự."),
        authority="",
        post=OBSERVER,
        signer=names[0] if len(names) == 1 else "",
    )


def _two_together(name: str) -> str:
    """The last two words never part, so that a name too long for one line does not end in a single syllable."""
    return "\u00a0".join(name.rsplit(" ", 1))


def _superior(unit: Unit, committee: CommitteeProfile | None) -> str:
    """The committee above: the base committee of a sub-cell, else the ward's."""
    parent = Unit.objects.filter(path=unit.path[: -unit.steplen]).first()
    if parent is not None and parent.kind not in (UnitKind.WARD, UnitKind.CITY):
        return parent.name
    return committee.name if committee else (parent.name if parent else "")


def _subject(obligation: Obligation) -> str:
    title = obligation.title
    for beginning in _KNOWN_BEGINNINGS:
        title = title.removeprefix(beginning)
    return lower_first(title)


def _opening(obligation: Obligation) -> Paragraph:
    directive = obligation.requirement.directive
    dated = f", ngày {format_date(directive.issued_on)}" if directive.issued_on else ""
    asked = f"Thực hiện {directive.get_kind_display()} số {directive.reference}{dated} của {directive.issuer}"
    return _body(f"{asked}, {obligation.unit.name} báo cáo như sau:")


def _numbers(words: ReportWords) -> list[Paragraph]:
    told = [one for one in words.numbers if one.value is not None]
    if not told:
        return []
    items = [Paragraph(Level.ITEM, (Run(f"- {one.label}: {format_number(one.value or 0)}"),)) for one in told]
    return [_section("1. Số liệu"), *items]


def _parts(words: ReportWords) -> list[Paragraph]:
    first = 2 if any(one.value is not None for one in words.numbers) else 1
    found: list[Paragraph] = []
    for number, part in enumerate(words.parts, first):
        found.append(_section(f"{number}. {part.heading.rstrip('.;:')}"))
        lines = [line.strip() for line in part.text.splitlines() if line.strip()]
        found.extend(
            Paragraph(Level.ITEM, (Run(line),)) if line.startswith(("-", "+")) else _body(line) for line in lines
        )
    return found


def _ending(obligation: Obligation, profile: FormatProfile) -> Paragraph:
    text = f"Trên đây là báo cáo {_subject(obligation)} của {obligation.unit.name}"
    return Paragraph(Level.ENDING, (Run(f"{text}{profile.body.end_mark}"),))


def _closing(obligation: Obligation, committee: CommitteeProfile | None, at: datetime) -> Closing:
    unit = obligation.unit
    authority = _SIGNERS.get(UnitKind(unit.kind), _CELL)[0]
    held = Appointment.objects.active(local_day(at)).filter(unit=unit, position__group=PositionGroup.CELL_SECRETARY)
    signer = held.select_related("position", "member").order_by("position__order", "pk").first()
    above = [f"{_superior(unit, committee)} (để báo cáo),"]
    office = [f"{committee.office_name},"] if committee and committee.office_name else []
    return Closing(
        recipients=(*above, *office, f"Lưu {unit.name}."),
        authority=authority,
        post=signer.position.title.upper() if signer and signer.position.title else "BÍ THƯ",
        signer=signer.member.full_name if signer else "",
    )


def _section(text: str) -> Paragraph:
    return Paragraph(Level.SECTION, (Run(text),))


def _body(text: str) -> Paragraph:
    return Paragraph(Level.BODY, (Run(text),))
