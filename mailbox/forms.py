"""Input of the mailbox's pages.

Not here: what the verbs refuse (`services/`).
"""

from __future__ import annotations

from django import forms


class StartForm(forms.Form):
    """From which day an old mailbox is read; that day included."""

    since = forms.DateField(
        label="Đọc thư từ ngày", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Chọn ngày bắt đầu đọc thư.", "invalid": "Ngày không đọc được; ghi như 1/11/2026."},
    )  # fmt: skip


class AttachForm(forms.Form):
    """Which debt a file answers."""

    obligation = forms.IntegerField(min_value=1, max_value=2**62)
