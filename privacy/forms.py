"""Input about personal data: shape only, never saved here.

Not here: whether a value may stand (`services`).
"""

from __future__ import annotations

from typing import Any

from django import forms

from privacy.choices import Fact
from units.forms import PostingForm


class CorrectionForm(PostingForm):
    """Which fact is wrong, what it should say, why."""

    fact = forms.ChoiceField(label="Thông tin cần sửa", choices=Fact.choices)
    proposed = forms.CharField(label="Sửa thành", max_length=300)
    reason = forms.CharField(
        label="Lý do, giấy tờ làm căn cứ", max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class DecisionForm(PostingForm):
    """The office's answer."""

    answer = forms.CharField(
        label="Trả lời người đề nghị", max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Bắt buộc khi không đồng ý.",
    )  # fmt: skip
    decision = forms.ChoiceField(choices=(("dong-y", "Đồng ý"), ("khong", "Không đồng ý")), widget=forms.HiddenInput)

    @property
    def agrees(self) -> bool:
        """The office agrees."""
        return bool(self.cleaned_data["decision"] == "dong-y")


class TermForm(PostingForm):
    """The term of one class of data."""

    days = forms.IntegerField(
        label="Giữ bao nhiêu ngày", min_value=1, max_value=36_500, required=False, help_text="Để trống: không hủy."
    )
    decided_on = forms.CharField(label="Theo quyết định", max_length=160, required=False)


class DestroyForm(forms.Form):
    """The number that the page promised, sent back with the confirm."""

    count = forms.IntegerField(min_value=1)
    agreed = forms.BooleanField(
        label="Tôi đã xem danh sách và hiểu rằng không lấy lại được",
        error_messages={"required": "Đánh dấu vào ô xác nhận trước khi hủy."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class HoldForm(PostingForm):
    """Why a directive's papers are held."""

    reason = forms.CharField(label="Lý do không hủy", max_length=300)
