"""Input of asking for a later day or an exemption, and of the answer: parsed, cleaned, never saved.

Not here: what the verbs refuse (`services.petitions`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from directives.choices import PetitionKind
from directives.deadlines import day_end
from interface.fields import DayField


class PetitionForm(forms.Form):
    """What is asked, until when, why."""

    kind = forms.ChoiceField(
        label="Đề nghị", choices=PetitionKind.choices, initial=PetitionKind.EXTEND, widget=forms.RadioSelect
    )
    last_day = DayField(label="Xin nộp đến hết ngày", required=False, help_text="Chỉ cần khi xin gia hạn.")
    reason = forms.CharField(
        label="Lý do", max_length=255, help_text="Ban Xây dựng Đảng đọc lý do này. Không ghi tình trạng sức khỏe chi tiết.",
        error_messages={"required": "Chưa ghi lý do."},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A later day needs its day."""
        said = super().clean() or {}
        if said.get("kind") == PetitionKind.EXTEND and not said.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", "Chưa chọn ngày xin gia hạn đến.")
        return said

    def proposed_due_at(self) -> datetime | None:
        """The first late instant asked for."""
        day = self.cleaned_data.get("last_day")
        return day_end(day) if day and self.cleaned_data["kind"] == PetitionKind.EXTEND else None


class AnswerForm(forms.Form):
    """The office's answer: granted, maybe with another day, or refused with a reason."""

    last_day = DayField(label="Cho nộp đến hết ngày", required=False)
    answer = forms.CharField(
        label="Lời trả lời",
        max_length=255,
        required=False,
        help_text="Bắt buộc khi không đồng ý. Người đề nghị đọc được.",
    )

    def new_due_at(self) -> datetime | None:
        """The first late instant granted."""
        day = self.cleaned_data.get("last_day")
        return day_end(day) if day else None
