"""Input about numbers of outgoing papers that no paper here bears. Never saved here.

Not here: what the verb refuses (`services.numbering`).
"""

from __future__ import annotations

from typing import Any

from django import forms

from directives.choices import OutgoingState
from vietnamese.text import clean


class ExplainForm(forms.Form):
    """From which number to which, what became of them, why."""

    first = forms.IntegerField(label="Từ số", min_value=1, max_value=99999)
    last = forms.IntegerField(
        label="Đến số", min_value=1, max_value=99999, required=False, help_text="Để trống: một số."
    )
    state = forms.ChoiceField(
        label="Số này",
        choices=[
            (OutgoingState.OUTSIDE, "dùng cho văn bản không lập trên cổng"),
            (OutgoingState.VOID, "đã bỏ, không dùng"),
            (OutgoingState.FREE, "còn trống, sẽ dùng"),
        ],
    )
    note = forms.CharField(
        label="Ghi chú", max_length=255, help_text="Ví dụ: các công văn phát hành trước khi dùng cổng.",
        error_messages={"required": "Ghi một dòng để người sau hiểu vì sao trống số."},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """`last` is `first` when empty; at most a thousand numbers at once."""
        cleaned = super().clean() or {}
        first = cleaned.get("first")
        last = cleaned["last"] = cleaned.get("last") or first
        if first is not None and last is not None and not first <= last < first + 1000:
            self.add_error("last", "Số cuối không nhỏ hơn số đầu, mỗi lần không quá 1.000 số.")
        cleaned["note"] = clean(cleaned.get("note") or "")
        return cleaned
