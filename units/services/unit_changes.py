"""Opening, changing and closing one unit, by the office.

A rename keeps the old name among the other names, so that files and letters that still use it find the unit.
Not here: clusters (`clusters.py`), whole rosters (`roster.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from audit import services as audit
from units.choices import MemberStatus, UnitKind
from units.errors import RosterRefused
from units.keys import unit_keys
from units.models import Appointment, Cluster, Member, Membership, RoleGrant, Unit, UnitAlias, User
from units.services.roles import end_roles
from units.services.turns import hold_tops, hold_unit, hold_units
from vietnamese.dates import format_date
from vietnamese.text import clean, fold

_ROOTS = (UnitKind.WARD, UnitKind.CITY)
GONE = (MemberStatus.REMOVED, MemberStatus.EXPELLED, MemberStatus.DECEASED)
"""Statuses of those who belong to no unit any more; a suspended member still belongs to his."""
_NAMED = 3


@transaction.atomic
def open_unit(
    *,
    parent: Unit,
    code: str,
    name: str,
    kind: str,
    block: str,
    cluster: Cluster | None,
    aliases: Sequence[str],
    opened_on: date,
    by: User | None,
) -> Unit:
    """A new unit under `parent` that exists from `opened_on`. Recorded as `unit.create`.

    Raises RosterRefused: blank or taken code or name, a second root, a parent closed or not open yet, another ward's
    cluster.
    """
    ward = Unit.objects.select_for_update().get(pk=parent.ward_id)
    code, name = clean(code), clean(name)
    _refuse_names(ward, code, name, other_than=None)
    above = hold_unit(parent)
    _refuse_place(kind, above, cluster, ward, day=opened_on)
    fields = {**unit_keys(code, name), "ward": ward, "kind": kind, "block": block, "cluster": cluster}
    unit = Unit.objects.add_child(above, {**fields, "opened_on": opened_on})
    _set_aliases(unit, aliases)
    audit.record(action="unit.create", actor=by, obj=unit, ward_id=ward.pk, detail={"on": opened_on, "to": parent.name})
    return unit


@transaction.atomic
def change_unit(
    *,
    unit: Unit,
    parent: Unit | None,
    code: str,
    name: str,
    kind: str,
    block: str,
    cluster: Cluster | None,
    aliases: Sequence[str],
    on: date,
    by: User | None,
) -> Unit:
    """Another code, name, kind, khối, cụm, set of other names, or place in the tree, as decided on `on`.

    `parent` None = the top stays the top. What is under the unit goes with it. Recorded as `unit.change` with old and new; nothing changed, nothing recorded.
    Raises RosterRefused as `open_unit`; also for a place under itself, the ward's root, a day before the unit opened.
    """
    ward = Unit.objects.select_for_update().get(pk=unit.ward_id)
    hold_units(one for one in (unit, parent) if one is not None)
    unit = Unit.objects.select_related("cluster").get(pk=unit.pk)
    parent = Unit.objects.get(pk=parent.pk) if parent is not None else None
    code, name = clean(code), clean(name)
    _refuse_names(ward, code, name, other_than=unit)
    if unit.opened_on is not None and on < unit.opened_on:
        raise RosterRefused(f"Ngày {format_date(on)} trước ngày lập đơn vị ({format_date(unit.opened_on)}).", "on")
    old_name, old_aliases = unit.name, sorted(unit.aliases.values_list("name", flat=True))
    changed = _differences(unit, code=code, name=name, kind=kind, block=block, cluster=cluster)
    if unit.kind not in _ROOTS and parent is not None:
        changed |= _move(unit, parent, kind, cluster, ward, on)
    elif kind != unit.kind:
        raise RosterRefused("Đơn vị gốc của phường không đổi loại được.", "kind")
    unit = Unit.objects.get(pk=unit.pk)  # a move has written the path
    for field, value in {**unit_keys(code, name), "kind": kind, "block": block, "cluster": cluster}.items():
        setattr(unit, field, value)
    unit.full_clean(exclude=["path", "depth", "numchild"])
    unit.save()
    kept = [*aliases, old_name] if old_name != name else aliases
    new_aliases = _set_aliases(unit, kept)
    if new_aliases != old_aliases:
        changed["Tên gọi khác"] = ["; ".join(old_aliases), "; ".join(new_aliases)]
    if changed:
        audit.record(action="unit.change", actor=by, obj=unit, ward_id=ward.pk, detail={"changed": changed, "on": on})
    return unit


@transaction.atomic
def close_unit(*, unit: Unit, on: date, by: User | None) -> Unit:
    """The unit no longer exists from `on`: its posts and the roles held there end on that day.

    Recorded as `unit.close`, and the roles as `role.revoke`. Raises RosterRefused naming what is still there: units
    below, members; a day before it opened; the ward's root; a unit already closed.
    """
    grants = RoleGrant.objects.filter(unit=unit.pk)
    hold_tops(grants)
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    _refuse_closing(unit, on)
    stay_on = Q(valid_to=None) | Q(valid_to__gt=on)
    Membership.objects.filter(stay_on, unit=unit).filter(Q(valid_from=None) | Q(valid_from__lte=on)).update(valid_to=on)
    posts = Appointment.objects.filter(stay_on, unit=unit)
    ended = posts.exclude(valid_from__gt=on).update(valid_to=on)
    posts.filter(valid_from__gt=on).delete()
    end_roles(grants=grants, on=on, by=by)
    unit.closed_on = on
    unit.save(update_fields=["closed_on"])
    audit.record(
        action="unit.close", actor=by, obj=unit, ward_id=unit.ward_id, detail={"on": on, "appointments": ended}
    )
    return unit


def check_closing(*, unit: Unit, on: date) -> None:
    """Raises what `close_unit` would raise; nothing is written. For the page that asks once more."""
    _refuse_closing(unit, on)


def ends_on_closing(unit: Unit, on: date) -> tuple[list[Appointment], list[RoleGrant]]:
    """The posts and roles in `unit` that a closing from `on` would end."""
    stay_on = Q(valid_to=None) | Q(valid_to__gt=on)
    posts = Appointment.objects.filter(stay_on, unit=unit).select_related("member", "position")
    roles = RoleGrant.objects.filter(stay_on, unit=unit).select_related("user")
    return list(posts.order_by("position__order", "pk")), list(roles.order_by("pk"))


def people_in(unit: Unit, day: date) -> QuerySet[Membership]:
    """Places in `unit` that still stand on `day` or begin later, of whom the Party still has, by given name: a unit with
    any of them is not closed.
    """
    there = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), unit=unit)
    return there.exclude(member__status__in=GONE).order_by("member__sort_key", "member", "pk")


def _refuse_names(ward: Unit, code: str, name: str, *, other_than: Unit | None) -> None:
    if not code:
        raise RosterRefused("Chưa ghi mã đơn vị.", "code")
    if not name:
        raise RosterRefused("Chưa ghi tên đơn vị.", "name")
    others = Unit.objects.filter(ward=ward).exclude(pk=other_than.pk if other_than else None)
    taken = others.filter(code=code).first()
    if taken is not None:
        raise RosterRefused(f"Mã “{code}” đã dùng cho “{taken.name}”. Ghi mã khác.", "code")
    same = next((one for one in others.filter(closed_on=None) if fold(one.name) == fold(name)), None)
    if same is not None:
        raise RosterRefused(f"Đã có “{same.name}” (mã {same.code}). Hai đơn vị không trùng tên.", "name")


def _refuse_place(kind: str, parent: Unit, cluster: Cluster | None, ward: Unit, *, day: date) -> None:
    if kind in _ROOTS:
        raise RosterRefused("Mỗi phường chỉ có một đơn vị gốc; chọn loại khác.", "kind")
    if parent.ward_id != ward.pk:
        raise RosterRefused(f"“{parent.name}” thuộc phường khác.", "parent")
    if parent.closed_on is not None and parent.closed_on <= day:
        raise RosterRefused(
            f"“{parent.name}” đã giải thể ngày {format_date(parent.closed_on)}. Chọn đơn vị cấp trên khác.", "parent"
        )
    if parent.opened_on is not None and parent.opened_on > day:
        raise RosterRefused(
            f"“{parent.name}” lập ngày {format_date(parent.opened_on)}, sau ngày {format_date(day)}.", "parent"
        )
    if cluster is not None and cluster.ward_id != ward.pk:
        raise RosterRefused(f"“{cluster.name}” thuộc phường khác.", "cluster")


def _move(unit: Unit, parent: Unit, kind: str, cluster: Cluster | None, ward: Unit, day: date) -> dict[str, list[str]]:
    """Hang the unit under `parent`; what changed, in words."""
    _refuse_place(kind, parent, cluster, ward, day=day)
    old = Unit.objects.get_parent(unit)
    if old is not None and old.pk == parent.pk:
        return {}
    to = Unit.objects.get(pk=parent.pk)
    if to.path.startswith(unit.path):
        where = "chính nó" if to.pk == unit.pk else f"“{to.name}”, đơn vị đang nằm dưới nó"
        raise RosterRefused(f"Không chuyển “{unit.name}” xuống dưới {where} được. Chọn đơn vị cấp trên khác.", "parent")
    Unit.objects.move(unit, to, "last-child")
    return {"Đơn vị cấp trên": [old.name if old else "", to.name]}


def _differences(unit: Unit, **asked: Any) -> dict[str, list[str]]:
    """Label of the field → [old, new], as people read them."""
    new = Unit(**asked)
    shown = {
        "Mã": (unit.code, new.code),
        "Tên đơn vị": (unit.name, new.name),
        "Loại": (unit.get_kind_display(), new.get_kind_display()),
        "Khối": (unit.get_block_display(), new.get_block_display()),
        "Cụm": (str(unit.cluster or ""), str(asked["cluster"] or "")),
    }
    return {label: list(pair) for label, pair in shown.items() if pair[0] != pair[1]}


def _set_aliases(unit: Unit, names: Sequence[str]) -> list[str]:
    """The other names become these, each once, the unit's own left out; returns them in order."""
    wanted = {clean(name) for name in names} - {"", unit.name}
    unit.aliases.exclude(name__in=wanted).delete()
    have = set(unit.aliases.values_list("name", flat=True))
    UnitAlias.objects.bulk_create([UnitAlias(unit=unit, name=name) for name in sorted(wanted - have)])
    return sorted(wanted)


def _refuse_closing(unit: Unit, on: date) -> None:
    if unit.kind in _ROOTS:
        raise RosterRefused("Không đóng đơn vị gốc của phường.")
    if unit.closed_on is not None:
        raise RosterRefused(f"“{unit.name}” đã giải thể ngày {format_date(unit.closed_on)}.")
    if unit.opened_on is not None and on <= unit.opened_on:
        raise RosterRefused(f"Ngày giải thể phải sau ngày lập ({format_date(unit.opened_on)}).", "on")
    stay_on = Q(closed_on=None) | Q(closed_on__gt=on)
    below = list(Unit.objects.within(unit).exclude(pk=unit.pk).filter(stay_on).values_list("name", flat=True))
    if below:
        raise RosterRefused(
            f"Dưới “{unit.name}” còn {len(below)} đơn vị: {_some(below)}. Chuyển sang cấp trên khác, hoặc đóng trước."
        )
    people = Member.objects.filter(pk__in=people_in(unit, on).order_by().values("member")).order_by("sort_key")
    names = list(people.values_list("full_name", flat=True))
    if names:
        raise RosterRefused(
            f"Từ ngày {format_date(on)} còn {len(names)} đảng viên ở “{unit.name}”: {_some(names)}. "
            "Chuyển sinh hoạt cho họ từ ngày ấy hoặc sớm hơn, rồi đóng."
        )


def _some(names: Sequence[str]) -> str:
    """The first names, and how many more."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" và {more} nữa" if more > 0 else "")
