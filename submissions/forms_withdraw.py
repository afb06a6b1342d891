"""Input of taking back: which version, and why.

Not here: what the verb refuses (`services.withdrawing`).
"""

from __future__ import annotations

from django import forms

from vietnamese.text import clean


class WithdrawForm(forms.Form):
    """The version that was on the page, and the reason in the sender's words."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Lý do rút",
        max_length=255,
        help_text="Ví dụ: nộp nhầm tệp. Được lưu trong lịch sử.",
        error_messages={"required": "Ghi lý do rút, lý do được lưu trong lịch sử."},
    )

    def clean_reason(self) -> str:
        """The words without stray characters."""
        return clean(self.cleaned_data["reason"])
