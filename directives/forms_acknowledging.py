"""Filters of the list of acknowledgements: parse and validate, never save.

Not here: what they narrow (`acknowledgement_querysets.py`).
"""

from __future__ import annotations

from typing import Any

from django import forms

from units.choices import Block

STAGES = (
    ("chua", "Chưa xác nhận"),
    ("chua-xem", "Chưa mở xem"),
    ("da-xem", "Đã xem, chưa xác nhận"),
    ("da-nhan", "Đã xác nhận"),
    ("tat-ca", "Tất cả"),
)


class AcknowledgementFilter(forms.Form):
    """Anything unreadable counts as not given; those who have not confirmed are shown first of all."""

    q = forms.CharField(required=False)
    khoi = forms.ChoiceField(choices=[("", "Mọi khối"), *Block.choices], required=False)
    van_ban = forms.IntegerField(min_value=1, max_value=2**53, required=False)
    buoc = forms.ChoiceField(choices=STAGES, required=False)

    def said(self) -> dict[str, Any]:
        """The filters that could be read, with the stage to show."""
        self.is_valid()
        found = {name: self.cleaned_data.get(name) for name in ("q", "khoi", "van_ban")}
        return found | {"buoc": self.cleaned_data.get("buoc") or "chua"}
