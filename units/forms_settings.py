"""Input of the pages of settings.

Labels and help are the office's words. Not here: what the verbs refuse (`services.committee`, `services.catalogues`).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from interface.fields import DayField
from units.choices import ReasonKind
from units.committee_models import DEFAULT_AUTHORITY, DEFAULT_POST
from units.forms import PostingForm
from units.models import CommitteeProfile, Signer, Term, Unit
from units.services.committee import DEADLINE_RULES, IDENTITY, SIGNER
from vietnamese.text import clean

_EARLIEST = date(1975, 1, 1)


class CleanField(forms.CharField):
    """A line without stray characters."""

    def to_python(self, value: Any) -> str:
        """The cleaned line."""
        return clean(super().to_python(value))


class IdentityForm(PostingForm):
    """Who the committee is, as printed on papers and mails."""

    name = CleanField(
        label="Tên đảng ủy", max_length=160, help_text="In đầu văn bản và trong thư, ví dụ Đảng ủy phường Phúc Lợi."
    )
    superior_name = CleanField(label="Cơ quan cấp trên", max_length=160, help_text="In phía trên tên đảng ủy.")
    place_name = CleanField(label="Địa danh", max_length=80, help_text="Đứng trước ngày tháng của văn bản.")
    issuer_code = CleanField(
        label="Mã cơ quan trong ký hiệu", max_length=20, help_text="Phần sau dấu gạch chéo: CV/ĐU."
    )
    office_name = CleanField(label="Cơ quan tham mưu", max_length=120, help_text="Đơn vị duyệt bài và gửi thư.")
    mailbox = forms.EmailField(label="Hộp thư", required=False, help_text="Thư trả lời của các chi bộ về đây.")
    phone = CleanField(label="Điện thoại", max_length=40, required=False)
    contact_name = CleanField(label="Người liên hệ", max_length=120, required=False)
    form_of_address = CleanField(
        label="Xưng hô với đảng viên",
        max_length=20,
        help_text="Trên trang mở bằng liên kết riêng, ví dụ đồng chí, bác.",
    )
    link_days = forms.IntegerField(
        label="Liên kết riêng dùng được (ngày)",
        min_value=1,
        max_value=366,
        help_text="Kể từ ngày tạo; liên kết đã phát giữ hạn cũ.",
    )
    shows_board = forms.BooleanField(
        label="Công khai tiến độ cho mọi đơn vị",
        required=False,
        help_text="Mọi tài khoản của phường xem được tiến độ từng đơn vị, chỉ số đếm, không nêu tên người.",
    )

    @classmethod
    def of(cls, profile: CommitteeProfile, *args: Any) -> IdentityForm:
        """The form as it is stored."""
        return cls(*args, initial={name: getattr(profile, name) for name in IDENTITY})


class DeadlineRulesForm(PostingForm):
    """How "trước ngày X" counts, and the days for a correction."""

    before_includes_day = forms.TypedChoiceField(
        label="“Trước ngày X” thì hạn cuối là",
        choices=[("False", "hết ngày X−1 (đúng luật)"), ("True", "hết ngày X (nới một ngày)")],
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
        help_text="Bộ luật Dân sự 2015 không tính ngày X. Trang nào cũng ghi rõ ngày cuối được nộp.",
    )
    grace_working_days = forms.IntegerField(
        label="Số ngày làm việc được sửa bài trả lại",
        min_value=1,
        max_value=30,
        help_text="Bài nộp đúng hạn, bị trả lại mà sửa trong thời gian này vẫn tính đúng hạn.",
    )

    @classmethod
    def of(cls, profile: CommitteeProfile, *args: Any) -> DeadlineRulesForm:
        """The form as it is stored."""
        return cls(*args, initial={name: getattr(profile, name) for name in DEADLINE_RULES})


class TermForm(PostingForm):
    """A term and its first day."""

    name = CleanField(label="Nhiệm kỳ", max_length=20, help_text="Ví dụ 2025-2030.")
    starts_on = DayField(label="Bắt đầu ngày", help_text="Ngày đại hội, ví dụ 22/8/2025.")

    @classmethod
    def of(cls, term: Term, *args: Any) -> TermForm:
        """The form as it is stored."""
        return cls(*args, initial={"name": term.name, "starts_on": term.starts_on})

    def clean_starts_on(self) -> date:
        """A day of the present portal's time."""
        day: date = self.cleaned_data["starts_on"]
        if day < _EARLIEST:
            raise forms.ValidationError("Ngày này quá xa. Ghi ngày bắt đầu nhiệm kỳ, ví dụ 22/8/2025.")
        return day


class SignerForm(PostingForm):
    """Who signs, as what, from when until when."""

    name = CleanField(label="Họ và tên", max_length=120)
    post = CleanField(label="Chức vụ khi ký", max_length=120, initial=DEFAULT_POST, help_text="In dưới quyền hạn ký.")
    authority = CleanField(label="Quyền hạn ký", max_length=80, initial=DEFAULT_AUTHORITY)
    valid_from = DayField(label="Ký từ ngày", required=False, help_text="Để trống nếu ký từ trước tới nay.")
    valid_to = DayField(label="Thôi ký từ ngày", required=False, help_text="Để trống khi đang ký.")

    @classmethod
    def of(cls, signer: Signer, *args: Any) -> SignerForm:
        """The form as it is stored."""
        return cls(*args, initial={name: getattr(signer, name) for name in SIGNER})


class ReasonTextForm(PostingForm):
    """The words of a reason."""

    text = CleanField(label="Lý do", max_length=255, help_text="Lời lịch sự; người nộp đọc đúng như viết ở đây.")


class ReasonForm(ReasonTextForm):
    """A reason for one of the catalogues."""

    kind = forms.ChoiceField(label="Dùng khi", choices=ReasonKind.choices)
    field_order = ("kind", "text")


class AliasForm(PostingForm):
    """Another name of one unit."""

    unit = forms.ModelChoiceField(label="Đơn vị", queryset=Unit.objects.none(), empty_label="Chọn đơn vị")
    name = CleanField(
        label="Tên gọi khác", max_length=255, help_text="Như người nộp hay viết trong tên tệp, ví dụ CB TDP 5."
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
