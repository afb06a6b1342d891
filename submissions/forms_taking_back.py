"""Input of taking an acceptance back: which decision was on the page, and why.

Not here: what the verb refuses (`services.taking_back`).
"""

from __future__ import annotations

from django import forms

from vietnamese.text import clean


class UndoForm(forms.Form):
    """The acceptance that was on the page."""

    decision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)


class TakeBackForm(UndoForm):
    """The same, and the reason in the office's words."""

    reason = forms.CharField(
        label="Lý do thu hồi",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ví dụ: bấm nhầm, bài thiếu chữ ký. Người nộp đọc lý do này; nhật ký giữ lại.",
        error_messages={"required": "Ghi lý do, ví dụ: bấm nhầm, bài thiếu chữ ký."},
    )

    def clean_reason(self) -> str:
        """The words without stray characters."""
        return clean(self.cleaned_data["reason"])
