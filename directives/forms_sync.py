"""The form under the difference of a synchronisation: which day late parties get. Parses and validates, never saves.

Not here: what is written (`services.syncing`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from directives.deadlines import day_end
from interface.fields import DayField

_CHANGED = "Danh bạ vừa đổi sau khi mở trang này. Xem lại các con số mới bên dưới rồi bấm lần nữa."


class SyncForm(forms.Form):
    """The day for late parties (asked only when there are any), and the figures that were looked at."""

    seen = forms.CharField(widget=forms.HiddenInput)
    leave_out = forms.BooleanField(required=False, label="Không giao cho những nơi này vì hạn chung đã qua")
    last_day = DayField(required=False, label="Ngày cuối cho những nơi này", help_text="Nộp đến hết ngày này.")

    def __init__(self, *args: Any, seen: str, has_late: bool, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seen, self._has_late, self._today = seen, has_late, today
        self.fields["seen"].initial = seen
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        """A day from today on when there are late parties to give the duty to; the figures still stand."""
        cleaned = super().clean() or {}
        if cleaned.get("seen") != self._seen:
            raise forms.ValidationError(_CHANGED)
        if self._has_late and not cleaned.get("leave_out") and not self.errors:
            day = cleaned.get("last_day")
            if day is None:
                self.add_error("last_day", "Chưa ghi ngày cuối. Ghi một ngày, hoặc chọn không giao.")
            elif day < self._today:
                self.add_error("last_day", "Ngày này đã qua. Ghi một ngày từ hôm nay trở đi.")
        return cleaned

    def late_due_at(self) -> datetime | None:
        """The first late instant of the late parties; None when they are left out or there are none."""
        day = self.cleaned_data.get("last_day")
        return day_end(day) if self._has_late and day and not self.cleaned_data["leave_out"] else None
