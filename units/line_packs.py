"""The lines of an import in one pack of bytes, and looking into it.

For an import that nobody looked at line by line before it was applied: a hundred thousand rows of a table, with their
indexes and the check of their key, would cost as much as all the people they tell of. A pack is looked into as a whole,
which takes half a second for a hundred thousand lines.
Pure. Not here: what the lines say (`roster.lines`), where the pack is kept (`services.import_record`), lines as rows (`import_models`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from json.encoder import encode_basestring
from typing import Any, NamedTuple, overload
from zlib import compressobj, decompress

from units.keys import search_key
from units.roster.lines import Line
from units.roster.records import storable
from units.short_names import holds
from vietnamese.text import fold

_BATCH = 1000  # lines made and compressed at a time


class PackedLine(NamedTuple):
    """A line as the pack gives it back; the names are those of `ImportLine`. `changes` is a list of [what, old, new]."""

    part: str
    change: str
    row: int
    name: str
    unit: str
    stored_id: int | None
    changes: list[list[str]]


class PackedLines(Sequence[PackedLine]):
    """Some lines of a pack, each read out of its text when it is asked for."""

    def __init__(self, texts: Sequence[str]) -> None:
        """`texts`: lines as `pack` writes them."""
        self._texts = texts

    @classmethod
    def opened(cls, data: bytes) -> PackedLines:
        """Everything that `pack` put into `data`; members first, as the rows of the table are shown."""
        texts = decompress(data).decode().split("\n")[:-1]  # not splitlines(): a name may hold other ends of lines
        return cls(sorted(texts, key=lambda text: _heading(text)[0]))

    def counts(self) -> dict[tuple[str, str], int]:
        """(part, change) → number."""
        return dict(Counter(map(_heading, self._texts)))

    def of(self, part: str, change: str) -> PackedLines:
        """Those of one count."""
        return PackedLines([text for text in self._texts if _heading(text) == (part, change)])

    def changing(self) -> PackedLines:
        """All of them: what stays as it is is never packed."""
        return self

    def found_by(self, text: str) -> PackedLines:
        """Accent-insensitive search over name and unit: every word stands in them."""
        if not fold(text):
            return self
        folded = cache(search_key)  # names of units come again and again
        found = []
        for one in self._texts:
            line = _read(one)
            searched = f"{search_key(line.name)} {folded(line.unit)}"
            if holds(text, searched):
                found.append(one)
        return PackedLines(found)

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, index: int) -> PackedLine: ...
    @overload
    def __getitem__(self, index: slice) -> list[PackedLine]: ...
    def __getitem__(self, index: int | slice) -> PackedLine | list[PackedLine]:
        if isinstance(index, slice):
            return [_read(text) for text in self._texts[index]]
        return _read(self._texts[index])


def pack(lines: Iterable[Line]) -> bytes:
    """The lines, each as one JSON array on a line of its own, compressed."""
    quoted = encode_basestring
    unit_of = cache(lambda unit: quoted(storable(unit)))
    packer = compressobj(1)
    waiting = iter(lines)
    packed = []
    while batch := list(islice(waiting, _BATCH)):
        text = "".join(
            f'["{part}","{change}",{row},{quoted(storable(name))},{unit_of(unit)},{"null" if pk is None else pk},[{",".join(changes)}]]\n'
            for part, change, row, name, unit, pk, changes in batch
        )
        packed.append(packer.compress(text.encode()))
    packed.append(packer.flush())
    return b"".join(packed)


def _heading(text: str) -> tuple[str, str]:
    """(part, change) of a line, without reading the rest of it."""
    _, part, _, change, _ = text.split('"', 4)
    return part, change


def _read(text: str) -> PackedLine:
    values: list[Any] = json.loads(text)
    return PackedLine(*values)
