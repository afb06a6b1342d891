"""Template tags: what stands in the page, icon, word and colour together."""

import re
from datetime import date, datetime

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from interface.icons import draw_icon, icon_shape
from interface.states import STATES, state
from vietnamese.dates import VIETNAM

NOW = datetime(2026, 4, 24, 14, 20, tzinfo=VIETNAM)
DUE = datetime(2026, 4, 28, tzinfo=VIETNAM)


def draw(source: str, **context: object) -> str:
    return Template("{% load interface %}" + source).render(Context(context)).strip()


def test_an_icon_is_hidden_from_readers_unless_it_is_the_only_word():
    assert 'aria-hidden="true"' in draw_icon("printer")
    assert 'role="img" aria-label="Bỏ &lt;tệp&gt;"' in draw_icon("x-lg", label="Bỏ <tệp>")
    assert "<path" in draw_icon("printer")


@pytest.mark.parametrize("name", ["no-such-icon-here", "../package", "a b"])
def test_a_misspelt_icon_is_a_fault(name):
    with pytest.raises(LookupError):
        icon_shape(name)


def test_every_state_has_an_installed_icon_a_word_and_a_tone():
    assert {s.tone for s in STATES.values()} == {"ok", "soon", "late", "review", "back", "exempt", "idle"}
    for shown in STATES.values():
        assert icon_shape(shown.icon)
        assert shown.word


def test_an_unknown_state_is_a_fault():
    assert state("ACCEPTED") is STATES["accepted"]
    with pytest.raises(LookupError):
        state("unheard_of")


def test_a_chip_is_icon_word_and_colour():
    html = draw('{% chip "overdue" word small=True %}', word="Quá 2 <ngày>")
    assert html.startswith('<span class="chip chip-late chip-small"><svg')
    assert html.endswith("Quá 2 &lt;ngày&gt;</span>")
    assert draw('{% chip "accepted" href="/x" %}').startswith('<a class="chip chip-ok" href="/x">')


def test_a_deadline_shows_phrase_day_left_and_the_exact_instant():
    html = draw('{% deadline due now phrase="trước ngày 28/4/2026" note="Ngày nghỉ bù." %}', due=DUE, now=NOW)
    html = html.replace("\u00a0", " ")
    for words in (
        "“trước ngày 28/4/2026”",
        "Nộp đến hết thứ Hai ngày 27/4/2026",
        "<strong>Hết 24:00 thứ Hai ngày 27/4/2026</strong>",
        "Ngày nghỉ bù.",
        "Còn 3 ngày",
    ):
        assert words in html
    assert "Còn 3 ngày" not in draw("{% deadline due now settled=True %}", due=DUE, now=NOW).replace("\u00a0", " ")


def test_a_bar_is_readable_without_colour():
    html = draw("{% stacked_bar counts %}", counts={"accepted": 3, "overdue": 1})
    assert 'aria-label="3 đạt, 1 quá hạn"' in html
    assert 'width="75.000%"' in html
    assert "style=" not in html


def test_query_keeps_the_other_filters_and_drops_the_page():
    request = RequestFactory().get("/x/", {"khoi": "SCHOOL", "q": "nguyễn", "trang": "3"})
    assert draw("{% query cum=2 q=None %}", request=request) == "?khoi=SCHOOL&amp;cum=2"
    assert draw("{% query trang=4 %}", request=request) == "?khoi=SCHOOL&amp;q=nguy%E1%BB%85n&amp;trang=4"
    assert draw("{% query khoi='' q='' %}", request=request) == "?"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ 3979|vi_number }}", "3.979"),
        ("{{ 404|vi_percent:413 }}", "97,8%"),
        ("{{ 2800000|vi_size }}", "2,8\u00a0MB"),
        ("{{ 13700|vi_size }}", "14\u00a0kB"),
        ("{{ 1|vi_size }}", "1\u00a0kB"),
        ("{{ now|vi_date }}", "24/4/2026"),
        ("{{ now|vi_time }}", "14:20"),
        ("{{ now|vi_short_moment }}", "14:20,\u00a024/4/2026"),
        ("{{ none|vi_date }}", ""),
        ("{{ none|vi_number }}", "–"),
        ("{{ '02-NQ/TW số 5'|no_break }}", "02\u2011NQ/TW\u00a0số\u00a05"),
        ("{{ 'Ban hành nhầm '|with_stop }}", "Ban hành nhầm."),
        ("{{ 'Đã xong!'|with_stop }}{{ ''|with_stop }}", "Đã xong!"),
    ],
)
def test_numbers_and_dates_are_written_as_the_office_writes_them(source, shown):
    assert draw(source, now=NOW, none=None) == shown


def test_every_day_of_a_date_block_begins_with_a_capital():
    drawn = [draw('{% include "components/date_block.html" %}', day=date(2026, 4, number)) for number in range(20, 27)]
    assert [re.search(r">(\S+ \S+)<b>", one)[1] for one in drawn] == [
        "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật",
    ]  # fmt: skip
