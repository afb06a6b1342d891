"""Input of saved searches: parsed, cleaned, never saved.

Not here: what the verbs refuse (`services.searches`), what a line means (`query`).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from directives.query.lexing import LONGEST, tidy
from directives.query.parsing import read_query
from vietnamese.text import clean


class SavedSearchForm(forms.Form):
    """A name for a line of the query bar; sharing is offered to whoever works for the ward."""

    name = forms.CharField(label="Tên", max_length=80, help_text="Ví dụ: Cụm 3 chưa nộp, sắp hạn.")
    line = forms.CharField(label="Điều kiện", max_length=LONGEST)
    is_shared = forms.BooleanField(
        label="Dùng chung trong phường", required=False,
        help_text="Người khác trong Ban Xây dựng Đảng và lãnh đạo cũng thấy; mỗi người chỉ tìm được việc mình được xem.",
    )  # fmt: skip
    on_home = forms.BooleanField(label="Hiện thành ô ở trang Việc hôm nay", required=False)

    def __init__(self, *args: Any, may_share: bool, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        if not may_share:
            del self.fields["is_shared"], self.fields["on_home"]

    def clean_name(self) -> str:
        return clean(self.cleaned_data["name"])

    def clean_line(self) -> str:
        line = tidy(self.cleaned_data["line"])
        query = read_query(line, today=self._today)
        if query.is_empty:
            raise forms.ValidationError("Chưa có điều kiện nào. Ví dụ: chưa nộp cụm:3.")
        for fault in query.faults:
            if not fault.is_hint:
                raise forms.ValidationError(fault.words)
        return line

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        return {"is_shared": False, "on_home": False, **asked}
