"""A duty while it is being read: found by `duties.py`, completed by `linking.py`, told by `reading.py`.

Places are offsets in the reading text. Not here: how duties are told from other sentences (`duties.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from directives.deadlines import DeadlineReading
from directives.reader.layout import Paragraph


@dataclass(slots=True)
class Candidate:
    """One duty so far; `sentence` is the whole sentence, `clause` the part of it that lays this duty."""

    kind: str
    who: str | None
    what: str
    start: int
    end: int
    clause: str
    sentence: str
    paragraph: Paragraph
    reading: DeadlineReading | None = None
    deadline_at: tuple[int, int] | None = None
    route: str | None = None
    channel: str | None = None
    outline: list[str] = field(default_factory=list)
    file_rule: str | None = None
    exemption: str | None = None
    to_superior: bool = False
    other_destination: tuple[int, int] | None = None

    @property
    def is_dated(self) -> bool:
        """It has a last day, a clock or a series."""
        return self.reading is not None and self.reading.is_understood

    @property
    def section(self) -> Paragraph:
        """The numbered heading it stands under, else the roman one, else its own paragraph."""
        chain = [*reversed(self.paragraph.ancestors()), self.paragraph]
        for level in (3, 2):
            for paragraph in chain:
                if paragraph.level == level:
                    return paragraph
        return chain[0]
