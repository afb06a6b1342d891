"""Input of the deposit desk: whose a file is, and what a confirm was shown to hand in.

Not here: files themselves (they stream into the vault), what the verbs refuse (`services.staging`).
"""

from __future__ import annotations

from typing import Any, cast

from django import forms

from directives.models import Obligation
from submissions.desk_access import DeskPlace

_MOST_ROWS = 500


class PartyForm(forms.Form):
    """Whose a file is: one of the obligations of the place."""

    obligation = forms.TypedChoiceField(
        label="Bài của ai",
        coerce=int,
        error_messages={"required": "Hãy chọn người viết.", "invalid_choice": "Người này không có ở đơn vị đang nộp."},
    )

    def __init__(self, *args: Any, place: DeskPlace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = place
        party = cast(forms.TypedChoiceField, self.fields["obligation"])
        party.choices = [(one.pk, str(one.member or one.unit)) for one in place.obligations]

    def party(self) -> Obligation:
        """The obligation chosen; call it on a valid form."""
        found = self.place.obligation(self.cleaned_data["obligation"])
        assert found is not None  # noqa: S101 - the choices are the place's obligations
        return found


class ConfirmForm(forms.Form):
    """The key that makes a repeated request the same one, and the files the page promised to hand in."""

    key = forms.RegexField(r"^[0-9a-f-]{32,80}$", widget=forms.HiddenInput)
    rows = forms.CharField(widget=forms.HiddenInput, error_messages={"required": "Chưa có tệp nào để nộp."})

    def clean_rows(self) -> list[int]:
        """Ids of staged files, as "5,7,9"."""
        parts = self.cleaned_data["rows"].split(",")
        if len(parts) > _MOST_ROWS or not all(part.isdecimal() and len(part) < 18 for part in parts):
            raise forms.ValidationError("Danh sách tệp không hợp lệ. Hãy tải lại trang.")
        return list(dict.fromkeys(int(part) for part in parts))
