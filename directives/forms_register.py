"""Filters of the register of papers: parse and validate, never save.

Not here: what they narrow (`registry.py`).
"""

from __future__ import annotations

from typing import Any

from django import forms

from directives.choices import DirectiveKind
from directives.numbering import TermSpan

SIZES = (30, 50, 100, 200)


class RegisterFilter(forms.Form):
    """Anything unreadable counts as not given."""

    q = forms.CharField(required=False)
    phia = forms.ChoiceField(choices=[("", "Đi và đến"), ("di", "Văn bản đi"), ("den", "Văn bản đến")], required=False)
    loai = forms.ChoiceField(choices=[("", "Mọi loại"), *DirectiveKind.choices], required=False)
    trang_thai = forms.ChoiceField(
        choices=[
            ("", "Mọi trạng thái"), ("DRAFT", "Dự thảo"), ("ISSUED", "Đang thực hiện"), ("CLOSED", "Đã kết thúc"),
            ("REVOKED", "Đã thu hồi"),
        ],
        required=False,
    )  # fmt: skip
    nam = forms.IntegerField(min_value=1950, max_value=2190, required=False)
    nhiem_ky = forms.ChoiceField(required=False)
    co_quan = forms.ChoiceField(required=False)
    xep = forms.ChoiceField(
        choices=[
            ("", "Mới nhất trước"), ("ngay", "Cũ nhất trước"), ("so", "Theo loại và số"), ("han", "Hạn gần nhất"),
            ("no", "Còn nợ nhiều nhất"),
        ],
        required=False,
    )  # fmt: skip
    so_dong = forms.TypedChoiceField(choices=[(size, f"{size} dòng") for size in SIZES], coerce=int, required=False)

    def __init__(self, *args: Any, terms: list[TermSpan], issuers: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self._terms = {str(span.term.pk): span for span in terms}
        self.fields["nhiem_ky"].choices = [
            ("", "Mọi nhiệm kỳ"), *((key, f"Nhiệm kỳ {span.term}") for key, span in self._terms.items())
        ]  # fmt: skip
        self.fields["co_quan"].choices = [("", "Mọi cơ quan ban hành"), *((name, name) for name in issuers)]

    def said(self) -> dict[str, Any]:
        """The filters that could be read; the term as its span."""
        self.is_valid()
        found = dict(self.cleaned_data)
        found["nhiem_ky"] = self._terms.get(found.get("nhiem_ky") or "")
        return found

    @property
    def is_narrowed(self) -> bool:
        """Something is left out by what was said."""
        return any(value for name, value in self.said().items() if name not in ("xep", "so_dong"))
