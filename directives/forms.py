"""Input of drafting and of moving deadlines: parsed, cleaned, never saved.

Labels and help are the office's words. Not here: what the verbs refuse (`services`), HTML (templates/directives).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from directives.audiences import Audience
from directives.choices import DirectiveKind, RequirementKind, Route, Urgency
from directives.deadlines import day_end
from directives.errors import FieldsUnclear
from directives.forms_amending import ClosingForm
from directives.models import Directive, Requirement
from directives.numbering import next_numbers_words
from directives.report_fields import number_fields, slots_of
from directives.services.drafts import Ask, DirectiveHead
from interface.fields import DayField, RowsField, SuggestedField
from units.choices import Block, PositionGroup, UnitKind
from units.keys import member_keys
from units.models import CommitteeProfile, Member, Membership, Unit
from units.signing import signer_on
from vietnamese.text import clean, fold

_UNIT_KINDS_THAT_OWE = [kind for kind in UnitKind.choices if kind[0] not in (UnitKind.CITY, UnitKind.WARD)]


class LinesField(forms.CharField):
    """A text area of which each line is one thing; answers the cleaned lines that say something."""

    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)

    def to_python(self, value: Any) -> list[str]:
        """The lines without empty ones."""
        return [line for line in map(clean, (value or "").splitlines()) if line]

    def prepare_value(self, value: Any) -> Any:
        """One line each."""
        return "\n".join(value) if isinstance(value, list | tuple) else value


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files; answers a list."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=ManyFilesInput(), **options)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Each file under the rules of one."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(ManyFilesField, self).clean(file, initial) for file in files]


class DirectiveForm(forms.Form):
    """The head of a directive as it stands on the paper. A draft may lack number and date."""

    kind = forms.ChoiceField(label="Loại văn bản", choices=DirectiveKind.choices, initial=DirectiveKind.CV)
    number = forms.IntegerField(
        label="Số", min_value=1, max_value=99999, required=False, help_text="Để trống khi chưa lấy số."
    )
    symbol = forms.CharField(label="Ký hiệu", max_length=40, help_text="Phần sau số, ví dụ CV/ĐU.")
    issued_on = DayField(label="Ngày ban hành", required=False, help_text="Ví dụ 21/4/2026. Hạn được tính từ ngày này.")
    subject = forms.CharField(label="Trích yếu", max_length=600, widget=forms.Textarea(attrs={"rows": 2}))
    issuer = forms.CharField(label="Cơ quan ban hành", max_length=200)
    superior = forms.CharField(label="Cơ quan cấp trên", max_length=200, required=False)
    place = forms.CharField(label="Địa danh", max_length=80, required=False)
    urgency = forms.ChoiceField(label="Độ khẩn", choices=Urgency.choices, initial=Urgency.NORMAL)
    legal_bases = LinesField(label="Căn cứ", required=False, help_text="Mỗi dòng một văn bản.")
    addressees = LinesField(label="Kính gửi", required=False, help_text="Mỗi dòng một nơi.")
    recipients = LinesField(label="Nơi nhận", required=False, help_text="Mỗi dòng một nơi.")
    signing_authority = forms.CharField(label="Quyền hạn ký", max_length=80, required=False)
    signer_post = forms.CharField(label="Chức vụ người ký", max_length=120, required=False)
    signer = forms.CharField(label="Người ký", max_length=120, required=False)
    full_text = forms.CharField(
        label="Toàn văn", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Dán nội dung văn bản để các chi bộ đọc ngay trên cổng.",
    )  # fmt: skip
    files = ManyFilesField(
        label="Tệp kèm theo",
        required=False,
        help_text="Bản scan, tài liệu. PDF, Word, Excel, PowerPoint, ảnh; mỗi tệp tối đa 25 MB.",
    )
    is_secret = forms.BooleanField(
        label="Văn bản có đóng dấu Mật, Tối mật hoặc Tuyệt mật (cổng không nhận, không lưu)", required=False
    )

    @classmethod
    def for_new(cls, profile: CommitteeProfile, *args: Any, day: date) -> DirectiveForm:
        """A blank form with what the committee always writes, signed by whoever signs on `day`."""
        signer = signer_on(profile.unit, day)
        initial = {
            "symbol": f"{DirectiveKind.CV}/{profile.issuer_code}",
            "issuer": profile.name,
            "superior": profile.superior_name,
            "place": profile.place_name,
            "signing_authority": signer.authority,
            "signer": signer.name,
            "signer_post": signer.post,
        }
        form = cls(*args, initial=initial)
        number = form.fields["number"]
        number.help_text = f"{number.help_text} {next_numbers_words(profile, day)}".strip()
        return form

    @classmethod
    def for_draft(cls, directive: Directive, *args: Any) -> DirectiveForm:
        """The form of a draft as it is stored."""
        initial = {name: getattr(directive, name) for name in cls.base_fields if hasattr(directive, name)}
        initial["legal_bases"] = [basis.citation for basis in directive.legal_bases.all()]
        return cls(*args, initial=initial)

    def head(self) -> DirectiveHead:
        """What was typed, for the verb."""
        said = dict(self.cleaned_data)
        for name in ("legal_bases", "files", "is_secret"):
            said.pop(name)
        said["symbol"], said["subject"] = clean(said["symbol"]), clean(said["subject"])
        said["addressees"], said["recipients"] = "\n".join(said["addressees"]), "\n".join(said["recipients"])
        return DirectiveHead(**said)


class RequirementForm(ClosingForm):
    """One requirement: what, from whom, until when. The deadline is typed as the paper says it."""

    kind = forms.ChoiceField(
        label="Loại việc", choices=RequirementKind.choices,
        help_text="“Dự, theo dõi cụm”: người phụ trách cụm lập phiếu dự về từng đơn vị trong cụm; không chọn đối tượng là mọi đơn vị đã xếp cụm.",
    )  # fmt: skip
    title = forms.CharField(label="Tên việc", max_length=255, help_text="Ví dụ: Bài thu hoạch Nghị quyết số 02-NQ/TW.")
    deadline_phrase = forms.CharField(
        label="Hạn, đúng như văn bản ghi", max_length=255, required=False,
        help_text="Ví dụ: trước ngày 28/4/2026; trong tháng 5/2026; chậm nhất sau 03 ngày tổ chức.",
    )  # fmt: skip
    anchor = forms.ModelChoiceField(
        label="Tính từ ngày tổ chức của", queryset=Requirement.objects.none(), required=False,
        empty_label="Không tính theo ngày tổ chức", help_text="Chỉ cần khi hạn ghi “sau … ngày tổ chức”.",
    )  # fmt: skip
    route = forms.ChoiceField(label="Nơi nộp", choices=Route.choices)
    description = forms.CharField(
        label="Nội dung, hình thức", required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ví dụ: bản scan PDF, có ký trực tiếp của người viết.",
    )  # fmt: skip
    outline = LinesField(
        label="Đề cương báo cáo", required=False, rows=4, help_text="Mỗi dòng một mục; để trống nếu không có."
    )
    numbers = LinesField(
        label="Số liệu báo cáo", required=False, rows=3,
        help_text="Mỗi dòng một số. Số phải cộng khớp thì ghi: Tổng số đảng viên = Có mặt + Vắng có lý do + Vắng không lý do.",
    )  # fmt: skip
    slots = LinesField(
        label="Các loại tệp phải nộp", required=False, rows=3,
        help_text="Mỗi dòng một loại, ví dụ: Bản ký; Biên bản; Bản Word (không bắt buộc). Để trống nếu chỉ một tệp.",
    )  # fmt: skip
    source_sentence = forms.CharField(
        label="Câu giao việc trong văn bản", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    groups = forms.MultipleChoiceField(
        label="Chức vụ", choices=PositionGroup.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Cho việc của từng đảng viên. “Đảng viên” là toàn bộ đảng viên.",
    )  # fmt: skip
    blocks = forms.MultipleChoiceField(
        label="Khối", choices=Block.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    unit_kinds = forms.MultipleChoiceField(
        label="Loại đơn vị", choices=_UNIT_KINDS_THAT_OWE, required=False, widget=forms.CheckboxSelectMultiple
    )
    units = RowsField(
        label="Đơn vị nêu tên", queryset=Unit.objects.none(), required=False,
        widget=forms.SelectMultiple(attrs={"size": 6, "data-picker": "Gõ tên đơn vị"}),
    )  # fmt: skip
    members = LinesField(
        label="Đảng viên nêu tên", required=False,
        help_text="Mỗi dòng một người. Trùng tên thì ghi thêm đơn vị: Nguyễn Văn An - Chi bộ 5.",
    )  # fmt: skip
    except_units = RowsField(
        label="Trừ đơn vị", queryset=Unit.objects.none(), required=False,
        widget=forms.SelectMultiple(attrs={"size": 4, "data-picker": "Gõ tên đơn vị không giao"}),
    )  # fmt: skip
    except_members = LinesField(
        label="Trừ đảng viên", required=False, rows=2,
        help_text="Mỗi dòng một người không phải làm. Người được miễn sinh hoạt đã tự ghi “Miễn”, không cần nêu.",
    )  # fmt: skip
    without_earlier = forms.BooleanField(
        label="Không giao lại cho người đã có bài cùng loại ở yêu cầu phía trên", required=False, initial=True
    )

    def __init__(
        self, *args: Any, directive: Directive, requirement: Requirement | None = None, **options: Any
    ) -> None:
        if requirement is not None:
            options.setdefault("initial", _initial(requirement))
        super().__init__(*args, **options)
        self.directive = directive
        activities = directive.requirements.filter(kind=RequirementKind.ACTIVITY).order_by("order")
        self.fields["anchor"].queryset = activities.exclude(pk=requirement.pk) if requirement else activities
        self.fields["units"].queryset = self.fields["except_units"].queryset = _units_of(directive.ward)

    def clean_members(self) -> list[int]:
        """The members named, each found once in the ward."""
        return find_members(self.cleaned_data["members"], ward=self.directive.ward)

    def clean_except_members(self) -> list[int]:
        """The members left out, each found once in the ward."""
        return find_members(self.cleaned_data["except_members"], ward=self.directive.ward)

    def clean_numbers(self) -> list[str]:
        """Lines that name numbers, as typed."""
        return _understood(self.cleaned_data["numbers"], number_fields)

    def clean_slots(self) -> list[str]:
        """Lines that name kinds of files, as typed."""
        return _understood(self.cleaned_data["slots"], slots_of)

    def clean(self) -> dict[str, Any]:
        """A clock needs its event; an event is one of the directive's own."""
        said = super().clean() or {}
        if said.get("kind") == RequirementKind.ACTIVITY and said.get("anchor"):
            self.add_error("anchor", "Buổi sinh hoạt không tính hạn theo buổi khác. Bỏ chọn mục này.")
        return said

    def audience(self) -> Audience:
        """Whom the ticks address, of what is valid so far."""
        said = self.cleaned_data
        return Audience(
            groups=tuple(said.get("groups", ())),
            blocks=tuple(said.get("blocks", ())),
            unit_kinds=tuple(said.get("unit_kinds", ())),
            units=tuple(unit.pk for unit in said.get("units") or ()),
            members=tuple(said.get("members", ())),
            except_units=tuple(unit.pk for unit in said.get("except_units") or ()),
            except_members=tuple(said.get("except_members") or ()),
            without_earlier=bool(said.get("without_earlier")),
        )

    def ask(self) -> Ask:
        """What was typed, for the verb."""
        said = self.cleaned_data
        return Ask(
            kind=said["kind"],
            title=clean(said["title"]),
            audience=self.audience(),
            description=said["description"].strip(),
            outline=tuple(said["outline"]),
            numbers=tuple(said["numbers"]),
            slots=tuple(said["slots"]),
            route=said["route"],
            deadline_phrase=clean(said["deadline_phrase"]),
            anchor=said["anchor"],
            closes_at=self.closes_at(),
            source_sentence=said["source_sentence"].strip(),
        )


class ExtensionForm(forms.Form):
    """A later last day, with the reason."""

    last_day = DayField(label="Ngày cuối mới", help_text="Nộp đến hết ngày này.")
    reason = SuggestedField(
        label="Lý do gia hạn",
        max_length=255,
        list_id="reasons",
        help_text="Chọn lý do có sẵn hoặc viết. Được lưu trong lịch sử.",
    )

    def new_due_at(self) -> datetime:
        """The first late instant of the new deadline."""
        return day_end(self.cleaned_data["last_day"])


class WaiverForm(forms.Form):
    """Releasing one party."""

    note = SuggestedField(
        label="Lý do cho miễn", max_length=255, list_id="reasons",
        help_text="Chọn lý do có sẵn hoặc viết. Được lưu trong lịch sử, không đưa lý do sức khỏe.",
    )  # fmt: skip


def _understood(lines: list[str], read: Callable[[list[str]], object]) -> list[str]:
    """The lines, once they can be read; else the sentence becomes the field's error."""
    try:
        read(lines)
    except FieldsUnclear as unclear:
        raise forms.ValidationError(str(unclear)) from unclear
    return lines


def find_members(lines: list[str], *, ward: Unit) -> list[int]:
    """Ids of the members the lines name: a name, or a name with its unit behind a dash.

    Raises ValidationError with one sentence for each line that names nobody or several.
    """
    split = [_name_and_unit(line) for line in lines]
    keys = {member_keys(name)["tone_key"] for name, _ in split}
    homonyms: dict[str, list[Member]] = {}
    for member in Member.objects.in_the_party().filter(ward=ward, tone_key__in=keys):
        homonyms.setdefault(member.tone_key, []).append(member)
    units = _units_by_member([member.pk for group in homonyms.values() for member in group])
    found, faults = [], []
    for name, unit in split:
        candidates = homonyms.get(member_keys(name)["tone_key"], [])
        if unit:
            candidates = [m for m in candidates if any(fold(unit) in fold(known) for known in units.get(m.pk, ()))]
        if len(candidates) == 1:
            found.append(candidates[0].pk)
        elif not candidates:
            faults.append(f"Không có đảng viên “{name}”{f' ở “{unit}”' if unit else ''} trong danh bạ.")
        else:
            known = "; ".join(unit for m in candidates for unit in units.get(m.pk, ("chưa rõ đơn vị",)))
            faults.append(f"Có {len(candidates)} đảng viên tên “{name}”: {known}. Ghi thêm đơn vị sau dấu gạch ngang.")
    if faults:
        raise forms.ValidationError(faults)
    return found


def _name_and_unit(line: str) -> tuple[str, str]:
    name, _, unit = line.partition(" - ")
    return name.strip(), unit.strip()


def _units_by_member(pks: list[int]) -> dict[int, list[str]]:
    units: dict[int, list[str]] = {}
    memberships: QuerySet[Membership] = Membership.objects.filter(member__in=pks, valid_to=None).select_related("unit")
    for membership in memberships:
        units.setdefault(membership.member_id, []).append(membership.unit.name)
    return units


def _units_of(ward: Unit) -> QuerySet[Unit]:
    return Unit.objects.filter(ward=ward, closed_on=None).exclude(pk=ward.pk).order_by("sort_key")


def _initial(requirement: Requirement) -> dict[str, Any]:
    audience = Audience.from_json(requirement.audience)
    members = list(Member.objects.filter(pk__in=audience.members + audience.except_members).order_by("sort_key"))
    units = _units_by_member([member.pk for member in members])
    lines = {member.pk: " - ".join([member.full_name, *units.get(member.pk, ())[:1]]) for member in members}
    said = {
        name: getattr(requirement, name)
        for name in (
            "kind",
            "title",
            "deadline_phrase",
            "anchor",
            "route",
            "description",
            "outline",
            "numbers",
            "slots",
            "source_sentence",
        )
    }
    return {
        **said,
        **ClosingForm.initial_of(requirement.closes_at),
        "groups": audience.groups,
        "blocks": audience.blocks,
        "unit_kinds": audience.unit_kinds,
        "units": audience.units,
        "members": [line for pk, line in lines.items() if pk in audience.members],
        "except_units": audience.except_units,
        "except_members": [line for pk, line in lines.items() if pk in audience.except_members],
        "without_earlier": audience.without_earlier,
    }
