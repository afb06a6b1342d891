"""The preview before issuing: exact shares by unit, who is exempt, who gets nothing, what overlaps; and it is what issuing writes."""

from __future__ import annotations

import json
from datetime import date, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from directives.audiences import Audience
from directives.choices import DirectiveState, RequirementKind
from directives.errors import NotIssuable
from directives.models import Directive, Obligation
from directives.services.drafts import Ask, add_requirement
from directives.services.issuing import issue_directive
from directives.services.preview import addressed_members, overlapping_members, preview_issue, uncovered_members_of
from tests.factories.directives import make_directive
from tests.factories.units import appoint, exempt, make_member, make_unit, make_user, make_ward
from units.choices import Block, MembershipKind, PositionGroup, Role, UnitKind
from units.models import Membership, Unit
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
AT = datetime(2026, 4, 22, 8, 0, tzinfo=VIETNAM)
SECRETARIES = Audience(groups=(PositionGroup.CELL_SECRETARY,))


@pytest.fixture
def scene():
    """Two cells and an office: three essays asked of leaders, one of the school's members, a session and its report."""
    ward = make_ward()
    street = make_unit(ward, name="Chi bộ 5", code="CB5")
    school = make_unit(ward, name="Chi bộ Trường", code="CBT", block=Block.SCHOOL)
    make_unit(ward, name="Ban Xây dựng Đảng", code="BXD", kind=UnitKind.OFFICE, block=Block.PARTY_OFFICES)
    an = make_member(street, name="Nguyễn Văn An", title="Bí thư")
    make_member(street, name="Trần Thị Bình")
    lan = make_member(school, name="Nguyễn Thị Lan", title="Bí thư")
    exempt(make_member(school, name="Lê Văn Miễn"))
    appoint(an, "Ủy viên Ban Chấp hành", unit=ward, group=PositionGroup.EXECUTIVE_COMMITTEE)
    directive = make_directive(ward, number=128, state=DirectiveState.DRAFT, issued_on=date(2026, 4, 22))

    def ask(kind: str, audience: Audience, phrase: str, **said):
        asked = Ask(kind=kind, title="Việc", audience=audience, deadline_phrase=phrase, **said)
        return add_requirement(directive=directive, ask=asked, by=None, at=AT)

    ask(RequirementKind.ESSAY, Audience(groups=(PositionGroup.EXECUTIVE_COMMITTEE,)), "trước ngày 28/4/2026")
    ask(RequirementKind.ESSAY, SECRETARIES, "trước ngày 28/4/2026")
    ask(RequirementKind.ESSAY, Audience(blocks=(Block.SCHOOL,), without_earlier=True), "trước ngày 28/4/2026")
    cells = Audience(unit_kinds=(UnitKind.GRASSROOTS_CELL,))
    session = ask(RequirementKind.ACTIVITY, cells, "trong tháng 5/2026")
    ask(RequirementKind.REPORT, cells, "chậm nhất sau 03 ngày tổ chức", anchor=session)
    return ward, directive, {"an": an, "lan": lan}


def shares(preview) -> list[set[tuple[str, int, int]]]:
    return [{(s.unit.code, s.required, s.waived) for s in r.shares} for r in preview.requirements]


def test_the_preview_says_who_gets_what_by_unit(scene) -> None:
    _, directive, _ = scene
    preview = preview_issue(directive=directive, at=AT)

    assert shares(preview) == [
        {("CB5", 1, 0)},
        {("CB5", 1, 0), ("CBT", 1, 0)},
        {("CBT", 0, 1)},  # the secretary has the essay of requirement 2 already
        {("CB5", 1, 0), ("CBT", 1, 0)},
        {("CB5", 1, 0), ("CBT", 1, 0)},
    ]
    assert (preview.obligations, preview.waived, preview.units) == (8, 1, 2)
    assert (preview.owed, preview.owing_units) == (7, 2)
    assert preview.by_kind() == {"ESSAY": 4, "ACTIVITY": 2, "REPORT": 2}
    assert preview.by_unit() == {"CB5": 4, "CBT": 4}
    assert preview.missing == ()


def test_the_preview_names_whom_no_sentence_covers_and_who_has_two(scene) -> None:
    _, directive, people = scene
    preview = preview_issue(directive=directive, at=AT)

    assert [(gap.block, gap.units, gap.members, gap.orders) for gap in preview.gaps] == [
        (Block.RESIDENTIAL, 1, 1, (1, 2, 4, 5))
    ]
    said = [warning.message for warning in preview.warnings if warning.code == "nobody_covered"]
    assert said == [
        "1 đảng viên khối Dân cư không được giao bài nào: 1 đơn vị; các đơn vị này vẫn có việc ở yêu cầu 1, 2, 4, 5."
    ]
    assert [unit.code for unit in preview.uncovered_units] == ["BXD"]
    names = [m.member.full_name for m in uncovered_members_of(directive, block=Block.RESIDENTIAL, at=AT)]
    assert names == ["Trần Thị Bình"]
    assert preview.overlapping == 1
    assert list(overlapping_members(directive, at=AT)) == [people["an"]]
    assert [warning.code for warning in preview.warnings] == ["day_off", "day_off", "nobody_covered", "overlap"]


def test_names_are_there_on_demand_with_exempt_ones_marked(scene) -> None:
    _, directive, _ = scene
    third = directive.requirements.get(order=3)
    school = preview_issue(directive=directive, at=AT).requirements[2].shares[0].unit

    assert [(m.member.full_name, m.is_exempt) for m in addressed_members(third, unit=school, at=AT)] == [
        ("Lê Văn Miễn", True)
    ]


def test_issuing_writes_exactly_what_the_preview_said(scene) -> None:
    _, directive, _ = scene
    preview = preview_issue(directive=directive, at=AT)

    issued = issue_directive(directive=directive, by=None, at=AT)

    assert (issued.obligations, issued.waived, issued.uncovered_members) == (
        preview.obligations,
        preview.waived,
        preview.uncovered,
    )
    written = {
        (o.requirement.order, o.unit.code, o.member.full_name if o.member else "", o.state)
        for o in Obligation.objects.select_related("requirement", "unit", "member")
    }
    assert written == {
        (1, "CB5", "Nguyễn Văn An", "PENDING"),
        (2, "CB5", "Nguyễn Văn An", "PENDING"),
        (2, "CBT", "Nguyễn Thị Lan", "PENDING"),
        (3, "CBT", "Lê Văn Miễn", "WAIVED"),
        (4, "CB5", "", "PENDING"),
        (4, "CBT", "", "PENDING"),
        (5, "CB5", "", "PENDING"),
        (5, "CBT", "", "PENDING"),
    }
    dues = set(Obligation.objects.filter(requirement__order=5).values_list("due_at", "certainty"))
    assert dues == {(datetime(2026, 6, 4, tzinfo=VIETNAM), "EVENT")}


def test_the_command_previews_and_with_apply_issues(scene) -> None:
    _, directive, _ = scene

    def run(*args: str) -> dict:
        out = StringIO()
        call_command("issue_directive", *args, "--at", "2026-04-22T08:00:00+07:00", "--json", stdout=out)
        return json.loads(out.getvalue())

    document = run("128-CV/ĐU")
    assert {key: document[key] for key in ("obligations", "by_kind", "by_unit", "uncovered_members")} == {
        "obligations": 8,
        "by_kind": {"ESSAY": 4, "ACTIVITY": 2, "REPORT": 2},
        "by_unit": {"CB5": 4, "CBT": 4},
        "uncovered_members": 1,
    }
    assert set(document) == {"obligations", "by_kind", "by_unit", "uncovered_members", "warnings"}
    assert Directive.objects.get(pk=directive.pk).state == DirectiveState.DRAFT
    assert not Obligation.objects.exists()

    assert run(str(directive.pk), "--apply") == document
    assert (Directive.objects.get(pk=directive.pk).state, Obligation.objects.count()) == (DirectiveState.ISSUED, 8)
    with pytest.raises(CommandError) as again:
        run("128-CV/ĐU", "--apply")
    assert again.value.returncode == 1
    assert Obligation.objects.count() == 8


@pytest.mark.parametrize(("key", "code"), [("129-CV/ĐU", 1), ("không có", 1), ("0", 1)])
def test_an_unknown_key_is_refused_in_vietnamese(key: str, code: int) -> None:
    with pytest.raises(CommandError, match="Không có văn bản") as refusal:
        call_command("issue_directive", key)
    assert refusal.value.returncode == code


def test_a_rule_that_meets_nobody_writes_nothing(scene) -> None:
    _, directive, _ = scene
    elsewhere = make_unit(make_ward(name="Việt Hưng", code="VH"))
    for kind, audience in (
        (RequirementKind.ESSAY, Audience(units=(elsewhere.pk,))),
        (RequirementKind.REPORT, Audience(groups=(PositionGroup.CELL_SECRETARY,))),
    ):
        asked = Ask(kind=kind, title="Không ai", audience=audience, deadline_phrase="trước ngày 28/4/2026")
        add_requirement(directive=directive, ask=asked, by=None, at=AT)

    preview = preview_issue(directive=directive, at=AT)
    issued = issue_directive(directive=directive, by=None, at=AT)

    assert [warning.code for warning in preview.warnings].count("addresses_nobody") == 2
    assert issued.obligations == preview.obligations == 8


def test_whoever_attends_elsewhere_for_a_time_owes_there_once(scene) -> None:
    ward, directive, _ = scene
    guest = make_member(make_unit(ward, name="Chi bộ nhà", code="NHA"), name="Vũ Thị Tạm")
    host = Unit.objects.get(code="CBT")
    Membership.objects.create(member=guest, unit=host, kind=MembershipKind.TEMPORARY, valid_from=date(2026, 1, 1))

    issue_directive(directive=directive, by=None, at=AT)

    found = Obligation.objects.filter(member=guest).values_list("requirement__order", "unit__code")
    assert list(found) == [(3, "CBT")]


def test_a_block_whose_units_get_nothing_either_is_told_so(scene) -> None:
    ward, directive, _ = scene
    make_member(make_unit(ward, name="Ban Tuyên giáo", code="BTG", kind=UnitKind.OFFICE, block=Block.PARTY_OFFICES))

    said = [warning.message for warning in preview_issue(directive=directive, at=AT).warnings]

    assert "Khối Cơ quan Đảng, MTTQ, đoàn thể không được giao việc nào: 1 đơn vị, 1 đảng viên." in said


def test_deadlines_that_have_passed_are_warned_of_with_what_is_overdue_at_once(scene) -> None:
    _, directive, _ = scene
    last_minute, midnight = datetime(2026, 4, 27, 23, 59, tzinfo=VIETNAM), datetime(2026, 4, 28, tzinfo=VIETNAM)

    before, after = (preview_issue(directive=directive, at=moment) for moment in (last_minute, midnight))

    assert (before.past_due, before.past_due_words) == ((), "")
    # three essays are owed by requirements 1 and 2; the only one of requirement 3 is waived
    assert [item.requirement.order for item in after.past_due] == [1, 2]
    assert after.past_due_words == "Yêu cầu 1, 2 có hạn đã qua (27/4/2026): ban hành là 3 việc quá hạn ngay."
    assert [warning.code for warning in after.warnings].count("past_due") == 1
    assert after.warnings[0].message == after.past_due_words


def test_a_passed_deadline_is_said_once(scene) -> None:
    _, directive, _ = scene
    directive.issued_on = date(2026, 5, 4)  # after the last day of requirements 1 and 2
    directive.save(update_fields=["issued_on"])
    warnings = preview_issue(directive=directive, at=datetime(2026, 5, 4, 9, tzinfo=VIETNAM)).warnings
    assert [warning.code for warning in warnings if "đã qua" in warning.message] == ["past_due"]


def test_an_issuer_from_elsewhere_and_a_day_to_come_stand_first_on_the_preview(scene, client) -> None:
    ward, directive, _ = scene
    directive.issuer, directive.issued_on = "ĐẢNG ỦY PHƯỜNG LONG BIÊN", date(2026, 12, 5)
    directive.save(update_fields=["issuer", "issued_on"])
    preview = preview_issue(directive=directive, at=AT)
    assert [warning.code for warning in preview.warnings[:2]] == ["foreign_issuer", "future_date"]
    assert "không phải Đảng ủy phường Phúc Lợi, cũng không phải cấp trên" in preview.warnings[0].message
    assert preview.warnings[1].message.startswith("Ngày ban hành 05/12/2026 chưa tới (hôm nay 22/4/2026).")
    client.force_login(make_user(Role.ADMIN, ward))
    with time_machine.travel(AT, tick=False):
        page = client.get(reverse("directives:preview", args=[directive.pk])).content.decode()
    assert page.count("cũng không phải cấp trên") == 1
    assert page.count("chưa tới (hôm nay") == 1
    assert f'href="{reverse("directives:edit", args=[directive.pk])}">Sửa phần đầu</a>' in page


def test_passed_deadlines_are_issued_only_by_whoever_knows(scene) -> None:
    _, directive, _ = scene
    midnight = datetime(2026, 4, 28, tzinfo=VIETNAM)

    with pytest.raises(NotIssuable, match="Hạn của yêu cầu 1, 2, 3 đã qua"):
        issue_directive(directive=directive, by=None, at=midnight, knows_past=False)
    assert not Obligation.objects.exists()

    assert issue_directive(directive=directive, by=None, at=midnight, knows_past=True).obligations == 8


@pytest.mark.parametrize(
    ("number", "day", "said"),
    [
        (128, 22, []),
        (129, 21, ["Số 129 ngày 21/4/2026 đứng sau số 127 ngày 22/4/2026 mà đề ngày sớm hơn."]),
        (126, 23, ["Số 126 ngày 23/4/2026 đứng trước số 127 ngày 22/4/2026 mà đề ngày muộn hơn."]),
    ],
)
def test_a_number_out_of_the_order_of_days_is_flagged(scene, number: int, day: int, said: list[str]) -> None:
    ward, directive, _ = scene
    make_directive(ward, number=127, issued_on=date(2026, 4, 22))
    make_directive(ward, number=1, kind="KH", symbol="KH/ĐU", issued_on=date(2026, 4, 30))  # another kind counts apart
    Directive.objects.filter(pk=directive.pk).update(number=number, issued_on=date(2026, 4, day))
    directive.refresh_from_db()

    found = [one.message for one in preview_issue(directive=directive, at=AT).warnings if one.code == "number_order"]

    assert found == [f"{words} Xem lại số và ngày ban hành." for words in said]


def test_who_reports_by_the_day_of_a_session_nobody_there_holds_is_named(scene) -> None:
    ward, directive, _ = scene
    committee = make_unit(ward, name="Đảng bộ 18", code="DB18", kind=UnitKind.GRASSROOTS_COMMITTEE)
    report = directive.requirements.get(order=5)
    report.audience = Audience(unit_kinds=(UnitKind.GRASSROOTS_CELL, UnitKind.GRASSROOTS_COMMITTEE)).as_json()
    report.save()

    def elsewhere() -> list[str]:
        warnings = preview_issue(directive=directive, at=AT).warnings
        return [one.message for one in warnings if one.code == "event_elsewhere"]

    assert elsewhere() == [
        "Yêu cầu 5 tính hạn từ ngày tổ chức của yêu cầu 4, nhưng Đảng bộ 18 không được giao yêu cầu 4."
    ]
    make_unit(ward, name="Chi bộ 1 của 18", code="CB181", kind=UnitKind.SUB_CELL, parent=committee)
    session = directive.requirements.get(order=4)
    session.audience = Audience(unit_kinds=(UnitKind.GRASSROOTS_CELL, UnitKind.SUB_CELL)).as_json()
    session.save()
    assert elsewhere() == []
    preview = preview_issue(directive=directive, at=AT)
    assert [[unit.code for unit in item.started_below] for item in preview.requirements] == [[], [], [], [], ["DB18"]]
