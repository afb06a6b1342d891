"""Input of amending, confirming, closing, revoking: parsed, cleaned, never saved.

Not here: what the verbs refuse (`services`), HTML (templates/directives).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms

from directives.choices import AmendAction
from directives.models import Amendment, Requirement
from vietnamese.text import clean

KEEP = ""


@dataclass(frozen=True, slots=True)
class AmendRow:
    """One requirement of the earlier directive with its two fields."""

    requirement: Requirement
    action: forms.BoundField
    phrase: forms.BoundField


class AmendForm(forms.Form):
    """For each requirement of an earlier directive: unchanged, another deadline, or withdrawn."""

    def __init__(
        self, *args: Any, requirements: list[Requirement], written: dict[int, Amendment], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.requirements = requirements
        for one in requirements:
            amendment = written.get(one.pk)
            self.fields[f"action_{one.pk}"] = forms.ChoiceField(
                label="Điều chỉnh",
                choices=[(KEEP, "Giữ nguyên"), *AmendAction.choices],
                required=False,
                initial=amendment.action if amendment else KEEP,
                widget=forms.RadioSelect,
            )
            self.fields[f"phrase_{one.pk}"] = forms.CharField(
                label="Hạn mới, đúng như văn bản ghi",
                max_length=255,
                required=False,
                initial=amendment.deadline_phrase if amendment else "",
                help_text="Ví dụ: trước ngày 10/5/2026.",
            )

    def rows(self) -> list[AmendRow]:
        """The requirements in their order, with their fields."""
        return [AmendRow(one, self[f"action_{one.pk}"], self[f"phrase_{one.pk}"]) for one in self.requirements]

    def clean(self) -> dict[str, Any]:
        """A new deadline needs its words; words typed without choosing are not lost silently."""
        said = super().clean() or {}
        for one in self.requirements:
            action, phrase = said.get(f"action_{one.pk}"), clean(said.get(f"phrase_{one.pk}", ""))
            if action == AmendAction.RESCHEDULE and not phrase:
                self.add_error(f"phrase_{one.pk}", f"Chưa ghi hạn mới của “{one.title}”.")
            elif phrase and action == KEEP:
                self.add_error(f"action_{one.pk}", f"Đã ghi hạn mới của “{one.title}”, hãy chọn “Đổi hạn”.")
        return said

    def changes(self) -> dict[int, tuple[str, str]]:
        """Requirement id → (action, new phrase), without those that stay."""
        found = {}
        for one in self.requirements:
            action = self.cleaned_data[f"action_{one.pk}"]
            if action != KEEP:
                phrase = clean(self.cleaned_data[f"phrase_{one.pk}"]) if action == AmendAction.RESCHEDULE else ""
                found[one.pk] = (action, phrase)
        return found


class ConfirmDeadlineForm(forms.Form):
    """The words of a deadline that was tentative."""

    phrase = forms.CharField(
        label="Hạn đã rõ, đúng như văn bản ghi", max_length=255,
        help_text="Ví dụ: trước ngày 10/6/2026; trong tháng 6/2026.",
        error_messages={"required": "Chưa ghi hạn."},
    )  # fmt: skip

    def clean_phrase(self) -> str:
        """One line of words."""
        return clean(self.cleaned_data["phrase"])
