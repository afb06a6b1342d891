"""Input of the summary reports: which directive at which instant, and the office's own words. Never saved here.

Not here: what the verbs refuse (`services/asking.py`), HTML (templates/reports).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from hashlib import blake2b
from typing import Any, Final

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import QuerySet

from directives.deadlines import day_end
from directives.deadlines.periods import period_words
from directives.models import Directive
from reports.choices import SPAN_KINDS
from reports.outlines import Section, headings, lines_of
from reports.report_scope import spans_to_report
from reports.services.asking import TEXT_LIMIT
from units.models import Unit
from vietnamese.dates import VIETNAM

_DAYS: Final = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]
_HOURS: Final = ["%H:%M", "%Hh%M", "%Hg%M", "%Hh"]
STANDARD: Final = "chuan"
OWN: Final = "rieng"
_LABELS: Final = {
    Section.SUBJECT: ("Trích yếu", "Để trống: kết quả thực hiện văn bản được tổng hợp."),
    Section.SITUATION: ("Đặc điểm, tình hình", ""),
    Section.LEADERSHIP: ("Công tác lãnh đạo, chỉ đạo", "Văn bản đã ban hành, phân công, kiểm tra."),
    Section.STUDY: ("Nghiên cứu, học tập, quán triệt", "Hội nghị, hình thức, điểm cầu, số lượt, tỷ lệ."),
    Section.ESSAYS: ("Viết bài thu hoạch: nhận xét thêm", ""),
    Section.ACTIVITIES: ("Sinh hoạt chuyên đề: nhận xét thêm", "Không khí thảo luận, ý kiến."),
    Section.PROPAGANDA: ("Thông tin, tuyên truyền", "Tin, bài, pano, lượt xem."),
    Section.PLANS: ("Chương trình, kế hoạch hành động: nhận xét thêm", ""),
    Section.OPINION: ("Dư luận xã hội, tình hình tư tưởng", ""),
    Section.STRENGTHS: ("Ưu điểm", ""),
    Section.LIMITS: ("Hạn chế, nguyên nhân", ""),
    Section.TASKS: ("Nhiệm vụ, giải pháp thời gian tới", ""),
    Section.PROPOSALS: ("Đề xuất, kiến nghị", "Với Thành ủy; với Trung ương."),
    Section.RECIPIENTS: ("Nơi nhận", "Mỗi dòng một nơi. Để trống: theo mẫu."),
}


class InstantForm(forms.Form):
    """The instant of the figures: empty = now, a day alone = the end of that day."""

    day = forms.DateField(
        label="Số liệu đến ngày",
        required=False,
        input_formats=_DAYS,
        help_text="Ví dụ 27/4/2026. Để trống: đến lúc này.",
        widget=forms.DateInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Không có ngày này. Ghi ngày trước, tháng sau, ví dụ 27/4/2026."},
    )
    hour = forms.TimeField(
        label="Giờ",
        required=False,
        input_formats=_HOURS,
        help_text="Ví dụ 16:00. Để trống: hết ngày.",
        widget=forms.TimeInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Không có giờ này. Ghi như 16:00."},
    )

    def clean(self) -> dict[str, Any]:
        """`at`: the instant asked for, None for now."""
        cleaned = super().clean() or {}
        day, hour = cleaned.get("day"), cleaned.get("hour")
        if hour is not None and day is None and "day" not in self.errors:
            self.add_error("day", "Ghi ngày, hoặc bỏ trống cả giờ.")
        cleaned["at"] = None
        if day is not None:
            # The day's last instant still belongs to it; the first of the next does not.
            end = day_end(day) - timedelta(microseconds=1)
            cleaned["at"] = end if hour is None else datetime.combine(day, time(hour.hour, hour.minute), VIETNAM)
        return cleaned


class CompileForm(InstantForm):
    """Which directive, and the instant of the figures."""

    directive = forms.ModelChoiceField(
        Directive.objects.none(),
        label="Văn bản",
        empty_label=None,
        error_messages={"required": "Chưa chọn văn bản.", "invalid_choice": "Không có văn bản này trong danh sách."},
    )
    period = forms.ChoiceField(
        label="Kỳ",
        required=False,
        help_text="Với việc lặp lại: tháng, quý, năm.",
        error_messages={"invalid_choice": "Không có kỳ này trong danh sách."},
    )

    def __init__(
        self, *args: Any, directives: QuerySet[Directive], periods: Sequence[str] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["period"].choices = [("", "Mọi kỳ"), *((period, period_words(period)) for period in periods)]
        field = self.fields["directive"]
        field.queryset = directives
        field.label_from_instance = lambda directive: f"{directive.reference}: {directive.subject[:90]}"


class SpanForm(InstantForm):
    """A report about all that a ward was asked in a month, quarter, half-year or year."""

    kind = forms.ChoiceField(
        label="Loại báo cáo",
        choices=[(kind.value, kind.label) for kind in SPAN_KINDS],
        error_messages={"required": "Chọn loại báo cáo.", "invalid_choice": "Không có loại báo cáo này."},
    )
    span = forms.ChoiceField(
        label="Kỳ báo cáo",
        help_text="Tính mọi việc đến hạn trong kỳ.",
        error_messages={"required": "Chọn kỳ báo cáo.", "invalid_choice": "Không có kỳ này trong danh sách."},
    )
    ward = forms.ModelChoiceField(
        Unit.objects.none(),
        label="Đảng bộ",
        empty_label=None,
        error_messages={"required": "Chọn đảng bộ.", "invalid_choice": "Không có đảng bộ này trong danh sách."},
    )

    def __init__(self, *args: Any, wards: QuerySet[Unit], now: datetime, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "dinh-ky-%s"} | options)
        self.fields["span"].choices = [
            (length, [(period, _sentence(period_words(period))) for period in periods])
            for length, periods in spans_to_report(now)
        ]
        field = self.fields["ward"]
        field.queryset = wards
        if len(wards) == 1:
            field.initial, field.widget = wards[0].pk, forms.HiddenInput()


class WordsForm(forms.Form):
    """The office's own text by section, and the number of the report."""

    number = forms.IntegerField(
        label="Số báo cáo", required=False, min_value=1, max_value=99999, help_text="Để trống: chừa chỗ ghi tay."
    )

    def __init__(self, *args: Any, outline: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self._keys = _labels(outline)
        self._headings = blake2b("\n".join(outline).encode(), digest_size=8).hexdigest()
        self.fields["headings"] = forms.CharField(required=False, widget=forms.HiddenInput, initial=self._headings)
        for key, (label, help_text) in self._keys.items():
            rows = 2 if key in (Section.SUBJECT, Section.SITUATION) else 4
            self.fields[key] = forms.CharField(
                label=label,
                required=False,
                max_length=TEXT_LIMIT,
                help_text=help_text,
                widget=forms.Textarea(attrs={"rows": rows}),
            )

    def clean_headings(self) -> str:
        """The headings the page showed; under others what was typed would land elsewhere, and the rest be emptied."""
        seen = self.cleaned_data["headings"]
        if seen and seen != self._headings:
            raise forms.ValidationError(
                "Đề cương vừa được đổi ở nơi khác nên chưa lưu gì. Mở lại trang này rồi sửa tiếp."
            )
        return seen

    @property
    def keys(self) -> tuple[str, ...]:
        """The headings' keys in printed order."""
        return tuple(self._keys)

    @property
    def texts(self) -> dict[str, str]:
        """The words by heading."""
        return {key: self.cleaned_data.get(key, "") for key in self._keys}


class OutlineForm(forms.Form):
    """The headings of the report: the standard ones, those of a paper, or one's own."""

    which = forms.ChoiceField(label="Đề cương", error_messages={"required": "Chọn một đề cương."})
    lines = forms.CharField(
        label="Các mục tự ghi",
        required=False,
        max_length=4000,
        help_text="Mỗi dòng một mục, theo thứ tự. Chỉ dùng khi chọn “Tự ghi”.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, outlines: Sequence[tuple[int, str, tuple[str, ...]]], **options: Any) -> None:
        super().__init__(*args, **options)
        self._outlines = {str(pk): lines for pk, _, lines in outlines}
        self.fields["which"].choices = [
            (STANDARD, "Đề cương chuẩn của báo cáo kết quả (6 phần)"),
            *((str(pk), f"Theo {title}") for pk, title, _ in outlines),
            (OWN, "Tự ghi"),
        ]

    def clean(self) -> dict[str, Any]:
        """`outline`: the headings, none for the standard outline."""
        cleaned = super().clean() or {}
        which = cleaned.get("which", STANDARD)
        cleaned["outline"] = self._outlines.get(which, lines_of(cleaned.get("lines", "")) if which == OWN else ())
        if which == OWN and not cleaned["outline"]:
            self.add_error("lines", "Ghi ít nhất một mục, hoặc chọn đề cương chuẩn.")
        return cleaned


class SignedForm(forms.Form):
    """The scan of the signed paper."""

    file = forms.FileField(label="Bản đã ký (PDF)", error_messages={"required": "Chưa chọn tệp PDF của bản đã ký."})


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _labels(outline: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Key → label and help of the text areas: standard headings, or those of the outline."""
    if not outline:
        return {section.value: words for section, words in _LABELS.items()}
    own = {key: (title, "") for key, title in headings(outline).items()}
    first, last = Section.SUBJECT, Section.RECIPIENTS
    return {first.value: _LABELS[first], **own, last.value: _LABELS[last]}
