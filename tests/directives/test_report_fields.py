"""Lines of the entry form that name numbers and files, row by row, and the sums that must hold."""

from __future__ import annotations

import pytest

from directives.errors import FieldsUnclear
from directives.report_fields import SESSION_NUMBERS, NumberField, Slot, number_fields, slots_of, sum_faults


def test_a_sum_brings_its_parts_and_knows_lines_written_otherwise() -> None:
    fields = number_fields(["Tổng số = Có mặt + Vắng", "có  mặt", "Quần chúng dự"])
    assert fields == (
        NumberField("Tổng số", (1, 2)), NumberField("Có mặt"), NumberField("Vắng"), NumberField("Quần chúng dự"),
    )  # fmt: skip
    assert [one.label for one in number_fields(SESSION_NUMBERS)] == [
        "Tổng số đảng viên", "Có mặt", "Vắng có lý do", "Vắng không lý do", "Quần chúng dự", "Số ý kiến phát biểu",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["= Có mặt + Vắng"], "thiếu tên"),
        (["Tổng = Có mặt + "], "thiếu tên"),
        (["Tổng = A", "Tổng = B"], "ghi hai lần"),
        (["Tổng = A", "A = Tổng"], "tổng của chính nó"),
        (["Tổng = Tổng + A"], "tổng của chính nó"),
        ([f"Số {n}" for n in range(21)], "nhiều nhất 20"),
        (["x" * 81], "dài quá"),
    ],
)
def test_unclear_numbers_are_named(lines: list[str], said: str) -> None:
    with pytest.raises(FieldsUnclear, match=said):
        number_fields(lines)


@pytest.mark.parametrize(
    ("values", "faults"),
    [([36, 35, 1], []), ([36, 35, None], []), ([None, 35, 1], []), ([36, 35, 0], [0]), ([0, 0, 0], [])],
)
def test_parts_add_up(values: list[int | None], faults: list[int]) -> None:
    assert [one.place for one in sum_faults(number_fields(["Tổng = A + B"]), values)] == faults


def test_slots() -> None:
    assert slots_of(["Bản ký", "Bản Word (Không bắt buộc)"]) == (
        Slot("Bản ký", is_required=True, takes_word=False), Slot("Bản Word", is_required=False, takes_word=True),
    )  # fmt: skip
    assert slots_of([]) == ()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["Ảnh (không bắt buộc)"], "Ít nhất một"),
        (["Bản ký", "bản  ký"], "hai lần"),
        (["(không bắt buộc)"], "thiếu tên"),
        ([f"Tệp {n}" for n in range(7)], "nhiều nhất 6"),
    ],
)
def test_unclear_slots_are_named(lines: list[str], said: str) -> None:
    with pytest.raises(FieldsUnclear, match=said):
        slots_of(lines)
