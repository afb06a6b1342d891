"""What an import does to the roster's rows, written down while it is done: enough to take it back exactly.

The journal knows tables only by the roster's own models. Rows that came in by the thousand are kept as a checksum each,
made of the values that went in; the others are read back when all is written.
Not here: what an import writes (`roster_writing`), taking it back (`roster_reverse`).
"""

from __future__ import annotations

import json
from array import array
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from itertools import chain
from operator import itemgetter
from typing import Any, cast
from zlib import compress, crc32, decompress

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from units.models import Appointment, Cluster, Exemption, Member, Membership, Position, Unit, UnitAlias
from units.services.bulk_rows import batches

# Parents before children: added rows are deleted from the end.
TABLES: tuple[type[models.Model], ...] = (
    Cluster, Unit, UnitAlias, Position, Member, Membership, Appointment, Exemption,
)  # fmt: skip
RIGHTS = "rights"  # beside the tables: roles and accounts (`import_rights`); imports of earlier versions have none
BATCH = 2000
_RUN = 50  # keys one after the other that are worth a range of their own
_MOST_IN_RANGE = 10_000
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PlainRows:
    """Rows inserted with these columns (attribute names) and nothing in any other; a checksum each, in the order of the keys."""

    columns: tuple[str, ...]
    keys: array[int]
    marks: array[int]

    def packed(self) -> dict[str, Any]:
        """As the journal keeps it: runs of keys as [first, how many]."""
        runs = [[first, last - first + 1] for first, last in runs_of(self.keys)]
        return {"columns": self.columns, "runs": runs, "marks": b64encode(self.marks).decode()}

    @classmethod
    def unpacked(cls, stored: dict[str, Any]) -> PlainRows:
        keys = array("q", (key for first, number in stored["runs"] for key in range(first, first + number)))
        marks = array("I")
        marks.frombytes(b64decode(stored["marks"]))
        return cls(tuple(stored["columns"]), keys, marks)


class Journal:
    """Told by the writer before each step."""

    def __init__(self) -> None:
        self.added: dict[type[models.Model], list[int]] = defaultdict(list)
        self.plain: dict[type[models.Model], list[PlainRows]] = defaultdict(list)
        self.before: dict[type[models.Model], dict[int, Row]] = defaultdict(dict)
        self.removed: dict[type[models.Model], list[Row]] = defaultdict(list)
        self.roles: list[tuple[int, date | None, date | None]] = []  # grant, ended on, ended on before
        self.locked: list[int] = []  # accounts
        self._prints: dict[type[models.Model], dict[int, str]] = {}
        self._left: dict[type[models.Model], dict[int, str]] = {}
        self.locked_at = 0  # number of the log's last entry by then; what is decided of them later comes after it

    def adds(self, model: type[models.Model], rows: Iterable[models.Model]) -> None:
        """These rows were inserted."""
        self.added[model].extend(row.pk for row in rows)

    def adds_plain(
        self, model: type[models.Model], fields: Sequence[str], rows: Iterable[tuple[Any, ...]]
    ) -> Iterator[tuple[Any, ...]]:
        """These rows, their key first (so is `fields`), are inserted as they are and stay so until the end; they come
        back, noted. What comes in several pieces goes on where the last ended.
        """
        columns = tuple(str(cast(models.Field, model._meta.get_field(name)).attname) for name in fields)
        if not self.plain[model] or self.plain[model][-1].columns != columns:
            self.plain[model].append(PlainRows(columns, array("q"), array("I")))
        plain = self.plain[model][-1]
        return chain.from_iterable(_noted(rows, plain))

    def changes(self, rows: Iterable[models.Model]) -> None:
        """These rows, still as they are stored, are about to change."""
        for row in rows:
            self.before[type(row)].setdefault(row.pk, _values(row))

    def removes(self, rows: Iterable[models.Model]) -> None:
        """These rows are about to be deleted."""
        for row in rows:
            self.removed[type(row)].append(_values(row))

    def read_back(self) -> None:
        """Look at how the import leaves the rows it does not know by heart. To be called when everything is written, in the
        same transaction.
        """
        self._prints = {model: dict(fingerprints(model, self.added[model])) for model in TABLES}
        self._left = {model: dict(fingerprints(model, self.before[model])) for model in TABLES}

    def seal(self) -> bytes:
        """The reverse as bytes: for each table the added rows, the changed with what they were, the removed; the rights.

        Every row that stands now is kept with the fingerprint of how the import left it (`read_back`). Asks nothing.
        """
        tables: dict[str, dict[str, Any]] = {
            RIGHTS: {"roles": self.roles, "locked": self.locked, "locked_at": self.locked_at}
        }
        for model in TABLES:
            prints, left = self._prints[model], self._left[model]
            changed = {
                key: (before, left[key])
                for key, before in self.before[model].items()
                if key not in prints and _fingerprint(before.values()) != left[key]
            }
            tables[model._meta.model_name] = {
                "added": prints,
                "plain": [rows.packed() for rows in self.plain[model]],
                "changed": changed,
                "removed": self.removed[model],
            }
        return compress(json.dumps(tables, cls=DjangoJSONEncoder).encode(), 1)


def opened(data: bytes) -> dict[str, dict[str, Any]]:
    """What `Journal.seal` closed: name of the model → its part."""
    return json.loads(decompress(data))


# ---- rows as values ----------------------------------------------------------------------------------


def _written(columns: int) -> str:
    """Pattern of a row as one text: a checksum is made of how its values are written, since some come from a file and
    some from the database.
    """
    return "\x1f".join(["%s"] * columns)


def _noted(rows: Iterable[tuple[Any, ...]], plain: PlainRows) -> Iterator[list[tuple[Any, ...]]]:
    """The rows in batches, each noted as a whole: nothing is done row by row in Python."""
    written = _written(len(plain.columns)).__mod__
    for batch in batches(rows, BATCH):
        plain.keys.extend(map(itemgetter(0), batch))
        plain.marks.extend(map(crc32, map(str.encode, map(written, batch))))
        yield batch


def from_values(model: type[models.Model], values: Row) -> models.Model:
    """A row as it was."""
    return model(**{field.attname: field.to_python(values[field.attname]) for field in model._meta.concrete_fields})


def fingerprints(model: type[models.Model], keys: Iterable[int], *, lock: bool = False) -> Iterator[tuple[int, str]]:
    """(key, fingerprint) of the rows there are; locked if wished."""
    names = [field.attname for field in model._meta.concrete_fields]
    for chosen in spans("pk", keys):
        rows = model._default_manager.filter(chosen).order_by("pk")
        for values in (rows.select_for_update() if lock else rows).values_list("pk", *names):
            yield values[0], _fingerprint(values[1:])


def untouched(model: type[models.Model], plain: PlainRows, *, lock: bool) -> set[int]:
    """Keys of the plain rows that are as they were inserted; locked if wished."""
    mark_of = dict(zip(plain.keys, plain.marks, strict=True))
    rest = [f.attname for f in model._meta.concrete_fields if not f.primary_key and f.attname not in plain.columns]
    number = len(plain.columns) + 1
    written = _written(len(plain.columns))
    same: set[int] = set()
    for chosen in spans("pk", plain.keys):
        rows = model._default_manager.filter(chosen).order_by("pk")
        for row in (rows.select_for_update() if lock else rows).values_list("pk", *plain.columns, *rest):
            mark = crc32((written % row[1:number]).encode())
            if mark == mark_of[row[0]] and not any(value is not None for value in row[number:]):
                same.add(row[0])
    return same


def _values(row: models.Model) -> Row:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _fingerprint(values: Iterable[Any]) -> str:
    # `str` of an enumeration's member is its value, its `repr` is not.
    return blake2b("\x1f".join(map(str, values)).encode(), digest_size=8).hexdigest()


# ---- many keys ---------------------------------------------------------------------------------------


def runs_of(keys: Iterable[int]) -> Iterator[tuple[int, int]]:
    """(first, last) of every run of keys that follow one another; `keys` ascending."""
    first = last = None
    for key in keys:
        if last is not None and key == last + 1:
            last = key
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = key
    if first is not None and last is not None:
        yield first, last


def spans(column: str, keys: Iterable[int]) -> Iterator[Q]:
    """Conditions that together choose the rows whose `column` is one of `keys`: a range for every long run, the rest in
    batches. A hundred thousand keys in one statement are as many parameters; an import's keys mostly follow one another.
    """
    single: list[int] = []
    for first, last in runs_of(sorted(keys)):
        if last - first + 1 < _RUN:
            single.extend(range(first, last + 1))
            continue
        for low in range(first, last + 1, _MOST_IN_RANGE):
            high = min(low + _MOST_IN_RANGE - 1, last)
            yield Q(**{f"{column}__gte": low, f"{column}__lte": high})  # a foreign key knows no `range`
    for batch in batches(single, BATCH):
        yield Q(**{f"{column}__in": batch})
