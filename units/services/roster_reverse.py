"""Taking an applied import back: what it touched is written down while it is written, and put back exactly.

A row that is no longer as the import left it, or that later work stands on, stops the whole undo: nothing is put back
half. The journal knows tables only by the roster's own models; later work is found through every foreign key there is.
Not here: what an import writes (`roster_writing`), who may undo and the audit (`import_work`).
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction

from units.choices import MembershipKind
from units.errors import UndoRefused
from units.models import (
    Appointment,
    Cluster,
    Exemption,
    ImportLine,
    ImportProblem,
    Member,
    Membership,
    Position,
    RosterImport,
    Unit,
    UnitAlias,
)

BATCH = 2000
MOST_NAMED = 50  # conflicts told one by one; the rest is a number
# Parents before children: added rows are deleted from the end.
TABLES: tuple[type[models.Model], ...] = (
    Cluster, Unit, UnitAlias, Position, Member, Membership, Appointment, Exemption,
)  # fmt: skip
_TOLD_WITH = {
    Membership: ("member", "unit"),
    Appointment: ("member", "position", "unit"),
    Exemption: ("member",),
    UnitAlias: ("unit",),
}
_OWN_PICTURES = (RosterImport, ImportLine, ImportProblem)
Row = dict[str, Any]


class Journal:
    """What an import does to the roster's rows, told by the writer before each step."""

    def __init__(self) -> None:
        self.added: dict[type[models.Model], list[int]] = defaultdict(list)
        self.before: dict[type[models.Model], dict[int, Row]] = defaultdict(dict)
        self.removed: dict[type[models.Model], list[Row]] = defaultdict(list)
        self.new_members: list[int] = []

    def adds(self, model: type[models.Model], rows: Iterable[models.Model]) -> None:
        """These rows were inserted."""
        self.added[model].extend(row.pk for row in rows)

    def adds_members(self, keys: Sequence[int]) -> None:
        """Members with these keys are inserted, with all that hangs on them."""
        self.new_members.extend(keys)

    def changes(self, rows: Iterable[models.Model]) -> None:
        """These rows, still as they are stored, are about to change."""
        for row in rows:
            self.before[type(row)].setdefault(row.pk, _values(row))

    def removes(self, rows: Iterable[models.Model]) -> None:
        """These rows are about to be deleted."""
        for row in rows:
            self.removed[type(row)].append(_values(row))

    def seal(self) -> bytes:
        """The reverse as bytes: for each table the added rows, the changed with what they were, the removed.

        Every row that stands now is kept with the fingerprint of how the import left it. To be called when everything
        is written, in the same transaction.
        """
        self.added[Member].extend(self.new_members)
        for model in (Membership, Appointment, Exemption):
            for keys in _batches(self.new_members):
                found = model._default_manager.filter(member_id__in=keys).values_list("pk", flat=True)
                self.added[model].extend(found)
        tables = {}
        for model in TABLES:
            prints = dict(_fingerprints(model, self.added[model]))
            left = dict(_fingerprints(model, self.before[model]))
            changed = {
                key: (before, left[key])
                for key, before in self.before[model].items()
                if key not in prints and _fingerprint(before.values()) != left[key]
            }
            tables[model._meta.model_name] = {"added": prints, "changed": changed, "removed": self.removed[model]}
        return zlib.compress(json.dumps(tables, cls=DjangoJSONEncoder).encode())


def take_back(data: bytes) -> dict[str, int]:
    """Put everything back as it was before the import whose sealed journal this is; returns table → rows touched.

    To be called inside a transaction. Raises UndoRefused with the list of what stands in the way.
    """
    tables = json.loads(zlib.decompress(data))
    reverse = {model: _Reverse(model, tables[model._meta.model_name]) for model in TABLES}
    conflicts = _Conflicts()
    for one in reverse.values():
        conflicts.of_changed_rows(one)
    conflicts.of_places(reverse[Membership])
    for one in reverse.values():
        conflicts.of_later_work(one, reverse)
    conflicts.refuse_if_any()
    try:
        with transaction.atomic():
            _put_back(reverse)
    except (IntegrityError, models.ProtectedError) as error:
        raise UndoRefused(
            "Chưa hoàn tác được: có việc vừa ghi thêm trên các dòng này. Tải lại trang rồi thử lại.", []
        ) from error
    return {str(model._meta.verbose_name): one.touched for model, one in reverse.items() if one.touched}


class _Reverse:
    """One table's part of a sealed journal."""

    def __init__(self, model: type[models.Model], stored: dict[str, Any]) -> None:
        self.model = model
        self.added: dict[int, str] = {int(key): mark for key, mark in stored["added"].items()}
        self.before: dict[int, Row] = {int(key): before for key, (before, _) in stored["changed"].items()}
        self.left = {int(key): mark for key, (_, mark) in stored["changed"].items()}
        self.removed: list[Row] = stored["removed"]

    @property
    def touched(self) -> int:
        return len(self.added) + len(self.before) + len(self.removed)


def _put_back(reverse: dict[type[models.Model], _Reverse]) -> None:
    """Changed rows first (they may point to added ones), then the added go, then the removed come back."""
    units = reverse[Unit]
    for key in units.before:  # paths are unique: out of the way before they change places
        Unit.objects.filter(pk=key).update(path=f"~{key}")
    # A membership that opens again must wait until the one opened instead is gone.
    for model in reversed(TABLES):
        for keys in _batches(reverse[model].added):
            if model in (Membership, Appointment, Exemption, UnitAlias):
                _delete(model, keys)
    for model, one in reverse.items():
        names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
        for keys in _batches(one.before, 400):
            rows = [_from_values(model, one.before[key]) for key in keys]
            model._default_manager.bulk_update(rows, [_name_of(model, name) for name in names], batch_size=400)
    for model in reversed(TABLES):
        for keys in _batches(reverse[model].added):
            _delete(model, keys)
    for model, one in reverse.items():
        model._default_manager.bulk_create([_from_values(model, row) for row in one.removed])


def _delete(model: type[models.Model], keys: Sequence[int]) -> None:
    # Not the tree's own delete: the parents' counts come back with their own rows. And without the search for rows that
    # hang on them: `of_later_work` has just found none but the import's own, which go first.
    rows = models.QuerySet(model).filter(pk__in=keys)
    rows._raw_delete(rows.db)


class _Conflicts:
    """What stands in the way, in sentences."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def of_changed_rows(self, one: _Reverse) -> None:
        """Rows that are gone or no longer as the import left them; locked, so that they stay so until all is back."""
        marks = {**one.added, **one.left}
        now = dict(_fingerprints(one.model, marks, lock=True))
        differing = [key for key, mark in marks.items() if now.get(key) != mark]
        named = _named(one.model, differing[:MOST_NAMED])
        kind = str(one.model._meta.verbose_name)
        for key in differing:
            told = "đã bị xóa sau lần nhập" if key not in now else "đã được sửa sau lần nhập"
            self.lines.append(f"{named.get(key, kind)} ({kind}): {told}.")

    def of_places(self, memberships: _Reverse) -> None:
        """Members who would again belong where they were, but belong somewhere since."""
        reopened = [
            before["member_id"]
            for before in memberships.before.values()
            if before["valid_to"] is None and before["kind"] == MembershipKind.REGULAR
        ]
        known = set(memberships.added) | set(memberships.before)
        for keys in _batches(reopened):
            open_now = Membership.objects.filter(member_id__in=keys, valid_to=None, kind=MembershipKind.REGULAR)
            for row in open_now.select_related("member", "unit"):
                if row.pk not in known:
                    self.lines.append(f"{row.member} (nơi sinh hoạt): đã được ghi vào {row.unit} sau lần nhập.")

    def of_later_work(self, one: _Reverse, reverse: dict[type[models.Model], _Reverse]) -> None:
        """Rows of any app that point to an added row and are not the import's own."""
        for relation in one.model._meta.get_fields(include_hidden=True):
            if not (relation.one_to_many or relation.one_to_one) or relation.concrete or not one.added:
                continue
            holder, name = relation.related_model, relation.field.attname
            own = reverse.get(holder)
            known = set(own.added) | set(own.before) if own else set()
            if holder in _OWN_PICTURES:
                continue
            for keys in _batches(list(one.added)):
                rows = holder._base_manager.filter(**{f"{name}__in": keys}).values_list("pk", name)
                later = [target for key, target in rows if key not in known]
                named = _named(one.model, list(dict.fromkeys(later))[:MOST_NAMED])
                self.lines += [
                    f"{who}: đã có {holder._meta.verbose_name} gắn vào sau lần nhập." for who in named.values()
                ]

    def refuse_if_any(self) -> None:
        if self.lines:
            lines = list(dict.fromkeys(self.lines))
            raise UndoRefused(
                f"Chưa hoàn tác được: {len(lines)} chỗ đã thay đổi sau lần nhập. Không có gì bị sửa.",
                lines[:MOST_NAMED],
            )


# ---- rows as values ----------------------------------------------------------------------------------


def _attnames(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _name_of(model: type[models.Model], attname: str) -> str:
    return next(field.name for field in model._meta.concrete_fields if field.attname == attname)


def _values(row: models.Model) -> Row:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _from_values(model: type[models.Model], values: Row) -> models.Model:
    return model(**{field.attname: field.to_python(values[field.attname]) for field in model._meta.concrete_fields})


def _fingerprint(values: Iterable[Any]) -> str:
    # `str` of an enumeration's member is its value, its `repr` is not.
    return blake2b("\x1f".join(map(str, values)).encode(), digest_size=8).hexdigest()


def _fingerprints(model: type[models.Model], keys: Iterable[int], *, lock: bool = False) -> Iterator[tuple[int, str]]:
    names = _attnames(model)
    for batch in _batches(keys):
        rows = model._default_manager.filter(pk__in=batch).order_by("pk")
        for values in (rows.select_for_update() if lock else rows).values_list("pk", *names):
            yield values[0], _fingerprint(values[1:])


def _named(model: type[models.Model], keys: Sequence[int]) -> dict[int, str]:
    rows = model._default_manager.filter(pk__in=keys).select_related(*_TOLD_WITH.get(model, ()))
    return {row.pk: str(row) for row in rows}


def _batches(items: Iterable[int], size: int = BATCH) -> Iterator[list[int]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
