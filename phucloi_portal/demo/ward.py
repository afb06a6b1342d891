"""Loading the demo ward: roster, committee, accounts of every role, campaign; once.

Not here: what each of them is made of (`people.py`, `campaign.py`).
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from audit import services as audit
from phucloi_portal.demo.campaign import Cast, run_campaign
from phucloi_portal.demo.mails import bring_mails
from phucloi_portal.demo.people import demo_roster
from phucloi_portal.demo.workbook import write_roster
from units.choices import PositionGroup, Role
from units.models import Appointment, Cluster, Member, Signer, Term, Unit, User
from units.services.accounts import create_account
from units.services.notices import accept_notice
from units.services.roles import grant_role
from units.services.roster import import_roster
from vietnamese.dates import local_day


class DemoRefused(Exception):
    """The demo ward cannot be loaded here; `str(error)` is the sentence to show."""


@dataclass(frozen=True)
class DemoWard:
    """What was loaded (or found): the ward and the accounts people may log in with."""

    ward: Unit
    accounts: tuple[User, ...]
    is_new: bool


def load_demo_ward(*, members: int, seed: int, at: datetime) -> DemoWard:
    """The ward as it stands at `at`; a second call changes nothing.

    Raises DemoRefused in production, and in a portal that already holds a real ward.
    """
    if settings.PRODUCTION:
        raise DemoRefused("Đây là cổng chạy thật, không nạp phường minh họa.")
    found = tuple(User.objects.filter(is_demo=True, is_active=True).order_by("pk"))
    if found:
        return DemoWard(Unit.objects.wards().first(), found, is_new=False)
    if Unit.objects.exists() or User.objects.exists():
        raise DemoRefused("Cổng đã có danh bạ hoặc tài khoản, không nạp phường minh họa vào dữ liệu thật.")
    with transaction.atomic():
        ward = _roster(members=members, seed=seed, day=local_day(at))
        accounts, secretaries = _accounts(ward, local_day(at))
        for user in accounts:
            accept_notice(user=user, ward=ward, at=at)
        audit.record(action="demo.load", actor="load_demo", obj=ward, ward_id=ward.pk, at=at)
    # The campaign puts many files into the store, each durable on its own, so it is not one transaction.
    cast = Cast(ward, accounts[0], accounts[1], secretaries)
    run_campaign(cast, seed=seed, at=at)
    bring_mails(cast, seed=seed, at=at)
    return DemoWard(ward, accounts, is_new=True)


def _roster(*, members: int, seed: int, day: date) -> Unit:
    """Through a workbook and the ordinary import, so that the demo is what an office would have."""
    roster = demo_roster(members=members, seed=seed, day=day)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "danh-ba-minh-hoa.xlsx"
        write_roster(roster, path)
        ward = import_roster(path=path, on=day, by="load_demo").ward
    if ward is None:
        raise RuntimeError("the demo roster has no ward")
    profile = ward.profile
    profile.mailbox, profile.phone = "bxdd@phucloi.example", "024 3875 2468"
    profile.contact_name = "Phạm Thu Hằng"
    profile.save()
    Signer.objects.create(ward=ward, name="Nguyễn Xuân Hiền", valid_from=date(2025, 8, 22))
    Term.objects.create(ward=ward, name="2025-2030", starts_on=date(2025, 8, 22))
    return ward


def _accounts(ward: Unit, day: date) -> tuple[tuple[User, ...], dict[int, User]]:
    """An account a role, with the common password; and, closed, one for every other secretary who handed in."""

    def account(email: str, name: str, role: Role, unit: Unit, member: Member | None = None) -> User:
        user = create_account(
            email=email, full_name=name, by="load_demo", member=member, password=settings.DEMO_PASSWORD, is_demo=True
        )
        cluster = Cluster.objects.filter(ward=ward).order_by("order").first() if role == Role.CLUSTER_LEAD else None
        grant_role(user=user, role=role, unit=unit, since=day, by="load_demo", cluster=cluster)
        return user

    def secretary(post: Appointment, name: str) -> User:
        return account(f"{name}@phucloi.example", post.member.full_name, Role.SECRETARY, post.unit, post.member)

    posts = (
        Appointment.objects.active(day)
        .filter(position__group=PositionGroup.CELL_SECRETARY, position__title="Bí thư", unit__ward=ward)
        .select_related("unit", "member")
    )
    by_code = {post.unit.code: post for post in posts}
    shown = [
        account("quantri@phucloi.example", "Hoàng Minh Tuấn", Role.ADMIN, ward),
        account("canbo@phucloi.example", "Phạm Thu Hằng", Role.OFFICE, ward),
        account("lanhdao@phucloi.example", "Nguyễn Xuân Hiền", Role.LEADER, ward),
        account("phutrachcum@phucloi.example", "Đinh Thị Mai", Role.CLUSTER_LEAD, ward),
        secretary(by_code["TR01"], "bithu.thcs"),
        secretary(by_code["TDP05"], "bithu.tdp5"),
    ]
    teacher = (
        Member.objects.of_unit(by_code["TR01"].unit, day).exclude(pk=by_code["TR01"].member_id).order_by("sort_key")
    )
    member = next(iter(teacher))
    shown.append(account("dangvien@phucloi.example", member.full_name, Role.MEMBER, by_code["TR01"].unit, member))
    secretaries = {by_code["TR01"].unit_id: shown[4], by_code["TDP05"].unit_id: shown[5]}
    for code, post in by_code.items():
        if post.unit_id not in secretaries:
            user = secretary(post, f"bithu.{code.lower().replace('.', '-')}")
            user.is_active = False
            user.save(update_fields=["is_active"])
            secretaries[post.unit_id] = user
    return tuple(shown), secretaries
