"""Input of amending, confirming, closing, revoking: parsed, cleaned, never saved.

Not here: what the verbs refuse (`services`), HTML (templates/directives).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from directives.choices import AmendAction
from directives.deadlines import day_end
from directives.models import Amendment, Directive, Obligation, Requirement
from interface.fields import DayField, SuggestedField
from units.choices import Block
from units.models import Cluster, Unit
from units.querysets import found_by
from vietnamese.dates import VIETNAM, local_day
from vietnamese.text import clean

KEEP, FOLLOW = "", "FOLLOW"


@dataclass(frozen=True, slots=True)
class AmendRow:
    """One requirement of the earlier directive with its two fields."""

    requirement: Requirement
    action: forms.BoundField
    phrase: forms.BoundField
    open_periods: forms.BoundField | None
    """Of a series: whether the periods given out follow."""


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
                help_text="Ví dụ: trước ngày 20 hằng tháng." if one.recurrence else "Ví dụ: trước ngày 10/5/2026.",
            )
            if one.recurrence:
                self.fields[f"open_{one.pk}"] = forms.ChoiceField(
                    label="Kỳ đã mở mà còn nợ",
                    choices=[(KEEP, "Giữ hạn cũ"), (FOLLOW, "Đổi theo hạn mới")],
                    required=False,
                    initial=FOLLOW if amendment and amendment.moves_open else KEEP,
                    widget=forms.RadioSelect,
                    help_text="Kỳ chưa mở luôn theo hạn mới.",
                )

    def rows(self) -> list[AmendRow]:
        """The requirements in their order, with their fields."""
        return [
            AmendRow(
                one,
                self[f"action_{one.pk}"],
                self[f"phrase_{one.pk}"],
                self[f"open_{one.pk}"] if one.recurrence else None,
            )
            for one in self.requirements
        ]

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

    def changes(self) -> dict[int, tuple[str, str, bool]]:
        """Requirement id → (action, new phrase, whether open periods follow), without those that stay."""
        found = {}
        for one in self.requirements:
            action = self.cleaned_data[f"action_{one.pk}"]
            if action != KEEP:
                phrase = clean(self.cleaned_data[f"phrase_{one.pk}"]) if action == AmendAction.RESCHEDULE else ""
                found[one.pk] = (action, phrase, self.cleaned_data.get(f"open_{one.pk}") == FOLLOW)
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


class EndForm(forms.Form):
    """Closing or reopening a directive."""

    reason = forms.CharField(label="Lý do", max_length=255, required=False, help_text="Được lưu trong lịch sử.")


class RevokeForm(forms.Form):
    """Revoking a directive: by which paper, why."""

    revoked_by = forms.ModelChoiceField(
        label="Văn bản thu hồi, có trong sổ", queryset=Directive.objects.none(), required=False,
        empty_label="Không có trong sổ",
    )  # fmt: skip
    revoking_paper = forms.CharField(
        label="Văn bản thu hồi, khi không có trong sổ", max_length=255, required=False,
        help_text="Ghi số, ký hiệu và ngày, ví dụ: Công văn số 75-CV/ĐU ngày 5/5/2026.",
    )  # fmt: skip
    reason = forms.CharField(
        label="Lý do thu hồi", max_length=255, help_text="Được lưu trong lịch sử.",
        error_messages={"required": "Chưa ghi lý do thu hồi."},
    )  # fmt: skip

    LEAVE, PUT_BACK = "LEAVE", "PUT_BACK"
    elsewhere = forms.ChoiceField(
        label="Những gì văn bản này đã đổi ở văn bản khác",
        choices=[(LEAVE, "Giữ nguyên như hiện nay"), (PUT_BACK, "Đặt lại như trước khi điều chỉnh")],
        widget=forms.RadioSelect,
        error_messages={"required": "Chưa chọn giữ nguyên hay đặt lại những gì văn bản này đã đổi ở văn bản khác."},
    )
    late_day = DayField(
        label="Ngày cuối mới cho việc đã rút mà hạn cũ đã qua", required=False,
        help_text="Chỉ dùng khi đặt lại. Để trống: những việc ấy vẫn là đã rút.",
    )  # fmt: skip

    def __init__(
        self, *args: Any, papers: QuerySet[Directive], may_put_back: bool, has_late: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["revoked_by"].queryset = papers
        if not may_put_back:
            del self.fields["elsewhere"]
        if not (may_put_back and has_late):
            del self.fields["late_day"]

    def deed(self) -> dict[str, Any]:
        """The arguments of the verb; the last day as its first late instant."""
        said = self.cleaned_data
        day = said.get("late_day")
        return {
            "revoked_by": said["revoked_by"],
            "revoking_paper": said["revoking_paper"],
            "reason": said["reason"],
            "puts_back": said.get("elsewhere") == self.PUT_BACK,
            "late_until": day_end(day) if day else None,
        }


class ClosingForm(forms.Form):
    """When a requirement stops taking anything; empty: it stays open."""

    closes_on = DayField(
        label="Nhận bài muộn đến hết ngày", required=False,
        help_text="Sau ngày này không nhận nữa, trừ ai được gia hạn. Để trống: vẫn nhận và ghi là nộp muộn.",
    )  # fmt: skip
    closes_hour = forms.TimeField(
        label="Hoặc chỉ nhận trước giờ (của ngày ấy)", required=False, input_formats=["%H:%M", "%Hh%M", "%Hg%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"autocomplete": "off"}), help_text="Ví dụ 17:00. Để trống: đến hết ngày.",
        error_messages={"invalid": "Không hiểu giờ này. Ghi ví dụ 17:00."},
    )  # fmt: skip

    @staticmethod
    def initial_of(closes_at: datetime | None) -> dict[str, Any]:
        """The two fields for a stored instant."""
        if closes_at is None:
            return {}
        local = closes_at.astimezone(VIETNAM)
        if local.time() == time():
            return {"closes_on": local_day(closes_at - timedelta(microseconds=1))}
        return {"closes_on": local.date(), "closes_hour": local.time()}

    def clean(self) -> dict[str, Any]:
        """An hour needs its day."""
        said = super().clean() or {}
        if said.get("closes_hour") and not said.get("closes_on") and "closes_on" not in self.errors:
            self.add_error("closes_on", "Đã ghi giờ đóng nhận bài, hãy ghi cả ngày.")
        return said

    def closes_at(self) -> datetime | None:
        """The first instant at which nothing is taken."""
        day, hour = self.cleaned_data.get("closes_on"), self.cleaned_data.get("closes_hour")
        if day is None:
            return None
        return datetime.combine(day, hour, VIETNAM) if hour is not None else day_end(day)


class BulkForm(forms.Form):
    """One act for several of those who still owe: a later day or a release, with its reason."""

    ALL, CHOSEN = "all", "chosen"
    EXTEND, WAIVE = "EXTEND", "WAIVE"

    act = forms.ChoiceField(
        label="Làm gì", choices=[(EXTEND, "Gia hạn"), (WAIVE, "Cho miễn")], initial=EXTEND, widget=forms.RadioSelect
    )
    who = forms.ChoiceField(label="Cho ai", choices=[], initial=ALL, widget=forms.RadioSelect)
    last_day = DayField(label="Ngày cuối mới", required=False, help_text="Nộp đến hết ngày này. Chỉ cần khi gia hạn.")
    reason = SuggestedField(
        label="Lý do",
        max_length=255,
        list_id="reasons",
        help_text="Chọn lý do có sẵn hoặc viết. Được lưu trong lịch sử.",
    )

    def __init__(self, *args: Any, owing: int, chosen: list[int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.chosen = chosen
        self.fields["who"].choices = [
            (self.ALL, f"Tất cả {owing} việc còn nợ trong danh sách"),
            (self.CHOSEN, "Chỉ những việc đã đánh dấu"),
        ]

    def clean(self) -> dict[str, Any]:
        """A later day needs its day; choosing needs a choice, and what is ticked is not taken for all silently."""
        said = super().clean() or {}
        if said.get("act") == self.EXTEND and not said.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", "Chưa chọn ngày cuối mới.")
        if said.get("who") == self.CHOSEN and not self.chosen:
            self.add_error("who", "Chưa đánh dấu việc nào trong danh sách bên dưới.")
        elif said.get("who") == self.ALL and self.chosen:
            self.add_error(
                "who",
                f"Đã đánh dấu {len(self.chosen)} việc. Chọn “Chỉ những việc đã đánh dấu”, hoặc bỏ dấu để làm cho tất cả.",
            )
        return said

    def new_due_at(self) -> datetime:
        """The first late instant of the new deadline."""
        return day_end(self.cleaned_data["last_day"])


class TakeBackForm(forms.Form):
    """Taking several extensions back: why, and of how many the person was told."""

    note = forms.CharField(
        label="Lý do thu hồi gia hạn", max_length=230,
        help_text="Được lưu trong lịch sử và ghi trong thư báo; không đưa lý do sức khỏe.",
        error_messages={"required": "Chưa ghi lý do thu hồi gia hạn."},
    )  # fmt: skip
    so = forms.IntegerField(widget=forms.HiddenInput)


class OwingFilter(forms.Form):
    """Filters of the list of those who owe; anything unreadable counts as not given."""

    tim = forms.CharField(label="Tìm tên", required=False, max_length=100,
        widget=forms.TextInput({"type": "search", "class": "form-control"}),
    )  # fmt: skip
    khoi = forms.ChoiceField(
        label="Khối", choices=[("", "Mọi khối"), *Block.choices], required=False, widget=forms.Select({"class": "form-select"})
    )  # fmt: skip
    cum = forms.ModelChoiceField(
        label="Cụm", queryset=Cluster.objects.none(), required=False, empty_label="Mọi cụm",
        widget=forms.Select({"class": "form-select"}),
    )  # fmt: skip
    don_vi = forms.ModelChoiceField(
        label="Đơn vị", queryset=Unit.objects.none(), required=False, empty_label="Mọi đơn vị",
        widget=forms.Select({"class": "form-select"}),
    )  # fmt: skip

    def __init__(self, *args: Any, ward: Unit, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["cum"].queryset = Cluster.objects.filter(ward=ward).order_by("order", "name")
        self.fields["don_vi"].queryset = Unit.objects.filter(ward=ward, closed_on=None).order_by("sort_key")

    def narrowed(self, owing: QuerySet[Obligation]) -> QuerySet[Obligation]:
        """Those of `owing` that the filters leave; a unit with all below it."""
        self.is_valid()
        said = self.cleaned_data
        if said.get("tim"):
            owing = owing.filter(found_by(said["tim"], "member__folded", "unit__folded"))
        if said.get("khoi"):
            owing = owing.filter(unit__block=said["khoi"])
        if said.get("cum"):
            owing = owing.filter(unit__cluster=said["cum"])
        if said.get("don_vi"):
            owing = owing.filter(unit__path__startswith=said["don_vi"].path)
        return owing
