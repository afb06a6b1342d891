"""Input of chasing letters and forwarding bundles. Never saved here.

Not here: what the verbs refuse (`services/chasing.py`, `services/bundling.py`), HTML (templates/reports).
"""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.db.models import QuerySet

from directives.choices import LEAD_KINDS
from directives.models import Requirement
from interface.fields import DayField

RECIPIENT: Final = "Ban Tuyên giáo và Dân vận Thành ủy"


class _OfDirective(forms.Form):
    """Which duty of the paper, and the number of the công văn."""

    requirement = forms.ModelChoiceField(
        Requirement.objects.none(),
        label="Việc",
        required=False,
        empty_label="Mọi việc của văn bản",
        error_messages={"invalid_choice": "Không có việc này trong văn bản."},
    )
    number = forms.IntegerField(
        label="Số công văn", required=False, min_value=1, max_value=99999, help_text="Để trống: chừa chỗ ghi tay."
    )

    def __init__(self, *args: Any, requirements: QuerySet[Requirement], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["requirement"]
        field.queryset = requirements
        field.label_from_instance = lambda requirement: requirement.title


class LetterForm(_OfDirective):
    """A chasing letter: the new last day that is asked for."""

    new_last_day = DayField(
        label="Hạn mới, nộp đến hết ngày",
        required=False,
        help_text="Chỉ ghi trong công văn, hạn trên cổng chưa đổi; lập xong cổng hỏi có gia hạn không. Để trống: không đặt hạn mới.",
    )


class NumberForm(forms.Form):
    """The number written by hand on a printed letter."""

    number = forms.IntegerField(
        label="Số công văn",
        min_value=1,
        max_value=99999,
        error_messages={
            "required": "Chưa ghi số công văn.",
            "invalid": "Số công văn là một số nguyên, ví dụ 57.",
            "min_value": "Số công văn bắt đầu từ 1.",
            "max_value": "Số công văn dài quá 5 chữ số.",
        },
    )


class BundleForm(_OfDirective):
    """A forwarding bundle: to whom, how large a file may be."""

    recipient = forms.CharField(label="Nơi nhận", max_length=255, initial=RECIPIENT)
    limit_mb = forms.IntegerField(
        label="Mỗi tệp không quá (MB)",
        required=False,
        min_value=0,
        max_value=4000,
        help_text="Theo giới hạn của hộp thư nơi nhận, ví dụ 20. Để trống: không chia.",
    )

    def __init__(self, *args: Any, requirements: QuerySet[Requirement], **options: Any) -> None:
        super().__init__(*args, requirements=requirements, **options)
        if any(requirement.kind in LEAD_KINDS for requirement in requirements):
            self.fields[
                "requirement"
            ].help_text = "Phiếu dự sinh hoạt của phụ trách cụm gửi bằng gói riêng: chọn việc ấy."
