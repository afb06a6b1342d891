"""Taking an extension back: the day that holds then, who is told, what the past keeps, and when it cannot be."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from directives.choices import ChangeCause, DirectiveState, NoticeKind, ObligationState, RequirementKind
from directives.errors import DeadlineRefused
from directives.history import first_deadline
from directives.models import ChangeNotice, Directive, Extension, Obligation, Requirement
from directives.services.amendments import write_amendments
from directives.services.deadlines import declare_event, extend_all_owing, extend_deadline
from directives.services.issuing import issue_directive
from directives.services.taking_back_extensions import take_back_extension, take_back_extensions
from outbox.models import Notice
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db
GRANTED = at(20, hour=9)
EARLY = at(21, hour=9)
TOLD = (
    "Ai có tài khoản thấy ngay trên cổng; ai nhận thư được thì có thư báo, lập lúc 16:00 và đi trong giờ làm việc. "
    "Ai không có cả hai thì nhờ đơn vị nhắn giúp."
)
"""Three working days later it is 24/4, before the day of the paper."""
AFTER = at(28, hour=9)
"""The day of the paper, 27/4, is over; three working days later, behind 30/4 and 1/5, it is 5/5."""


@pytest.fixture
def debt() -> Obligation:
    """An essay due before 28/4/2026, extended until the end of 14/5."""
    unit = make_unit(make_ward(), name="Chi bộ 5")
    row = make_obligation(make_requirement(make_directive(unit.ward)), make_member(unit, name="Nguyễn Văn An"))
    extend_deadline(obligation=row, new_due_at=at(15, 5), reason="Đi công tác", by=None, at=GRANTED)
    return row


def stored(row: Obligation) -> Obligation:
    return Obligation.objects.get(pk=row.pk)


def take_back(row: Obligation, moment: datetime, reason: str = "Nhầm người") -> Extension:
    return take_back_extension(obligation=row, reason=reason, by=None, at=moment)


@pytest.mark.parametrize(("moment", "due_at"), [(EARLY, at(28)), (AFTER, at(6, 5)), (at(24, hour=9), at(5, 5))])
def test_the_earlier_day_holds_again_but_never_before_the_grace_has_passed(debt, moment, due_at) -> None:
    row = take_back(debt, moment)

    found = stored(debt)
    assert found.due_at == due_at
    assert (row.old_due_at, row.new_due_at, row.cause) == (at(15, 5), due_at, ChangeCause.RESTORED)
    assert (row.reason, row.granted_at) == ("Thu hồi gia hạn: Nhầm người", moment)
    kept = Extension.objects.get(cause=ChangeCause.EXTENDED)
    assert (kept.new_due_at, kept.taken_back_at) == (at(15, 5), moment)
    notice = ChangeNotice.objects.latest("pk")
    assert (notice.kind, notice.old_due_at, notice.new_due_at) == (NoticeKind.MOVED, at(15, 5), due_at)
    entry = AuditEntry.objects.get(action="obligation.unextend")
    assert (entry.obj_id, entry.data["reason"]) == (str(debt.pk), "Nhầm người")
    assert first_deadline(found) == (None if due_at == at(28) else at(28))


def test_nobody_is_late_by_it_and_the_days_between_stay_as_they_were(debt) -> None:
    take_back(debt, AFTER)
    for moment, is_overdue in ((at(27, hour=9), False), (AFTER, False), (at(5, 5, hour=23), False), (at(6, 5), True)):
        assert (debt.pk in Obligation.objects.overdue(moment).values_list("pk", flat=True)) == is_overdue, moment
    then = Obligation.objects.owing_then(at(28, hour=8)).get(pk=debt.pk)
    assert then.owed_due_at == at(15, 5)


def test_extensions_are_taken_back_one_after_the_other(debt) -> None:
    extend_deadline(obligation=debt, new_due_at=at(25, 5), reason="Ốm", by=None, at=GRANTED)
    take_back(debt, EARLY)
    assert stored(debt).due_at == at(15, 5)
    take_back(debt, EARLY)
    assert stored(debt).due_at == at(28)
    with pytest.raises(DeadlineRefused, match="không do gia hạn"):
        take_back(debt, EARLY)
    extend_deadline(obligation=debt, new_due_at=at(2, 5), reason="Ốm lại", by=None, at=EARLY)
    assert stored(debt).due_at == at(2, 5)


def test_a_fix_by_day_the_extension_moved_moves_along(debt) -> None:
    other = make_obligation(debt.requirement, make_member(debt.unit))
    returned = {"state": ObligationState.RETURNED, "first_submitted_at": at(18), "submitted_at": at(18)}
    Obligation.objects.filter(pk=other.pk).update(**returned, fix_by=at(24))
    extend_deadline(obligation=other, new_due_at=at(15, 5), reason="Ốm", by=None, at=GRANTED)
    take_back(other, EARLY)
    assert (stored(other).due_at, stored(other).fix_by) == (at(28), at(28))
    Obligation.objects.filter(pk=debt.pk).update(
        **returned, fix_by=at(20, 5)
    )  # given by the office, not by the extension
    take_back(debt, EARLY)
    assert stored(debt).fix_by == at(20, 5)


def test_a_longer_fix_by_day_of_the_office_comes_back(debt) -> None:
    returned = {"state": ObligationState.RETURNED, "first_submitted_at": at(18), "submitted_at": at(18)}
    Obligation.objects.filter(pk=debt.pk).update(**returned, fix_by=at(10, 5), due_at=at(28))
    Extension.objects.all().delete()
    extend_deadline(obligation=debt, new_due_at=at(15, 5), reason="Ốm", by=None, at=GRANTED)
    assert stored(debt).fix_by == at(15, 5)
    take_back(debt, EARLY)
    assert (stored(debt).due_at, stored(debt).fix_by) == (at(28), at(10, 5))


def test_a_fix_by_day_that_was_the_day_granted_before_stays(debt) -> None:
    returned = {"state": ObligationState.RETURNED, "first_submitted_at": at(18), "submitted_at": at(18)}
    Obligation.objects.filter(pk=debt.pk).update(**returned, fix_by=at(15, 5), due_at=at(28))
    Extension.objects.all().delete()
    extend_deadline(obligation=debt, new_due_at=at(15, 5), reason="Ốm", by=None, at=GRANTED)
    take_back(debt, EARLY)
    assert (stored(debt).due_at, stored(debt).fix_by) == (at(28), at(15, 5))


def _handed_in(row: Obligation) -> None:
    Obligation.objects.filter(pk=row.pk).update(state=ObligationState.SUBMITTED, submitted_at=EARLY)


def _amended(row: Obligation) -> None:
    later = make_directive(row.ward, number=61, state="DRAFT", issued_on=date(2026, 4, 21))
    changes = {row.requirement_id: ("RESCHEDULE", "trước ngày 30/5/2026")}
    write_amendments(directive=later, target=row.requirement.directive, changes=changes, by=None, at=EARLY)
    issue_directive(directive=later, by=None, at=EARLY)


@pytest.mark.parametrize(
    ("happened", "moment", "reason", "said"),
    [
        (lambda row: None, EARLY, " ", "Ghi lý do"),
        (_handed_in, EARLY, "Nhầm", "không còn nợ"),
        (lambda row: Directive.objects.update(state="CLOSED"), EARLY, "Nhầm", "không còn nợ"),
        (
            lambda row: Unit.objects.filter(pk=row.unit_id).update(closed_on=date(2026, 4, 21)),
            EARLY,
            "Nhầm",
            "giải thể",
        ),
        (_amended, EARLY, "Nhầm", "không do gia hạn"),
        (lambda row: None, at(12, 5, hour=9), "Nhầm", "cũng không sớm hơn"),
        (lambda row: None, at(16, 5, hour=9), "Nhầm", "cũng không sớm hơn"),
    ],
)
def test_when_it_cannot_be_nothing_changes(debt, happened, moment, reason, said) -> None:
    happened(debt)
    before = Obligation.objects.values().get(pk=debt.pk)
    told = ChangeNotice.objects.count()
    with pytest.raises(DeadlineRefused, match=said):
        take_back(debt, moment, reason)
    assert Obligation.objects.values().get(pk=debt.pk) == before
    assert (ChangeNotice.objects.count(), Extension.objects.filter(cause="RESTORED").count()) == (told, 0)
    assert not Extension.objects.exclude(taken_back_at=None).exists()


def test_what_was_taken_back_is_no_day_granted_when_the_units_own_clock_starts() -> None:
    unit = make_unit(make_ward())
    directive = make_directive(unit.ward)
    session = make_requirement(directive, kind=RequirementKind.ACTIVITY, due_at=at(1, 6))
    report = make_requirement(directive, kind=RequirementKind.REPORT, due_at=at(4, 6), anchor=session, event_days=3)
    held, owed = make_obligation(session, unit), make_obligation(report, unit)
    extend_deadline(obligation=owed, new_due_at=at(20, 6), reason="Lũ", by=None, at=GRANTED)
    take_back(owed, EARLY)
    declare_event(obligation=held, held_on=date(2026, 5, 12), by=None, at=at(13, 5, hour=9))
    assert stored(owed).due_at == at(16, 5)


def test_the_office_sees_which_day_it_will_be_and_whoever_owes_finds_it_on_his_bell(debt, client, time_machine) -> None:
    time_machine.move_to(EARLY, tick=False)
    user = make_user(Role.MEMBER, member=debt.member, unit=debt.unit)
    office = make_user(Role.OFFICE, debt.ward)
    client.force_login(office)
    address = reverse("directives:take_back_extension", args=[debt.pk])
    assert address in client.get(reverse("directives:obligation", args=[debt.pk])).content.decode()
    page = client.get(address).content.decode().replace("\xa0", " ")
    assert "hết thứ Hai ngày 27/4/2026</strong>, như trước khi gia hạn." in page
    assert TOLD in page
    answer = client.post(address, {"note": "Nhầm người"}, follow=True).content.decode()
    assert "Đã thu hồi gia hạn, hạn nay là" in answer
    assert TOLD in answer
    assert "Thu hồi gia hạn: Nhầm người" in answer
    assert address not in answer
    assert "không có gì để thu hồi" in client.get(address).content.decode()
    again = client.post(address, {"note": "Nữa"})
    assert (again.status_code, "không có gì để thu hồi" in again.content.decode()) == (422, True)
    assert "27/4" in Notice.objects.filter(user_id=user.pk).latest("pk").title
    time_machine.move_to(at(24, hour=9), tick=False)
    client.force_login(office)
    extend_deadline(obligation=debt, new_due_at=at(15, 5), reason="Ốm", by=None, at=EARLY)
    assert "không ai thành nộp muộn vì việc thu hồi" in client.get(address).content.decode()
    time_machine.move_to(at(13, 5, hour=9), tick=False)
    client.force_login(office)
    late = client.get(address).content.decode()
    assert "Cứ để hạn này" in late
    assert '<button class="btn btn-primary" type="submit">Thu hồi' not in late


@pytest.fixture
def many(debt) -> list[Obligation]:
    """Four more of the requirement: three extended together until the end of 19/5, one of them handed in since; one alone."""
    names = "Bình", "Chi", "Dung", "Hà"
    rows = [make_obligation(debt.requirement, make_member(debt.unit, name=f"Lê {name}")) for name in names]
    together = [row.pk for row in rows[:3]]
    extend_all_owing(
        requirement=debt.requirement, obligations=together, new_due_at=at(20, 5), reason="Mưa lũ", by=None, at=GRANTED
    )
    extend_deadline(obligation=rows[3], new_due_at=at(29), reason="Ốm", by=None, at=GRANTED)
    _handed_in(rows[2])
    return rows


def _extension(row: Obligation) -> int:
    return Extension.objects.get(obligation=row, cause=ChangeCause.EXTENDED).pk


def test_several_are_taken_back_at_once_and_nobody_is_late_by_it(debt, many) -> None:
    asked = [_extension(row) for row in (*many, debt)]
    moment = at(24, hour=9)  # three working days later it is 4/5: Hà's 28/4 would be no earlier
    number = take_back_extensions(
        requirement=debt.requirement, extensions=asked, expected=3, reason=" Nhầm đợt ", by=None, at=moment
    )
    assert number == 3
    assert [stored(row).due_at for row in (*many, debt)] == [at(5, 5), at(5, 5), at(20, 5), at(29), at(5, 5)]
    assert not Obligation.objects.overdue(moment).exists()
    assert set(Extension.objects.filter(taken_back_at=moment).values_list("obligation", flat=True)) == {
        many[0].pk, many[1].pk, debt.pk,
    }  # fmt: skip
    told = ChangeNotice.objects.filter(at=moment).order_by("old_due_at")
    words = "Thu hồi gia hạn: Nhầm đợt"
    assert [(one.old_due_at, one.new_due_at, one.words) for one in told] == [
        (old, at(5, 5), words) for old in (at(15, 5), at(20, 5), at(20, 5))
    ]
    entry = AuditEntry.objects.get(action="obligation.unextend")
    assert (entry.obj_id, entry.data["reason"]) == (str(debt.requirement_id), "Nhầm đợt")
    assert sorted(entry.data["obligations"]) == sorted([many[0].pk, many[1].pk, debt.pk])


@pytest.mark.parametrize(
    ("expected", "reason", "said"),
    [(4, "Nhầm", "bây giờ là 3 việc"), (2, "Nhầm", "bây giờ là 3 việc"), (3, " ", "Ghi lý do")],
)
def test_another_number_than_was_confirmed_changes_nothing(debt, many, expected, reason, said) -> None:
    asked = [_extension(row) for row in (*many, debt)]
    before = list(Obligation.objects.order_by("pk").values())
    with pytest.raises(DeadlineRefused, match=said):
        take_back_extensions(
            requirement=debt.requirement, extensions=asked, expected=expected, reason=reason, by=None, at=at(24, hour=9)
        )
    assert list(Obligation.objects.order_by("pk").values()) == before
    with pytest.raises(DeadlineRefused, match="Không còn gia hạn nào"):
        take_back_extensions(
            requirement=debt.requirement, extensions=[_extension(many[2])], expected=1, reason="Nhầm", by=None, at=EARLY
        )


def test_a_directive_that_ended_meanwhile_has_nothing_to_take_back(debt, many) -> None:
    requirement = Requirement.objects.select_related("directive").get(pk=debt.requirement_id)
    Directive.objects.filter(pk=requirement.directive_id).update(state=DirectiveState.CLOSED)
    with pytest.raises(DeadlineRefused, match="Không còn gia hạn nào"):
        take_back_extensions(
            requirement=requirement, extensions=[_extension(debt)], expected=1, reason="Nhầm", by=None, at=EARLY
        )
    assert not Extension.objects.exclude(taken_back_at=None).exists()


def test_the_office_takes_back_a_whole_decision_or_those_it_ticks(debt, many, client, time_machine) -> None:
    time_machine.move_to(EARLY, tick=False)
    client.force_login(make_user(Role.OFFICE, debt.ward))
    address = reverse("directives:take_back_many", args=[debt.requirement_id])
    assert address in client.get(reverse("directives:directive", args=[debt.requirement.directive_id])).content.decode()
    assert address in client.get(reverse("directives:take_back_extension", args=[debt.pk])).content.decode()
    page = client.get(address).content.decode()
    assert "Thu hồi gia hạn: 4 việc đang có hạn riêng" in page
    assert [page.count(words) for words in ("Thu hồi cả 2 việc của lần này", "Thu hồi cả", "Gia hạn riêng từng việc")] == [
        1, 1, 1,
    ]  # fmt: skip
    none = client.post(address, {})
    assert (none.status_code, "Chưa đánh dấu việc nào" in none.content.decode()) == (422, True)

    whole = client.post(address, {"lan": _extension(many[0])})
    assert "Thu hồi gia hạn của 2 việc?" in whole.content.decode()
    assert TOLD in whole.content.decode()
    assert stored(many[0]).due_at == at(20, 5)
    sent = {"lan": _extension(many[0]), "so": 2, "note": "Nhầm đợt"}
    assert client.post(address, sent | {"note": ""}).status_code == 422
    answer = client.post(address, sent, follow=True).content.decode()
    assert f"Đã thu hồi gia hạn của 2 việc. {TOLD}" in answer
    assert [stored(row).due_at for row in (*many, debt)] == [at(28), at(28), at(20, 5), at(29), at(15, 5)]

    ticked = {"chon": [_extension(debt), _extension(many[3])]}
    assert "Thu hồi gia hạn của 2 việc?" in client.post(address, ticked).content.decode()
    _handed_in(many[3])
    late = client.post(address, ticked | {"so": 2, "note": "Nhầm"})
    assert (late.status_code, "bây giờ là 1 việc" in late.content.decode()) == (422, True)
    client.post(address, ticked | {"so": 1, "note": "Nhầm"})
    assert stored(debt).due_at == at(28)
    assert "Không có gia hạn nào để thu hồi" in client.get(address).content.decode()


def test_a_decision_is_found_again_when_its_first_party_has_handed_in_meanwhile(
    debt, many, client, time_machine
) -> None:
    time_machine.move_to(EARLY, tick=False)
    client.force_login(make_user(Role.OFFICE, debt.ward))
    address = reverse("directives:take_back_many", args=[debt.requirement_id])
    first = _extension(many[0])
    _handed_in(many[0])
    assert "Thu hồi gia hạn của 1 việc?" in client.post(address, {"lan": first}).content.decode()
    late = client.post(address, {"lan": first, "so": 2, "note": "Nhầm"})
    assert (late.status_code, "bây giờ là 1 việc" in late.content.decode()) == (422, True)
    elsewhere = make_unit(make_ward(code="VH"))
    foreign = make_obligation(make_requirement(make_directive(elsewhere.ward)), make_member(elsewhere))
    extend_deadline(obligation=foreign, new_due_at=at(15, 5), reason="Ốm", by=None, at=GRANTED)
    for named in (_extension(foreign), "x", "9" * 30):
        assert client.post(address, {"lan": named}).status_code == 422
    client.post(address, {"lan": first, "so": 1, "note": "Nhầm"})
    assert [stored(row).due_at for row in (*many[:2], debt)] == [at(20, 5), at(28), at(15, 5)]
