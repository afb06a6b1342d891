"""What a personal link opens: the member's own duties, the pages he photographed, his own receipts. Nothing else.

Anything of another person, or of no person, answers 404. No account takes part: who is logged in on the same
telephone makes no difference.
Not here: whether the code is good (`units.link_access`), handing in (`services.paging`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from directives.choices import HANDED_IN_STATES, DirectiveState, ObligationState
from directives.models import Obligation
from directives.querysets import OPEN_STATES
from directives.shown_state import shown_state
from interface.wording import days_left
from submissions.models import Deposit, PhotoPage, Receipt, SubmissionVersion
from submissions.receipt_paper import ReceiptPaper, compose
from units.directory import heads_of
from units.models import Appointment, CommitteeProfile, Member, PersonalLink, Unit
from vietnamese.casing import lower_first
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from directives.querysets import ObligationQuerySet

_ADDRESS = "đồng chí"
_A_WEEK = 7  # days


@dataclass(frozen=True)
class PersonalPlace:
    """The member who came through a link, and how he is spoken to."""

    link: PersonalLink
    code: str
    member: Member
    profile: CommitteeProfile | None
    at: datetime

    @property
    def address(self) -> str:
        """The form of address of the ward, inside a sentence: "đồng chí"."""
        return self.profile.form_of_address if self.profile else _ADDRESS

    @property
    def ends_soon(self) -> bool:
        """The slip opens nothing in a week, so a new one is worth asking for."""
        return days_left(self.link.expires_at, self.at) < _A_WEEK

    @property
    def greeting(self) -> str:
        """ "Đồng chí Lê Thị Hòa, Phó Bí thư Chi bộ Tổ dân phố số 12"."""
        unit = next(iter(self.member.units_on(local_day(self.at))), None)
        posts = Appointment.objects.active(local_day(self.at)).filter(member=self.member, unit=unit)
        title = posts.order_by("position__order", "pk").values_list("position__title", flat=True).first()
        place = " ".join(filter(None, (title, unit.name if unit else "")))
        return ", ".join(filter(None, (f"{self.address[:1].upper()}{self.address[1:]} {self.member.full_name}", place)))


@dataclass(frozen=True)
class Duty:
    """One duty of the member as his page shows it. `state` is a key of `interface.states`."""

    obligation: Obligation
    state: str
    words: str
    version: SubmissionVersion | None
    receipt_code: str
    reason: str
    """Why it was returned; "" otherwise."""

    @property
    def title(self) -> str:
        """What is owed, inside a sentence."""
        title = self.obligation.title
        return title if title.split(" ")[0].isupper() else lower_first(title)

    @property
    def is_open(self) -> bool:
        """Something is to be handed in."""
        return self.obligation.state in OPEN_STATES

    @property
    def takes(self) -> bool:
        """A file may be handed in: open, or sent and not yet decided on."""
        return self.obligation.requirement.directive.state == DirectiveState.ISSUED and (
            self.is_open or self.obligation.state in HANDED_IN_STATES
        )

    @property
    def due_at(self) -> datetime | None:
        """The deadline that counts: after a return its fix-by instant, when that is later."""
        return self.obligation.owed_until


def _own(place: PersonalPlace) -> ObligationQuerySet:
    """Duties of the member in issued directives, and those of earlier ones that he answered."""
    own = Obligation.objects.filter(member=place.member).exclude(requirement__directive__state=DirectiveState.DRAFT)
    running = Q(requirement__directive__state=DirectiveState.ISSUED) & ~Q(state=ObligationState.WAIVED)
    return own.filter(running | Q(submitted_at__isnull=False)).select_related(
        "requirement__directive__ward",
        "ward",
        "unit",
        "member",
        "submission__current__deposit__unit",
        "submission__current__deposit__submitted_by",
        "submission__current__deposit__submitted_by_member",
        "submission__current__decision",
    )


def duties_of(place: PersonalPlace) -> tuple[list[Duty], list[Duty]]:
    """(open, done): what is owed by its last day, what was handed in with the newest first."""
    duties = [_duty(one, place.at) for one in _own(place).order_by("due_at", "pk")]
    done = [duty for duty in duties if not duty.is_open and duty.version]
    done.sort(key=lambda duty: duty.obligation.submitted_at or place.at, reverse=True)
    still_taken = DirectiveState.ISSUED
    return [d for d in duties if d.is_open and d.obligation.requirement.directive.state == still_taken], done


def access_duty(place: PersonalPlace, pk: int) -> Duty:
    """One duty of the member; Http404 for anybody else's."""
    return _duty(get_object_or_404(_own(place), pk=pk), place.at)


def access_page(place: PersonalPlace, duty_pk: int, page_pk: int) -> PhotoPage:
    """One photographed page of one duty of the member (else Http404)."""
    pages = PhotoPage.objects.filter(obligation__member=place.member, obligation=duty_pk)
    return get_object_or_404(pages.select_related("blob", "thumb", "obligation__requirement__directive"), pk=page_pk)


def access_own_receipt(place: PersonalPlace, code: str) -> ReceiptPaper:
    """The sheet for a code, with the papers of the member alone; Http404 when none is his."""
    own = Receipt.objects.of_member(place.member.pk).with_file().in_order()
    found = list(own.filter(Q(deposit__code=code) | Q(code=code)))
    if not found:
        raise Http404
    deposit: Deposit = found[0].deposit
    is_alone = deposit.receipts.count() == len(found)
    return compose(deposit.code if is_alone else found[0].code, deposit, found)


def whom_to_call(link: PersonalLink | None, at: datetime) -> Appointment | None:
    """The secretary of the unit of a link that was true once; None for a code that never was one."""
    if link is None:
        return None
    last = link.member.memberships.order_by("-valid_to", "-pk").select_related("unit").first()
    unit: Unit | None = next(iter(link.member.units_on(local_day(at))), last.unit if last else None)
    return heads_of([unit], day=local_day(at)).get(unit.pk) if unit else None


def _duty(obligation: Obligation, at: datetime) -> Duty:
    submission = getattr(obligation, "submission", None)
    version = submission.current if submission else None
    decision = getattr(version, "decision", None) if version else None
    state, words = shown_state(obligation, at)
    return Duty(
        obligation=obligation,
        state=state,
        words=words,
        version=version,
        receipt_code=version.deposit.code if version else "",
        reason=decision.reason if decision and obligation.state in OPEN_STATES else "",
    )
