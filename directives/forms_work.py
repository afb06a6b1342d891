"""Forms of a unit's own work: parse and validate input, never save.

Not here: what is done with it (`services`).
"""

from crispy_forms.helper import FormHelper
from django import forms


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
