"""Input of the pages that keep the roster: units, clusters, members, places, posts, exemptions.

Every page posts a day; what a verb refuses is said at the field of the same name.
Not here: what is refused (`services`), filters and accounts (`forms.py`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from interface.fields import RowsField
from units.choices import Block, ExemptionReason, MembershipKind, MemberStatus, UnitKind
from units.forms import PostingForm
from units.models import Cluster, Member, RoleGrant, Unit, User
from units.roster.values import read_name
from vietnamese.collation import person_collation_key
from vietnamese.numbers import format_number

_NO_CELLS = (UnitKind.OFFICE, UnitKind.WARD, UnitKind.CITY)
_KINDS = [choice for choice in UnitKind.choices if choice[0] not in (UnitKind.WARD, UnitKind.CITY)]


class DayField(forms.DateField):
    """A day as people write it, 27/4/2026."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Ghi ngày/tháng/năm, ví dụ 27/4/2026.")
        super().__init__(
            input_formats=["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"],
            widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={
                "required": "Chưa ghi ngày.",
                "invalid": "Không hiểu ngày này. Ghi ngày/tháng/năm, ví dụ 27/4/2026.",
            },
            **kwargs,
        )


class AskingForm(PostingForm):
    """A form with one tick that is shown only after a verb asked for it (`asks_for`)."""

    asks_for = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tick = self.fields[self.asks_for]
        if self.asks_for not in self.data:
            del self.fields[self.asks_for]

    def ask(self) -> None:
        """Show the tick: the verb wants to know."""
        self.fields[self.asks_for] = self._tick


class UnitForm(PostingForm):
    """A unit: names, kind, khối, cụm and the unit above."""

    name = forms.CharField(label="Tên đơn vị", max_length=255)
    code = forms.CharField(label="Mã", max_length=40, help_text="Ngắn, không trùng trong phường, ví dụ TDP05.")
    kind = forms.ChoiceField(label="Loại", choices=_KINDS)
    parent = forms.ModelChoiceField(label="Đơn vị cấp trên", queryset=Unit.objects.none(), empty_label=None)
    block = forms.ChoiceField(label="Khối", choices=[("", "Không thuộc khối nào"), *Block.choices], required=False)
    cluster = forms.ModelChoiceField(
        label="Cụm", queryset=Cluster.objects.none(), required=False, empty_label="Không thuộc cụm nào"
    )
    aliases = forms.CharField(
        label="Tên gọi khác", required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Mỗi dòng một tên. Tệp và danh sách ghi tên này vẫn nhận ra đơn vị.",
    )  # fmt: skip
    on = DayField(label="Từ ngày")

    def __init__(self, *args: Any, ward: Unit, today: date, unit: Unit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Unit.objects.filter(ward=ward).open_on(today).order_by("path")
        self.fields["cluster"].queryset = Cluster.objects.filter(ward=ward)
        if unit is not None and unit.pk == ward.pk:
            for name in ("kind", "parent"):
                del self.fields[name]

    def facts(self) -> dict[str, Any]:
        """The arguments of the verbs that open and change a unit, but for the day."""
        read = {name: value for name, value in self.cleaned_data.items() if name != "on"}
        return {**read, "aliases": read["aliases"].splitlines()}


class DayForm(PostingForm):
    """Only the day on which something ends or happens."""

    on = DayField(label="Từ ngày")

    def __init__(self, *args: Any, label: str = "Từ ngày", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = label


class ClusterForm(PostingForm):
    """The name of a cluster and the units in it."""

    name = forms.CharField(label="Tên cụm", max_length=120, help_text="Ví dụ: Cụm 7.")
    units = RowsField(
        label="Đơn vị trong cụm", queryset=Unit.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Mỗi đơn vị ở một cụm; chọn ở đây thì ra khỏi cụm cũ.",
    )  # fmt: skip

    def __init__(self, *args: Any, units: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["units"]
        field.queryset = units.select_related("cluster")
        field.label_from_instance = lambda unit: f"{unit.name} ({unit.cluster})" if unit.cluster else unit.name


class KeepUnitForm(PostingForm):
    """Whether those who were to leave on the day of the closing stay, too; nobody was, nothing is asked."""

    people_stay = forms.BooleanField(label="", required=False)

    def __init__(self, *args: Any, moved: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["people_stay"]
        field.label = (
            f"Hủy cả việc chuyển sinh hoạt của {format_number(moved)} đảng viên định từ ngày ấy: họ ở lại đơn vị"
        )
        if not moved:
            field.widget = forms.HiddenInput()


class ClusterLeadForm(PostingForm):
    """The account that leads a cluster."""

    account = forms.ModelChoiceField(
        label="Tài khoản", queryset=User.objects.none(), empty_label="Chọn người phụ trách"
    )
    on = DayField(label="Từ ngày")

    def __init__(self, *args: Any, accounts: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["account"]
        field.queryset = accounts
        by_name = sorted(accounts, key=lambda account: (person_collation_key(account.full_name), account.pk))
        named = [(account.pk, f"{account.full_name}, {account.email}") for account in by_name]
        field.choices = [("", field.empty_label), *named]


class MemberForm(AskingForm):
    """What is known of a member; `status` and `since` only when he is added."""

    asks_for = "is_another"

    full_name = forms.CharField(
        label="Họ và tên", max_length=160, help_text="Đúng cách viết của người đó: “Hoà” hay “Hòa” đều giữ nguyên."
    )
    birth_year = forms.IntegerField(
        label="Năm sinh", required=False, help_text="Để phân biệt người cùng tên; để trống nếu chưa biết.",
        error_messages={"invalid": "Ghi năm bằng bốn chữ số, ví dụ 1958."},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    email = forms.EmailField(
        label="Thư điện tử", required=False, error_messages={"invalid": "Địa chỉ không đúng dạng ten@coquan.vn."}
    )
    phone = forms.RegexField(
        r"^\+?[0-9][0-9 .]{7,17}$", label="Điện thoại", required=False,
        error_messages={"invalid": "Ghi số điện thoại, chỉ gồm chữ số, ví dụ 0912 345 678."},
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )  # fmt: skip
    status = forms.ChoiceField(
        label="Tình trạng",
        choices=[(value.value, value.label) for value in (MemberStatus.FULL, MemberStatus.PROBATIONARY)],
    )
    on = DayField(label="Sinh hoạt từ ngày")
    is_another = forms.BooleanField(label="Là người khác cùng tên", required=False)
    as_written = forms.BooleanField(label="Giữ như đã gõ", required=False)

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["status"], self.fields["on"]
        self._as_written = self.fields.pop("as_written")

    def clean(self) -> dict[str, Any]:
        """A name whose capitals are wrong comes back with the capitals of the import, to be sent again; the tick, whose
        value is what was typed, keeps that.
        """
        found = super().clean() or self.cleaned_data
        name = found.get("full_name", "")
        kept = self.data.get("as_written", "")
        if kept and kept.lower() == name.lower():
            self._offer(kept)
            return {**found, "full_name": kept}
        proposal = read_name(name).value
        if name == proposal or name.lower() != proposal.lower() or name == self.initial.get("full_name"):
            return found
        self.data = self.data.copy()
        self.data["full_name"] = proposal
        self._offer(name)
        message = f"“{name}” viết hoa chưa đúng; cổng đã sửa thành “{proposal}”. Đúng thì bấm nút ghi một lần nữa."
        self.add_error("full_name", message)
        return found

    def _offer(self, name: str) -> None:
        """Show the tick that keeps `name`."""
        self._as_written.label = f"Giữ như đã gõ: “{name}”"
        self._as_written.widget.attrs["value"] = name
        self.fields["as_written"] = self._as_written

    def clean_phone(self) -> str:
        """Digits only, as they are dialled."""
        return self.cleaned_data["phone"].replace(" ", "").replace(".", "")


class StatusForm(PostingForm):
    """Another standing in the Party, from a day that has come."""

    status = forms.ChoiceField(label="Tình trạng mới", choices=MemberStatus.choices)
    on = DayField(label="Từ ngày", help_text="Ngày quyết định có hiệu lực, ví dụ 27/4/2026.")


class PostForm(AskingForm):
    """A post in a unit."""

    asks_for = "replaces"

    title = forms.CharField(
        label="Chức vụ", max_length=160, help_text="Ví dụ: Phó Bí thư, Chi ủy viên, Tổ trưởng dân phố.",
        widget=forms.TextInput(attrs={"list": "titles", "autocomplete": "off"}),
    )  # fmt: skip
    unit = forms.ModelChoiceField(label="Ở đơn vị", queryset=Unit.objects.none(), empty_label=None)
    on = DayField(label="Từ ngày")
    replaces = forms.BooleanField(label="Thay người đang giữ chức", required=False)

    def __init__(self, *args: Any, ward: Unit, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(ward=ward).open_on(today).order_by("path")


class ExemptionForm(PostingForm):
    """A decision that exempts, with its first and last day."""

    decision = forms.CharField(label="Số văn bản", max_length=60, help_text="Ví dụ: 12-QĐ/ĐU.")
    reason = forms.ChoiceField(
        label="Lý do",
        choices=[("", "Chọn lý do"), *ExemptionReason.choices],
        help_text="Chỉ cán bộ Ban Xây dựng Đảng và quản trị thấy lý do.",
    )
    first_day = DayField(label="Từ ngày")
    last_day = DayField(
        label="Đến hết ngày", required=False, help_text="Ngày cuối được miễn; để trống nếu chưa có hạn."
    )


def cells_of(ward: Unit, today: date) -> QuerySet:
    """Open units of the ward that hold members, in the order of the tree."""
    return Unit.objects.filter(ward=ward).open_on(today).exclude(kind__in=_NO_CELLS).order_by("path")


class TransferForm(PostingForm):
    """Chuyển sinh hoạt chính thức."""

    to = forms.ModelChoiceField(
        label="Chuyển đến", queryset=Unit.objects.none(), empty_label="Chọn đơn vị",
        error_messages={"required": "Chưa chọn đơn vị chuyển đến."},
    )  # fmt: skip
    on = DayField(label="Từ ngày", help_text="Ngày đầu sinh hoạt ở nơi mới; có thể là ngày sắp tới.")
    end_posts = forms.BooleanField(label="Thôi các chức vụ ở đơn vị cũ từ ngày ấy", required=False, initial=True)

    def __init__(self, *args: Any, member: Member, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = cells_of(member.ward, today)


class TransferAllForm(PostingForm):
    """Everybody of a unit goes to another one."""

    to = forms.ModelChoiceField(
        label="Chuyển đến", queryset=Unit.objects.none(), empty_label="Chọn đơn vị",
        error_messages={"required": "Chưa chọn đơn vị chuyển đến."},
    )  # fmt: skip
    on = DayField(label="Từ ngày", help_text="Ngày đầu sinh hoạt ở nơi mới; có thể là ngày sắp tới.")

    def __init__(self, *args: Any, unit: Unit, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = cells_of(unit.ward, today).exclude(pk=unit.pk)


class StayForm(PostingForm):
    """Sinh hoạt tạm thời, or đảng viên 213 at the residence."""

    kind = forms.ChoiceField(
        label="Hình thức",
        choices=[(k.value, k.label) for k in (MembershipKind.TEMPORARY, MembershipKind.RESIDENCE_213)],
        help_text="Sinh hoạt tạm thời: tính và nộp bài ở nơi tạm thời. Đảng viên 213: vẫn tính ở nơi sinh hoạt chính thức.",
    )
    unit = forms.ModelChoiceField(
        label="Ở đơn vị", queryset=Unit.objects.none(), empty_label="Chọn đơn vị",
        error_messages={"required": "Chưa chọn đơn vị."},
    )  # fmt: skip
    since = DayField(label="Từ ngày")
    last_day = DayField(label="Đến hết ngày", required=False, help_text="Để trống nếu chưa biết.")

    def __init__(self, *args: Any, member: Member, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = cells_of(member.ward, today)

    def facts(self) -> dict[str, Any]:
        """The arguments of the verb: the last day becomes the first day without."""
        read = dict(self.cleaned_data)
        last_day = read.pop("last_day")
        return {**read, "until": last_day + timedelta(days=1) if last_day else None}


class LeaveForm(PostingForm):
    """Chuyển sinh hoạt ra ngoài phường."""

    where = forms.CharField(label="Chuyển đến", max_length=160, help_text="Ví dụ: Đảng bộ phường Giang Biên.")
    on = DayField(label="Từ ngày", help_text="Ngày đầu không còn sinh hoạt ở phường.")


class SecretaryForm(PostingForm):
    """Who becomes secretary, from which day, and which accounts without a member lose the role."""

    member = forms.ModelChoiceField(
        label="Bí thư mới", queryset=Member.objects.none(), error_messages={"required": "Chưa chọn người."}
    )
    on = DayField(label="Từ ngày", help_text="Ngày đầu của bí thư mới; quyền đăng nhập chuyển đúng ngày này.")
    also_end = RowsField(queryset=RoleGrant.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, members: QuerySet, roles: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members
        self.fields["also_end"].queryset = roles
