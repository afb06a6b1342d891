"""Input of reading a paper: the text or file, and the proposal with every field open to correction.

Nothing here is kept: the whole state travels in the form until a person saves it.
Not here: reading (`reader`), what is kept (`services.proposals`), the page around it (`reading_page.py`).
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from directives.audiences import Audience
from directives.forms import DayField, LinesField, RequirementForm
from directives.models import Directive
from directives.services.drafts import Ask
from directives.services.proposals import ProposedAsk, units_by_name
from units.models import Unit
from vietnamese.text import clean, fold

MOST_DUTIES = 120
_PLACES = ("start", "end", "due_start", "due_end")


class PaperForm(forms.Form):
    """A paper to read: pasted, or a file."""

    text = forms.CharField(
        label="Dán toàn văn", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 16}),
        help_text="Dán cả phần đầu và nơi nhận. Dòng bị ngắt giữa câu, dấu * và số trang cứ để nguyên, cổng tự bỏ qua.",
    )  # fmt: skip
    file = forms.FileField(
        label="Hoặc chọn tệp", required=False,
        help_text="Word (.docx), PDF, bản scan, ảnh chụp, .txt, .md; tối đa 25 MB.",
    )  # fmt: skip
    issued_on = DayField(
        label="Ngày ban hành, nếu văn bản chưa ghi",
        required=False,
        help_text="Ví dụ 21/4/2026. Hạn không ghi năm được tính từ ngày này.",
    )
    is_secret = forms.BooleanField(
        label="Văn bản có đóng dấu Mật, Tối mật hoặc Tuyệt mật (cổng không nhận, không lưu)", required=False
    )

    def clean(self) -> dict[str, Any]:
        """One of the two is given."""
        said = super().clean() or {}
        if not (said.get("text") or "").strip() and not said.get("file") and "file" not in self.errors:
            self.add_error("text", "Chưa có nội dung. Dán toàn văn vào đây, hoặc chọn một tệp.")
        return said


class DutyForm(RequirementForm):
    """One proposed duty; `taken` off means it is no duty and is not kept, so its other fields may be anything."""

    taken = forms.BooleanField(label="Giao việc này", required=False)
    anchor = forms.IntegerField(
        label="Tính từ ngày tổ chức của việc số", required=False, min_value=1, max_value=MOST_DUTIES,
        help_text="Chỉ cần khi hạn ghi “sau … ngày tổ chức”.",
    )  # fmt: skip
    units = LinesField(
        label="Đơn vị nêu tên", required=False, rows=2, help_text="Mỗi dòng một đơn vị, đúng tên trong danh bạ."
    )
    to_superior = forms.BooleanField(
        label="Đây là việc Đảng ủy gửi cấp trên, không giao đơn vị nào", required=False,
        help_text="Cổng ghi vào “Việc với cấp trên” và tính hạn trong cho các đơn vị.",
    )  # fmt: skip
    who = forms.CharField(required=False, widget=forms.HiddenInput)
    route_chosen = forms.CharField(required=False, max_length=1, widget=forms.HiddenInput)
    start = forms.IntegerField(required=False, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, widget=forms.HiddenInput)
    due_start = forms.IntegerField(required=False, widget=forms.HiddenInput)
    due_end = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, ward: Unit, units_known: dict[str, int], **options: Any) -> None:
        # There is no stored directive yet: what the parent asks of one, this form says itself.
        forms.Form.__init__(self, *args, **options)
        self.directive = Directive(ward=ward)
        self._units_known = units_known
        if self.is_bound and not self["taken"].data:
            for field in self.fields.values():
                field.required = False

    @property
    def is_taken(self) -> bool:
        """It is to be kept, as ticked now."""
        return bool(self["taken"].value())

    def place(self, first: str, last: str) -> tuple[int, int] | None:
        """A place in the text, when both ends are numbers."""
        begin, end = _number(self[first].value()), _number(self[last].value())
        return None if begin is None or end is None or begin >= end else (begin, end)

    @property
    def goes_to_superior(self) -> bool:
        """It is ticked as the ward's own duty to its superior: nobody of the ward is given it."""
        return bool(self["to_superior"].value())

    def clean(self) -> dict[str, Any]:
        """What goes to the superior addresses nobody: a card never says one thing and keeps another."""
        said = super().clean() or {}
        if said.get("to_superior") and not self.audience().is_empty:
            self.add_error(
                "to_superior",
                "Việc gửi cấp trên không giao đơn vị, đảng viên nào. Bỏ dấu này để giao việc, hoặc bỏ chọn đối tượng.",
            )
        return said

    def clean_units(self) -> list[int]:
        """The units named, each found by its whole name."""
        unknown = [name for name in self.cleaned_data["units"] if fold(name) not in self._units_known]
        if unknown:
            raise forms.ValidationError([f"Không có đơn vị “{name}” trong danh bạ." for name in unknown])
        return [self._units_known[fold(name)] for name in self.cleaned_data["units"]]

    def audience(self) -> Audience:
        """Whom the ticks address, of what is valid so far."""
        said = self.cleaned_data
        return Audience(
            groups=tuple(said.get("groups", ())),
            blocks=tuple(said.get("blocks", ())),
            unit_kinds=tuple(said.get("unit_kinds", ())),
            units=tuple(said.get("units") or ()),
            members=tuple(said.get("members") or ()),
            without_earlier=bool(said.get("without_earlier")),
        )

    def shown_audience(self) -> Audience:
        """Whom the card addresses as it stands, before anything is checked."""
        ticked = {name: tuple(self[name].value() or ()) for name in ("groups", "blocks", "unit_kinds")}
        named = (self._units_known.get(fold(name)) for name in lines_of(self["units"].value()))
        return Audience(
            **ticked,
            units=tuple(pk for pk in named if pk is not None),
            without_earlier=bool(self["without_earlier"].value()),
        )

    def proposed(self) -> ProposedAsk:
        """What was left or corrected, for the verb; the anchor is a number among the duties kept."""
        said = self.cleaned_data
        ask = Ask(
            kind=said["kind"],
            title=clean(said["title"]),
            audience=self.audience(),
            description=said["description"].strip(),
            outline=tuple(said["outline"]),
            numbers=tuple(said["numbers"]),
            slots=tuple(said["slots"]),
            route=said["route"],
            deadline_phrase=clean(said["deadline_phrase"]),
            source_sentence=said["source_sentence"].strip(),
        )
        return ProposedAsk(ask, anchor=said["anchor"], to_superior=said["to_superior"])


def duty_forms(sent: QueryDict, *, ward: Unit) -> list[DutyForm]:
    """The duties of a page that was sent back."""
    known = units_by_name(ward)
    count = min(_number(sent.get("so_viec")) or 0, MOST_DUTIES)
    return [DutyForm(sent, prefix=f"viec-{index}", ward=ward, units_known=known) for index in range(count)]


def kept_data(forms_sent: list[DutyForm]) -> list[dict[str, Any]]:
    """What the cards say, as initial values of new ones: for a page with one more, or two joined."""
    return [{name: form[name].value() for name in form.fields} for form in forms_sent]


def joined(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Two cards as one: texts one after the other, lists together, the first one's choices where it made them."""
    made = {name: first.get(name) or second.get(name) for name in first}
    # One of them is given to somebody here: the whole is, for what goes to the superior addresses nobody.
    made["to_superior"] = bool(first.get("to_superior") and second.get("to_superior"))
    for name in ("description", "outline", "numbers", "slots", "source_sentence", "units", "members"):
        lines = [
            *lines_of(first.get(name)),
            *(line for line in lines_of(second.get(name)) if line not in lines_of(first.get(name))),
        ]
        made[name] = "\n".join(lines)
    for name in ("groups", "blocks", "unit_kinds"):
        made[name] = list(dict.fromkeys([*(first.get(name) or ()), *(second.get(name) or ())]))
    return made


def lines_of(value: Any) -> list[str]:
    """The lines of a field as typed, or as a list; empty ones left out."""
    return [line for line in (value.splitlines() if isinstance(value, str) else map(str, value or ())) if line.strip()]


def _number(value: Any) -> int | None:
    text = str(value if value is not None else "")
    return int(text) if text.isdecimal() and len(text) < 9 else None
