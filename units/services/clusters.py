"""Clusters: making, renaming, putting units in, taking an empty one away.

Not here: naming a cluster's lead, which is a role like others (`roles.grant_role`).
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from audit import services as audit
from units.errors import RosterRefused
from units.models import Cluster, Unit, User
from units.services.turns import hold_units
from vietnamese.text import clean, fold

_BIGGEST_ORDER = 9999


@transaction.atomic
def make_cluster(*, ward: Unit, name: str, by: User | None, units: Collection[Unit] = ()) -> Cluster:
    """A new cluster with its units, last in order unless its name bears a number. Recorded as `cluster.change`.

    Raises RosterRefused for a blank or taken name, a unit of another ward.
    """
    _hold(ward.pk, units)
    name = _free_name(ward, name, other_than=None)
    cluster = Cluster.objects.create(ward=ward, name=name, order=_order(name))
    audit.record(action="cluster.change", actor=by, obj=cluster, ward_id=ward.pk, detail={"new": name})
    return _placed(cluster, units, by)


@transaction.atomic
def change_cluster(*, cluster: Cluster, name: str, units: Collection[Unit], by: User | None) -> Cluster:
    """This name and exactly these units. Recorded as `cluster.change`, the name and the units each when they change.

    Raises RosterRefused for a blank or taken name, a unit of another ward.
    """
    _hold(cluster.ward_id, units, cluster)
    cluster = Cluster.objects.select_for_update().get(pk=cluster.pk)
    ward, old = Unit.objects.get(pk=cluster.ward_id), cluster.name
    cluster.name = _free_name(ward, name, other_than=cluster)
    cluster.order = _order(cluster.name)
    cluster.save(update_fields=["name", "order"])
    if cluster.name != old:
        detail = {"old": old, "new": cluster.name}
        audit.record(action="cluster.change", actor=by, obj=cluster, ward_id=ward.pk, detail=detail)
    return _placed(cluster, units, by)


@transaction.atomic
def place_units(*, cluster: Cluster, units: Collection[Unit], by: User | None) -> Cluster:
    """Exactly these units stand in the cluster; they leave the one they stood in. Recorded as `cluster.change`.

    A unit is in one cluster at a time, from now on. Raises RosterRefused for a unit of another ward.
    """
    _hold(cluster.ward_id, units, cluster)
    return _placed(cluster, units, by)


def _placed(cluster: Cluster, units: Collection[Unit], by: User | None) -> Cluster:
    strangers = [unit.name for unit in units if unit.ward_id != cluster.ward_id]
    if strangers:
        raise RosterRefused(f"“{strangers[0]}” thuộc phường khác.", "units")
    wanted = {unit.pk for unit in units}
    out = [unit for unit in Unit.objects.filter(cluster=cluster) if unit.pk not in wanted]
    new = list(Unit.objects.filter(pk__in=wanted).exclude(cluster=cluster).order_by("path"))
    if not out and not new:
        return cluster
    Unit.objects.filter(pk__in=[unit.pk for unit in out]).update(cluster=None)
    Unit.objects.filter(pk__in=[unit.pk for unit in new]).update(cluster=cluster)
    detail = {"units": [unit.name for unit in new], "removed": [unit.name for unit in out]}
    audit.record(action="cluster.change", actor=by, obj=cluster, ward_id=cluster.ward_id, detail=detail)
    return cluster


@transaction.atomic
def remove_cluster(*, cluster: Cluster, by: User | None) -> None:
    """Take away a cluster made by mistake. Recorded as `cluster.change`.

    Raises RosterRefused while units stand in it or somebody was ever its lead.
    """
    _hold(cluster.ward_id)
    if Unit.objects.filter(cluster=cluster).exists():
        raise RosterRefused(f"“{cluster.name}” còn đơn vị. Bỏ hết đơn vị ra khỏi cụm rồi xóa.")
    if cluster.role_grants.exists():
        raise RosterRefused(f"“{cluster.name}” đã có người phụ trách nên được giữ lại để tra cứu. Có thể đổi tên cụm.")
    detail = {"old": cluster.name}
    audit.record(action="cluster.change", actor=by, obj=cluster, ward_id=cluster.ward_id, detail=detail)
    cluster.delete()


def _hold(ward_pk: int, units: Collection[Unit] = (), cluster: Cluster | None = None) -> None:
    """The ward, so that its clusters change one after the other, then the units that come and those in the cluster."""
    Unit.objects.select_for_update().get(pk=ward_pk)
    hold_units([*units, *(Unit.objects.filter(cluster=cluster) if cluster else ())])


def _free_name(ward: Unit, name: str, *, other_than: Cluster | None) -> str:
    name = clean(name)
    if not name:
        raise RosterRefused("Chưa ghi tên cụm.", "name")
    others = Cluster.objects.filter(ward=ward).exclude(pk=other_than.pk if other_than else None)
    if any(fold(one.name) == fold(name) for one in others):
        raise RosterRefused(f"Đã có cụm tên “{name}”.", "name")
    return name


def _order(name: str) -> int:
    """ "Cụm 7" stands seventh, as when it comes with a roster; a name without a number last."""
    number = "".join(char for char in name if char.isdecimal())
    return min(int(number[:4]), _BIGGEST_ORDER) if number else _BIGGEST_ORDER
