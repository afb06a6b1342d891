"""Input of the summary reports: which directive at which instant, and the office's own words. Never saved here.

Not here: what the verbs refuse (`services/asking.py`), HTML (templates/reports).
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, Final

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import QuerySet

from directives.deadlines import day_end
from directives.models import Directive
from reports.narrative import Section
from reports.services.asking import TEXT_LIMIT
from vietnamese.dates import VIETNAM

_DAYS: Final = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]
_HOURS: Final = ["%H:%M", "%Hh%M", "%Hg%M", "%Hh"]
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


class CompileForm(forms.Form):
    """Which directive, and the instant of the figures: empty = now, a day alone = the end of that day."""

    directive = forms.ModelChoiceField(
        Directive.objects.none(),
        label="Văn bản",
        empty_label=None,
        error_messages={"required": "Chưa chọn văn bản.", "invalid_choice": "Không có văn bản này trong danh sách."},
    )
    day = forms.DateField(
        label="Số liệu đến ngày",
        required=False,
        input_formats=_DAYS,
        help_text="Để trống: đến lúc này.",
        widget=forms.DateInput(attrs={"placeholder": "27/4/2026", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Không có ngày này. Ghi ngày trước, tháng sau, ví dụ 27/4/2026."},
    )
    hour = forms.TimeField(
        label="Giờ",
        required=False,
        input_formats=_HOURS,
        help_text="Để trống: hết ngày.",
        widget=forms.TimeInput(attrs={"placeholder": "16:00", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Không có giờ này. Ghi như 16:00."},
    )

    def __init__(self, *args: Any, directives: QuerySet[Directive], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["directive"]
        field.queryset = directives
        field.label_from_instance = lambda directive: f"{directive.reference}: {directive.subject[:90]}"

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


class WordsForm(forms.Form):
    """The office's own text by section, and the number of the report."""

    number = forms.IntegerField(
        label="Số báo cáo", required=False, min_value=1, max_value=99999, help_text="Để trống: chừa chỗ ghi tay."
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper()
        self.helper.form_tag = False
        for section, (label, help_text) in _LABELS.items():
            rows = 2 if section in (Section.SUBJECT, Section.SITUATION) else 4
            self.fields[section.value] = forms.CharField(
                label=label,
                required=False,
                max_length=TEXT_LIMIT,
                help_text=help_text,
                widget=forms.Textarea(attrs={"rows": rows}),
            )

    @property
    def texts(self) -> dict[str, str]:
        """The words by section."""
        return {section.value: self.cleaned_data.get(section.value, "") for section in _LABELS}
