"""Accounts in every relation to the unit `own` of the world, and what each of them is to it.

The relation decides, the same for every address: a relative whose `stands_as` names a column of `url_matrix.py` is
answered like that column; one with none of our business (`STRANGER`) gets 404; a locked one is not logged in at all.
So the expectations of the relations follow from the one table, without cells of their own.
Not here: the table (`url_matrix.py`), the requests (`test_relations.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from tests.architecture.world import World
from tests.factories.units import make_cluster, make_member, make_unit, make_user
from units.choices import Role
from units.models import Unit, User
from vietnamese.dates import local_day

STRANGER = "stranger"
LOCKED = "locked"


@dataclass(frozen=True)
class Relative:
    """An account, what it is to `own` in words, and the column of the table it is answered like."""

    user: User
    relation: str
    stands_as: str = STRANGER


RELATIONS = (
    "city_admin", "city_leader", "second_admin", "second_leader", "above", "deputy", "below", "sibling", "same_cluster",
    "other_cluster", "until_yesterday", "from_tomorrow", "locked", "colleague", "member_below", "member_above",
    "other_cluster_lead", "no_role", "foreign_admin", "foreign_leader", "foreign_lead", "foreign_secretary",
    "foreign_member",
)  # fmt: skip


def relatives_of(world: World) -> dict[str, Relative]:
    """One account for each of RELATIONS."""
    ward, own, base = world.ward, world.things["own"], world.things["base"]
    city, today = ward.above(), local_day(world.now)
    foreign_ward = world.things["foreign_ward"]
    sub = make_unit(ward, name="Chi bộ trực thuộc số 1A", parent=own)
    sibling = make_unit(ward, name="Chi bộ Tổ dân phố số 3", parent=base)
    mate = make_unit(ward, name="Chi bộ Tổ dân phố số 4", cluster=world.things["cluster"])
    second = make_cluster(ward)
    far = make_unit(ward, name="Chi bộ Tổ dân phố số 5", cluster=second)
    abroad = make_unit(foreign_ward, name="Chi bộ Tổ dân phố số 1", cluster=make_cluster(foreign_ward))
    locked = make_user(Role.OFFICE, ward)
    locked.is_active = False
    locked.save()

    def secretary(unit: Unit, **dates: object) -> User:
        return make_user(Role.SECRETARY, unit, **dates)

    def member(unit: Unit) -> User:
        return make_user(member=make_member(unit))

    return {
        "city_admin": Relative(make_user(Role.ADMIN, city), "Quản trị của thành ủy", "admin"),
        "city_leader": Relative(make_user(Role.LEADER, city), "Lãnh đạo thành ủy", "leader"),
        "second_admin": Relative(make_user(Role.ADMIN, ward), "Quản trị thứ hai", "admin"),
        "second_leader": Relative(make_user(Role.LEADER, ward), "Lãnh đạo khác của phường", "leader"),
        "above": Relative(secretary(base), "Bí thư đảng bộ cơ sở cấp trên", "secretary"),
        "deputy": Relative(secretary(own), "Phó bí thư của chính chi bộ", "secretary"),
        "below": Relative(secretary(sub), "Bí thư chi bộ trực thuộc"),
        "sibling": Relative(secretary(sibling), "Bí thư chi bộ cùng đảng bộ cơ sở"),
        "same_cluster": Relative(secretary(mate), "Bí thư chi bộ cùng cụm"),
        "other_cluster": Relative(secretary(far), "Bí thư chi bộ cụm khác"),
        "until_yesterday": Relative(secretary(own, until=today), "Bí thư thôi từ hôm qua"),
        "from_tomorrow": Relative(secretary(own, since=today + timedelta(days=1)), "Bí thư từ ngày mai"),
        "locked": Relative(locked, "Tài khoản đã khóa", LOCKED),
        "colleague": Relative(member(own), "Đảng viên khác cùng chi bộ"),
        "member_below": Relative(member(sub), "Đảng viên chi bộ trực thuộc"),
        "member_above": Relative(member(base), "Đảng viên của cấp trên"),
        "other_cluster_lead": Relative(make_user(Role.CLUSTER_LEAD, cluster=second), "Phụ trách cụm khác"),
        "no_role": Relative(make_user(), "Tài khoản không có vai trò"),
        "foreign_admin": Relative(make_user(Role.ADMIN, foreign_ward), "Quản trị phường khác"),
        "foreign_leader": Relative(make_user(Role.LEADER, foreign_ward), "Lãnh đạo phường khác"),
        "foreign_lead": Relative(make_user(Role.CLUSTER_LEAD, cluster=abroad.cluster), "Phụ trách cụm phường khác"),
        "foreign_secretary": Relative(secretary(abroad), "Bí thư phường khác"),
        "foreign_member": Relative(member(abroad), "Đảng viên phường khác"),
    }
