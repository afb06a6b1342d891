"""Number fields and file slots of a requirement, written one a line: what a line means and whether numbers add up.

`Tổng số đảng viên = Có mặt + Vắng` asks for three numbers, the first the sum of the others; `Bản Word (không bắt buộc)`
is a slot that may stay empty. Pure. Not here: the form that asks for them (app submissions), the outline's sections.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from directives.errors import FieldsUnclear
from vietnamese.numbers import format_number
from vietnamese.text import clean, fold

OPTIONAL = "(không bắt buộc)"
MOST_NUMBERS, MOST_SLOTS = 20, 6
LONGEST_LABEL = 80
SESSION_NUMBERS = (
    "Tổng số đảng viên = Có mặt + Vắng có lý do + Vắng không lý do",
    "Quần chúng dự",
    "Số ý kiến phát biểu",
)
"""What a report on a session asks in numbers (`document-format.md` §6.1)."""
OVERSIGHT_OUTLINE = ("Nội dung, diễn biến buổi sinh hoạt", "Nhận xét, đánh giá", "Kiến nghị, đề xuất")
OVERSIGHT_NUMBERS = (SESSION_NUMBERS[0], SESSION_NUMBERS[2])
"""What the form of somebody who attended a unit's session asks, when the directive names no sections of its own."""
SIGNED = "Bản ký"
"""The slot of a report whose requirement names none: the signed scan."""


@dataclass(frozen=True, slots=True)
class NumberField:
    """One number asked for; `parts` are the places (from 0) of the numbers that must add up to it."""

    label: str
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """One named place for files; `takes_word` says that an editable document is wanted there too."""

    name: str
    is_required: bool
    takes_word: bool


@dataclass(frozen=True, slots=True)
class SumFault:
    """A sum that does not hold: its place (from 0) and the sentence with the remedy."""

    place: int
    sentence: str


def number_fields(lines: Iterable[str]) -> tuple[NumberField, ...]:
    """The numbers in the order of the lines; a part that has no line of its own follows its sum.

    Raises FieldsUnclear naming the line: no name, a name twice, a sum of itself, too many.
    """
    labels: list[str] = []
    sums: dict[int, list[str]] = {}
    for line in lines:
        label, parts = _split(line)
        place = _place(labels, label)
        if place in sums:
            raise FieldsUnclear(f"Số liệu “{label}” ghi hai lần. Bỏ bớt một dòng.")
        sums[place] = parts
        for part in parts:
            _place(labels, part)
    if len(labels) > MOST_NUMBERS:
        raise FieldsUnclear(f"Có {len(labels)} số liệu, nhiều nhất {MOST_NUMBERS}. Bỏ bớt.")
    fields = tuple(
        NumberField(label, tuple(_place(labels, part) for part in sums.get(place, ())))
        for place, label in enumerate(labels)
    )
    for place, one in enumerate(fields):
        if place in _below(fields, place):
            raise FieldsUnclear(f"“{one.label}” là tổng của chính nó. Sửa lại phép cộng.")
    return fields


def sum_faults(fields: Sequence[NumberField], values: Sequence[int | None]) -> list[SumFault]:
    """Sums whose numbers are all there and do not add up."""
    faults = []
    for place, one in enumerate(fields):
        parts = [values[part] for part in one.parts]
        total = values[place]
        if not parts or total is None or any(value is None for value in parts):
            continue
        added = sum(value or 0 for value in parts)
        if added != total:
            names = " + ".join(fields[part].label for part in one.parts)
            faults.append(
                SumFault(place, f"Ghi {format_number(total)}, nhưng {names} = {format_number(added)}. Sửa cho khớp.")
            )
    return faults


def slots_of(lines: Iterable[str]) -> tuple[Slot, ...]:
    """The slots in order. Raises FieldsUnclear: no name, a name twice, too many, none that has to be filled."""
    slots: list[Slot] = []
    for line in lines:
        name = clean(line)
        is_required = not fold(name).endswith(fold(OPTIONAL))
        name = name if is_required else clean(name[: -len(OPTIONAL)])
        _assert_label(name, line)
        if fold(name) in {fold(one.name) for one in slots}:
            raise FieldsUnclear(f"Tệp “{name}” ghi hai lần. Bỏ bớt một dòng.")
        slots.append(Slot(name, is_required, "word" in fold(name).split()))
    if len(slots) > MOST_SLOTS:
        raise FieldsUnclear(f"Có {len(slots)} loại tệp, nhiều nhất {MOST_SLOTS}. Bỏ bớt.")
    if slots and not any(one.is_required for one in slots):
        raise FieldsUnclear("Ít nhất một loại tệp phải bắt buộc, nếu không thì chưa biết thế nào là nộp đủ.")
    return tuple(slots)


def _split(line: str) -> tuple[str, list[str]]:
    label, _, right = clean(line).partition("=")
    parts = [clean(part) for part in right.split("+")] if right.strip() else []
    label = clean(label)
    for name in (label, *parts):
        _assert_label(name, line)
    return label, parts


def _assert_label(name: str, line: str) -> None:
    if not name:
        raise FieldsUnclear(f"Dòng “{clean(line)}” thiếu tên. Ghi ví dụ: Tổng số = Có mặt + Vắng.")
    if len(name) > LONGEST_LABEL:
        raise FieldsUnclear(f"Tên “{name[:30]}…” dài quá {LONGEST_LABEL} ký tự. Rút gọn lại.")


def _place(labels: list[str], label: str) -> int:
    """Where the label stands; put at the end when it is new."""
    for place, known in enumerate(labels):
        if fold(known) == fold(label):
            return place
    labels.append(label)
    return len(labels) - 1


def _below(fields: Sequence[NumberField], place: int) -> set[int]:
    """Every number that goes into the one at `place`, however far down."""
    found: set[int] = set()
    waiting = list(fields[place].parts)
    while waiting:
        part = waiting.pop()
        if part not in found:
            found.add(part)
            waiting.extend(fields[part].parts)
    return found
