"""The hub of a ward's settings: every area with its present value in words and who changed it last.

Not here: the pages of the areas (`units`, `directives`, `reports`, `privacy`), who may open them (`units.access`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from directives.calendar_year import not_entered, own_days
from privacy.models import RetentionTerm
from privacy.terms import holds_of
from reminders.ladder_words import in_words
from reminders.ladders import ladder_of
from reports.format_profiles import DEFAULT_PROFILE
from reports.models import FormatCorrection
from reports.ward_format import given_profile
from units.choices import ReasonKind
from units.models import CommitteeProfile, NoticeAcceptance, NoticeText, Reason, Unit, UnitAlias
from units.settings_areas import AREAS, Area
from units.settings_history import HistoryLine, last_changes
from units.signing import signer_on, term_on
from vietnamese.dates import format_date


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One area on the hub; `last` is None while nobody has changed it."""

    title: str
    icon: str
    url: str
    values: tuple[str, ...]
    last: HistoryLine | None = None


def area_lines(profile: CommitteeProfile, day: date, *, with_privacy: bool) -> list[AreaLine]:
    """All areas of the ward as they stand on `day`, in a fixed number of queries; `with_privacy`: those of personal data
    too, which its administrators alone open."""
    ward = profile.unit
    last = last_changes(ward)

    def line(area: str, icon: str, url_name: str, values: Iterable[str]) -> AreaLine:
        return AreaLine(AREAS[area], icon, reverse(url_name, args=[ward.pk]), tuple(values), last.get(area))

    return [
        line(Area.COMMITTEE, "building", "units:set_identity", _identity(profile)),
        line(Area.SIGNERS, "pen", "units:set_signers", _signers(profile, day)),
        line(Area.TERMS, "calendar3", "units:set_terms", _terms(profile, day)),
        line(Area.DEADLINES, "clock", "units:set_deadline_rules", _deadlines(profile)),
        line(Area.CALENDAR, "calendar-week", "directives:calendar", _calendar(profile, day)),
        line(Area.REASONS, "list-check", "units:set_reasons", _reasons(profile)),
        line(Area.ALIASES, "tags", "units:set_aliases", _aliases(profile)),
        line(Area.REMINDERS, "bell", "reminders:ladder", _reminders(profile)),
        line(Area.FORMAT, "file-earmark-ruled", "reports:set_format", _format(profile)),
        *(_privacy_lines(ward) if with_privacy else ()),
    ]


def _reminders(profile: CommitteeProfile) -> tuple[str, ...]:
    words = in_words(ladder_of(profile.unit))
    return (f"Trước hạn: {words['before']}", f"Quá hạn: {words['after']}, rồi mỗi tuần {words['weeks']}")


def _privacy_lines(ward: Unit) -> list[AreaLine]:
    notice = NoticeText.objects.filter(ward=ward).select_related("published_by").first()
    words = f"Bản công bố lần {notice.version}" if notice else "Bản có sẵn của cổng"
    read = NoticeAcceptance.objects.filter(ward=ward, version=notice.version if notice else 0)
    terms = RetentionTerm.objects.filter(ward=ward).select_related("changed_by").order_by("-changed_at")
    held = holds_of(ward).count()
    own = f"Phường đặt riêng {len(terms)} thời hạn" if terms else "Thời hạn có sẵn của cổng"
    return [
        AreaLine(
            "Thông báo về dữ liệu cá nhân", "shield-check", reverse("units:notice_text", args=[ward.pk]),
            (words, f"{read.values('user').distinct().count()} tài khoản đã xác nhận đọc"),
            HistoryLine(notice.published_at, str(notice.published_by or "Hệ thống"), ()) if notice else None,
        ),
        AreaLine(
            "Thời hạn lưu trữ", "archive", reverse("privacy:retention", args=[ward.pk]),
            (own, f"{held} văn bản có lệnh không hủy" if held else "Không có văn bản nào có lệnh không hủy"),
            HistoryLine(terms[0].changed_at, str(terms[0].changed_by or "Hệ thống"), ()) if terms else None,
        ),
    ]  # fmt: skip


def _identity(profile: CommitteeProfile) -> list[str]:
    return [
        f"{profile.name}, {profile.superior_name}",
        f"Hộp thư {profile.mailbox or 'chưa ghi'}, điện thoại {profile.phone or 'chưa ghi'}",
    ]


def _signers(profile: CommitteeProfile, day: date) -> list[str]:
    signer = signer_on(profile.unit, day)
    return [f"{signer.name or 'Chưa ghi tên'}, {signer.post}"]


def _terms(profile: CommitteeProfile, day: date) -> list[str]:
    term = term_on(profile.unit, day)
    return [f"{term.name}, từ ngày {format_date(term.starts_on)}" if term else "Chưa ghi nhiệm kỳ hiện nay"]


def _deadlines(profile: CommitteeProfile) -> list[str]:
    last = "hết ngày X" if profile.before_includes_day else "hết ngày X−1"
    return [
        f"“Trước ngày X”: nộp đến {last}",
        f"Sửa bài trả lại trong {profile.grace_working_days} ngày làm việc vẫn tính đúng hạn",
    ]


def _calendar(profile: CommitteeProfile, day: date) -> list[str]:
    own, missing = own_days(profile.unit, day.year), not_entered(profile.unit, day.year)
    told = f", {len(missing)} ngày theo đề xuất có sẵn" if missing else ""
    return [f"Năm {day.year}: phường đã ghi {len(own)} ngày{told}"]


def _reasons(profile: CommitteeProfile) -> list[str]:
    kinds = list(Reason.objects.filter(ward=profile.unit, is_active=True).values_list("kind", flat=True))
    return [
        f"{kind.label}: {kinds.count(kind)} lý do riêng" if kind in kinds else f"{kind.label}: theo gợi ý sẵn"
        for kind in ReasonKind
    ]


def _aliases(profile: CommitteeProfile) -> list[str]:
    names = UnitAlias.objects.filter(unit__ward=profile.unit, unit__closed_on=None)
    units = names.values("unit").distinct().count()
    return [f"{names.count()} tên gọi của {units} đơn vị" if units else "Chưa có tên gọi nào"]


def _format(profile: CommitteeProfile) -> list[str]:
    given = given_profile(profile.format_profile or DEFAULT_PROFILE)
    number = FormatCorrection.objects.filter(ward=profile.unit, profile=given.key).count()
    return [given.title, f"{number} giá trị sửa riêng" if number else "Mọi giá trị đúng quy định"]
