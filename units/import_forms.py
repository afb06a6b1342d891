"""Input of the roster import pages: the file, the columns, what to do about problems.

Not here: what the verbs refuse (`services.imports`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from units.forms import PostingForm
from units.models import Unit
from units.roster.columns import MEMBER_LABELS, UNIT_LABELS
from units.roster.layout import SheetGuess
from units.roster.records import ANOTHER, SAME
from units.services.imports import SheetColumns

_MEMBERS, _UNITS = "m", "u"


class UploadForm(PostingForm):
    """A roster file for one of the wards this account administers."""

    file = forms.FileField(
        label="Tệp danh sách",
        help_text="Excel (.xlsx, .xls), LibreOffice (.ods) hoặc .csv. Chưa có gì thay đổi trong danh bạ khi tải tệp lên.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
        error_messages={
            "required": "Chọn tệp danh sách.",
            "empty": "Tệp này trống (0 byte); lưu lại danh sách rồi tải lên.",
        },
        max_length=255,
    )
    ward = forms.ModelChoiceField(label="Nhập vào", queryset=Unit.objects.none(), empty_label=None)
    field_order = ("ward", "file")

    def __init__(self, *args: Any, wards: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(wards[:2])
        if len(known) == 1:
            del self.fields["ward"]
            self.only_ward = known[0]
        else:
            self.fields["ward"].queryset = wards
            self.only_ward = None

    @property
    def chosen_ward(self) -> Unit:
        """The ward the file is for."""
        return self.only_ward or self.cleaned_data["ward"]


class ColumnsForm(forms.Form):
    """One select for every column of every sheet; a sheet without a chosen column is not read."""

    def __init__(self, data: Any = None, *, guesses: list[SheetGuess]) -> None:
        super().__init__(data)
        self.guesses = guesses
        for number, guess in enumerate(guesses):
            for index in range(len(guess.headers)):
                proposed = guess.columns.get(index, "")
                side = _UNITS if guess.is_units else _MEMBERS
                header = guess.headers[index] or f"cột {index + 1}"
                field = forms.ChoiceField(
                    label=f"{guess.sheet}: {header}",
                    choices=_column_choices(),
                    required=False,
                    initial=f"{side}:{proposed}" if proposed else "",
                )
                field.widget.attrs.update({"class": "form-select form-select-sm", "aria-label": f"Cột “{header}” là"})
                self.fields[f"{number}-{index}"] = field

    def sheets(self) -> list[tuple[int, SheetGuess, list[tuple[str, tuple[str, ...], Any]]]]:
        """For the page: each sheet with its columns as (header, samples, select)."""
        return [
            (
                number,
                guess,
                [
                    (guess.headers[index], tuple(row[index] for row in guess.samples), self[f"{number}-{index}"])
                    for index in range(len(guess.headers))
                ],
            )
            for number, guess in enumerate(self.guesses)
        ]

    def chosen(self) -> list[SheetColumns]:
        """What was said, sheet by sheet; columns of the side most were chosen from count."""
        found = []
        for number, guess in enumerate(self.guesses):
            picked = {index: self.cleaned_data.get(f"{number}-{index}", "") for index in range(len(guess.headers))}
            sides = [value[0] for value in picked.values() if value]
            if not sides:
                continue
            side = max((_MEMBERS, _UNITS), key=sides.count)
            columns = {index: value[2:] for index, value in picked.items() if value.startswith(f"{side}:")}
            found.append(SheetColumns(guess, side == _UNITS, columns))
        return found


def _column_choices() -> list[Any]:
    return [
        ("", "Không đọc cột này"),
        ("Danh sách đảng viên", [(f"{_MEMBERS}:{field}", label) for field, label in MEMBER_LABELS.items()]),
        ("Danh sách tổ chức đảng", [(f"{_UNITS}:{field}", label) for field, label in UNIT_LABELS.items()]),
    ]


@dataclass(frozen=True, slots=True)
class ProblemAct:
    """What a button of the problems page asks: accept, pass, correct, forget, or an answer to a question (same,
    another); for a kind or for keys.
    """

    act: str
    kind: str
    keys: list[int] | None
    text: str

    @classmethod
    def read(cls, posted: QueryDict) -> ProblemAct | None:
        """The button that was pressed; None for none that is known."""
        for act in ("accept", "pass", "correct", "forget", SAME, ANOTHER):
            value = posted.get(act)
            if value is None:
                continue
            if value.startswith("kind:"):
                return cls(act, value.removeprefix("kind:"), None, "")
            keys = posted.getlist("chosen") if value == "chosen" else [value]
            numbers = [int(key) for key in keys if re.fullmatch(r"\d{1,18}", key)]
            return cls(act, "", numbers, posted.get(f"text-{value}", ""))
        return None
