"""Sổ văn bản: numbers per kind and term, gaps and doubles, papers in and out, căn cứ both ways, the book in annex 6's shape."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from directives.audiences import Audience
from directives.choices import DirectiveKind, DirectiveState, ObligationState, RequirementKind
from directives.errors import NotIssuable
from directives.models import Directive, LegalBasis
from directives.numbering import next_number, number_runs, terms_of
from directives.services.drafts import DirectiveHead, create_directive
from directives.services.numbering import take_number
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.units import make_unit, make_user, make_ward
from units.choices import Block, Role
from units.models import Term, Unit
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
         "khối Dân cư", "1/2 đạt"),
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
@pytest.mark.parametrize(("name", "queries"), [("list", 14), ("register_book", 14)])
def test_the_pages_cost_the_same_for_more_papers(
    shelf, name: str, queries: int, extra: int, django_assert_num_queries
) -> None:
    for number in range(extra):
        make_requirement(paper(shelf[0], 200 + number, date(2026, 4, 22)), kind=RequirementKind.REPORT)
    client = logged_in(make_user(Role.OFFICE, shelf[0]))
    client.get(reverse(f"directives:{name}"))
    with django_assert_num_queries(queries):
        client.get(reverse(f"directives:{name}"))
