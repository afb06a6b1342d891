"""Forms of a unit's own work: parse and validate input, never save.

Not here: what is done with it (`services`).
"""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from directives.attendance import Attendance, attendance_fault


class DeclareEventForm(forms.Form):
    """The day a session was held."""

    held_on = forms.DateField(
        label="Ngày tổ chức",
        help_text="Ghi ngày/tháng/năm, ví dụ 27/5/2026.",
        input_formats=["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": "Chưa ghi ngày tổ chức.",
            "invalid": "Không hiểu ngày này. Ghi ngày/tháng/năm, ví dụ 27/5/2026.",
        },
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class CorrectEventForm(DeclareEventForm):
    """Another day for a session that was declared wrongly."""

    reason = forms.CharField(
        label="Lý do sửa", max_length=255, help_text="Ngày cũ và lý do được lưu trong lịch sử.",
        error_messages={"required": "Chưa ghi lý do sửa."},
    )  # fmt: skip


class AttendanceForm(forms.Form):
    """Who came: all three numbers of members, or none of them while only the day is declared."""

    present = forms.IntegerField(label="Đảng viên có mặt", required=False, min_value=0, max_value=99_999)
    excused = forms.IntegerField(label="Vắng có lý do", required=False, min_value=0, max_value=99_999)
    unexcused = forms.IntegerField(label="Vắng không lý do", required=False, min_value=0, max_value=99_999)
    guests = forms.IntegerField(label="Quần chúng, khách mời dự", required=False, min_value=0, max_value=99_999)
    opinions = forms.IntegerField(
        label="Số ý kiến phát biểu", required=False, min_value=0, max_value=99_999,
        help_text="Không có ý kiến nào thì ghi 0; không đếm thì để trống.",
    )  # fmt: skip
    note = forms.CharField(label="Ghi chú", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, total: int | None, must: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.total, self.must = total, must
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField):
                field.widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
                field.error_messages["invalid"] = "Ghi một số, ví dụ 35."
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        """Nothing, or numbers that are all there and add up to the members of the day, when those are known."""
        said = super().clean() or {}
        if self.errors:
            return said
        told = self.told()
        if told is None:
            others = ("excused", "unexcused", "guests", "opinions", "note")
            if self.must or any(said.get(name) not in (None, "") for name in others):
                self.add_error("present", "Chưa ghi số đảng viên có mặt.")
        elif self.total is not None and (fault := attendance_fault(told, self.total)):
            self.add_error("present", fault)
        return said

    def told(self) -> Attendance | None:
        """What was filled in, for the verb; None when nobody wrote who was present."""
        said = self.cleaned_data
        if said.get("present") is None:
            return None
        numbers = {name: said.get(name) or 0 for name in ("excused", "unexcused", "guests")}
        return Attendance(
            said["present"], **numbers, opinions=said.get("opinions"), note=(said.get("note") or "").strip()
        )
