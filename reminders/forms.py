"""Input of reminders: a ladder, a choice of letters, a promise.

Not here: what the verbs refuse (`services`).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms

from interface.fields import DayField
from reminders.choices import Quiet
from reminders.letter_texts import PASSAGES, PLACES, unknown_places
from reminders.stages import FARTHEST, Ladder
from units.forms import PostingForm
from vietnamese.dates import format_date

_STEPS = [
    ("", "Không"),
    *[(str(-days), f"Trước hạn {days} ngày") for days in (14, 7, 3, 1)],
    ("0", "Ngày cuối"),
    *[(str(days), f"Quá hạn {days} ngày") for days in (1, 3, 7, 10, 14, 30)],
]


class DaysField(forms.CharField):
    """Days as people list them: "7, 3, 1"; kept ascending, each once."""

    def clean(self, value: Any) -> tuple[int, ...]:
        """Whole days from 1 to the farthest step. Raises ValidationError for anything else."""
        words = re.split(r"[\s,;.]+", super().clean(value).strip())
        if not all(word.isascii() and word.isdecimal() for word in filter(None, words)):
            raise forms.ValidationError("Chỉ ghi số ngày, cách nhau bằng dấu phẩy, ví dụ 7, 3, 1.")
        days = {int(word) for word in words if word}
        if any(not 1 <= day <= FARTHEST for day in days) or len(days) > 10:
            raise forms.ValidationError(f"Mỗi nấc từ 1 đến {FARTHEST} ngày, nhiều nhất 10 nấc.")
        return tuple(sorted(days))


def _step(label: str, text: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=_STEPS, required=False, coerce=int, empty_value=None, help_text=text
    )


class LadderForm(PostingForm):
    """The ladder, part by part."""

    before = DaysField(
        label="Nhắc trước hạn (ngày)", required=False, help_text="Ví dụ 7, 3, 1. Để trống là không nhắc."
    )
    on_last_day = forms.BooleanField(label="Nhắc trong ngày cuối", required=False)
    after = DaysField(label="Nhắc khi quá hạn (ngày)", required=False, help_text="Ví dụ 1, 3.")
    weeks = forms.IntegerField(
        label="Sau đó mỗi tuần một lần, nhiều nhất (lần)", min_value=0, max_value=12, help_text="0 là không nhắc nữa."
    )
    ask_after = forms.IntegerField(
        label="Nhắc xác nhận đã nhận văn bản sau (ngày làm việc)",
        min_value=0,
        max_value=10,
        help_text="0 là không nhắc.",
    )
    unit_from = _step("Báo bí thư, phó bí thư từ", "Việc của chính đơn vị luôn báo bí thư.")
    cluster_from = _step("Báo phụ trách cụm từ", "")
    call_from = _step("Đưa vào phiếu gọi điện từ", "")

    @staticmethod
    def start(ladder: Ladder) -> dict[str, Any]:
        """What the form shows of a ladder."""
        shown = {name: getattr(ladder, name) for name in LadderForm.base_fields}
        days = {name: ", ".join(str(day) for day in getattr(ladder, name)) for name in ("before", "after")}
        return shown | days

    def clean(self) -> dict[str, Any]:
        """Weekly nudges go on from the last step after the deadline."""
        values = super().clean() or {}
        if values.get("weeks") and not values.get("after") and "after" not in self.errors:
            self.add_error("after", "Muốn nhắc hằng tuần thì ghi ít nhất một nấc quá hạn, ví dụ 1.")
        return values

    @property
    def ladder(self) -> Ladder:
        """The ladder of a valid form."""
        return Ladder(**self.cleaned_data)


class DecisionForm(forms.Form):
    """What is to be done with chosen letters of `day`; `count` is the number the person was shown.

    `strike`, the button of one row, strikes that letter whatever else is ticked.
    """

    act = forms.ChoiceField(choices=[("bo", "Bỏ"), ("giu", "Tạm giữ"), ("gui", "Gửi ngay")])
    tokens = forms.MultipleChoiceField(error_messages={"required": "Chưa chọn thư nào."})
    until = DayField(label="Giữ đến hết ngày", required=False)
    count = forms.IntegerField(required=False)

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._day = day
        if self.data.get("strike"):
            self.data = self.data.copy()
            self.data["act"] = "bo"
            self.data.setlist("tokens", self.data.getlist("strike")[:1])
        posted = self.data.getlist("tokens") if hasattr(self.data, "getlist") else []
        self.fields["tokens"].choices = [(token, token) for token in posted[:2000]]

    def clean(self) -> dict[str, Any]:
        """Holding needs a day, that of the letters or a later one."""
        values = super().clean() or {}
        if values.get("act") == "giu" and "until" not in self.errors:
            until = values.get("until")
            if not until:
                self.add_error("until", "Ghi ngày giữ đến hết, ví dụ 28/4/2026.")
            elif until < self._day:
                self.add_error("until", f"Thư của ngày {format_date(self._day)}: giữ đến ngày đó hoặc muộn hơn.")
        return values


class PromiseForm(forms.Form):
    """Debts of one unit and the day promised."""

    obligations = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": "Chưa chọn việc nào được hứa. Đánh dấu việc ấy."}
    )
    day = DayField(label="Hẹn nộp ngày")
    note = forms.CharField(label="Ghi chú", max_length=255, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].error_messages["required"] = "Chưa có ngày. Ghi ngày hẹn nộp theo dạng ngày/tháng/năm."
        posted = self.data.getlist("obligations") if hasattr(self.data, "getlist") else []
        numbers = [one for one in posted[:500] if one.isascii() and one.isdecimal() and len(one) < 18]
        self.fields["obligations"].choices = [(one, one) for one in numbers]


class MailChoiceForm(PostingForm):
    """How much of the ladder by mail, and from which hour."""

    quiet = forms.ChoiceField(label="Gửi thư nhắc cho tôi", choices=Quiet.choices, widget=forms.RadioSelect)
    hour = forms.TypedChoiceField(
        label="Giờ nhận thư", coerce=int, choices=[(hour, f"{hour}:00") for hour in (7, 8, 9, 11, 14, 16)]
    )


class LetterTextForm(PostingForm):
    """One field a passage; its help names the places it may fill."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, passage in PASSAGES.items():
            places = ", ".join(f"{{{name}}} {PLACES[name]}" for name in passage.places)
            self.fields[key] = forms.CharField(
                label=passage.title,
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 5 if key == "call" else 2}),
                help_text=f"Chỗ điền được: {places}. Để trống là dùng lời có sẵn.",
            )

    def clean(self) -> dict[str, Any]:
        """Only known places may stand in braces."""
        values = super().clean() or {}
        for key in PASSAGES:
            wrong = unknown_places(key, values.get(key, ""))
            if wrong:
                self.add_error(
                    key, f"Không có chỗ điền {', '.join(f'“{one}”' for one in wrong)}. Xem các chỗ điền ở dưới."
                )
        return values

    @property
    def words(self) -> dict[str, str]:
        """The words of a valid form; those of the product where nothing was written."""
        return {key: self.cleaned_data.get(key) or passage.standard for key, passage in PASSAGES.items()}
