"""Changing what a committee is: its identity on papers, its terms, who signs, how it counts deadlines.

Each verb writes one entry on the area's `Subject`, old and new in words; a change of nothing writes none.
Not here: catalogues and other names (`catalogues`), the working calendar (app directives), the layout (app reports).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from audit import services as audit
from units.errors import SettingRefused
from units.models import CommitteeProfile, Signer, Term, Unit, User
from units.settings_areas import Area, Change, added, change, changes, removed
from units.settings_history import subject_of
from units.term_guards import why_it_stays
from vietnamese.dates import format_date

IDENTITY = {
    "name": "Tên đảng ủy",
    "superior_name": "Cơ quan cấp trên",
    "place_name": "Địa danh",
    "issuer_code": "Mã cơ quan trong ký hiệu",
    "office_name": "Cơ quan tham mưu",
    "mailbox": "Hộp thư",
    "phone": "Điện thoại",
    "contact_name": "Người liên hệ",
    "form_of_address": "Xưng hô với đảng viên",
    "link_days": "Liên kết riêng dùng được (ngày)",
    "shows_board": "Công khai tiến độ cho mọi đơn vị",
}
DEADLINE_RULES = {
    "before_includes_day": "“Trước ngày X” tính cả ngày X",
    "grace_working_days": "Số ngày làm việc được sửa bài trả lại",
}
SIGNER = {
    "name": "Họ và tên",
    "post": "Chức vụ khi ký",
    "authority": "Quyền hạn ký",
    "valid_from": "Ký từ ngày",
    "valid_to": "Thôi ký từ ngày",
}


@transaction.atomic
def change_identity(
    *, profile: CommitteeProfile, values: Mapping[str, object], by: User | None, at: datetime
) -> CommitteeProfile:
    """New values of `IDENTITY` for papers and mails made from now on. Recorded as `committee.change`.

    A name it had stays known, so that papers issued under it are still the committee's own.
    """
    before = CommitteeProfile.objects.select_for_update(of=("self",)).get(pk=profile.pk).names
    profile, found = _with_values(profile, values, IDENTITY)
    if profile.name != before[0]:
        profile.former_names = [name for name in (*before[1:], before[0]) if name != profile.name]
        profile.save(update_fields=["former_names"])
    if found:
        _record(profile.unit, Area.COMMITTEE, found, by, at)
    return profile


@transaction.atomic
def change_deadline_rules(
    *, profile: CommitteeProfile, values: Mapping[str, object], by: User | None, at: datetime
) -> CommitteeProfile:
    """How deadlines of requirements saved from now on are counted; stored ones, of drafts too, stay until saved again.

    Recorded as `settings.change`.
    """
    profile, found = _with_values(profile, values, DEADLINE_RULES)
    if found:
        _record_setting(profile.unit, Area.DEADLINES, found, by, at)
    return profile


@transaction.atomic
def set_term(*, ward: Unit, term: Term | None, name: str, starts_on: date, by: User | None, at: datetime) -> Term:
    """A new term, or `term` put right. Recorded as `committee.change`.

    Raises SettingRefused when another term begins on that day or has that name.
    """
    others = Term.objects.filter(ward=ward).exclude(pk=term.pk if term else None)
    if others.filter(starts_on=starts_on).exists():
        raise SettingRefused(f"Đã có nhiệm kỳ bắt đầu ngày {format_date(starts_on)}.")
    if others.filter(name=name).exists():
        raise SettingRefused(f"Đã có nhiệm kỳ {name}; sửa dòng đó thay vì thêm mới.")
    old = Term.objects.select_for_update().get(pk=term.pk) if term else None
    before = _term_words(old) if old else ""
    kept = old or Term(ward=ward)
    kept.name, kept.starts_on = name, starts_on
    kept.full_clean()
    kept.save()
    if before != _term_words(kept):
        what = [change("Nhiệm kỳ", before, _term_words(kept))] if old else added("Nhiệm kỳ", _term_words(kept))
        _record(ward, Area.TERMS, what, by, at)
    return kept


@transaction.atomic
def remove_term(*, term: Term, by: User | None, at: datetime) -> None:
    """A term entered by mistake goes. Recorded as `committee.change`.

    Raises SettingRefused when papers have taken numbers of it: their register would lose its head.
    """
    ward, words = term.ward, _term_words(term)
    if said := why_it_stays(term):
        raise SettingRefused(said)
    term.delete()
    _record(ward, Area.TERMS, removed("Nhiệm kỳ", words), by, at)


@transaction.atomic
def set_signer(
    *, ward: Unit, signer: Signer | None, values: Mapping[str, object], by: User | None, at: datetime
) -> Signer:
    """A new signer, placed last, or `signer` put right. Recorded as `committee.change`.

    Papers that were issued keep the signer written on them. Raises SettingRefused for dates in the wrong order.
    """
    since, until = values["valid_from"], values["valid_to"]
    if isinstance(since, date) and isinstance(until, date) and until <= since:
        raise SettingRefused("Ngày thôi ký phải sau ngày bắt đầu ký.")
    old = Signer.objects.select_for_update().get(pk=signer.pk) if signer else None
    kept = old or Signer(ward=ward, order=_next_order(ward))
    before = {name: getattr(kept, name) for name in SIGNER}
    for name in SIGNER:
        setattr(kept, name, values[name])
    kept.full_clean()
    kept.save()
    found = changes(before, values, SIGNER) if old else added("Người ký", _signer_words(kept))
    if found:
        _record(ward, Area.SIGNERS, [_of(kept, one) for one in found] if old else found, by, at)
    return kept


@transaction.atomic
def put_signer_first(*, signer: Signer, by: User | None, at: datetime) -> None:
    """Of those in force on one day this one signs. Recorded as `committee.change`."""
    rows = list(Signer.objects.select_for_update().filter(ward=signer.ward_id))
    before = " · ".join(map(str, rows))
    rows.sort(key=lambda row: row.pk != signer.pk)
    for order, row in enumerate(rows):
        row.order = order
    Signer.objects.bulk_update(rows, ["order"])
    after = " · ".join(map(str, rows))
    if before != after:
        _record(signer.ward, Area.SIGNERS, [change("Thứ tự", before, after)], by, at)


@transaction.atomic
def remove_signer(*, signer: Signer, by: User | None, at: datetime) -> None:
    """A signer entered by mistake goes; who stops signing gets a last day instead. Recorded as `committee.change`."""
    ward, words = signer.ward, _signer_words(signer)
    signer.delete()
    _record(ward, Area.SIGNERS, removed("Người ký", words), by, at)


def _with_values(
    profile: CommitteeProfile, values: Mapping[str, object], labels: Mapping[str, str]
) -> tuple[CommitteeProfile, list[Change]]:
    kept = CommitteeProfile.objects.select_for_update().select_related("unit").get(pk=profile.pk)
    found = changes({name: getattr(kept, name) for name in labels}, values, labels)
    for name in labels:
        setattr(kept, name, values[name])
    kept.full_clean(exclude=["unit"])
    kept.save(update_fields=list(labels))
    return kept, found


def _record(ward: Unit, area: str, found: list[Change], by: User | None, at: datetime) -> None:
    audit.record(
        action="committee.change",
        actor=by,
        obj=subject_of(ward, area),
        ward_id=ward.pk,
        detail={"changes": found},
        at=at,
    )


def _record_setting(ward: Unit, area: str, found: list[Change], by: User | None, at: datetime) -> None:
    audit.record(
        action="settings.change",
        actor=by,
        obj=subject_of(ward, area),
        ward_id=ward.pk,
        detail={"changes": found},
        at=at,
    )


def _next_order(ward: Unit) -> int:
    highest = Signer.objects.filter(ward=ward).aggregate(highest=Max("order"))["highest"]
    return 0 if highest is None else highest + 1


def _term_words(term: Term) -> str:
    return f"{term.name}, từ ngày {format_date(term.starts_on)}"


def _signer_words(signer: Signer) -> str:
    since = f", từ ngày {format_date(signer.valid_from)}" if signer.valid_from else ""
    until = f", thôi ký từ ngày {format_date(signer.valid_to)}" if signer.valid_to else ""
    return f"{signer.name}, {signer.post}{since}{until}"


def _of(signer: Signer, one: Change) -> Change:
    return {**one, "what": f"{one['what']} ({signer.name})"}
