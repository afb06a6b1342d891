"""Fetching a submission or file and authorising it in one call.

Outside `visible_to(user)` → 404, visible but not allowed → 403. A file whose content has not passed its check, or was
found altered, answers 404 to everybody: it is not there to be opened. Views get objects from nowhere else.
Not here: the permission table (`rules.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from directives.access import access_obligation, access_unit_part
from directives.choices import DirectiveState, ObligationState
from directives.models import Obligation
from directives.report_fields import number_fields
from submissions.desk_access import access_desk
from submissions.models import (
    PendingUpload,
    ReportDraft,
    ReportText,
    ReviewBatch,
    StagedFile,
    Submission,
    SubmissionVersion,
    SubmittedFile,
)
from submissions.report_words import ReportWords
from submissions.rules import opens_words
from submissions.writing import draft_words, words_kept
from units.scopes import scope_of

if TYPE_CHECKING:
    from datetime import datetime

    from directives.models import Obligation, Requirement
    from submissions.desk_access import DeskPlace
    from submissions.querysets import SubmissionQuerySet
    from units.models import Unit, User


def access_submission(user: User, pk: int, perm: str = "submissions.view_submission") -> Submission:
    """The submission with its party, requirement and newest version."""
    found = get_object_or_404(Submission.objects.visible_to(user).with_party(), pk=pk)
    if not user.has_perm(perm, found):
        raise PermissionDenied
    return found


def access_answer(user: User, obligation: Obligation) -> Submission | None:
    """What a visible obligation was answered with; None when nothing was handed in yet."""
    return Submission.objects.visible_to(user).with_party().filter(obligation=obligation).first()


def access_review(user: User) -> SubmissionQuerySet:
    """Everything the account may decide on; Http404 for whoever reviews nothing anywhere."""
    if not scope_of(user).is_staff:
        raise Http404
    return Submission.objects.reviewable_by(user)


def access_batch(user: User, pk: int) -> ReviewBatch:
    """A batch of a ward the account works for; 404 for everybody else."""
    batch = get_object_or_404(ReviewBatch.objects.select_related("ward", "drawn_by"), pk=pk)
    if not scope_of(user).works_for(batch.ward):
        raise Http404
    return batch


def access_versions(user: User, *pks: int) -> list[SubmissionVersion]:
    """Versions whose every file the account may open now, in the order asked for; Http404 when one is not."""
    may_open = SubmittedFile.objects.visible_to(user).viewable()
    found = {
        version.pk: version
        for version in SubmissionVersion.objects.filter(pk__in=pks, files__in=may_open)
        .exclude(files__in=SubmittedFile.objects.filter(version__in=pks).exclude(pk__in=may_open.values("pk")))
        .select_related(
            "submission__obligation__member",
            "submission__obligation__unit",
            "submission__obligation__ward",
            "submission__obligation__requirement__directive",
        )
        .distinct()
    }
    if set(found) != set(pks):
        raise Http404
    return [found[pk] for pk in pks]


@dataclass(frozen=True)
class CheckPlace:
    """What a secretary looks at before the office does: one requirement in a unit and those below it."""

    requirement: Requirement
    unit: Unit
    waiting: list[Submission]
    unchecked: list[Submission]
    """Their files are still with the check, or could not be checked: nothing to pass on yet."""
    forwarded: int
    instead: bool
    """The office stands here in the unit's place: it passes on with a reason, unread."""


def access_check(user: User, requirement_pk: int, unit_pk: int) -> CheckPlace:
    """The unit's papers of a two-step requirement, for its secretary, or for the office in his place.

    Another route or nothing to see → Http404.
    """
    requirement, unit, _ = access_unit_part(user, requirement_pk, unit_pk)
    if not requirement.goes_by_unit:
        raise Http404
    instead = not scope_of(user).is_secretary_of(unit)
    if instead and not scope_of(user).works_for(unit):
        raise PermissionDenied
    asked = Submission.objects.to_check_instead_by(user) if instead else Submission.objects.to_check_by(user)
    here = asked.filter(obligation__requirement=requirement).of_unit(unit).with_party()
    here = here.order_by("obligation__member__sort_key", "pk")
    passed = Obligation.objects.visible_to(user).of_unit(unit).filter(requirement=requirement)
    number = passed.filter(state=ObligationState.FORWARDED).count()
    return CheckPlace(requirement, unit, list(here.waiting()), list(here.unchecked()), number, instead)


def access_written(user: User, pk: int) -> Obligation:
    """An obligation that the account may answer on its own page, with words or several files; another kind → Http404."""
    found = access_obligation(user, pk, "submissions.hand_in")
    if not found.requirement.is_written or found.requirement.directive.state == DirectiveState.DRAFT:
        raise Http404
    return found


def access_upload_place(upload: PendingUpload) -> DeskPlace | None:
    """Where a file on its way goes, asked anew for whoever sends it: a desk, or None for a slot of a written report.

    Raises Http404, PermissionDenied when that place is not the sender's any more.
    """
    if upload.slot:
        upload.obligation = access_written(upload.uploaded_by, upload.obligation_id or 0)
        return None
    where, whose = (upload.requirement_id, upload.unit_id, upload.period), upload.obligation_id
    return access_desk(upload.uploaded_by, *where, whose=str(whose) if whose else None, answers=False)


def access_unfinished_slots(user: User, obligation: Obligation, at: datetime) -> list[PendingUpload]:
    """What the account began to send into the slots of this report and has not sent whole."""
    return list(PendingUpload.objects.visible_to(user).for_slots_of(obligation).on_the_way(at))


def access_words(user: User, pk: int) -> tuple[Obligation, ReportWords, bool]:
    """The words of a unit's report: as written now (True) for whoever writes it, else as handed in; none → Http404."""
    obligation = access_obligation(user, pk)
    draft = ReportDraft.objects.filter(obligation=obligation).first()
    if draft is not None and obligation.requirement.is_written and user.has_perm("submissions.hand_in", obligation):
        return obligation, draft_words(obligation, draft, number_fields(obligation.requirement.numbers)), True
    answer = access_answer(user, obligation)
    kept = ReportText.objects.filter(version=answer.current_id if answer else None).first()
    if kept is None or not opens_words(user, obligation):
        raise Http404
    return obligation, words_kept(kept), False


def access_slot_file(user: User, obligation: Obligation, pk: int) -> StagedFile:
    """A file in a slot of an obligation the account may answer: whoever answers for the unit may take it out."""
    lying = StagedFile.objects.filter(obligation=obligation).exclude(slot="").select_related("requirement", "unit")
    if not user.has_perm("submissions.hand_in", obligation):
        raise PermissionDenied
    return get_object_or_404(lying, pk=pk)


def access_slot_pages(user: User, pk: int, file: int) -> StagedFile:
    """As `access_slot_file`, to look into it: nothing while its checks run, nor of a file that they refused."""
    found = access_slot_file(user, access_written(user, pk), file)
    inspection = getattr(found.blob, "inspection", None) if found.blob else None
    if inspection is None or not inspection.is_viewable:
        raise Http404
    return found


def access_file(user: User, pk: int) -> SubmittedFile:
    """A handed-in file whose content may be opened, with its obligation and inspection."""
    visible = SubmittedFile.objects.visible_to(user).viewable()
    return get_object_or_404(
        visible.select_related(
            "blob__inspection", "version__submission__obligation__requirement", "version__submission__obligation__ward"
        ),
        pk=pk,
    )
