"""Issuing: exactly the parties addressed get an obligation, with the deadline and the state they should have."""

from datetime import date, datetime

import pytest

from directives.audiences import Audience
from directives.choices import Certainty, DayOffKind, DirectiveKind, ObligationState, RequirementKind, WaiverReason
from directives.errors import DeadlineRefused, IllegalMove, NotIssuable
from directives.models import DayOff, Directive, Obligation, Requirement
from directives.services import issuing
from directives.services.deadlines import declare_event, extend_all_owing, extend_deadline
from directives.services.issuing import issue_directive
from directives.services.preview import preview_issue
from tests.factories.units import appoint, exempt, make_member, make_unit, make_ward
from units.choices import Block, MembershipKind, MemberStatus, PositionGroup, UnitKind
from units.models import CommitteeProfile, Membership
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
AT = datetime(2026, 4, 22, 8, 0, tzinfo=VIETNAM)
DUE = datetime(2026, 4, 28, tzinfo=VIETNAM)


def draft(ward, **fields):
    return Directive.objects.create(
        **{
            "ward": ward,
            "kind": DirectiveKind.CV,
            "number": 128,
            "symbol": "CV/ĐU",
            "issuer": "Đảng ủy phường Phúc Lợi",
            "issued_on": date(2026, 4, 22),
            "subject": "Tiếp tục học tập Nghị quyết số 02-NQ/TW",
            "created_at": AT,
            **fields,
        }
    )


def ask(directive, audience, kind=RequirementKind.ESSAY, **fields):
    return Requirement.objects.create(
        **{
            "directive": directive,
            "order": directive.requirements.count() + 1,
            "kind": kind,
            "title": "Bài thu hoạch Nghị quyết số 02-NQ/TW",
            "audience": audience.as_json(),
            "deadline_phrase": "trước ngày 28/4/2026",
            "deadline_rule": "R1",
            "certainty": Certainty.CERTAIN,
            "due_at": DUE,
            **fields,
        }
    )


def parties(requirement):
    return {
        (o.unit.name, o.member.full_name if o.member else None, o.state)
        for o in Obligation.objects.filter(requirement=requirement).select_related("unit", "member")
    }


def test_a_group_covers_those_who_hold_its_positions_once_each_and_exempt_ones_are_waived():
    ward = make_ward()
    five, school = make_unit(ward, name="Chi bộ 5"), make_unit(ward, name="Chi bộ Trường", block=Block.SCHOOL)
    an = make_member(five, name="Nguyễn Văn An", title="Bí thư")
    appoint(an, "Chủ tịch Hội", unit=school)  # a second post in the group must not make a second debt
    make_member(five, name="Trần Thị Bình")
    lan = make_member(school, name="Nguyễn Thị Lan", title="Phó Bí thư")
    exempt(lan, since=date(2026, 1, 1), until=date(2026, 12, 31))
    ended = make_member(school, name="Lê Văn Cũ")
    appoint(ended, "Bí thư", unit=school, until=date(2026, 4, 22))
    directive = draft(ward)
    requirement = ask(directive, Audience(groups=(PositionGroup.CELL_SECRETARY,)))

    issued = issue_directive(directive=directive, by=None, at=AT)

    assert parties(requirement) == {
        ("Chi bộ 5", "Nguyễn Văn An", ObligationState.PENDING),
        ("Chi bộ Trường", "Nguyễn Thị Lan", ObligationState.WAIVED),
    }
    assert (issued.obligations, issued.waived, issued.uncovered_members) == (2, 1, 2)
    waived = Obligation.objects.get(state=ObligationState.WAIVED)
    assert (waived.waiver_reason, waived.waived_at, waived.due_at) == (WaiverReason.EXEMPT, AT, DUE)
    pending = Obligation.objects.get(state=ObligationState.PENDING)
    assert (pending.waiver_reason, pending.waived_at, pending.due_at, pending.created_at) == ("", None, DUE, AT)


def test_a_block_covers_the_members_counted_there_on_the_day_of_issue():
    ward = make_ward()
    school = make_unit(ward, name="Chi bộ Trường", block=Block.SCHOOL)
    closed = make_unit(ward, block=Block.SCHOOL, closed_on=date(2026, 4, 22))
    home = make_unit(ward, name="Chi bộ 5")
    make_member(school, name="Ở lại")
    make_member(school, name="Đã chuyển đi", until=date(2026, 4, 22))
    make_member(school, name="Mai mới về", since=date(2026, 4, 23))
    make_member(school, name="Hai mươi ba", membership=MembershipKind.RESIDENCE_213)
    make_member(school, name="Đã mất", status=MemberStatus.DECEASED)
    make_member(closed, name="Đơn vị đã giải thể")
    away = make_member(school, name="Đi nơi khác")
    Membership.objects.create(member=away, unit=home, kind=MembershipKind.TEMPORARY, valid_from=date(2026, 1, 1))
    other = make_ward(name="Khác", code="KH")
    make_member(make_unit(other, block=Block.SCHOOL), name="Phường khác")
    directive = draft(ward)
    requirement = ask(directive, Audience(blocks=(Block.SCHOOL,)))

    issue_directive(directive=directive, by=None, at=AT)

    assert parties(requirement) == {("Chi bộ Trường", "Ở lại", ObligationState.PENDING)}


def test_named_units_reach_their_cells_for_members_but_owe_alone_as_units():
    ward = make_ward()
    committee = make_unit(ward, name="Đảng bộ TDP 18", kind=UnitKind.GRASSROOTS_COMMITTEE)
    cell = make_unit(ward, name="Chi bộ 1 TDP 18", kind=UnitKind.SUB_CELL, parent=committee)
    make_member(cell, name="Người ở chi bộ con")
    directive = draft(ward)
    essay = ask(directive, Audience(units=(committee.pk,)))
    report = ask(directive, Audience(units=(committee.pk,)), kind=RequirementKind.REPORT)
    meeting = ask(directive, Audience(unit_kinds=(UnitKind.SUB_CELL,)), kind=RequirementKind.ACTIVITY)

    issue_directive(directive=directive, by=None, at=AT)

    assert parties(essay) == {("Chi bộ 1 TDP 18", "Người ở chi bộ con", ObligationState.PENDING)}
    assert parties(report) == {("Đảng bộ TDP 18", None, ObligationState.PENDING)}
    assert parties(meeting) == {("Chi bộ 1 TDP 18", None, ObligationState.PENDING)}


def test_issuing_names_everything_that_is_missing_and_writes_nothing():
    ward = make_ward()
    directive = draft(ward, number=None, issued_on=None)
    with pytest.raises(NotIssuable) as refused:
        issue_directive(directive=directive, by=None, at=AT)
    assert str(refused.value) == (
        "Chưa có số văn bản. Điền số rồi ban hành. Chưa có ngày ban hành. Điền ngày rồi ban hành. "
        "Văn bản chưa có yêu cầu nào. Thêm ít nhất một yêu cầu."
    )
    assert not Obligation.objects.exists()


def test_issuing_reads_the_deadlines_with_the_calendar_of_now_as_the_preview_shows_them():
    ward = make_ward()
    make_unit(ward)
    directive = draft(ward)
    cells = Audience(unit_kinds=(UnitKind.GRASSROOTS_CELL,))
    phrase = "trong thời hạn 05 ngày làm việc kể từ ngày ban hành"
    report = ask(directive, cells, kind=RequirementKind.REPORT, deadline_phrase=phrase, due_at=None)
    before = preview_issue(directive=directive, at=AT).requirements[0].settled.due_at
    DayOff.objects.create(ward=ward, day=date(2026, 4, 29), kind=DayOffKind.IN_LIEU, name="Nghỉ bù của phường")
    CommitteeProfile.objects.filter(unit=ward).update(before_includes_day=True)
    essay = ask(directive, Audience(groups=(PositionGroup.MEMBER,)))
    shown = [item.requirement.due_at for item in preview_issue(directive=directive, at=AT).requirements]

    issue_directive(directive=directive, by=None, at=AT)

    report.refresh_from_db()
    essay.refresh_from_db()
    assert shown == [report.due_at, essay.due_at]
    assert report.due_at > before
    assert essay.due_at == datetime(2026, 4, 29, tzinfo=VIETNAM)  # "trước ngày 28/4" takes the 28th in
    assert set(report.obligations.values_list("due_at", flat=True)) == {report.due_at}


def test_a_directive_is_issued_once():
    ward = make_ward()
    make_member(make_unit(ward))
    directive = draft(ward)
    ask(directive, Audience(groups=(PositionGroup.MEMBER,)))
    issue_directive(directive=directive, by=None, at=AT)
    with pytest.raises(IllegalMove):
        issue_directive(directive=directive, by=None, at=AT)
    assert Obligation.objects.count() == 1


def test_declaring_the_event_starts_the_clock_of_that_unit_only():
    ward = make_ward()
    held, waiting = make_unit(ward, name="Chi bộ 5"), make_unit(ward, name="Chi bộ 7")
    directive = draft(ward)
    kinds = Audience(unit_kinds=(UnitKind.GRASSROOTS_CELL,))
    window = datetime(2026, 6, 1, tzinfo=VIETNAM)
    stop = datetime(2026, 6, 4, tzinfo=VIETNAM)
    meeting = ask(directive, kinds, kind=RequirementKind.ACTIVITY, due_at=window, deadline_phrase="trong tháng 5/2026")
    report = ask(
        directive,
        kinds,
        kind=RequirementKind.REPORT,
        anchor=meeting,
        event_days=3,
        due_at=stop,
        certainty=Certainty.EVENT,
        deadline_phrase="chậm nhất sau 03 ngày tổ chức",
    )
    issue_directive(directive=directive, by=None, at=AT)
    now = datetime(2026, 5, 28, 9, 0, tzinfo=VIETNAM)
    activity = Obligation.objects.get(requirement=meeting, unit=held)

    declare_event(obligation=activity, held_on=date(2026, 5, 27), by=None, at=now)

    activity.refresh_from_db()
    assert (activity.state, activity.held_on) == (ObligationState.ACCEPTED, date(2026, 5, 27))
    own, other = (Obligation.objects.get(requirement=report, unit=unit) for unit in (held, waiting))
    # Wed 27/5 + 3 = Sat 30/5, rolls to Mon 01/6: the first late instant is 02/6 00:00
    assert (own.due_at, own.certainty) == (datetime(2026, 6, 2, tzinfo=VIETNAM), Certainty.CERTAIN)
    assert (other.due_at, other.certainty) == (stop, Certainty.EVENT)
    with pytest.raises(DeadlineRefused):
        declare_event(
            obligation=Obligation.objects.get(requirement=meeting, unit=waiting),
            held_on=date(2026, 5, 29),
            by=None,
            at=now,
        )


def test_extending_keeps_the_old_deadline_and_leaves_out_who_owes_nothing():
    ward = make_ward()
    unit = make_unit(ward)
    make_member(unit)
    exempt(make_member(unit))
    directive = draft(ward)
    requirement = ask(directive, Audience(groups=(PositionGroup.MEMBER,)))
    issue_directive(directive=directive, by=None, at=AT)
    owing = Obligation.objects.get(state=ObligationState.PENDING)
    later = datetime(2026, 5, 5, tzinfo=VIETNAM)

    ids = list(Obligation.objects.values_list("pk", flat=True))
    assert (
        extend_all_owing(requirement=requirement, obligations=ids, new_due_at=later, reason="Lũ", by=None, at=AT) == 1
    )

    owing.refresh_from_db()
    assert owing.due_at == later
    assert [(e.old_due_at, e.new_due_at, e.reason) for e in owing.extensions.all()] == [(DUE, later, "Lũ")]
    with pytest.raises(DeadlineRefused):
        extend_deadline(obligation=owing, new_due_at=later, reason="Lũ", by=None, at=AT)


@pytest.mark.parametrize(("many", "told"), [(2, [(Obligation,)]), (3, [])])
def test_the_planner_is_told_of_many_new_rows_when_they_are_there(
    many, told, monkeypatch, django_capture_on_commit_callbacks
):
    heard = []
    monkeypatch.setattr(issuing, "MANY_ROWS", many)
    monkeypatch.setattr(issuing, "refresh_statistics", lambda *tables: heard.append(tables))
    ward = make_ward()
    cell = make_unit(ward)
    make_member(cell)
    exempt(make_member(cell))
    directive = draft(ward)
    ask(directive, Audience(groups=(PositionGroup.MEMBER,)))
    with django_capture_on_commit_callbacks(execute=True):
        issue_directive(directive=directive, by=None, at=AT)
    assert heard == told
