"""Fetching a submission or file and authorising it in one call.

Outside `visible_to(user)` → 404, visible but not allowed → 403. A file whose content has not passed its check, or was
found altered, answers 404 to everybody: it is not there to be opened. Views get objects from nowhere else.
Not here: the permission table (`rules.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from submissions.models import Submission, SubmittedFile
from units.scopes import scope_of

if TYPE_CHECKING:
    from directives.models import Obligation
    from submissions.querysets import SubmissionQuerySet
    from units.models import User


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


def access_file(user: User, pk: int) -> SubmittedFile:
    """A handed-in file whose content may be opened, with its obligation and inspection."""
    visible = SubmittedFile.objects.visible_to(user).viewable()
    return get_object_or_404(
        visible.select_related(
            "blob__inspection", "version__submission__obligation__requirement", "version__submission__obligation__ward"
        ),
        pk=pk,
    )
