"""Collecting problems: one fault, one Vietnamese line that says what is wrong and what to do.

Not here: what counts as a fault (`unit_rows`, `member_rows`).
"""

from __future__ import annotations

from units.roster.records import ERROR, NOTICE, WARNING, Problem
from units.roster.values import Reading, Value, as_text

_LONGEST_SHOWN = 200


class Faults:
    """The problems of one sheet, in the order they are met."""

    def __init__(self, sheet: str, about: str) -> None:
        """`about` says what the rows of the sheet are (`records.ABOUT_UNIT`, `records.ABOUT_MEMBER`)."""
        self.sheet = sheet
        self.about = about
        self.problems: list[Problem] = []
        self.rows_with_error: set[int] = set()

    def error(self, row: int, column: str, cell: object, message: str, *, kind: str = "", proposal: str = "") -> None:
        """A fault that only a person can settle; `proposal` is what most likely was meant."""
        self.rows_with_error.add(row)
        self._add(row, column, cell, message, ERROR, kind, proposal)

    def repair(self, row: int, column: str, cell: object, message: str, *, kind: str, proposal: str = "") -> None:
        """A fault with one unambiguous repair; `kind` is a key of `records.REPAIRS`."""
        self._add(row, column, cell, message, WARNING, kind, proposal)

    def notice(self, row: int, column: str, cell: object, message: str) -> None:
        """Something worth a look that does not stop the import."""
        self._add(row, column, cell, message, NOTICE)

    def word(self, row: int, column: str, text: str, label: str) -> None:
        """A word of a closed list, written so that it can only be `label` but not as the list has it."""
        message = f"{column} “{text}” viết khác danh mục; đề nghị sửa thành “{label}”."
        self.repair(row, column, text, message, kind="word", proposal=label)

    def take(self, row: int, column: str, cell: object, reading: Reading[Value]) -> Value:
        """The value of a reading; its repair or fault becomes a line."""
        if reading.fault:
            self.error(row, column, cell, f"{reading.fault}.")
        elif reading.repair:
            what = f"{column} {reading.repair}" if reading.repair[0].islower() else reading.repair
            extra = ", đưa phần ghi chú sang cột Ghi chú" if reading.note else ""
            self.repair(
                row,
                column,
                cell,
                f"{what}; đề nghị sửa thành “{as_text(reading.value)}”{extra}.",
                kind=reading.kind,
                proposal=as_text(reading.value),
            )
        return reading.value

    def _add(
        self, row: int, column: str, cell: object, message: str, severity: str, kind: str = "", proposal: str = ""
    ) -> None:
        value = as_text(cell)[:_LONGEST_SHOWN]
        sentence = message[:1].upper() + message[1:]
        self.problems.append(
            Problem(self.sheet, row, column, value, sentence, severity, self.about, kind, proposal[:_LONGEST_SHOWN])
        )
