"""Taking an applied import back, exactly, from its journal.

A row that is no longer as the import left it, or that later work stands on, stops the whole undo: nothing is put back
half. Later work is found through every foreign key there is.
Not here: the journal (`roster_journal`), who may undo and the audit (`import_work`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.db.models.functions import Cast, Concat

from units import undo_consequences
from units.choices import MembershipKind, MemberStatus
from units.errors import UndoRefused
from units.models import (
    Appointment,
    Exemption,
    ImportLine,
    ImportProblem,
    Member,
    Membership,
    RoleGrant,
    RosterImport,
    Unit,
    UnitAlias,
)
from units.services.bulk_rows import batches
from units.services.committee_seats import Seats, seats_of
from units.services.import_rights import give_back, hold_for_return
from units.services.roster_journal import (
    BATCH,
    RIGHTS,
    TABLES,
    PlainRows,
    Row,
    fingerprints,
    from_values,
    opened,
    spans,
    untouched,
)
from units.services.unit_changes import GONE
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from units.models import User

MOST_NAMED = 50  # conflicts told one by one; the rest is a number
_TOLD_WITH = {
    Membership: ("member", "unit"),
    Appointment: ("member", "position", "unit"),
    Exemption: ("member",),
    UnitAlias: ("unit",),
}
_OWN_PICTURES = (RosterImport, ImportLine, ImportProblem)
_HANGING = (Membership, Appointment, Exemption, UnitAlias)  # on members and units


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Table → rows touched; what of the clock's doing went along and what stays."""

    rows: dict[str, int]
    told: undo_consequences.Told


def take_back(data: bytes, *, ward: Unit, at: datetime, by: User | None) -> TakenBack:
    """Put everything back as it was before the import whose sealed journal this is, then the rights that ended with it.

    What the portal's own clock did on the added rows in the meantime is withdrawn first (`undo_consequences`).
    To be called inside a transaction. Raises UndoRefused with the list of what stands in the way.
    """
    tables = opened(data)
    reverse = {model: _Reverse(model, tables[model._meta.model_name]) for model in TABLES}
    added = undo_consequences.AddedRows(reverse[Unit].added_keys, reverse[Member].added_keys)
    rights = tables.get(RIGHTS, {})
    conflicts = _Conflicts()
    for one in reverse.values():
        conflicts.of_changed_rows(one)  # locks them, and what follows the rights, before anything is recorded
    hold_for_return(rights)
    conflicts.of_places(reverse[Membership])
    conflicts.of_standing(reverse[Member], reverse[Appointment], ward=ward, day=local_day(at))
    told = undo_consequences.withdraw(ward, added, at=at, by=by)
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
    give_back(rights, at=at, by=by)
    rows = {str(model._meta.verbose_name): one.touched for model, one in reverse.items() if one.touched}
    return TakenBack(rows, told)


class _Reverse:
    """One table's part of a sealed journal."""

    def __init__(self, model: type[models.Model], stored: dict[str, Any]) -> None:
        self.model = model
        self.added: dict[int, str] = {int(key): mark for key, mark in stored["added"].items()}
        self.before: dict[int, Row] = {int(key): before for key, (before, _) in stored["changed"].items()}
        self.left = {int(key): mark for key, (_, mark) in stored["changed"].items()}
        self.removed: list[Row] = stored["removed"]
        self.plain = [PlainRows.unpacked(rows) for rows in stored["plain"]]
        self.added_keys = sorted([*self.added, *(key for rows in self.plain for key in rows.keys)])

    @property
    def own(self) -> set[int]:
        """Keys of the rows that the import wrote."""
        return {*self.added_keys, *self.before}

    @property
    def touched(self) -> int:
        return len(self.added_keys) + len(self.before) + len(self.removed)


def _put_back(reverse: dict[type[models.Model], _Reverse]) -> None:
    """Changed rows first (they may point to added ones), then the added go, then the removed come back."""
    units = reverse[Unit]
    aside = Concat(models.Value("~"), Cast("pk", models.CharField()))
    for chosen in spans("pk", units.own):  # paths are unique: out of the way before they change places
        Unit.objects.filter(chosen).update(path=aside)
    # A membership that opens again must wait until the one opened instead is gone.
    for model in reversed(TABLES):
        if model in _HANGING:
            _delete(reverse[model])
    for model, one in reverse.items():
        names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
        for keys in batches(one.before, 400):
            rows = [from_values(model, one.before[key]) for key in keys]
            model._default_manager.bulk_update(rows, [_name_of(model, name) for name in names], batch_size=400)
    for model in reversed(TABLES):
        if model not in _HANGING:
            _delete(reverse[model])
    for model, one in reverse.items():
        model._default_manager.bulk_create([from_values(model, row) for row in one.removed])


def _delete(one: _Reverse) -> None:
    # Not the tree's own delete: the parents' counts come back with their own rows. And without the search for rows that
    # hang on them: `of_later_work` has just found none but the import's own, which go first.
    for chosen in spans("pk", one.added_keys):
        rows = models.QuerySet(one.model).filter(chosen)
        rows._raw_delete(rows.db)


class _Conflicts:
    """What stands in the way, in sentences."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.number = 0

    def of_changed_rows(self, one: _Reverse) -> None:
        """Rows that are gone or no longer as the import left them; locked, so that they stay so until all is back."""
        marks = {**one.added, **one.left}
        now = dict(fingerprints(one.model, marks, lock=True))
        differing = [key for key, mark in marks.items() if now.get(key) != mark]
        for plain in one.plain:
            same = untouched(one.model, plain, lock=True)
            differing += [key for key in plain.keys if key not in same]
        self.number += len(differing)
        named = _named(one.model, differing[:MOST_NAMED])
        kind = str(one.model._meta.verbose_name)
        for key in differing[:MOST_NAMED]:
            told = "đã được sửa sau lần nhập" if key in named else "đã bị xóa sau lần nhập"
            self.lines.append(f"{named.get(key, kind)} ({kind}): {told}.")

    def of_places(self, memberships: _Reverse) -> None:
        """Members who would again belong where they were, but belong somewhere since."""
        reopened = [
            before["member_id"]
            for before in memberships.before.values()
            if before["valid_to"] is None and before["kind"] == MembershipKind.REGULAR
        ]
        own = memberships.own
        for keys in batches(reopened, BATCH):
            open_now = Membership.objects.filter(member_id__in=keys, valid_to=None, kind=MembershipKind.REGULAR)
            for row in open_now.select_related("member", "unit"):
                if row.pk not in own:
                    self.number += 1
                    self.lines.append(f"{row.member} (nơi sinh hoạt): đã được ghi vào {row.unit} sau lần nhập.")

    def of_standing(self, members: _Reverse, posts: _Reverse, *, ward: Unit, day: date) -> None:
        """Members who would again be on probation or out of the Party, but got since what nobody of that standing holds."""
        statuses = {
            key: before["status"] for key, before in members.before.items() if before["status"] != MemberStatus.FULL
        }
        for keys in batches(statuses, BATCH):
            for member in Member.objects.filter(pk__in=keys):
                before = MemberStatus(statuses[member.pk])
                if before != member.status and (held := _not_held(member, before, posts.own, ward, day)):
                    self.number += 1
                    self.lines.append(
                        f"{member} (tình trạng): trở lại “{before.label}” thì không giữ được {held}, ghi sau lần nhập. Ghi "
                        "thôi giữ trước."
                    )

    def of_later_work(self, one: _Reverse, reverse: dict[type[models.Model], _Reverse]) -> None:
        """Rows of any app that point to an added row and are not the import's own."""
        for relation in one.model._meta.get_fields(include_hidden=True):
            if not (relation.one_to_many or relation.one_to_one) or relation.concrete or not one.added_keys:
                continue
            holder, name = relation.related_model, relation.field.attname
            if holder in _OWN_PICTURES or not getattr(relation.field, "db_constraint", True):
                continue  # a picture of other rows, which are asked themselves
            own = reverse[holder].own if holder in reverse else set()
            for chosen in spans(name, one.added_keys):
                rows = holder._base_manager.filter(chosen).values_list("pk", name)
                later = list(dict.fromkeys(target for key, target in rows if key not in own))
                self.number += len(later)
                named = _named(one.model, later[:MOST_NAMED])
                self.lines += [
                    f"{who}: đã có {holder._meta.verbose_name} gắn vào sau lần nhập." for who in named.values()
                ]

    def refuse_if_any(self) -> None:
        if self.lines:
            lines = list(dict.fromkeys(self.lines))
            raise UndoRefused(
                f"Chưa hoàn tác được: {self.number} chỗ đã thay đổi sau lần nhập. Không có gì bị sửa.",
                lines[:MOST_NAMED],
            )


def _not_held(member: Member, standing: MemberStatus, imported: Collection[int], ward: Unit, day: date) -> str:
    """What the member holds from `day` on, not by the import, that nobody of that standing holds; in words."""
    if standing == MemberStatus.PROBATIONARY:
        seats = seats_of([member.pk], day)
        posts, roles = seats.posts, seats.roles
    else:
        still = Q(valid_to=None) | Q(valid_to__gt=day)
        held = RoleGrant.objects.filter(still, user__member=member, unit__path__startswith=ward.path)
        roles = tuple(held.select_related("unit", "cluster").order_by("pk"))
        gone = Appointment.objects.filter(still, member=member).select_related("position", "unit").order_by("pk")
        posts = tuple(gone) if standing in GONE else ()
    return str(Seats(tuple(post for post in posts if post.pk not in imported), roles))


def _name_of(model: type[models.Model], attname: str) -> str:
    return next(field.name for field in model._meta.concrete_fields if field.attname == attname)


def _named(model: type[models.Model], keys: Sequence[int]) -> dict[int, str]:
    rows = model._default_manager.filter(pk__in=keys).select_related(*_TOLD_WITH.get(model, ()))
    return {row.pk: str(row) for row in rows}
