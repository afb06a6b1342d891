"""Input of the review: what a decision was taken on, why a paper goes back and until when.

Not here: what the verbs refuse (`services.reviewing`), the deposit desk's forms.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.http import QueryDict

from directives.deadlines import day_end
from directives.forms import DayField
from vietnamese.text import clean

LONGEST_NOTE = 1000
LONGEST_INSTEAD = 300


class DecisionForm(forms.Form):
    """Which version was looked at: a decision on an older one is refused."""

    version = forms.IntegerField(widget=forms.HiddenInput)


def says_how_many(sent: QueryDict, count: int) -> bool:
    """Whether the button that was pressed said this number (`so`). It may not have when no script counts the ticks: then
    the page is shown once more, with the number. A request that names none comes from no such button.
    """
    return sent.get("so", str(count)) == str(count)


class VersionsForm(forms.Form):
    """Which versions the secretary passes on, as they were on the page."""

    version = forms.TypedMultipleChoiceField(label="Bài", coerce=int, error_messages={"required": "Chưa chọn bài nào."})

    def __init__(self, sent: QueryDict | None = None) -> None:
        super().__init__(sent)
        given = [
            one
            for one in (sent.getlist("version") if sent else ())
            if one.isascii() and one.isdigit() and len(one) < 18
        ]
        cast(forms.MultipleChoiceField, self.fields["version"]).choices = [(one, one) for one in given]


class InsteadForm(VersionsForm):
    """Which versions the office passes on in the unit's place, and why."""

    reason = forms.CharField(
        label="Vì sao chuyển thay chi bộ",
        max_length=LONGEST_INSTEAD,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Bí thư chi bộ đọc lý do này; nhật ký giữ lại.",
        error_messages={"required": "Ghi lý do, ví dụ: bí thư nghỉ ốm dài ngày."},
    )

    def clean_reason(self) -> str:
        """The words without stray characters."""
        return clean(self.cleaned_data["reason"])


class ReturnForm(DecisionForm):
    """Reasons of the catalogue, own words, last day for the correction."""

    reasons = forms.MultipleChoiceField(label="Lý do", required=False, widget=forms.CheckboxSelectMultiple)
    note = forms.CharField(
        label="Viết thêm cho người nộp",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    last_day = DayField(label="Sửa và nộp lại đến hết ngày")

    def __init__(self, *args: Any, catalogue: Sequence[str], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = cast(forms.MultipleChoiceField, self.fields["reasons"])
        reasons.choices = [(text, text) for text in catalogue]
        self._today = today

    def clean_note(self) -> str:
        """The words without stray characters."""
        return clean(self.cleaned_data["note"])

    def clean_last_day(self) -> date:
        """Today at the earliest."""
        day: date = self.cleaned_data["last_day"]
        if day < self._today:
            raise forms.ValidationError("Ngày này đã qua. Chọn một ngày từ hôm nay trở đi.")
        return day

    def clean(self) -> dict[str, Any]:
        """A reason of the catalogue or own words."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("reasons") and not cleaned.get("note"):
            self.add_error("reasons", "Chọn ít nhất một lý do, hoặc viết thêm, để người nộp biết cần sửa gì.")
        return cleaned

    @property
    def reason(self) -> str:
        """What the sender reads: the reasons one a line, then the note."""
        return "\n".join([*self.cleaned_data["reasons"], *filter(None, [self.cleaned_data["note"]])])

    @property
    def fix_by(self) -> datetime:
        """The first instant that is too late."""
        return day_end(self.cleaned_data["last_day"])
