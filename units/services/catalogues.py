"""Changing what a ward keeps in lists of its own: reasons in polite words, other names of its units.

Each verb writes one entry `settings.change` on the area's `Subject`.
Not here: what is offered (`units.reasons`), who is meant by a name (app submissions).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from audit import services as audit
from units.choices import ReasonKind
from units.errors import SettingRefused
from units.models import Reason, Unit, UnitAlias, User
from units.reasons import PROPOSED
from units.settings_areas import Area, Change, added, change, removed
from units.settings_history import subject_of
from vietnamese.text import clean, fold


@transaction.atomic
def add_reason(*, ward: Unit, kind: str, text: str, by: User | None, at: datetime) -> Reason:
    """A reason at the end of its catalogue; a retired one with the same words comes back instead.

    Raises SettingRefused when it is already in use.
    """
    words = clean(text)
    known = Reason.objects.select_for_update().filter(ward=ward, kind=kind, text=words).first()
    if known is not None and known.is_active:
        raise SettingRefused(f"Đã có lý do “{words}” trong danh sách này.")
    reason = known or Reason(ward=ward, kind=kind, text=words)
    reason.is_active, reason.order = True, _next_order(ward, kind)
    reason.full_clean()
    reason.save()
    _record(ward, Area.REASONS, added(_named(kind), words), by, at)
    return reason


@transaction.atomic
def adopt_proposed_reasons(*, ward: Unit, kind: str, by: User | None, at: datetime) -> int:
    """The proposed reasons become the ward's own, to be changed one by one; returns how many are new.

    Raises SettingRefused when the catalogue has reasons of its own in use.
    """
    known = {reason.text: reason for reason in Reason.objects.select_for_update().filter(ward=ward, kind=kind)}
    if any(reason.is_active for reason in known.values()):
        raise SettingRefused("Danh sách này đã có lý do riêng của phường.")
    for order, text in enumerate(PROPOSED[kind]):
        reason = known.get(text) or Reason(ward=ward, kind=kind, text=text)
        reason.order, reason.is_active = order, True
        reason.save()
    _record(ward, Area.REASONS, added(_named(kind), f"{len(PROPOSED[kind])} lý do gợi ý sẵn"), by, at)
    return len(PROPOSED[kind])


@transaction.atomic
def reword_reason(*, reason: Reason, text: str, by: User | None, at: datetime) -> Reason:
    """Other words from now on; what was decided keeps the words it was decided with. Raises SettingRefused: taken."""
    reason, words = Reason.objects.select_for_update().select_related("ward").get(pk=reason.pk), clean(text)
    old = reason.text
    if old == words:
        return reason
    if Reason.objects.filter(ward=reason.ward_id, kind=reason.kind, text=words).exists():
        raise SettingRefused(f"Đã có lý do “{words}” trong danh sách này.")
    reason.text = words
    reason.full_clean()
    reason.save(update_fields=["text"])
    _record(reason.ward, Area.REASONS, [change(_named(reason.kind), old, words)], by, at)
    return reason


@transaction.atomic
def move_reason(*, reason: Reason, up: bool, by: User | None, at: datetime) -> None:
    """One place up or down among those in use; at the end of the list nothing happens and nothing is recorded."""
    rows = list(Reason.objects.select_for_update().filter(ward=reason.ward_id, kind=reason.kind, is_active=True))
    place = next((index for index, row in enumerate(rows) if row.pk == reason.pk), None)
    target = None if place is None else place + (-1 if up else 1)
    if place is None or target is None or not 0 <= target < len(rows):
        return
    rows.insert(target, rows.pop(place))
    for order, row in enumerate(rows):
        row.order = order
    Reason.objects.bulk_update(rows, ["order"])
    what = f"{_named(reason.kind)}: thứ tự của “{reason.text}”"
    _record(reason.ward, Area.REASONS, [change(what, f"thứ {place + 1}", f"thứ {target + 1}")], by, at)


@transaction.atomic
def use_reason(*, reason: Reason, is_active: bool, by: User | None, at: datetime) -> Reason:
    """Retire a reason or take it back into use, at the end. Never deleted: what was decided still names it."""
    reason = Reason.objects.select_for_update().select_related("ward").get(pk=reason.pk)
    if reason.is_active == is_active:
        return reason
    reason.is_active = is_active
    if is_active:
        reason.order = _next_order(reason.ward, reason.kind)
    reason.save(update_fields=["is_active", "order"])
    states = ("thôi dùng", "đang dùng")
    what = f"{_named(reason.kind)}: “{reason.text}”"
    _record(reason.ward, Area.REASONS, [change(what, states[not is_active], states[is_active])], by, at)
    return reason


@transaction.atomic
def add_alias(*, unit: Unit, name: str, by: User | None, at: datetime) -> UnitAlias:
    """Another name under which files and rosters may mean the unit.

    Raises SettingRefused when it is the unit's own name, or names another open unit of the ward already: a name that
    means two units would send papers to the wrong one.
    """
    words = clean(name)
    if unit.ward is None:
        raise SettingRefused("Đơn vị này không thuộc phường nào.")
    if holder := _holder(unit.ward, words):
        whose = "chính đơn vị này" if holder.pk == unit.pk else f"“{holder.name}”"
        raise SettingRefused(f"“{words}” đã là tên của {whose}. Chọn tên gọi khác để không nhầm đơn vị.")
    alias = UnitAlias(unit=unit, name=words)
    alias.full_clean()
    alias.save()
    _record(unit.ward, Area.ALIASES, added(unit.name, words), by, at)
    return alias


@transaction.atomic
def remove_alias(*, alias: UnitAlias, by: User | None, at: datetime) -> None:
    """The name is not understood any more; papers that came under it stay where they are."""
    unit = alias.unit
    ward, words = unit.ward or unit, alias.name
    alias.delete()
    _record(ward, Area.ALIASES, removed(unit.name, words), by, at)


def _holder(ward: Unit, words: str) -> Unit | None:
    """The unit of the ward that is called so, accents and capitals aside."""
    key = fold(words)
    for unit in Unit.objects.filter(ward=ward, closed_on=None).prefetch_related("aliases"):
        if key in {fold(unit.name), fold(unit.code), *(fold(alias.name) for alias in unit.aliases.all())}:
            return unit
    return None


def _next_order(ward: Unit, kind: str) -> int:
    rows = Reason.objects.filter(ward=ward, kind=kind, is_active=True)
    highest = rows.aggregate(highest=Max("order"))["highest"]
    return 0 if highest is None else highest + 1


def _named(kind: str) -> str:
    return f"Lý do {ReasonKind(kind).label.lower()}"


def _record(ward: Unit, area: str, found: list[Change], by: User | None, at: datetime) -> None:
    audit.record(
        action="settings.change",
        actor=by,
        obj=subject_of(ward, area),
        ward_id=ward.pk,
        detail={"changes": found},
        at=at,
    )
