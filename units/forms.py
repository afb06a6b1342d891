"""Input of the roster pages: filters of the lists, a new account, a role.

Not here: what the verbs refuse (`services`), forms of the login library (`login_forms.py`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import QuerySet

from interface.fields import DayField
from units.choices import Block, PositionGroup, Role, UnitKind
from units.directory import Narrowing
from units.models import Cluster, Unit


class NarrowingForm(forms.Form):
    """The filters both lists share; a value that is not offered narrows nothing."""

    q = forms.CharField(label="Tìm", required=False, max_length=100)
    khoi = forms.ChoiceField(label="Khối", required=False, choices=[("", "Mọi khối"), *Block.choices])
    cum = forms.ModelChoiceField(label="Cụm", required=False, queryset=Cluster.objects.none(), empty_label="Mọi cụm")

    def __init__(self, data: Any, *, clusters: QuerySet) -> None:
        super().__init__(data)
        self.fields["cum"].queryset = clusters
        for field in self.fields.values():
            css = "form-select form-select-sm" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs.update({"class": css, "aria-label": field.label})
            if isinstance(field.widget, forms.Select):
                field.widget.attrs["data-autosend"] = ""

    def narrowing(self) -> Narrowing:
        """The filters that were understood."""
        self.is_valid()
        read = self.cleaned_data
        return Narrowing(
            text=read.get("q", ""),
            block=read.get("khoi", ""),
            cluster=read["cum"].pk if read.get("cum") else None,
            kind=read.get("loai", ""),
            group=read.get("nhom", ""),
            exempt=read.get("mien", ""),
        )


class UnitFilter(NarrowingForm):
    """Filters of the list of units."""

    loai = forms.ChoiceField(label="Loại", required=False, choices=[("", "Mọi loại"), *UnitKind.choices])


class MemberFilter(NarrowingForm):
    """Filters of the list of members."""

    nhom = forms.ChoiceField(
        label="Nhóm chức vụ", required=False, choices=[("", "Mọi chức vụ"), *PositionGroup.choices[:-1]]
    )
    mien = forms.ChoiceField(
        label="Miễn", required=False, choices=[("", "Cả người được miễn"), ("1", "Chỉ người được miễn")]
    )


class PostingForm(forms.Form):
    """Base of the forms that post: drawn by crispy inside the page's own form tag."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class RoleForm(PostingForm):
    """A role on a unit of the wards this account administers; for the lead of a cluster, its cluster."""

    # nothing chosen beforehand: the first of the list is the administrator
    role = forms.ChoiceField(label="Vai trò", choices=[("", "Chọn vai trò"), *Role.choices])
    unit = forms.ModelChoiceField(label="Ở đơn vị", queryset=Unit.objects.none(), empty_label="Chọn đơn vị")
    cluster = forms.ModelChoiceField(
        label="Cụm", queryset=Cluster.objects.none(), required=False, empty_label="Không gắn với cụm",
        help_text="Chỉ chọn khi giao vai trò phụ trách cụm.",
    )  # fmt: skip

    since = DayField(label="Từ ngày", required=False, help_text="Để trống là từ hôm nay.")
    last_day = DayField(label="Đến hết ngày", required=False, help_text="Để trống khi chưa biết ngày thôi giữ.")

    def __init__(self, *args: Any, units: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        # a cluster reaches all over its ward: only whoever administers the whole of it gives one
        self.fields["cluster"].queryset = Cluster.objects.filter(ward__in=units.values("pk"))

    def days(self, today: date) -> dict[str, date | None]:
        """`since` (inclusive) and `until` (exclusive) of the valid form."""
        last = self.cleaned_data["last_day"]
        return {"since": self.cleaned_data["since"] or today, "until": last + timedelta(days=1) if last else None}


class EndRoleForm(PostingForm):
    """The last day a role is held; empty: it ends today."""

    last_day = DayField(label="Giữ đến hết ngày", required=False)

    def end(self, today: date) -> date:
        """The first day it is not held any more, of the valid form."""
        last = self.cleaned_data["last_day"]
        return last + timedelta(days=1) if last else today


class AccountForm(RoleForm):
    """A new account and its first role."""

    full_name = forms.CharField(label="Họ và tên", max_length=160)
    email = forms.EmailField(
        label="Thư điện tử", help_text="Dùng để đăng nhập; liên kết đặt mật khẩu được gửi tới địa chỉ này."
    )
    field_order = ("full_name", "email", "role", "unit", "cluster", "since", "last_day")


class NoticeForm(PostingForm):
    """The words of the next version of the notice on personal data."""

    text = forms.CharField(
        label="Nội dung thông báo", max_length=20_000, widget=forms.Textarea(attrs={"rows": 24}),
        help_text="Dòng bắt đầu bằng “## ” là tiêu đề, bằng “- ” là một ý. Dòng liên hệ lấy từ thông tin đảng ủy.",
    )  # fmt: skip


class EmailForm(PostingForm):
    """Another address to log in with."""

    email = forms.EmailField(
        label="Địa chỉ thư mới",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": "Địa chỉ thư không đúng dạng ten@coquan.vn."},
    )
