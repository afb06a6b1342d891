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


# Relation → what it is in words, and the column of the table it is answered like.
RELATIONS = {
    "city_admin": ("Quản trị của thành ủy", "admin"),
    "city_leader": ("Lãnh đạo thành ủy", "leader"),
    "second_admin": ("Quản trị thứ hai", "admin"),
    "second_leader": ("Lãnh đạo khác của phường", "leader"),
    "above": ("Bí thư đảng bộ cơ sở cấp trên", "secretary"),
    "deputy": ("Phó bí thư của chính chi bộ", "secretary"),
    "below": ("Bí thư chi bộ trực thuộc", STRANGER),
    "sibling": ("Bí thư chi bộ cùng đảng bộ cơ sở", STRANGER),
    "same_cluster": ("Bí thư chi bộ cùng cụm", STRANGER),
    "other_cluster": ("Bí thư chi bộ cụm khác", STRANGER),
    "until_yesterday": ("Bí thư thôi từ hôm qua", STRANGER),
    "from_tomorrow": ("Bí thư từ ngày mai", STRANGER),
    "locked": ("Tài khoản đã khóa", LOCKED),
    "colleague": ("Đảng viên khác cùng chi bộ", STRANGER),
    "member_below": ("Đảng viên chi bộ trực thuộc", STRANGER),
    "member_above": ("Đảng viên của cấp trên", STRANGER),
    "other_cluster_lead": ("Phụ trách cụm khác", STRANGER),
    "no_role": ("Tài khoản không có vai trò", STRANGER),
    "foreign_admin": ("Quản trị phường khác", STRANGER),
    "foreign_leader": ("Lãnh đạo phường khác", STRANGER),
    "foreign_lead": ("Phụ trách cụm phường khác", STRANGER),
    "foreign_secretary": ("Bí thư phường khác", STRANGER),
    "foreign_member": ("Đảng viên phường khác", STRANGER),
}


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

    users = {
        "city_admin": make_user(Role.ADMIN, city),
        "city_leader": make_user(Role.LEADER, city),
        "second_admin": make_user(Role.ADMIN, ward),
        "second_leader": make_user(Role.LEADER, ward),
        "above": secretary(base),
        "deputy": secretary(own),
        "below": secretary(sub),
        "sibling": secretary(sibling),
        "same_cluster": secretary(mate),
        "other_cluster": secretary(far),
        "until_yesterday": secretary(own, until=today),
        "from_tomorrow": secretary(own, since=today + timedelta(days=1)),
        "locked": locked,
        "colleague": member(own),
        "member_below": member(sub),
        "member_above": member(base),
        "other_cluster_lead": make_user(Role.CLUSTER_LEAD, cluster=second),
        "no_role": make_user(),
        "foreign_admin": make_user(Role.ADMIN, foreign_ward),
        "foreign_leader": make_user(Role.LEADER, foreign_ward),
        "foreign_lead": make_user(Role.CLUSTER_LEAD, cluster=abroad.cluster),
        "foreign_secretary": secretary(abroad),
        "foreign_member": member(abroad),
    }
    return {name: Relative(user, *RELATIONS[name]) for name, user in users.items()}
