"""What a summary report says, as values: letterhead, paragraphs, signature, annexes.

One content is set three ways (screen, PDF, Word) and its annexes a fourth (XLSX), so that they cannot
differ. Not here: the words (`narrative.py`), the annex rows (`annexes.py`), how they are set
(`rendering.py`, `word.py`, `workbook.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from reports.tallies import TrendPoint


class Level(StrEnum):
    """Weight of a paragraph: `I.` part, `1.` section, running text, `-` item, the last before the signature."""

    PART = "part"
    SECTION = "section"
    BODY = "body"
    ITEM = "item"
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph; `opens` is the query of the page with the names behind a figure."""

    text: str
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; `origin` names where its text comes from ("figures", "own" or a section's key).

    `sentence` names a sentence that the portal writes itself, also where the office's own words stand for it.
    """

    level: Level
    runs: tuple[Run, ...]
    origin: str = ""
    sentence: str = ""

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Head of page 1, both columns, each value one line unless the name is too long for it."""

    superior: str
    issuer: str
    number_line: str
    place_and_date: str
    kind_title: str
    subject: str
    is_letter: bool = False
    """A công văn: no title is printed, the subject stands small under the number."""
    urgency: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """Recipients at the left; authority, post and name at the right."""

    recipients: tuple[str, ...]
    authority: str
    post: str
    signer: str


class CellKind(StrEnum):
    """How a column is set: words left, numbers right, days and ordinals centred."""

    TEXT = "text"
    NUMBER = "number"
    RATE = "rate"
    DAY = "day"
    ORDINAL = "ordinal"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an annex; `width` is its share of the table in per cent."""

    title: str
    width: float
    kind: CellKind = CellKind.TEXT


class RowKind(StrEnum):
    """A data row, a subtotal of a khối, or the grand total."""

    DATA = "data"
    SUBTOTAL = "subtotal"
    TOTAL = "total"


# NUMBER: int; RATE: a pair (part, whole); DAY: aware datetime; TEXT: str; ORDINAL: int; None: empty.
Cell = str | int | datetime | tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class AnnexRow:
    """One row, its cells in the order of the columns."""

    cells: tuple[Cell, ...]
    kind: RowKind = RowKind.DATA


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure with its caption ("Hình 1. …"): SVG that needs no colour, over the table that says the same."""

    caption: str
    svg: str


@dataclass(frozen=True, slots=True)
class BarGroups:
    """Rows of an annex that a chart of the workbook compares: `first` to `last`, from 0, both inclusive."""

    title: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Annex:
    """A table that goes with the report; `number` as printed ("Phụ lục 2").

    `slot` is its place in the Word template, whatever number it is printed under (0: the same).
    Longer than `most_printed` rows it is not printed but goes with the workbook alone.
    """

    number: int
    title: str
    sheet_name: str
    columns: tuple[Column, ...]
    rows: tuple[AnnexRow, ...]
    landscape: bool = True
    remark: str = ""
    most_printed: int = 1000
    drawings: tuple[Drawing, ...] = ()
    slot: int = 0
    bars: tuple[BarGroups, ...] = ()
    progress: tuple[TrendPoint, ...] = ()
    """Day by day; the workbook sets it under the table, with a chart."""

    @property
    def is_printed(self) -> bool:
        """Neither empty nor too long for paper."""
        return 0 < len(self.rows) <= self.most_printed


def addressed(addressees: tuple[str, ...]) -> tuple[str, ...]:
    """Lines of "Kính gửi": a single one as it is, several one a line with hyphen and semicolon, the last with a stop."""
    if len(addressees) < 2:
        return addressees
    return (*(f"- {one};" for one in addressees[:-1]), f"- {addressees[-1]}.")


@dataclass(frozen=True, slots=True)
class ReportContent:
    """A whole paper (summary report, letter); `at` is the minute at which its figures stand."""

    at: datetime
    letterhead: Letterhead
    paragraphs: tuple[Paragraph, ...]
    closing: Closing
    annexes: tuple[Annex, ...] = field(default=())
    addressees: tuple[str, ...] = ()
