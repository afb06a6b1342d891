"""The inspection queue: one row per content, leased, tried at most three times, settled once.

A claim costs an attempt before the file is opened, so a file that kills its worker ends as DEAD too, with a reason an
administrator can see. Results reach submissions that were received meanwhile: a refusal reopens the slot.
Not here: the check itself (`submissions.inspection`), page images (`page_images.py`).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import BinaryIO

from django.db import transaction
from django.db.models import F, Q

from audit import services as audit
from directives.choices import HANDED_IN_STATES, ObligationState
from directives.lifecycle import OBLIGATION_MOVES, assert_can_move
from directives.models import Extension, Obligation, SpanKind
from directives.spans import keep_span
from statements.inserting import insert
from submissions.antivirus import ScannerAway, virus_in
from submissions.choices import WAITING_STATES, InspectionState, Verdict
from submissions.inspection import hints
from submissions.inspection.examination import Examination, examine
from submissions.inspection.runner import InspectionFailed, PageUndrawable, session
from submissions.inspection.verdicts import ACCEPT, FLAG, REJECT, SCANNER, Judgement, first_bytes
from submissions.models import Decision, Inspection, PageImage, Submission, SubmissionVersion, SubmittedFile
from submissions.telling import tell_senders
from submissions.timeliness import CURE_WINDOW, cured_due_at
from units.models import User
from vault.errors import VaultError
from vault.models import Blob
from vault.services import open_verified

MAX_ATTEMPTS = 3
LEASE = timedelta(seconds=60)
"""Longer than any inspection may take; a worker that was killed loses its row after that."""
BACK_OFF = timedelta(seconds=20)
SCANNER_PAUSE = timedelta(seconds=60)
SWEEP_BATCH = 500
_STATE_OF = {ACCEPT: InspectionState.CLEAN, FLAG: InspectionState.FLAGGED, REJECT: InspectionState.REJECTED}


class NotAPdf(VaultError):
    """The first bytes are not a PDF's; the sentence says what the file seems to be."""


def must_begin_as_pdf(head: bytes) -> None:
    """The head check for `vault.services.put`: raises NotAPdf before a byte is stored."""
    judged = first_bytes(head)
    if not judged.is_pdf:
        raise NotAPdf(judged.sentence)


def await_inspection(*, blob: Blob, at: datetime) -> Inspection:
    """The inspection of a content, put into the queue when there is none. Part of its caller's transaction."""
    if blob.is_new:  # its row was made in this transaction: nobody can have queued it
        blob.is_new = False
        inspection = Inspection(blob=blob, created_at=at)
        insert(inspection)
        return inspection
    inspection, _ = Inspection.objects.select_related("blob").get_or_create(blob=blob, defaults={"created_at": at})
    return inspection


def locked_inspections(*, blobs: Iterable[Blob], at: datetime) -> dict[int, Inspection]:
    """The inspections of some contents by blob id, queued where there is none, and locked until the caller commits.

    A caller that then writes versions cannot miss a refusal: either it sees it here, or the refusal sees its versions.
    Lock order everywhere: inspections, then obligations.
    """
    wanted = {blob.pk: blob for blob in blobs}
    known = dict(Inspection.objects.filter(blob__in=wanted).values_list("blob", "pk"))
    ids = sorted(known.get(pk) or await_inspection(blob=blob, at=at).pk for pk, blob in wanted.items())
    locked = Inspection.objects.select_for_update(of=("self",)).select_related("blob").filter(pk__in=ids).order_by("pk")
    return {inspection.blob_id: inspection for inspection in locked}


def due_inspections(*, at: datetime, limit: int) -> list[int]:
    """Rows that wait for a worker at `at`, oldest first: new ones, failed ones after a pause, abandoned ones."""
    waiting = Inspection.objects.filter(_free(at), state__in=WAITING_STATES)
    return list(waiting.order_by(F("lease_until").asc(nulls_first=True), "pk").values_list("pk", flat=True)[:limit])


def inspect_now(*, blob: Blob, at: datetime) -> Inspection:
    """Check a content at once, for a person who waits; settled ones and ones in other hands are returned as they are."""
    inspection = await_inspection(blob=blob, at=at)
    return inspect(inspection_pk=inspection.pk, at=at)


def inspect(*, inspection_pk: int, at: datetime) -> Inspection:
    """Claim one row, check its content outside any transaction, settle it.

    Nothing happens when it is settled or leased to another. A refusal after receipt is recorded as `file.refuse`.
    """
    if not _claim(inspection_pk, at):
        return Inspection.objects.select_related("blob").get(pk=inspection_pk)
    inspection = Inspection.objects.select_related("blob").get(pk=inspection_pk)
    try:
        with open_verified(blob=inspection.blob, now=at) as content:
            found, seen = _examined(content, inspection.blob.size)
    except VaultError:
        return _fail(inspection.pk, "store", at)
    except ScannerAway:
        return _wait_for_scanner(inspection.pk, at)
    except InspectionFailed as failed:
        return _fail(inspection.pk, failed.reason, at)
    return _settle(inspection.pk, found, seen, at)


@transaction.atomic
def inspect_again(*, inspections: Iterable[int], by: User | str, at: datetime) -> int:
    """Put those of the rows (ids) that are DEAD back into the queue with fresh attempts; returns how many.

    Recorded once as `file.inspect`.
    """
    dead = Inspection.objects.select_for_update().filter(pk__in=list(inspections), state=InspectionState.DEAD)
    ids = list(dead.values_list("pk", flat=True))
    if ids:
        Inspection.objects.filter(pk__in=ids).update(
            state=InspectionState.RECEIVED, attempts=0, lease_until=None, reason=""
        )
        subject = audit.Subject("submissions.inspection", "", f"{len(ids)} tệp")
        audit.record(action="file.inspect", actor=by, obj=subject, detail={"inspections": ids}, at=at)
    return len(ids)


def dead_inspections(*, submission: Submission) -> list[int]:
    """Ids of the checks that were given up among the files of the newest version."""
    dead = Inspection.objects.filter(state=InspectionState.DEAD, blob__in=SubmittedFile.objects.filter(
        version=submission.current_id
    ).values("blob"))  # fmt: skip
    return list(dead.values_list("pk", flat=True))


@transaction.atomic
def forget_abandoned(*, before: datetime) -> int:
    """Drop inspections and page images of contents that nothing else points to and nobody put since `before`.

    They only describe a content; without them the vault's sweep may take it. Returns how many inspections went.
    """
    descriptions = (Inspection, PageImage)
    abandoned = Blob.objects.last_put_before(before).unreferenced(apart_from=descriptions)
    ids = list(abandoned.filter(inspection__isnull=False).values_list("pk", flat=True)[:SWEEP_BATCH])
    PageImage.objects.filter(source__in=ids).delete()
    return Inspection.objects.filter(blob__in=ids).delete()[0]


def _free(at: datetime) -> Q:
    return Q(lease_until=None) | Q(lease_until__lte=at)


def _claim(pk: int, at: datetime) -> bool:
    """Take the row for one lease; a row whose attempts are used up is buried instead."""
    free = Inspection.objects.filter(_free(at), pk=pk, state__in=WAITING_STATES)
    with transaction.atomic():
        if free.filter(attempts__gte=MAX_ATTEMPTS).update(state=InspectionState.DEAD, reason="crash", inspected_at=at):
            _tell_unchecked(Inspection.objects.get(pk=pk), at)
            return False
    return bool(free.update(state=InspectionState.INSPECTING, attempts=F("attempts") + 1, lease_until=at + LEASE))


def _examined(content: BinaryIO, size: int) -> tuple[Examination, list[tuple[int, str]]]:
    """The judgement, and how the pages of a file that is taken look; without an answer to that there are no hints."""
    with session() as talking:
        found = examine(talking, content, size)
        if found.judgement.verdict == REJECT:
            return found, []
        if virus_in(content):
            return replace(found, judgement=Judgement(REJECT, "virus", "virus")), []
        try:
            return found, talking.look_over(content)
        except (InspectionFailed, PageUndrawable):
            return found, []


@transaction.atomic
def _wait_for_scanner(pk: int, at: datetime) -> Inspection:
    """The virus scanner is away: the file waits, and the attempt is not counted against it."""
    inspection = Inspection.objects.select_for_update(of=("self",)).select_related("blob").get(pk=pk)
    if not inspection.is_settled:
        inspection.state, inspection.reason = InspectionState.RECEIVED, SCANNER
        inspection.attempts -= 1
        inspection.lease_until = at + SCANNER_PAUSE
        inspection.save()
    return inspection


@transaction.atomic
def _fail(pk: int, reason: str, at: datetime) -> Inspection:
    """No answer this time: wait and try again, or give up with the reason."""
    inspection = Inspection.objects.select_for_update(of=("self",)).select_related("blob").get(pk=pk)
    if inspection.is_settled:
        return inspection  # our lease ran out and another worker was luckier
    inspection.reason = reason
    if inspection.attempts >= MAX_ATTEMPTS:
        inspection.state, inspection.inspected_at, inspection.lease_until = InspectionState.DEAD, at, None
    else:
        inspection.state = InspectionState.RECEIVED
        inspection.lease_until = at + BACK_OFF * inspection.attempts
    inspection.save()
    if inspection.state == InspectionState.DEAD:
        _tell_unchecked(inspection, at)
    return inspection


def _tell_unchecked(inspection: Inspection, at: datetime) -> None:
    """Whoever has a receipt for these bytes learns that nobody can look at them yet."""
    waiting = SubmissionVersion.objects.filter(files__blob=inspection.blob_id, decision=None)
    newest = waiting.filter(pk=F("submission__current")).values_list("pk", flat=True).distinct()
    tell_senders(inspection=inspection, versions=list(newest), at=at)


@transaction.atomic
def _settle(pk: int, found: Examination, seen: Iterable[tuple[int, str]], at: datetime) -> Inspection:
    inspection = Inspection.objects.select_for_update(of=("self",)).select_related("blob").get(pk=pk)
    if inspection.is_settled:
        return inspection
    facts, judged = found.facts, found.judgement
    inspection.state = _STATE_OF[judged.verdict]
    inspection.verdict_class, inspection.reason = judged.verdict_class, judged.reason
    inspection.pages, inspection.signature_fields = facts.pages, facts.signature_fields
    if facts.signature_fields:
        seen = [look for look in seen if look[1] != hints.UNSIGNED]
    looks = sorted({*seen, *((page, hints.BLANK) for page in facts.blank_pages)})
    inspection.hints = [{"page": page, "code": code} for page, code in looks]
    if facts.scan_dpi is not None and facts.scan_dpi < hints.COARSE_DPI:
        inspection.hints.append({"page": None, "code": hints.COARSE})
    inspection.seconds, inspection.inspected_at, inspection.lease_until = found.seconds, at, None
    inspection.save()
    if inspection.state == InspectionState.REJECTED:
        _refuse_received(inspection, at)
    return inspection


def _refuse_received(inspection: Inspection, at: datetime) -> None:
    """Versions that already have a receipt for these bytes are refused: the receipt stands, the slot opens again."""
    received = (
        SubmissionVersion.objects.filter(files__blob=inspection.blob, decision=None)
        .order_by("submission__obligation_id", "pk")
        .distinct()
        .values_list("pk", "submission__obligation_id")
    )
    refused: dict[int, list[int]] = {}
    for version_pk, obligation_pk in received:
        obligation = Obligation.objects.select_for_update(of=("self",)).get(pk=obligation_pk)
        version = SubmissionVersion.objects.select_related("submission").get(pk=version_pk)
        if hasattr(version, "decision"):
            continue  # decided while we waited for the lock
        refused.setdefault(obligation.ward_id, []).append(version_pk)
        Decision.objects.create(
            version=version, verdict=Verdict.REJECTED_BY_CHECK, reason=inspection.sentence, decided_at=at
        )
        if version.submission.current_id == version.pk:
            _reopen(obligation, version, at)
        else:
            _date_by_what_stands(obligation, version, at)
    tell_senders(inspection=inspection, versions=[pk for versions in refused.values() for pk in versions], at=at)
    for ward_id, versions in refused.items():  # the same bytes may lie with two wards; each reads of its own
        audit.record(
            action="file.refuse",
            actor="inspection",
            obj=inspection,
            ward_id=ward_id,
            detail={"reason": inspection.reason, "versions": versions},
            at=at,
        )


def _reopen(obligation: Obligation, refused: SubmissionVersion, at: datetime) -> None:
    """Back to where the obligation stood before; bytes that came in time get 24 h to be replaced."""
    standing = refused.submission.versions.standing()
    versions = list(standing.select_related("decision").order_by("number"))
    if obligation.state in HANDED_IN_STATES:
        last = getattr(versions[-1], "decision", None) if versions else None
        before = ObligationState.SUBMITTED if versions and last is None else ObligationState.PENDING
        if last is not None:
            before = ObligationState.RETURNED
        assert_can_move(OBLIGATION_MOVES, obligation.state, before)
        if before == ObligationState.PENDING:
            keep_span(obligation, SpanKind.HANDED_IN, since=obligation.first_submitted_at, until=at)
        obligation.state = before
        if before == ObligationState.SUBMITTED:  # the version it replaced stands again and waits for the office
            Submission.objects.filter(pk=refused.submission_id).update(current=versions[-1])
    counted = standing.by_what_counts().first()
    obligation.first_submitted_at = counted.received_at if counted else None
    obligation.submitted_at = versions[-1].received_at if versions else None
    obligation.decided_at = at
    if obligation.state == ObligationState.RETURNED and obligation.fix_by is not None:
        if refused.received_at < obligation.fix_by:
            obligation.fix_by = max(obligation.fix_by, at + CURE_WINDOW)
    elif obligation.state == ObligationState.PENDING:
        _extend_for_cure(obligation, refused, at)
    obligation.save()


def _date_by_what_stands(obligation: Obligation, refused: SubmissionVersion, at: datetime) -> None:
    """A version was replaced before the check refused it: the first one that stands dates the obligation.

    When the refused bytes came in time, what replaced them has the same 24 h.
    """
    first = refused.submission.versions.standing().by_what_counts().first()
    if first is None or first.received_at == obligation.first_submitted_at:
        return
    obligation.first_submitted_at = first.received_at
    if obligation.due_at is not None and first.received_at >= obligation.due_at:
        _extend_for_cure(obligation, refused, at)
    obligation.save()


def _extend_for_cure(obligation: Obligation, refused: SubmissionVersion, at: datetime) -> None:
    new_due_at = cured_due_at(received_at=refused.received_at, due_at=obligation.due_at, refused_at=at)
    if new_due_at is None:
        return
    Extension.objects.create(
        obligation=obligation,
        old_due_at=obligation.due_at,
        new_due_at=new_due_at,
        reason="Tệp nộp đúng hạn nhưng không qua kiểm tra: được nộp lại trong 24 giờ",
        granted_at=at,
    )
    obligation.due_at = new_due_at
