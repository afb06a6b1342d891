"""Input of the working calendar: one day off or worked.

Not here: what the verb refuses (`services.calendar`).
"""

from __future__ import annotations

from django import forms

from directives.choices import DayOffKind
from interface.fields import DayField
from units.forms import PostingForm


class DayOffForm(PostingForm):
    """A day, what it is, and its name."""

    day = DayField(label="Ngày", help_text="Ví dụ 27/4/2026. Nhập lại ngày đã có thì thay dòng cũ.")
    kind = forms.ChoiceField(label="Là", choices=DayOffKind.choices)
    name = forms.CharField(label="Tên, lý do", max_length=120, help_text="Ví dụ Nghỉ bù Giỗ Tổ Hùng Vương.")
