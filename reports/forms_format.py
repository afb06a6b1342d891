"""Input of the layout: which profile, and the values of one group within their bounds.

Not here: words and bounds (`format_values.py`), keeping them (`services.formatting`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from reports.format_profiles import PROFILES
from reports.format_values import LONGEST_TEXT, Value
from units.forms import PostingForm


class FormatForm(PostingForm):
    """The layout of reports to come."""

    key = forms.ChoiceField(
        label="Bộ thể thức",
        choices=[(profile.key, f"{profile.title}: {profile.source}") for profile in PROFILES.values()],
        widget=forms.RadioSelect,
    )


class ValuesForm(PostingForm):
    """The values of one group."""

    def __init__(self, *args: Any, values: Sequence[Value], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._values = values
        for value in values:
            self.fields[value.name] = _field(value)
            self.initial[value.name] = round(value.now, 2) if isinstance(value.now, float) else value.now

    def by_path(self) -> dict[str, Any]:
        """What was sent, by path; a value shown rounded and left alone keeps its whole self."""
        sent = {}
        for value in self._values:
            given = self.cleaned_data[value.name]
            untouched = isinstance(value.now, float) and given == round(value.now, 2)
            sent[value.path] = value.now if untouched else given
        return sent


def _field(value: Value) -> forms.Field:
    told = f"Theo quy định: {value.given_words}."
    if isinstance(value.now, bool):
        return forms.BooleanField(label=value.label, required=False, help_text=told)
    if value.bounds is not None:
        low, high, unit = value.bounds.low, value.bounds.high, value.bounds.unit
        return forms.FloatField(
            label=f"{value.label} ({unit})", min_value=low, max_value=high, localize=True,
            help_text=f"{told} Từ {low:g} đến {high:g} {unit}.".replace(".", ",", 0),
        )  # fmt: skip
    return forms.CharField(label=value.label, max_length=LONGEST_TEXT, strip=False, required=False, help_text=told)
