"""Slips of personal links as they are printed: six to a sheet of A4, each with a QR, an address and a code to type.

A slip exists only in the answer to the press of the button that made its link: the code is kept nowhere.
Not here: making links (`units.services.links`), the page (`templates/submissions/link_slips.html`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from directives.models import Obligation
from interface.wording import last_day_of
from submissions.unit_people import units_of
from units.directory import heads_of
from units.models import Appointment, CommitteeProfile, Member
from units.services.links import IssuedLink
from vietnamese.dates import format_date, local_day

A_SHEET = 6
_ADDRESS = "đồng chí"


@dataclass(frozen=True)
class Slip:
    """One person's slip."""

    member: Member
    unit: str
    code: str = field(repr=False)
    last_day: date
    address: str
    due_at: datetime | None
    """The nearest deadline (exclusive) of what the member still owes; None when he owes nothing with a date."""
    whom_to_call: str
    """Whom to ask for help, with the number; "" when none is known."""

    @property
    def url(self) -> str:
        """What the QR holds."""
        return f"{settings.PUBLIC_URL}{reverse('submissions:personal', args=[self.code])}"

    @property
    def place(self) -> str:
        """Where the code is typed, short."""
        return f"{settings.PUBLIC_URL}{reverse('submissions:personal_door')}".partition("://")[2].rstrip("/")

    @property
    def qr(self) -> SafeString:
        """The address as a drawing; it holds no style, as the content policy wants."""
        drawn = segno.make_qr(self.url, error="m").svg_inline(border=0, omitsize=True, svgclass="qr", lineclass=None)
        return mark_safe(drawn)  # noqa: S308 - our own address

    @property
    def message(self) -> str:
        """The words to paste into Zalo."""
        return (
            f"Kính gửi {self.address} {self.member.full_name}. Đây là liên kết riêng của {self.address} để nộp bài cho "
            f"{self.unit}: {self.url} Mở ra, chụp từng trang, bấm Nộp bài. Dùng đến hết ngày {format_date(self.last_day)}. "
            f"Xin không chuyển cho người khác."
        )


def slips_of(issued: Sequence[IssuedLink], profile: CommitteeProfile | None, at: datetime) -> list[Slip]:
    """A slip for each link just made, in their order; three queries."""
    members = [one.link.member for one in issued]
    units = units_of(members, at)
    heads = heads_of(units.values(), day=local_day(at))
    owed = Obligation.objects.filter(member__in=members).owing(at).with_binding_deadline().order_by("-owed_due_at")
    nearest = dict(owed.values_list("member_id", "owed_due_at"))
    return [
        Slip(
            member=one.link.member,
            unit=units[one.link.member.pk].name,
            code=one.code,
            last_day=last_day_of(one.link.expires_at),
            address=profile.form_of_address if profile else _ADDRESS,
            due_at=nearest.get(one.link.member_id),
            whom_to_call=_whom_to_call(one.link.member, heads.get(units[one.link.member.pk].pk), profile),
        )
        for one in issued
    ]


def _whom_to_call(member: Member, head: Appointment | None, profile: CommitteeProfile | None) -> str:
    """The unit's secretary, unless it is his own slip or no number is known; then the office."""
    if head is not None and head.member_id != member.pk and head.member.phone:
        return f"{head.member.full_name}, {head.position.title}: {head.member.phone}"
    return f"{profile.office_name}: {profile.phone}" if profile and profile.phone else ""


def in_sheets(slips: Sequence[Slip]) -> list[Sequence[Slip]]:
    """Six to a sheet, the last one as it comes."""
    return [slips[start : start + A_SHEET] for start in range(0, len(slips), A_SHEET)]
