"""Input of what the ward owes its superior: parsed, cleaned, never saved.

Not here: what the verbs refuse (`services.onward`).
"""

from __future__ import annotations

from typing import Any

from django import forms

from directives.models import Directive, OnwardDuty, Requirement
from directives.services.onward import OnwardAsk
from interface.fields import DayField
from vietnamese.text import clean

MOST_SLACK = 60


class OnwardForm(forms.Form):
    """What, to whom, until when, out of which work of the units."""

    title = forms.CharField(
        label="Việc", max_length=255, help_text="Ví dụ: Báo cáo kết quả học tập Nghị quyết số 02-NQ/TW."
    )
    superior = forms.CharField(label="Gửi về", max_length=200, help_text="Ví dụ: Ban Tuyên giáo và Dân vận Thành ủy.")
    deadline_phrase = forms.CharField(
        label="Hạn, đúng như văn bản của cấp trên ghi", max_length=255,
        help_text="Ví dụ: trước ngày 05/5/2026; trước ngày 20 của tháng cuối quý.",
    )  # fmt: skip
    slack_days = forms.IntegerField(
        label="Số ngày làm việc để tổng hợp", min_value=0, max_value=MOST_SLACK, initial=3,
        help_text="Cổng lùi lại chừng ấy ngày để đề xuất hạn trong cho các đơn vị.",
    )  # fmt: skip
    requirement = forms.ModelChoiceField(
        label="Tổng hợp từ", queryset=Requirement.objects.none(), required=False, empty_label="Mọi việc của văn bản",
    )  # fmt: skip
    source_sentence = forms.CharField(
        label="Câu giao việc", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip

    def __init__(self, *args: Any, directive: Directive, duty: OnwardDuty | None = None, **options: Any) -> None:
        if duty is not None:
            names = ("title", "superior", "deadline_phrase", "slack_days", "requirement", "source_sentence")
            options.setdefault("initial", {name: getattr(duty, name) for name in names})
        else:
            options.setdefault("initial", {"superior": directive.superior})
        super().__init__(*args, **options)
        self.fields["requirement"].queryset = directive.requirements.filter(withdrawn_at=None).order_by("order")

    def ask(self) -> OnwardAsk:
        """What was typed, for the verb."""
        said = self.cleaned_data
        return OnwardAsk(
            title=clean(said["title"]),
            superior=clean(said["superior"]),
            deadline_phrase=clean(said["deadline_phrase"]),
            slack_days=said["slack_days"],
            requirement=said["requirement"],
            source_sentence=said["source_sentence"].strip(),
        )


class SentForm(forms.Form):
    """By which paper it went, and when."""

    sent_on = DayField(label="Ngày gửi")
    reference = forms.CharField(
        label="Số, ký hiệu văn bản đã gửi", max_length=80, help_text="Ví dụ: 45-BC/ĐU.",
        error_messages={"required": "Chưa ghi số, ký hiệu. Không có số thì ghi “không số”."},
    )  # fmt: skip
    note = forms.CharField(label="Ghi chú", max_length=255, required=False)
