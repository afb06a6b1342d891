"""What the pages behind a personal link send: a typed code, the pages that were seen.

Not here: what a code opens (`units.link_access`), photographs (`photos.py`).
"""

from __future__ import annotations

from typing import Any

from django import forms

from units.link_codes import read_code

_WRONG_CODE = "Mã có 16 chữ và số, ví dụ 7K4M-92QD-X3VN-8RTA. Hãy xem lại từng ký tự trên phiếu."
_NO_PAGES = "Chưa có trang nào để nộp. Hãy chụp trang 1."


class CodeForm(forms.Form):
    """The code of a slip, as it is typed."""

    code = forms.CharField(max_length=60, label="Mã trên phiếu", error_messages={"required": _WRONG_CODE})

    def clean_code(self) -> str:
        """The code it means."""
        code = read_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(_WRONG_CODE)
        return code


class PagesForm(forms.Form):
    """The pages as the sender saw them, in their order, and the key of this confirm."""

    pages = forms.CharField(max_length=600, error_messages={"required": _NO_PAGES})
    key = forms.UUIDField(error_messages={"required": "Trang mở quá lâu. Hãy tải lại trang.", "invalid": _NO_PAGES})

    def clean_pages(self) -> list[int]:
        """Their numbers."""
        try:
            return [int(one) for one in self.cleaned_data["pages"].split(",")]
        except ValueError as fault:
            raise forms.ValidationError(_NO_PAGES) from fault

    def clean_key(self) -> str:
        """As text."""
        key: Any = self.cleaned_data["key"]
        return str(key)
