"""Handing in: what a confirm writes, in one transaction, for every door (browser, command, mail, link).

Not here: uploading and matching (the deposit desk), who may hand in (`rules.py`), checking bytes (`inspecting.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from audit import services as audit
from directives.choices import DirectiveState, ObligationState, WaiverReason
from directives.deadlines.instants import last_day_of
from directives.deadlines.periods import opening_of
from directives.lifecycle import OBLIGATION_MOVES, assert_can_move
from directives.models import Obligation, Requirement, SpanKind
from directives.services.petitions import drop_petitions
from directives.spans import keep_span
from submissions.answers import Answer, FileToSubmit
from submissions.choices import InspectionState
from submissions.codes import new_code
from submissions.errors import (
    AlreadyAccepted,
    Closed,
    FileRefused,
    ForeignKeyReused,
    NothingToSubmit,
    NotOpenYet,
    NotOwed,
)
from submissions.models import Deposit, Inspection, Receipt, ReportText, Submission, SubmissionVersion, SubmittedFile
from submissions.report_words import ReportWords
from submissions.services.inspecting import locked_inspections
from submissions.services.slots import fill_slots
from submissions.timeliness import closes_for_good_at, counts_anew, timeliness_of
from units.models import Member, Unit, User
from units.services.links import holder_name
from vietnamese.dates import local_day

VOLUNTARY_REASONS = (WaiverReason.EXEMPT, WaiverReason.DECIDED)
"""Whoever is exempt may still hand in of his own will; what was withdrawn or moved away takes nothing."""


@transaction.atomic
def hand_in(
    *,
    answers: Iterable[Answer],
    unit: Unit,
    requirement: Requirement,
    submitted_by: User | None,
    door: str,
    received_at: datetime,
    idempotency_key: str,
    submitted_by_member: Member | None = None,
) -> Deposit:
    """One confirm: a deposit with its code, and for each obligation a new version with its files and receipts.

    All or nothing. `received_at` is the server's time of the confirm. `submitted_by_member` comes without account,
    through his personal link. The same key again returns the same deposit and writes nothing. Recorded once as `submission.submit`. Raises NothingToSubmit, Closed, AlreadyAccepted, NotOwed,
    SlotsMissing, FileRefused, ForeignKeyReused.
    """
    # In one order, so that two confirms over the same people wait for each other and never in a circle.
    ordered = sorted(answers, key=lambda answer: answer.obligation.pk)
    deposit, is_new = _deposit_under_key(
        idempotency_key,
        unit=unit,
        requirement=requirement,
        submitted_by=submitted_by,
        submitted_by_member=submitted_by_member,
        door=door,
        received_at=received_at,
    )
    if not is_new:
        return deposit
    if not ordered or not all(answer.files or answer.report for answer in ordered):
        raise NothingToSubmit
    ordered = [replace(answer, files=fill_slots(answer)) for answer in ordered]
    files = [file for answer in ordered for file in answer.files]
    inspections = locked_inspections(blobs=[file.blob for file in files], at=received_at)
    for file in files:
        _assert_usable(file, inspections[file.blob.pk])
    versions = [_receive(answer, deposit, inspections) for answer in ordered]
    drop_petitions([answer.obligation.pk for answer in ordered], at=received_at)
    audit.record(
        action="submission.submit",
        actor=submitted_by or (holder_name(submitted_by_member) if submitted_by_member else None),
        obj=deposit,
        ward_id=deposit.ward_id,
        detail={
            "door": door,
            "requirement": requirement.pk,
            "versions": [
                {
                    "obligation": version.submission.obligation_id,
                    "number": version.number,
                    "on_behalf": version.on_behalf,
                }
                for version in versions
            ],
            "sha256": [file.blob.sha256 for file in files],
        },
        at=received_at,
    )
    return deposit


def submit(
    *,
    obligation: Obligation,
    files: Sequence[FileToSubmit],
    submitted_by: User | None,
    door: str,
    received_at: datetime,
    idempotency_key: str,
) -> SubmissionVersion:
    """Hand in for one obligation alone: `hand_in` with a deposit of its own; the version with its receipts."""
    deposit = hand_in(
        answers=[Answer(obligation, tuple(files))],
        unit=obligation.unit,
        requirement=obligation.requirement,
        submitted_by=submitted_by,
        door=door,
        received_at=received_at,
        idempotency_key=idempotency_key,
    )
    return deposit.versions.select_related("submission__obligation").get(submission__obligation=obligation)


def _deposit_under_key(
    key: str,
    *,
    unit: Unit,
    requirement: Requirement,
    submitted_by: User | None,
    submitted_by_member: Member | None,
    door: str,
    received_at: datetime,
) -> tuple[Deposit, bool]:
    """The deposit of this key, made now when there is none (then True)."""
    while True:
        found = Deposit.objects.filter(idempotency_key=key).first()
        if found is not None:
            asked = (submitted_by and submitted_by.pk, submitted_by_member and submitted_by_member.pk, requirement.pk)
            if (found.submitted_by_id, found.submitted_by_member_id, found.requirement_id) != asked:
                raise ForeignKeyReused
            return found, False
        try:
            with transaction.atomic():
                return Deposit.objects.create(
                    code=_unused_code(),
                    ward_id=requirement.directive.ward_id,
                    unit=unit,
                    unit_name=unit.name,
                    requirement=requirement,
                    submitted_by=submitted_by,
                    submitted_by_member=submitted_by_member,
                    door=door,
                    received_at=received_at,
                    idempotency_key=key,
                ), True
        except IntegrityError:
            continue  # the same request at the same time came first (or, once in a trillion, the code was taken)


def _unused_code() -> str:
    code = new_code()
    while Deposit.objects.filter(code=code).exists() or Receipt.objects.filter(code=code).exists():
        code = new_code()
    return code


def _receive(answer: Answer, deposit: Deposit, inspections: Mapping[int, Inspection]) -> SubmissionVersion:
    obligation = (
        Obligation.objects.select_for_update(of=("self",))
        .select_related("requirement__directive", "unit", "member")
        .get(pk=answer.obligation.pk)
    )
    at = deposit.received_at
    _assert_takes(obligation, at)
    submission, _ = Submission.objects.get_or_create(obligation=obligation)
    submission.obligation = obligation  # locked, with its unit: each receipt says it
    is_waived = obligation.state == ObligationState.WAIVED
    anew = counts_anew(
        received_at=at,
        due_at=obligation.due_at,
        fix_by=obligation.fix_by if obligation.state == ObligationState.RETURNED else None,
        first_received_at=obligation.first_submitted_at,
    )
    if anew:
        obligation.first_submitted_at = None
    version = SubmissionVersion.objects.create(
        submission=submission,
        number=submission.versions.count() + 1,
        deposit=deposit,
        submitted_by=deposit.submitted_by,
        on_behalf=_is_on_behalf(obligation, deposit),
        received_at=at,
        timeliness=timeliness_of(
            received_at=at,
            due_at=obligation.due_at,
            first_received_at=obligation.first_submitted_at,
            is_waived=is_waived,
        ),
        due_at=obligation.due_at,
        restarts_clock=anew,
    )
    for order, file in enumerate(answer.files):
        _write_receipt(version, file, inspections[file.blob.pk], order)
    if answer.report is not None:
        _keep_words(version, answer.report)
    # A new version is a new round: whoever looked at the old one has to look again.
    submission.current = version
    submission.is_voluntary = is_waived
    submission.claimed_by = submission.claimed_until = submission.flagged_by = submission.flagged_at = None
    submission.save()
    _move_on(obligation, at, is_waived=is_waived)
    return version


def _assert_takes(obligation: Obligation, at: datetime) -> None:
    """The door is open for this obligation at this instant."""
    requirement = obligation.requirement
    if requirement.directive.state != DirectiveState.ISSUED:
        raise Closed
    if obligation.state == ObligationState.ACCEPTED:
        raise AlreadyAccepted(str(obligation.member or obligation.unit))
    if obligation.state == ObligationState.WAIVED and obligation.waiver_reason not in VOLUNTARY_REASONS:
        raise NotOwed(str(obligation.member or obligation.unit), obligation.get_waiver_reason_display())
    if obligation.period and obligation.due_at is not None:
        opens_on = opening_of(obligation.period, last_day_of(obligation.due_at))
        if local_day(at) < opens_on:
            raise NotOpenYet(obligation.period_name, opens_on)
    shut_at = closes_for_good_at(closes_at=requirement.closes_at, due_at=obligation.due_at, fix_by=obligation.fix_by)
    if shut_at is not None and at >= shut_at:
        raise Closed(shut_at)


def _keep_words(version: SubmissionVersion, words: ReportWords) -> None:
    ReportText.objects.create(
        version=version,
        is_nil=words.is_nil,
        parts=words.parts_json(),
        numbers=words.numbers_json(),
        attended_on=words.attended_on,
        digest=words.digest,
        is_as_printed=words.printed_digest == words.digest,
    )


def _assert_usable(file: FileToSubmit, inspection: Inspection) -> None:
    """The bytes are not known to be bad; unchecked ones are taken, a later refusal reopens the slot."""
    if file.blob.is_quarantined:
        raise FileRefused(file.original_name, "Tệp đã tải lên bị hỏng trong kho. Hãy tải lên lại.")
    if inspection.state in (InspectionState.REJECTED, InspectionState.DEAD):
        raise FileRefused(file.original_name, inspection.sentence)


def _is_on_behalf(obligation: Obligation, deposit: Deposit) -> bool:
    """Nộp thay: a member's obligation answered by anybody but the member, by his account or his personal link."""
    if obligation.member_id is None:
        return False
    user = deposit.submitted_by
    return obligation.member_id not in (user and user.member_id, deposit.submitted_by_member_id)


def _write_receipt(version: SubmissionVersion, file: FileToSubmit, inspection: Inspection, order: int) -> None:
    deposit = version.deposit
    submitted = SubmittedFile.objects.create(
        version=version,
        blob=file.blob,
        original_name=file.original_name,
        canonical_name=file.canonical_name,
        order=order,
        slot=file.slot,
    )
    Receipt.objects.create(
        code=_unused_code(),
        deposit=deposit,
        file=submitted,
        sha256=file.blob.sha256,
        size=file.blob.size,
        pages=inspection.pages,
        received_at=deposit.received_at,
        timeliness=version.timeliness,
        unit_name=version.submission.obligation.unit.name,
    )


def _move_on(obligation: Obligation, at: datetime, *, is_waived: bool) -> None:
    if is_waived:
        _keep_return_until_waiver(obligation)
    else:
        assert_can_move(OBLIGATION_MOVES, obligation.state, ObligationState.SUBMITTED)
        if obligation.state == ObligationState.RETURNED:
            keep_span(obligation, SpanKind.RETURNED, since=obligation.decided_at, until=at)
        obligation.state = ObligationState.SUBMITTED
    obligation.first_submitted_at = obligation.first_submitted_at or at
    obligation.submitted_at = at
    obligation.full_clean(validate_unique=False, validate_constraints=False)  # the database holds those
    obligation.save()


def _keep_return_until_waiver(obligation: Obligation) -> None:
    """A returned paper was owed until the waiver; the instants that say so give way to those of the voluntary one."""
    sent, decided, waived = obligation.submitted_at, obligation.decided_at, obligation.waived_at
    if sent is None or decided is None or waived is None or decided < sent:
        return
    if obligation.spans.filter(kind=SpanKind.ACCEPTED, until=decided).exists():
        return  # an acceptance was taken back then: it waited, nothing was returned
    keep_span(obligation, SpanKind.RETURNED, since=decided, until=waived)
