"""Fields of forms that read what people write here.

Not here: forms (each app's `forms.py`).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from vietnamese.dates import format_date

_MOST_DIGITS = 18
_DAY_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%Y-%m-%d"]


class DayField(forms.DateField):
    """A day as the office writes it: 21/4/2026, day first always."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        messages = {"invalid": "Không có ngày này. Ghi ngày trước, tháng sau, ví dụ 21/4/2026."}
        super().__init__(input_formats=_DAY_FORMATS, widget=widget, error_messages=messages, **options)

    def prepare_value(self, value: Any) -> Any:
        """Shown the way it is typed."""
        return format_date(value) if isinstance(value, date) else value


class SuggestedField(forms.CharField):
    """A line of text with suggestions to take or to write over (`suggestions`, drawn by the template as a datalist)."""

    def __init__(self, *, list_id: str, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"list": list_id, "autocomplete": "off"}), **options)


class RowsField(forms.ModelMultipleChoiceField):
    """Rows of a list; a number longer than the database knows is no choice, where it would be a fault of the server."""

    def clean(self, value: Any) -> Any:
        """As given, or the refusal of a choice that is not there."""
        for one in value if isinstance(value, list | tuple) else ():
            if len(str(one)) > _MOST_DIGITS:
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": str(one)[:20]}
                )
        return super().clean(value)
