"""Input of a written report: sections, numbers, the revision they were begun from, a file for a slot.

Not here: what is missing or does not add up (`report_words.py`), what the verbs refuse (`services.writing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from directives.report_fields import NumberField
from interface.fields import DayField

LONGEST_TEXT = 20_000
MOST = 999_999


class WritingForm(forms.Form):
    """One text area a section, one field a number; all may be empty while one writes."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    files = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        outline: Sequence[str],
        numbers: Sequence[NumberField],
        asks_day: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        if asks_day:
            self.fields["ngay"] = DayField(label="Ngày dự sinh hoạt", required=False)
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

    def attended_on(self) -> date | None:
        """The day of the session, of an observer's form."""
        return self.cleaned_data.get("ngay")

    def numbers(self) -> list[int | None]:
        """The numbers; None for what is empty."""
        return [self.cleaned_data.get(f"so-{place}") for place in range(self._numbers)]


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """One file or several, always a list."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=_SeveralFiles(), **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = list(data) if isinstance(data, (list, tuple)) else [data]
        return [super(_FilesField, self).clean(one, initial) for one in given or [None]]


class SlotForm(forms.Form):
    """Files for one of the slots, by its place: a document, or the photographs of its pages."""

    slot = forms.TypedChoiceField(label="Loại tệp", coerce=int)
    file = _FilesField(label="Tệp", error_messages={"required": "Chưa chọn tệp nào. Chọn tệp rồi bấm “Tải lên”."})

    def __init__(self, *args: Any, names: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["slot"].choices = list(enumerate(names))  # type: ignore[attr-defined]


class HandInForm(forms.Form):
    """The key that makes a repeated request the same one, and the revision and the files that were on the page."""

    key = forms.RegexField(r"^[0-9a-f-]{32,80}$", widget=forms.HiddenInput)
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    files = forms.CharField(required=False, max_length=10_000, widget=forms.HiddenInput)

    def files_shown(self) -> str | None:
        """The files of the page; None for a request that names none."""
        return self.cleaned_data["files"] if "files" in self.data else None
