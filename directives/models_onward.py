"""What the ward itself owes its superior: a duty of the office, beside the obligations of units and members.

It is no obligation row, because it is in nobody's denominator and no unit is reminded of it.
Held by `models.py`, which knows the other models. Not here: the verbs (`services.onward`), the inner day (`onward.py`).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from directives.choices import Certainty
from directives.deadlines.periods import period_words
from directives.querysets_onward import OnwardDutyQuerySet
from units.models import Unit


class OnwardDuty(models.Model):
    """Việc Đảng ủy nộp cấp trên. `due_at` is exclusive; `slack_days` are the working days the office needs to compile.

    A series hangs on its first row (`series`), which alone holds the rule; each period is a row.
    """

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    directive = models.ForeignKey("directives.Directive", models.CASCADE, related_name="onward_duties")
    requirement = models.ForeignKey(
        "directives.Requirement", models.SET_NULL, null=True, blank=True, related_name="onward_duties"
    )
    title = models.CharField("việc", max_length=255)
    superior = models.CharField("nơi nhận", max_length=200)
    deadline_phrase = models.CharField("hạn (như văn bản ghi)", max_length=255)
    deadline_rule = models.CharField(max_length=12, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.CERTAIN)
    due_at = models.DateTimeField("hạn", help_text="Thời điểm đầu tiên bị coi là muộn.")
    slack_days = models.PositiveSmallIntegerField("số ngày làm việc để tổng hợp", default=3)
    source_sentence = models.TextField("câu giao việc", blank=True)
    recurrence = models.JSONField("kỳ lặp", default=dict, blank=True)
    series = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="later_periods")
    period = models.CharField("kỳ", max_length=10, blank=True, default="")
    created_at = models.DateTimeField()
    sent_on = models.DateField("ngày gửi", null=True, blank=True)
    sent_reference = models.CharField("số, ký hiệu văn bản gửi", max_length=80, blank=True, default="")
    sent_note = models.CharField("ghi chú", max_length=255, blank=True, default="")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = OnwardDutyQuerySet.as_manager()

    class Meta:
        verbose_name = "việc với cấp trên"
        ordering = ("due_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["series", "period"], name="onward_period_once"),
            models.CheckConstraint(
                condition=Q(done_at=None, sent_on=None) | Q(done_at__isnull=False, sent_on__isnull=False),
                name="onward_done_has_its_day",
            ),
        ]
        indexes = [models.Index(fields=["ward", "due_at"], condition=Q(done_at=None), name="onward_open")]

    def __str__(self) -> str:
        return self.full_title

    @property
    def full_title(self) -> str:
        """What is owed, with its period."""
        return ", ".join(filter(None, (self.title, period_words(self.period))))
