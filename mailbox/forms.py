"""Input of the mailbox's pages.

Not here: what the verbs refuse (`services/`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from interface.fields import DayField
from units.models import Unit

if TYPE_CHECKING:
    from units.querysets import UnitQuerySet


class StartForm(forms.Form):
    """From which day an old mailbox is read; that day included."""

    since = DayField(label="Đọc thư từ ngày", help_text="Kể cả ngày đó, ví dụ 1/11/2026.")


class AttachForm(forms.Form):
    """Which debt a file answers."""

    obligation = forms.IntegerField(min_value=1, max_value=2**62)


class UnitForm(forms.Form):
    """Whose address a mail came from."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="Đơn vị", empty_label="Chọn đơn vị",
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"required": "Chọn đơn vị đã gửi thư.", "invalid_choice": "Đơn vị này không có trong phường."},
    )  # fmt: skip

    def __init__(self, units: UnitQuerySet, *args: Any) -> None:
        super().__init__(*args)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
