"""Personal links: handed out, renewed, revoked, opened, refused.

A code leaves this module once, inside `IssuedLink`, for the slip that is being printed; nobody can read it again.
A slip that is printed anew therefore bears a new code, and the old one ends with it.
Not here: who may (`units.rules`), the slips (app submissions), codes (`units.link_codes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import F

from audit import services as audit
from audit.choices import AuditResult
from interface.wording import last_day_of
from units.choices import LEFT_STATUSES
from units.errors import LinkClosed, LinkRefused
from units.link_codes import fingerprint, new_code
from units.models import Member, PersonalLink, Unit, User
from vietnamese.dates import VIETNAM, local_day

MOST_AT_ONCE = 300
"""Slips of one press of the button: a large unit; the whole ward is handed out unit by unit."""
DEFAULT_DAYS = 90


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A link just made, with the code that nobody will see again."""

    link: PersonalLink
    code: str = field(repr=False)


def expiry_of(ward: Unit, at: datetime) -> datetime:
    """The first instant at which a link made at `at` is of no use: the midnight after its last day (ward's setting)."""
    profile = getattr(ward, "profile", None)
    days = profile.link_days if profile else DEFAULT_DAYS
    return datetime.combine(local_day(at) + timedelta(days=days + 1), time(), VIETNAM)


@transaction.atomic
def make_links(
    *, members: Sequence[Member], unit: Unit, by: User, at: datetime, expires_at: datetime, sheet: str, note: str = ""
) -> list[IssuedLink]:
    """A new link for each of the members; a link one of them has is revoked by it.

    `sheet` is the key of the press of the button: the same key a second time makes nothing and raises LinkRefused,
    as do no members, more than MOST_AT_ONCE, and one who has left the Party. Recorded once as `link.make`.
    """
    if not members:
        raise LinkRefused("Không có ai để cấp liên kết: mọi người đã có tài khoản hoặc đã có liên kết.")
    if len(members) > MOST_AT_ONCE:
        raise LinkRefused(f"Mỗi lần in tối đa {MOST_AT_ONCE} phiếu. Hãy mở từng đơn vị trực thuộc rồi in.")
    # Locked in one order: two presses of the button wait for each other and never in a circle.
    locked = {
        one.pk: one
        for one in Member.objects.select_for_update().filter(pk__in=[one.pk for one in members]).order_by("pk")
    }
    if sheet and PersonalLink.objects.filter(sheet=sheet).exists():
        raise LinkRefused("Phiếu của lần bấm này đã hiện một lần. In lại thì bấm “In lại phiếu”: mã cũ sẽ hết dùng.")
    gone = [one.full_name for one in locked.values() if one.status in LEFT_STATUSES]
    if gone:
        raise LinkRefused(f"{gone[0]} không còn trong danh sách đảng viên, không cấp liên kết.")
    old = PersonalLink.objects.filter(member__in=locked, revoked_at=None)
    replaced = list(old.order_by("pk").values_list("pk", flat=True))
    old.update(revoked_at=at, revoked_by=by)
    issued = [IssuedLink(PersonalLink(member=locked[one.pk]), new_code()) for one in members]
    for one in issued:
        link = one.link
        link.code_sha256, link.note, link.sheet = fingerprint(one.code), note, sheet
        link.created_by, link.created_at, link.expires_at = by, at, expires_at
    PersonalLink.objects.bulk_create([one.link for one in issued])
    audit.record(
        action="link.make",
        actor=by,
        obj=unit,
        ward_id=unit.ward_id or unit.pk,
        detail={"members": [one.pk for one in members], "replaced": replaced, "to": last_day_of(expires_at)},
        at=at,
    )
    return issued


def make_link(*, member: Member, unit: Unit, by: User, at: datetime, sheet: str, note: str = "") -> IssuedLink:
    """One member's link, made or renewed; expires as the ward's setting says. Raises and records as `make_links`."""
    expires_at = expiry_of(member.ward, at)
    return make_links(members=[member], unit=unit, by=by, at=at, expires_at=expires_at, sheet=sheet, note=note)[0]


@transaction.atomic
def revoke_links(*, links: Sequence[PersonalLink], unit: Unit, by: User, at: datetime) -> int:
    """From now on the links open nothing; returns how many stood until now. Recorded once as `link.revoke`."""
    standing = PersonalLink.objects.select_for_update().filter(pk__in=[one.pk for one in links], revoked_at=None)
    ids = list(standing.order_by("pk").values_list("pk", flat=True))
    if not ids:
        return 0
    PersonalLink.objects.filter(pk__in=ids).update(revoked_at=at, revoked_by=by)
    audit.record(
        action="link.revoke", actor=by, obj=unit, ward_id=unit.ward_id or unit.pk, detail={"links": ids}, at=at
    )
    return len(ids)


@transaction.atomic
def note_opening(*, link: PersonalLink, at: datetime) -> None:
    """The member opened his page: counted on the link. Recorded as `link.open`."""
    PersonalLink.objects.filter(pk=link.pk).update(use_count=F("use_count") + 1, last_used_at=at)
    audit.record(action="link.open", actor=holder_name(link.member), obj=link, at=at)


def note_refusal(*, closed: LinkClosed, at: datetime) -> None:
    """A code opened nothing: why, and of whose link where it was true once; never the code. Recorded as `link.refuse`."""
    audit.record(
        action="link.refuse", obj=closed.link, detail={"reason": closed.reason}, result=AuditResult.REFUSED, at=at
    )


def holder_name(member: Member) -> str:
    """How the log names whoever comes through a link: nobody proved who held it."""
    return f"{member.full_name} (liên kết riêng)"
