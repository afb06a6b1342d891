"""Input of a written report: sections, numbers, the revision they were begun from, a file for a slot.

Not here: what is missing or does not add up (`report_words.py`), what the verbs refuse (`services.writing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from directives.report_fields import NumberField

LONGEST_TEXT = 20_000
MOST = 999_999


class WritingForm(forms.Form):
    """One text area a section, one field a number; all may be empty while one writes."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, outline: Sequence[str], numbers: Sequence[NumberField], **options: Any) -> None:
        super().__init__(*args, **options)
        self._sections, self._numbers = len(outline), len(numbers)
        for place, heading in enumerate(outline):
            self.fields[f"muc-{place}"] = forms.CharField(
                label=heading, required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4})
            )
        for place, one in enumerate(numbers):
            self.fields[f"so-{place}"] = forms.IntegerField(
                label=one.label,
                required=False,
                min_value=0,
                max_value=MOST,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
                error_messages={"invalid": "Ghi một số, ví dụ 36."},
            )

    def texts(self) -> list[str]:
        """The sections as typed, line ends made one kind."""
        return [(self.cleaned_data.get(f"muc-{place}") or "").replace("\r\n", "\n") for place in range(self._sections)]

    def numbers(self) -> list[int | None]:
        """The numbers; None for what is empty."""
        return [self.cleaned_data.get(f"so-{place}") for place in range(self._numbers)]


class SlotForm(forms.Form):
    """A file for one of the slots, by its place."""

    slot = forms.TypedChoiceField(label="Loại tệp", coerce=int)
    file = forms.FileField(label="Tệp", error_messages={"required": "Chưa chọn tệp nào. Chọn tệp rồi bấm “Tải lên”."})

    def __init__(self, *args: Any, names: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["slot"].choices = list(enumerate(names))  # type: ignore[attr-defined]


class HandInForm(forms.Form):
    """The key that makes a repeated request the same one, and the revision that was on the page."""

    key = forms.RegexField(r"^[0-9a-f-]{32,80}$", widget=forms.HiddenInput)
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
