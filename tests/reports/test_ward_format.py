"""The layout of a ward's papers: every value has its words, a corrected one reaches PDF and Word, another ward's never."""

from dataclasses import replace
from datetime import datetime
from io import BytesIO

import pytest
from django.urls import reverse
from docx import Document

from reports.errors import WrongCorrection
from reports.format_profiles import HD05_2026, PROFILES, profile_named
from reports.format_values import FIXED, GROUPS, all_paths, fitted, values_of
from reports.models import FormatCorrection
from reports.narrative import compose
from reports.pdf import html_to_pdf
from reports.rendering import render_html
from reports.services.compiling import word_template_for
from reports.services.formatting import choose_format, correct_values, reset_values
from reports.ward_format import ward_profile
from reports.word import to_docx
from tests.factories.units import make_user, make_ward
from tests.reports.paper import pages_of
from tests.reports.sample_report import TEXTS, sample_facts
from units.choices import Role
from units.models import CommitteeProfile
from units.settings_areas import Area
from units.settings_history import history_of
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 24, 9, 0, tzinfo=VIETNAM)
KEY = "hd05_2026"


@pytest.fixture
def ward():
    return make_ward()


@pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
def test_every_value_but_the_fixed_has_words_and_lies_within_its_bounds(profile):
    values = [value for group in GROUPS for value in values_of(group, profile, profile)]
    assert sorted(value.path for value in values) == sorted(set(all_paths(profile)) - set(FIXED))
    assert [v.path for v in values if v.bounds and not v.bounds.low <= v.now <= v.bounds.high] == []
    assert [
        v.path for v in values if isinstance(v.now, int | float) and not isinstance(v.now, bool) and not v.bounds
    ] == []


def test_columns_follow_the_margins():
    assert fitted(HD05_2026) is HD05_2026
    narrow = fitted(profile_named(KEY, {"sheet.left": 45}))
    assert narrow.header.left_width + narrow.header.right_width == pytest.approx(150)
    assert narrow.header.left_width / narrow.header.right_width == pytest.approx(77 / 88)
    assert narrow.signature.left_width + narrow.signature.right_width == pytest.approx(150)


def test_a_corrected_margin_reaches_pdf_and_word_of_this_ward_only(ward, font_dir):
    other = make_ward(name="Việt Hưng", code="VH")
    values = {"sheet.left": 40.0, "body.line_pt": 20.0}
    assert correct_values(ward=ward, key=KEY, group="giay", values={"sheet.left": 40.0}, by=None, at=NOW) == 1
    correct_values(ward=ward, key=KEY, group="noi-dung", values={"body.line_pt": 20.0}, by=None, at=NOW)
    assert dict(FormatCorrection.objects.values_list("path", "value")) == values
    extents, sections = {}, {}
    for one in (ward, other):
        profile = ward_profile(one.pk, KEY)
        content = compose(sample_facts(3), texts=TEXTS, profile=profile)
        pages = pages_of(html_to_pdf(render_html(replace(content, annexes=()), profile), font_dir=font_dir))
        extents[one] = pages[1].body_extent()
        sections[one] = Document(BytesIO(to_docx(content, word_template_for(profile)))).sections[0]
    assert extents[other].left == pytest.approx(30, abs=0.2)
    assert extents[ward].left == pytest.approx(40, abs=0.2)
    assert extents[ward].right <= 195.2
    assert sections[other].left_margin.mm == pytest.approx(30, abs=0.1)
    assert sections[ward].left_margin.mm == pytest.approx(40, abs=0.1)


def test_a_value_put_back_is_no_correction_and_reset_takes_all(ward):
    act = {"ward": ward, "key": KEY, "by": "Lan", "at": NOW}
    correct_values(group="giay", values={"sheet.left": 35.0, "sheet.two_sided": True}, **act)
    assert correct_values(group="giay", values={"sheet.left": 30.0}, **act) == 1
    assert list(FormatCorrection.objects.values_list("path", flat=True)) == ["sheet.two_sided"]
    assert reset_values(**act) == 1
    assert reset_values(**act) == 0
    assert ward_profile(ward.pk, KEY) == HD05_2026
    assert [
        [(one["what"], one["old"], one["new"]) for one in line.changes] for line in history_of(ward, Area.FORMAT)
    ] == [
        [("In hai mặt (mặt sau đổi lề)", "có", "không")],
        [("Lề trái", "35 mm", "30 mm")],
        [("Lề trái", "30 mm", "35 mm"), ("In hai mặt (mặt sau đổi lề)", "không", "có")],
    ]
    with pytest.raises(WrongCorrection):
        correct_values(group="giay", values={"sheet.nothing": 1}, **act)


def test_the_pages_correct_one_value_and_refuse_what_is_out_of_bounds(ward, client):
    client.force_login(make_user(Role.ADMIN, ward))
    url = reverse("reports:set_format_values", args=[ward.pk, "giay"])
    form = client.get(url).context["form"]
    sent = {name: value for name, value in form.initial.items() if value is not False}
    assert client.post(url, {**sent, "sheet-left": "500"}).status_code == 422
    assert client.post(url, {**sent, "sheet-left": "32,5"}).status_code == 302
    assert dict(FormatCorrection.objects.values_list("path", "value")) == {"sheet.left": 32.5}
    page = client.get(reverse("reports:set_format", args=[ward.pk])).content.decode()
    assert "32,5 mm" in page
    assert "1 giá trị của phường khác" in page
    assert client.post(reverse("reports:reset_format", args=[ward.pk])).status_code == 302
    assert not FormatCorrection.objects.exists()
    assert client.get(reverse("reports:set_format_values", args=[ward.pk, "khac"])).status_code == 404


def test_columns_left_alone_are_no_correction_when_a_margin_is_changed(ward, client):
    correct_values(ward=ward, key=KEY, group="giay", values={"sheet.left": 37.0}, by=None, at=NOW)
    client.force_login(make_user(Role.ADMIN, ward))
    url = reverse("reports:set_format_values", args=[ward.pk, "dau"])
    form = client.get(url).context["form"]
    sent = {name: value for name, value in form.initial.items() if value is not False}
    client.post(url, {**sent, "header-star-pt": "12"})
    assert set(FormatCorrection.objects.values_list("path", flat=True)) == {"sheet.left", "header.star.pt"}


def test_another_layout_is_chosen_for_the_ward(ward):
    profile = CommitteeProfile.objects.get(unit=ward)
    choose_format(profile=profile, key="hd36_2018", by=None, at=NOW)
    assert CommitteeProfile.objects.get(unit=ward).format_profile == "hd36_2018"
    (line,) = history_of(ward, Area.FORMAT)
    assert line.changes[0]["new"] == "Hướng dẫn 36-HD/VPTW (2018)"
