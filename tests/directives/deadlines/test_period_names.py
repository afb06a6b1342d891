"""The period that a file name or a mail speaks of."""

import unicodedata

import pytest

from directives.deadlines.period_names import period_in


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Báo cáo tháng 4/2026.pdf", "tháng 4/2026"),
        ("bao cao thang 04 nam 2026", "tháng 4/2026"),
        ("BC_T4.2026.pdf", "tháng 4/2026"),
        ("BC T12", "tháng 12"),
        ("Báo cáo quý II năm 2026", "quý II/2026"),
        ("BC Q3-2026", "quý III/2026"),
        ("Báo cáo 6 tháng đầu năm 2026", "6 tháng đầu năm 2026"),
        ("báo cáo 06 tháng cuối năm", "6 tháng cuối năm"),
        ("Gửi ngày 20 tháng 5 năm 2026: báo cáo tháng 4", "tháng 4"),
        (unicodedata.normalize("NFD", "Báo cáo tháng 4"), "tháng 4"),
        ("Báo cáo tháng 4 và tháng 5", None),
        ("Báo cáo ngày 20 tháng 5 năm 2026", None),
        ("Báo cáo năm 2026", None),
        ("Chi bộ T45", None),
        ("tháng 13", None),
        ("", None),
    ],
)
def test_the_period_named(text: str, words: str | None) -> None:
    found = period_in(text)
    assert (found.words if found else None) == words


@pytest.mark.parametrize(
    ("text", "period", "fits"),
    [
        ("tháng 4", "2026-04", True),
        ("tháng 4", "2026-05", False),
        ("tháng 4/2025", "2026-04", False),
        ("tháng 4", "2026-04/15", True),
        ("quý II", "2026-Q2", True),
        ("quý II", "2026-Q3", False),
        ("6 tháng cuối năm 2026", "2026-H2", True),
        ("6 tháng cuối năm 2026", "2026-H1", False),
        ("tháng 4", "2026-Q2", True),
        ("tháng 4", "2026-W17", True),
        ("tháng 4", "2026-04-20", True),
        ("tháng 4", "", True),
    ],
)
def test_what_contradicts_a_period_and_what_is_of_another_length(text: str, period: str, fits: bool) -> None:
    assert period_in(text).fits(period) is fits
