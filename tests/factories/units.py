"""Wards, clusters, units, members, posts, exemptions, accounts and roles for tests.

Every builder saves and returns one object, with names, codes and addresses that differ per call.
Not here: directives and what is owed (`factories/directives.py`).
"""

from __future__ import annotations

from datetime import date
from itertools import count

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone

from units.choices import (
    SECOND_FACTOR_ROLES,
    Block,
    ExemptionReason,
    MembershipKind,
    MemberStatus,
    PositionGroup,
    Role,
    UnitKind,
)
from units.keys import member_keys, position_keys, unit_keys
from units.models import (
    Appointment,
    Cluster,
    CommitteeProfile,
    Exemption,
    Member,
    Membership,
    NoticeAcceptance,
    Position,
    RoleGrant,
    Signer,
    Term,
    Unit,
    UnitAlias,
    User,
)
from units.notices import notice_of

LONG_AGO = date(2020, 1, 1)
PASSWORD = "mat khau thu nghiem 2026"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ")
_MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Ngọc", "Quang", "Hồng")
_GIVEN = ("An", "Bình", "Chi", "Dũng", "Hà", "Hoà", "Khánh", "Lan", "Mai", "Nga", "Phúc", "Quân", "Sơn", "Thuỷ", "Yến")
_number = count(1)


def next_name() -> str:
    """A Vietnamese name that differs from the last ones."""
    n = next(_number)
    return f"{_FAMILY[n % 10]} {_MIDDLE[n % 7]} {_GIVEN[n % 15]}"


def make_city(*, name: str = "Đảng bộ Thành phố Hà Nội", code: str = "TP") -> Unit:
    """A city's root above wards."""
    return Unit.objects.add_root({**unit_keys(code, name), "kind": UnitKind.CITY})


def make_ward(*, name: str = "Phúc Lợi", code: str = "DB", city: Unit | None = None) -> Unit:
    """A ward's root unit with its committee profile; `name` without "phường". Its `ward` is itself."""
    fields = {**unit_keys(code, f"Đảng bộ phường {name}"), "kind": UnitKind.WARD}
    ward = Unit.objects.add_child(city, fields) if city else Unit.objects.add_root(fields)
    ward.ward = ward
    ward.save(update_fields=["ward"])
    CommitteeProfile.objects.create(
        unit=ward,
        name=f"Đảng ủy phường {name}",
        superior_name="Đảng bộ Thành phố Hà Nội",
        place_name=name,
        mailbox="bxdd@phuong.example",
        phone="024 3875 2468",
    )
    Signer.objects.create(ward=ward, name="Nguyễn Xuân Hiền")
    Term.objects.create(ward=ward, name="2025-2030", starts_on=date(2025, 7, 1))
    return ward


def make_cluster(ward: Unit, name: str | None = None) -> Cluster:
    """A cluster of the ward."""
    n = Cluster.objects.filter(ward=ward).count() + 1
    return Cluster.objects.create(ward=ward, name=name or f"Cụm {n}", order=n)


def make_unit(
    ward: Unit,
    *,
    name: str | None = None,
    code: str | None = None,
    kind: UnitKind = UnitKind.GRASSROOTS_CELL,
    parent: Unit | None = None,
    block: str = Block.RESIDENTIAL,
    cluster: Cluster | None = None,
    opened_on: date | None = None,
    closed_on: date | None = None,
    aliases: tuple[str, ...] = (),
) -> Unit:
    """A unit under the ward (or under `parent`)."""
    n = next(_number)
    above = Unit.objects.get(pk=(parent or ward).pk)  # treebeard needs the current child count
    fields = {
        **unit_keys(code or f"CB{n:03d}", name or f"Chi bộ Tổ dân phố số {n}"),
        "ward": ward,
        "kind": kind,
        "block": block,
        "cluster": cluster,
        "opened_on": opened_on,
        "closed_on": closed_on,
    }
    unit = Unit.objects.add_child(above, fields)
    UnitAlias.objects.bulk_create([UnitAlias(unit=unit, name=alias) for alias in aliases])
    return unit


def make_member(
    unit: Unit,
    *,
    name: str | None = None,
    birth_year: int | None = 1970,
    status: str = MemberStatus.FULL,
    since: date | None = LONG_AGO,
    until: date | None = None,
    membership: str = MembershipKind.REGULAR,
    email: str = "",
    phone: str = "",
    title: str = "",
) -> Member:
    """A member of `unit` from `since` (inclusive) to `until` (exclusive); `title` appoints him there."""
    member = Member.objects.create(
        **member_keys(name or next_name()),
        ward_id=unit.ward_id,
        birth_year=birth_year,
        status=status,
        email=email,
        phone=phone,
    )
    Membership.objects.create(member=member, unit=unit, kind=membership, valid_from=since, valid_to=until)
    if title:
        appoint(member, title, unit=unit)
    return member


def appoint(
    member: Member,
    title: str,
    *,
    unit: Unit,
    group: str = PositionGroup.CELL_SECRETARY,
    since: date | None = LONG_AGO,
    until: date | None = None,
) -> Appointment:
    """`member` holds `title` in `unit`; the position is made when the ward has none of that title and group."""
    position, _ = Position.objects.get_or_create(
        ward_id=unit.ward_id, title=title, group=group, defaults={"tone_key": position_keys(title)["tone_key"]}
    )
    return Appointment.objects.create(member=member, position=position, unit=unit, valid_from=since, valid_to=until)


def exempt(
    member: Member,
    *,
    decision: str = "03-QĐ/ĐU",
    since: date | None = LONG_AGO,
    until: date | None = None,
    reason: str = ExemptionReason.HEALTH,
) -> Exemption:
    """An exemption from `since` (inclusive) to `until` (exclusive, None = open)."""
    return Exemption.objects.create(member=member, decision=decision, valid_from=since, valid_to=until, reason=reason)


def make_user(
    role: Role | None = None,
    unit: Unit | None = None,
    *,
    cluster: Cluster | None = None,
    member: Member | None = None,
    email: str | None = None,
    name: str | None = None,
    since: date | None = LONG_AGO,
    until: date | None = None,
) -> User:
    """An account with `PASSWORD` that passes all gates; with `role`, granted on `unit` (default: `cluster`'s ward)."""
    n = next(_number)
    user = User.objects.create_user(
        email or f"nguoi{n}@phuong.example",
        PASSWORD,
        full_name=name or (member.full_name if member else next_name()),
        member=member,
    )
    if member is not None:
        read_notice(user, member.ward)
    if role is not None:
        grant(user, role, unit or cluster.ward, cluster=cluster, since=since, until=until)
    return user


def make_superuser(email: str | None = None) -> User:
    """An account for the repair pages, with its second factor."""
    user = make_user(email=email)
    user.is_superuser = user.is_staff = True
    user.save()
    give_second_factor(user)
    return user


def grant(
    user: User,
    role: Role,
    unit: Unit,
    *,
    cluster: Cluster | None = None,
    since: date | None = LONG_AGO,
    until: date | None = None,
) -> RoleGrant:
    """A role grant from `since` (inclusive) to `until` (exclusive); with the second factor the role asks for and the notice read."""
    if role in SECOND_FACTOR_ROLES:
        give_second_factor(user)
    if unit.ward is not None:
        read_notice(user, unit.ward)
    return RoleGrant.objects.create(user=user, role=role, unit=unit, cluster=cluster, valid_from=since, valid_to=until)


def read_notice(user: User, ward: Unit) -> NoticeAcceptance:
    """The account has read the ward's notice on personal data: its gate does not stand."""
    notice = notice_of(ward)
    read = {"version": notice.version, "accepted_at": timezone.now()}
    return NoticeAcceptance.objects.get_or_create(user=user, ward=ward, sha256=notice.sha256, defaults=read)[0]


def give_second_factor(user: User) -> Authenticator:
    """An authenticator app that knows `TOTP_SECRET`; the one he has when there is one."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return found or TOTP.activate(user, TOTP_SECRET).instance


def take_second_factor(user: User) -> User:
    """The account as it is before it set a factor up: the gate stands before it. Returns it fresh."""
    Authenticator.objects.filter(user=user).delete()
    return User.objects.get(pk=user.pk)
