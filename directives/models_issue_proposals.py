"""An officer's proposal that a draft be issued, and what became of it; a draft sent back and proposed anew has two.

Held by `models.py`, which knows the other models. Not here: proposing and answering (`services.issue_proposals`).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from directives.choices import IssueProposalState
from directives.querysets_issue_proposals import IssueProposalQuerySet


class IssueProposal(models.Model):
    """Đề nghị ban hành: who proposes it, with what remark, and the administrator's answer."""

    directive = models.ForeignKey("directives.Directive", models.CASCADE, related_name="issue_proposals")
    note = models.CharField("lời nhắn", max_length=255, blank=True, default="")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    state = models.CharField(
        "trạng thái", max_length=10, choices=IssueProposalState, default=IssueProposalState.WAITING
    )
    answer = models.CharField("lý do gửi lại", max_length=255, blank=True, default="")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = IssueProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "đề nghị ban hành"
        ordering = ("proposed_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["directive"], condition=Q(state="WAITING"), name="one_waiting_issue_proposal"
            ),
            models.CheckConstraint(
                condition=~Q(state="SENT_BACK") | ~Q(answer=""), name="sent_back_proposal_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name}: {self.directive}"
