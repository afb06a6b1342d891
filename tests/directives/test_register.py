"""Sổ văn bản: numbers per kind and term, gaps and doubles, papers in and out, căn cứ both ways, the book in annex 6's shape."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from importlib import import_module
from io import BytesIO

import openpyxl
import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from directives.audiences import Audience
from directives.choices import DirectiveKind, DirectiveState, ObligationState, RequirementKind
from directives.errors import NotIssuable, NumberTaken
from directives.models import Directive, LegalBasis, OutgoingNumber
from directives.numbering import next_number, number_runs, terms_of
from directives.outgoing_book import outgoing_book
from directives.services.drafts import DirectiveHead, create_directive, update_directive
from directives.services.numbering import assign_number, explain_numbers, give_back_number, take_number
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.units import make_unit, make_user, make_ward
from units.choices import Block, Role
from units.errors import SettingRefused
from units.models import CommitteeProfile, Term, Unit
from units.services.committee import IDENTITY, change_identity, remove_term, set_term
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 24, 8, 0, tzinfo=VIETNAM)
OWN = "Đảng ủy phường Phúc Lợi"
CITY = "Ban Tuyên giáo và Dân vận Thành ủy"


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def ward():
    """One ward in its second term, begun on 21/8/2025."""
    made = make_ward()
    made.terms.all().delete()
    Term.objects.create(ward=made, name="2020-2025", starts_on=date(2020, 8, 1))
    Term.objects.create(ward=made, name="2025-2030", starts_on=date(2025, 8, 21))
    return made


def paper(ward, number: int, day: date, kind: str = DirectiveKind.CV, **said) -> Directive:
    return make_directive(
        ward, number=number, kind=kind, symbol=said.pop("symbol", f"{kind}/ĐU"), issued_on=day, **said
    )


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="units.backends.AccountBackend")
    return client


def head(**said) -> DirectiveHead:
    return DirectiveHead(**{"kind": "CV", "symbol": "CV/ĐU", "subject": "Về việc học tập", "issuer": OWN} | said)


def test_numbers_run_from_one_again_with_each_term_and_kind(ward) -> None:
    assert ward.profile.name == OWN
    paper(ward, 90, date(2025, 8, 20))
    for day, number in enumerate((1, 2, 4, 4, 7), start=1):
        paper(ward, number, date(2025, 9, day))
    paper(ward, 3, date(2025, 10, 1), kind=DirectiveKind.KH)
    paper(ward, 698, date(2026, 4, 21), issuer=CITY, symbol="CV/BTGDVTU")
    now, before = terms_of(ward)
    runs = number_runs(ward.profile, first=now.first, end=now.end)
    assert [(run.kind, run.count, run.following, run.gaps, run.doubles) for run in runs] == [
        ("KH", 1, 4, (1, 2), ()),
        ("CV", 5, 8, (3, 5, 6), (4,)),
    ]
    assert [run.highest for run in number_runs(ward.profile, first=before.first, end=before.end)] == [90]
    assert next_number(ward.profile, kind="CV", day=NOW.date()) == 8
    assert next_number(ward.profile, kind="NQ", day=NOW.date()) == 1
    assert next_number(ward.profile, kind="CV", day=date(2019, 1, 1)) is None


def test_a_draft_takes_the_next_number_in_one_click(ward) -> None:
    paper(ward, 53, date(2026, 4, 1))
    draft = create_directive(ward=ward, head=head(), by=None, at=NOW)
    admin = logged_in(make_user(Role.OFFICE, ward))
    page = admin.get(reverse("directives:preview", args=[draft.pk])).content.decode()
    assert "Lấy số tiếp theo" in page
    answer = admin.post(reverse("directives:take_number", args=[draft.pk]), {"tu": "xem-truoc"})
    assert answer["Location"] == reverse("directives:preview", args=[draft.pk])
    draft.refresh_from_db()
    assert (draft.reference, draft.issued_on) == ("54-CV/ĐU", NOW.date())
    assert take_number(directive=draft, by=None, at=NOW).number == 54
    assert Directive.objects.search("54 cv du").get() == draft


def test_the_number_of_another_body_is_not_ours_to_give(ward) -> None:
    draft = create_directive(ward=ward, head=head(issuer=CITY), by=None, at=NOW)
    with pytest.raises(NotIssuable, match="mang số của cơ quan đó"):
        take_number(directive=draft, by=None, at=NOW)


@pytest.mark.parametrize(
    ("citation", "linked"),
    [
        ("Công văn số 698-CV/BTGDVTU, ngày 21/4/2026 của Ban Tuyên giáo và Dân vận Thành ủy", True),
        ("Công văn số 698-CV/BTGDVTU ngày 21 tháng 4 năm 2026", True),
        ("Thực hiện Công văn số 698-CV/BTGDVTU", True),
        ("Công văn số 698-CV/BTGDVTU ngày 22/4/2026", False),
        ("Công văn số 69-CV/BTGDVTU ngày 21/4/2026", False),
        ("Điều lệ Đảng", False),
    ],
)
def test_a_citation_links_to_the_registered_paper_whichever_came_first(ward, citation: str, linked: bool) -> None:
    early = create_directive(ward=ward, head=head(subject="Trước"), legal_bases=[citation], by=None, at=NOW)
    cited = create_directive(
        ward=ward,
        head=head(number=698, symbol="CV/BTGDVTU", issuer=CITY, issued_on=date(2026, 4, 21)),
        by=None,
        at=NOW,
    )
    late = create_directive(ward=ward, head=head(subject="Sau"), legal_bases=[citation], by=None, at=NOW)
    found = {basis.directive_id: basis.cited_id for basis in LegalBasis.objects.all()}
    assert found == {early.pk: cited.pk if linked else None, late.pk: cited.pk if linked else None}
    office = logged_in(make_user(Role.OFFICE, ward))
    shown = office.get(reverse("directives:directive", args=[cited.pk])).context["paper"].cited_by
    assert set(shown) == ({early, late} if linked else set())


def test_two_papers_of_one_number_are_told_apart_by_their_day_or_not_linked(ward) -> None:
    for year in (2000, 2022):
        paper(ward, 15, date(year, 12, 15), kind="NQ", symbol="NQ/TW", issuer="Ban Chấp hành Trung ương")
    cited = ["Nghị quyết số 15-NQ/TW, ngày 15/12/2022", "Nghị quyết số 15-NQ/TW"]
    made = create_directive(ward=ward, head=head(), legal_bases=cited, by=None, at=NOW)
    years = [basis.cited and basis.cited.issued_on.year for basis in made.legal_bases.select_related("cited")]
    assert years == [2022, None]


def test_a_link_to_a_paper_one_may_not_open_is_plain_words(ward) -> None:
    cited = paper(ward, 698, date(2026, 4, 21), issuer=CITY, symbol="CV/BTGDVTU", state=DirectiveState.DRAFT)
    own = paper(ward, 5, date(2026, 4, 22))
    LegalBasis.objects.create(directive=own, citation="Công văn số 698-CV/BTGDVTU", cited=cited)
    link = reverse("directives:directive", args=[cited.pk])
    page = reverse("directives:directive", args=[own.pk])
    assert link in logged_in(make_user(Role.OFFICE, ward)).get(page).content.decode()
    assert link not in logged_in(make_user(Role.LEADER, ward)).get(page).content.decode()


def _day(day: int) -> datetime:
    """A day of April 2026 as a workbook keeps it."""
    return datetime(2026, 4, day)  # noqa: DTZ001 (Excel knows no zone)


@pytest.fixture
def shelf(ward):
    """Papers of two terms, own ones and one of the city, with work from one of them."""
    old = paper(ward, 7, date(2025, 3, 1), kind="KH", subject="Chuyển đổi số")
    letter = paper(ward, 128, date(2026, 4, 21), subject="Học tập Nghị quyết")
    paper(ward, 698, date(2026, 4, 20), issuer=CITY, symbol="CV/BTGDVTU", subject="Sinh hoạt chuyên đề")
    LegalBasis.objects.create(directive=letter, citation="Nghị quyết số 02-NQ/TW, ngày 15/3/2026")
    report = make_requirement(
        letter, kind=RequirementKind.REPORT, title="Báo cáo kết quả", audience=Audience(blocks=(Block.RESIDENTIAL,))
    )
    make_requirement(letter, kind=RequirementKind.ACTION_PLAN, title="Chương trình hành động", due_at=None)
    for number, state in enumerate((ObligationState.ACCEPTED, ObligationState.PENDING, ObligationState.WAIVED)):
        make_obligation(report, make_unit(ward, name=f"Chi bộ {number + 1}"), state=state)
    return ward, old, letter


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["128-CV/ĐU", "698-CV/BTGDVTU", "07-KH/ĐU"]),
        ("phia=di", ["128-CV/ĐU", "07-KH/ĐU"]),
        ("phia=den", ["698-CV/BTGDVTU"]),
        ("xep=ngay", ["07-KH/ĐU", "698-CV/BTGDVTU", "128-CV/ĐU"]),
        ("xep=no", ["128-CV/ĐU", "698-CV/BTGDVTU", "07-KH/ĐU"]),
        ("xep=han", ["128-CV/ĐU", "698-CV/BTGDVTU", "07-KH/ĐU"]),
        ("q=chuyen+doi", ["07-KH/ĐU"]),
        (f"co_quan={CITY}", ["698-CV/BTGDVTU"]),
        ("co_quan=Không+có&nhiem_ky=x&so_dong=7", ["128-CV/ĐU", "698-CV/BTGDVTU", "07-KH/ĐU"]),
    ],
)
def test_the_register_is_narrowed_and_ordered(shelf, query: str, found: list[str]) -> None:
    client = logged_in(make_user(Role.OFFICE, shelf[0]))
    page = client.get(f"{reverse('directives:list')}?{query}")
    assert [one.reference for one in page.context["page_obj"]] == found


def test_a_term_shows_its_papers_its_numbers_and_what_is_cited_but_not_registered(shelf) -> None:
    ward = shelf[0]
    client, terms = logged_in(make_user(Role.OFFICE, ward)), {one.name: one.pk for one in Term.objects.all()}
    before = client.get(reverse("directives:list"), {"nhiem_ky": terms["2020-2025"]})
    assert [one.reference for one in before.context["page_obj"]] == ["07-KH/ĐU"]
    assert before.context["numbers"].runs[0].gaps == "01, 02, 03, 04, 05, 06"
    incoming = client.get(reverse("directives:list"), {"phia": "den"}).content.decode()
    assert "Nghị quyết số 02-NQ/TW, ngày 15/3/2026" in incoming
    leader = logged_in(make_user(Role.LEADER, ward)).get(reverse("directives:list"))
    assert leader.context["numbers"] is None


def test_the_book_has_one_line_a_requirement_on_the_page_and_in_the_workbook(shelf) -> None:
    ward = shelf[0]
    client = logged_in(make_user(Role.OFFICE, ward))
    expected = [
        (1, "128-CV/ĐU", _day(21), "Học tập Nghị quyết", OWN, "Báo cáo kết quả", _day(27),
         "Khối dân cư", "1/2 đạt"),
        (1, "128-CV/ĐU", _day(21), "Học tập Nghị quyết", OWN, "Chương trình hành động", "",
         "Chưa chọn đối tượng", "không có việc phải nộp"),
    ]  # fmt: skip
    answer = client.get(reverse("directives:export_register"), {"q": "hoc tap"})
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert [row[:9] for row in sheet.iter_rows(min_row=4, values_only=True)][:2] == expected
    assert sheet.page_setup.orientation == "landscape"
    assert AuditEntry.objects.filter(action="report.export").count() == 1
    page = client.get(reverse("directives:register_book"), {"q": "hoc tap"})
    assert [(line.opens, line.lines, line.result) for line in page.context["lines"]] == [
        (True, 2, "1/2 đạt"), (False, 2, "không có việc phải nộp"),
    ]  # fmt: skip


def test_a_secretary_reads_only_the_results_of_his_units(shelf) -> None:
    ward = shelf[0]
    own = logged_in(make_user(Role.SECRETARY, Unit.objects.get(ward=ward, name="Chi bộ 2")))
    lines = own.get(reverse("directives:register_book")).context["lines"]
    assert next((line.directive.reference, line.result) for line in lines) == ("128-CV/ĐU", "0/1 đạt")


@pytest.mark.parametrize("extra", [0, 2])
@pytest.mark.parametrize(("name", "queries"), [("list", 15), ("register_book", 14)])
def test_the_pages_cost_the_same_for_more_papers(
    shelf, name: str, queries: int, extra: int, django_assert_num_queries
) -> None:
    for number in range(extra):
        make_requirement(paper(shelf[0], 200 + number, date(2026, 4, 22)), kind=RequirementKind.REPORT)
    client = logged_in(make_user(Role.OFFICE, shelf[0]))
    client.get(reverse(f"directives:{name}"))
    with django_assert_num_queries(queries):
        client.get(reverse(f"directives:{name}"))


def assign(ward, number, kind: str = "CV"):
    return assign_number(
        ward=ward, kind=kind, number=number, day=NOW.date(), about="công văn đôn đốc", directive=None, by=None, at=NOW
    )


def test_papers_of_the_portal_and_of_the_register_share_one_run_and_no_number_is_given_twice(ward) -> None:
    paper(ward, 53, date(2026, 4, 1))
    taken = assign(ward, None)
    assert (taken.number, taken.day) == (54, NOW.date())
    assert next_number(ward.profile, kind="CV", day=NOW.date()) == 55
    for number in (53, 54):
        with pytest.raises(NumberTaken, match="Số tiếp theo là 55"):
            assign(ward, number)
        with pytest.raises(NumberTaken, match=f"{number}-CV"):
            create_directive(ward=ward, head=head(number=number, issued_on=NOW.date()), by=None, at=NOW)
    assert assign(ward, 54, kind="KH").number == 54
    before = create_directive(ward=ward, head=head(number=54, issued_on=date(2021, 1, 5)), by=None, at=NOW)
    assert before.number == 54, "another term"
    draft = create_directive(ward=ward, head=head(subject="Khác"), by=None, at=NOW)
    assert take_number(directive=draft, by=None, at=NOW).number == 55
    assert OutgoingNumber.objects.filter(kind="CV").count() == 1


def test_a_draft_that_becomes_the_committees_own_takes_no_number_that_is_used(ward) -> None:
    paper(ward, 54, date(2026, 4, 1))
    foreign = head(number=54, issued_on=date(2026, 4, 2), issuer="Thành ủy Hà Nội")
    draft = create_directive(ward=ward, head=foreign, by=None, at=NOW)
    own = replace(foreign, issuer=ward.profile.name)
    with pytest.raises(NumberTaken, match="Số tiếp theo là 55"):
        update_directive(directive=draft, head=own, legal_bases=[], by=None, at=NOW)
    own = replace(own, number=55)
    assert update_directive(directive=draft, head=own, legal_bases=[], by=None, at=NOW).number == 55


def test_a_number_given_back_is_free_again_and_the_gap_says_why(ward) -> None:
    first, second = assign(ward, 7), assign(ward, 8)
    give_back_number(row=second, why="đã dừng lập", at=NOW)
    assert next_number(ward.profile, kind="CV", day=NOW.date()) == 8
    second = assign(ward, 8)
    give_back_number(row=first, why="đã dừng lập", at=NOW)
    (run,) = number_runs(ward.profile, first=terms_of(ward)[0].first)
    assert (run.count, run.highest, run.gaps) == (1, 8, (1, 2, 3, 4, 5, 6, 7))
    assert dict(run.explained) == {7: "công văn đôn đốc: đã dừng lập"}
    assert assign(ward, 7).state == "TAKEN"


def test_a_term_with_a_number_taken_stays_and_says_so(ward) -> None:
    assign(ward, 7)
    old, new = Term.objects.filter(ward=ward).order_by("starts_on")
    with pytest.raises(SettingRefused, match=r"Nhiệm kỳ 2025-2030 đã có văn bản lấy số, không bỏ được\. Nếu ghi sai"):
        remove_term(term=new, by=None, at=NOW)
    remove_term(term=old, by=None, at=NOW)
    assert list(Term.objects.filter(ward=ward)) == [new]


def test_gaps_are_explained_on_the_page_and_what_is_used_is_not(ward) -> None:
    paper(ward, 12, date(2026, 4, 1), subject="Về việc học tập")
    office = logged_in(make_user(Role.OFFICE, ward))
    page = reverse("directives:numbers", args=[terms_of(ward)[0].term.pk, "CV"])
    assert [(row.label, row.what) for row in office.get(page).context["book"].rows] == [
        ("12", "Về việc học tập"),
        ("01 đến 11", "Chưa rõ"),
    ]
    said = {"first": 1, "last": 10, "state": "OUTSIDE", "note": "Phát hành trước khi dùng cổng"}
    assert office.post(page, said).status_code == 302
    rows = office.get(page).context["book"].rows
    assert [(row.label, row.what, row.note) for row in rows] == [
        ("12", "Về việc học tập", ""),
        ("11", "Chưa rõ", ""),
        ("01 đến 10", "Văn bản ngoài cổng", "Phát hành trước khi dùng cổng"),
    ]
    (run,) = number_runs(ward.profile, first=terms_of(ward)[0].first)
    assert (run.gaps, run.following) == ((11,), 13)
    entry = AuditEntry.objects.get(action="number.explain")
    told = json.loads(entry.detail)
    assert (told["numbers"], told["what"]) == ("01–10", "OUTSIDE")
    refused = office.post(page, said | {"first": 11, "last": 12})
    assert refused.status_code == 422
    assert "Số 12 đã có" in refused.content.decode()
    with pytest.raises(NumberTaken, match="ngoài cổng"):
        assign(ward, 3)
    entered = create_directive(ward=ward, head=head(number=3, issued_on=date(2025, 9, 9)), by=None, at=NOW)
    assert entered.number == 3, "a paper from before the portal may still be entered"
    assert logged_in(make_user(Role.LEADER, ward)).get(page).status_code == 404


def test_a_number_ahead_of_the_run_cannot_be_explained_away(ward) -> None:
    office = logged_in(make_user(Role.OFFICE, ward))
    page = reverse("directives:numbers", args=[terms_of(ward)[0].term.pk, "CV"])
    said = {"first": 99999, "state": "OUTSIDE", "note": "Ghi nhầm"}
    empty = office.post(page, said)
    assert (empty.status_code, OutgoingNumber.objects.count()) == (422, 0)
    assert "chưa có số trống" in empty.content.decode()
    paper(ward, 12, date(2026, 4, 1))
    for stretch in ({"first": 99999}, {"first": 13}, {"first": 13, "last": 14}):
        refused = office.post(page, said | stretch)
        assert refused.status_code == 422
        assert "chưa tới lượt: số lớn nhất đã dùng là 12." in refused.content.decode()
    assert not OutgoingNumber.objects.exists()
    assert next_number(ward.profile, kind="CV", day=NOW.date()) == 13
    assert office.post(page, said | {"first": 11}).status_code == 302
    assert not AuditEntry.objects.filter(action="number.explain").exclude(detail__contains='"11"').exists()


def test_a_term_entered_late_takes_the_numbers_of_its_days_along_and_none_is_given_again(ward) -> None:
    paper(ward, 52, date(2026, 4, 2))
    paper(ward, 55, date(2026, 4, 24))
    letter = assign(ward, 54)
    give_back_number(row=assign(ward, 56), why="đã dừng lập", at=NOW)
    explain_numbers(ward=ward, kind="CV", first=50, last=51, state="VOID", note="Bỏ", day=NOW.date(), by=None, at=NOW)
    set_term(ward=ward, term=None, name="2026-2031", starts_on=date(2026, 4, 20), by=None, at=NOW)
    now, before, _ = terms_of(ward)
    assert (now.first, before.end) == (date(2026, 4, 20), date(2026, 4, 20))
    (late,) = number_runs(ward.profile, first=now.first, end=now.end)
    assert (late.count, late.highest, late.gaps) == (2, 55, tuple(range(1, 54)))
    (early,) = number_runs(ward.profile, first=before.first, end=before.end)
    assert (early.count, early.highest, early.gaps) == (1, 52, tuple(range(1, 50)))
    assert next_number(ward.profile, kind="CV", day=NOW.date()) == 56
    with pytest.raises(NumberTaken, match="nhiệm kỳ từ ngày 20/4/2026 đã dùng cho công văn đôn đốc"):
        assign(ward, 54)
    with pytest.raises(NumberTaken, match="54-CV"):
        create_directive(ward=ward, head=head(number=54, issued_on=NOW.date()), by=None, at=NOW)
    old = assign_number(
        ward=ward, kind="CV", number=54, day=date(2026, 4, 19), about="công văn của nhiệm kỳ trước", directive=None,
        by=None, at=NOW,
    )  # fmt: skip
    letter.refresh_from_db()
    assert (old.pk == letter.pk, letter.about, letter.day) == (False, "công văn đôn đốc", NOW.date())
    rows = outgoing_book(ward.profile, now, "CV").rows
    assert [(row.label, row.what) for row in rows if row.first > 50] == [
        ("55", "Tiếp tục học tập, quán triệt Nghị quyết số 02-NQ/TW"), ("54", "công văn đôn đốc"),
    ]  # fmt: skip


def test_terms_put_together_show_their_doubled_numbers_and_take_the_next_after_both(ward) -> None:
    before, late = assign_number(
        ward=ward, kind="CV", number=7, day=date(2025, 8, 20), about="cũ", directive=None, by=None, at=NOW
    ), assign(ward, 7)  # fmt: skip
    term = terms_of(ward)[0].term
    set_term(ward=ward, term=term, name=term.name, starts_on=date(2025, 8, 1), by=None, at=NOW)
    (run,) = number_runs(ward.profile, first=date(2025, 8, 1))
    assert (run.count, run.doubles, run.following) == (2, (7,), 8)
    give_back_number(row=before, why="đã dừng lập", at=NOW)
    with pytest.raises(NumberTaken, match="Số tiếp theo là 08"):
        assign(ward, 7)
    give_back_number(row=late, why="đã dừng lập", at=NOW)
    assert assign(ward, 7).state == "TAKEN"
    (run,) = number_runs(ward.profile, first=date(2025, 8, 1))
    assert (run.count, run.doubles, run.explained) == (1, (), {})


def test_numbers_explained_stay_with_the_papers_around_them_when_the_first_day_is_put_right(ward) -> None:
    paper(ward, 12, date(2026, 4, 1))
    said = {"ward": ward, "kind": "CV", "state": "OUTSIDE", "day": NOW.date(), "by": None, "at": NOW}
    assert explain_numbers(first=1, last=10, note="Phát hành trước khi dùng cổng", **said) == 10
    assert explain_numbers(first=3, last=3, note="Đã lưu trên giấy", **said) == 1
    term = terms_of(ward)[0].term
    set_term(ward=ward, term=term, name=term.name, starts_on=date(2025, 8, 28), by=None, at=NOW)
    (run,) = number_runs(ward.profile, first=date(2025, 8, 28))
    assert (run.gaps, len(run.explained), run.explained[3]) == ((11,), 10, "Đã lưu trên giấy")
    assert number_runs(ward.profile, first=date(2020, 8, 1), end=date(2025, 8, 28)) == []


def test_numbers_of_papers_are_entered_before_their_rows_lose_the_term() -> None:
    plan = MigrationLoader(None).graph.forwards_plan(("directives", "0024_numbers_by_day"))
    assert ("reports", "0005_outgoing_numbers") in plan


def renamed(ward, name: str) -> None:
    profile = CommitteeProfile.objects.get(unit=ward)
    values = {key: getattr(profile, key) for key in IDENTITY} | {"name": name}
    change_identity(profile=profile, values=values, by=None, at=NOW)
    ward.refresh_from_db()


def test_numbers_run_on_when_the_committee_gets_another_name_in_mid_term(ward) -> None:
    paper(ward, 53, date(2026, 4, 1))
    foreign = paper(ward, 90, date(2026, 4, 2), issuer=CITY)
    draft = create_directive(ward=ward, head=head(subject="Soạn trước khi đổi tên"), by=None, at=NOW)
    new = "Đảng ủy phường Phúc Lợi - Giang Biên"
    for name in ("Đảng uỷ Phúc Lợi", new, OWN, new):
        renamed(ward, name)
    assert ward.profile.names == [new, "Đảng uỷ Phúc Lợi", OWN]
    assert next_number(ward.profile, kind="CV", day=NOW.date()) == 54
    for issuer in (OWN, new):
        with pytest.raises(NumberTaken, match="Số tiếp theo là 54"):
            create_directive(ward=ward, head=head(number=53, issuer=issuer, issued_on=NOW.date()), by=None, at=NOW)
    assert take_number(directive=draft, by=None, at=NOW).number == 54
    assert assign(ward, None).number == 55
    (run,) = number_runs(ward.profile, first=terms_of(ward)[0].first)
    assert (run.count, run.following) == (3, 56)
    assert [row.label for row in outgoing_book(ward.profile, terms_of(ward)[0], "CV").rows[:3]] == ["55", "54", "53"]
    office = logged_in(make_user(Role.OFFICE, ward))
    shown = {
        side: {one.reference for one in office.get(reverse("directives:list"), {"phia": side}).context["page_obj"]}
        for side in ("di", "den")
    }
    assert shown == {"di": {"53-CV/ĐU", "54-CV/ĐU"}, "den": {foreign.reference}}


def test_a_name_changed_before_it_was_kept_is_recalled_from_the_log(ward) -> None:
    renamed(ward, "Đảng ủy phường Phúc Lợi mới")
    CommitteeProfile.objects.update(former_names=[])
    recall = import_module("units.migrations.0015_former_names").recall
    recall(apps, None)
    assert CommitteeProfile.objects.get(unit=ward).former_names == [OWN]
