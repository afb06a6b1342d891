"""Input of other deadlines for all that have passed in a draft: one phrase for all, or one each.

Not here: what the phrases mean and what is refused (`services.past_deadlines`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from directives.models import Requirement

_LONGEST = 255


class PastDeadlinesForm(forms.Form):
    """A phrase for every requirement left as it is, and each requirement's own phrase."""

    for_all = forms.CharField(
        label="Hạn mới cho tất cả", max_length=_LONGEST, required=False,
        help_text="Ghi như trong văn bản, ví dụ: trước ngày 15/12/2026. Việc nào cần hạn khác thì sửa riêng ở dưới.",
    )  # fmt: skip

    def __init__(self, data: Any, *, requirements: Iterable[Requirement]) -> None:
        super().__init__(data)
        self.requirements = list(requirements)
        for one in self.requirements:
            self.fields[f"phrase_{one.pk}"] = forms.CharField(
                label=f"{one.order}. {one.title}", max_length=_LONGEST, initial=one.deadline_phrase,
                error_messages={"required": "Chưa ghi hạn."},
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Something is to change."""
        said = super().clean() or {}
        if not self.errors and not self.phrases():
            self.add_error("for_all", "Chưa ghi hạn mới nào. Ghi một hạn cho tất cả, hoặc sửa từng hạn ở dưới.")
        return said

    def phrases(self) -> dict[int, str]:
        """Requirement id → new phrase, of those that change: its own where it was edited, else the one for all."""
        for_all, found = self.cleaned_data.get("for_all", ""), {}
        for one in self.requirements:
            own = self.cleaned_data.get(f"phrase_{one.pk}", "")
            phrase = own if own != one.deadline_phrase else for_all
            if phrase and phrase != one.deadline_phrase:
                found[one.pk] = phrase
        return found
