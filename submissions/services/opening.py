"""The log of who looked at what: each view and each download of a handed-in paper (`quality.md` §6).

Not here: who may look (`access.py`), the images and bytes themselves.
"""

from datetime import datetime, timedelta

from django.db import transaction

from audit import services as audit
from audit.models import AuditEntry
from submissions.models import StagedFile, Submission, SubmittedFile
from units.models import User

ONE_LOOK = timedelta(minutes=10)
"""Pages and images opened within this time are one look, one entry."""


def note_view(*, submission: Submission, by: User, at: datetime) -> bool:
    """Record `submission.view`, once per person and look; True when an entry was written.

    The look-up takes no lock: a deck of twenty images writes once and otherwise only reads. Two doors opened at the
    same instant may write two entries for one look.
    """
    seen = AuditEntry.objects.filter(
        obj_type=submission._meta.label_lower,
        obj_id=str(submission.pk),
        actor_id=str(by.pk),
        action="submission.view",
        at__gt=at - ONE_LOOK,
    )
    if seen.exists():
        return False
    audit.record(action="submission.view", actor=by, obj=submission, ward_id=submission.obligation.ward_id, at=at)
    return True


@transaction.atomic
def note_download(*, file: SubmittedFile, by: User, at: datetime) -> None:
    """Record `submission.download`, every time."""
    submission = file.version.submission
    audit.record(
        action="submission.download",
        actor=by,
        obj=submission,
        ward_id=submission.obligation.ward_id,
        detail={"file": file.pk, "version": file.version.number, "sha256": file.blob.sha256},
        at=at,
    )


@transaction.atomic
def note_unsent_download(*, staged: StagedFile, by: User, at: datetime) -> None:
    """Record `submission.download_unsent`, every time: a file of a report that is not handed in yet."""
    audit.record(
        action="submission.download_unsent",
        actor=by,
        obj=staged.requirement,
        ward_id=staged.requirement.directive.ward_id,
        detail={
            "unit": staged.unit_id,
            "file": staged.pk,
            "obligation": staged.obligation_id,
            "sha256": staged.blob.sha256 if staged.blob else "",
        },
        at=at,
    )
