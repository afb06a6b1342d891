"""The bar of every page: who may go where, with the counts that wait there.

A context processor; everything is lazy, so a page that draws no bar (an image, a fragment) pays no query.
Not here: who may do what behind the links (`rules.py` of each app), the drawing (`templates/base.html`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Q
from django.urls import reverse

from mailbox.models import MailCase
from phucloi_portal.session_clock import Clock, clock_of
from privacy.models import CorrectionRequest, RetentionProposal
from submissions.models import Submission
from units.choices import Role
from units.models import Cluster, CommitteeProfile, Unit
from units.scopes import Scope, scope_of
from vault.models import Blob

if TYPE_CHECKING:
    from django.http import HttpRequest

    from units.models import User

PORTAL_NAME = "Cổng theo dõi chỉ đạo"


@dataclass(frozen=True)
class Item:
    """One link of the bar; `count` is drawn beside it when it is not zero."""

    label: str
    url: str
    current: bool = False
    count: int = 0
    icon: str = ""


@dataclass(frozen=True)
class Place:
    """A page the bar may lead to, by URL name."""

    label: str
    url_name: str
    icon: str = ""
    counter: Callable[[User], int] | None = None


def waiting_for_review(user: User) -> int:
    """What waits for the account's decision: the pile that the review queue shows first."""
    return Submission.objects.reviewable_by(user).waiting().count()


STAFF_PLACES = (
    Place("Việc hôm nay", "reports:office_home"),
    Place("Bảng theo dõi", "reports:matrix"),
    Place("Duyệt bài", "submissions:review_queue", counter=waiting_for_review),
    Place("Đôn đốc", "reminders:chase"),
    Place("Hộp thư", "mailbox:cases"),
    Place("Tổng hợp", "reports:summaries"),
    Place("Văn bản", "directives:list"),
    Place("Danh bạ", "units:directory"),
)
ADMIN_PLACES = (Place("Nhật ký", "audit_log:search"),)
LEADER_PLACES = (
    Place("Tình hình", "reports:leader"),
    Place("Bảng theo dõi", "reports:matrix"),
    Place("Tổng hợp", "reports:summaries"),
    Place("Văn bản", "directives:list"),
)
SECRETARY_PLACES = (
    Place("Việc của chi bộ", "directives:my_work"),
    Place("Văn bản", "directives:list"),
    Place("Đảng viên", "units:directory"),
    Place("Phiếu tiếp nhận", "submissions:receipts"),
)
MEMBER_PLACES = (
    Place("Việc của tôi", "directives:my_work"),
    Place("Phiếu tiếp nhận", "submissions:receipts"),
)
SETTINGS_PLACE = Place("Thiết lập", "settings", "gear")
ACCOUNT_PLACES = (
    Place("Đổi mật khẩu", "account_change_password", "key"),
    Place("Đổi thư điện tử", "change_email", "envelope"),
    Place("Xác thực hai lớp", "mfa_index", "shield-lock"),
    Place("Phiên đăng nhập", "usersessions_list", "pc-display"),
    Place("Dữ liệu cá nhân", "privacy:mine", "shield-check"),
    Place("Nhận nhắc việc, lịch", "reminders:choices", "bell"),
)


CLUSTER_PLACE = Place("Cụm phụ trách", "reports:cluster")
BOARD_PLACE = Place("Tiến độ chung", "reports:board")


def places_of(scope: Scope) -> tuple[Place, ...]:
    """The links of the highest role held today; a leader or officer who also owes finds "Việc của tôi" last."""
    own = (MEMBER_PLACES[0],) if scope.member_id else ()
    if scope.is_staff:
        return STAFF_PLACES + (ADMIN_PLACES if scope.admin_paths else ())
    if Role.LEADER in scope.roles:
        return LEADER_PLACES + own
    if scope.secretary_paths or scope.cluster_ids:
        return SECRETARY_PLACES[:1] + ((CLUSTER_PLACE,) if scope.cluster_ids else ()) + SECRETARY_PLACES[1:]
    return MEMBER_PLACES


class Navigation:
    """What `templates/base.html` asks for; nothing is computed before it is asked."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def scope(self) -> Scope:
        """What the reader reaches today; nothing for a stranger."""
        return scope_of(cast("User", self._request.user))

    @cached_property
    def items(self) -> list[Item]:
        """Links of the bar, the one of this page marked; none for a stranger."""
        if not self._request.user.is_authenticated:
            return []
        shown = self.committee is not None and self.committee.shows_board and not self.scope.reads_all
        return list(self._items(places_of(self.scope) + ((BOARD_PLACE,) if shown else ())))

    @property
    def looks_up(self) -> bool:
        """Sees a unit, so there is something to be looked up: the box of the bar."""
        return bool(self.scope.read_paths or self.scope.secretary_paths or self.scope.cluster_ids)

    @property
    def to_review(self) -> int:
        """The count beside "Duyệt bài"; 0 for whoever reviews nothing."""
        return sum(item.count for item in self.items)

    @cached_property
    def to_correct(self) -> int:
        """Requests for a correction that wait for the account's answer, on its home page."""
        return CorrectionRequest.objects.decidable_by(cast("User", self._request.user)).waiting().count()

    @cached_property
    def to_sort(self) -> int:
        """Mails to the office's address that wait for a person, on its home page."""
        return MailCase.objects.visible_to(cast("User", self._request.user)).needing_a_person().count()

    @cached_property
    def to_destroy(self) -> RetentionProposal | None:
        """What the portal proposes to destroy in a ward this account administers, on its home page."""
        if not self.scope.admin_paths:
            return None
        return RetentionProposal.objects.visible_to(cast("User", self._request.user)).standing().first()

    @cached_property
    def to_put_back(self) -> int:
        """Stored files a scrub found missing or altered, on the home page of whoever administers."""
        return Blob.objects.damaged().count() if self.scope.admin_paths else 0

    @cached_property
    def account(self) -> list[Item]:
        """Links of the account menu."""
        settings = (SETTINGS_PLACE,) if self.scope.is_staff else ()
        return list(self._items(settings + ACCOUNT_PLACES))

    @cached_property
    def is_staff(self) -> bool:
        """Draws the dense, full-width bar."""
        return self.scope.is_staff

    @cached_property
    def session_clock(self) -> Clock:
        """Until when this login lasts, for the notice before it ends."""
        return clock_of(self._request)

    @cached_property
    def committee(self) -> CommitteeProfile | None:
        """The committee whose portal this is for the reader, or whose ward was chosen for the page; for a stranger the only
        one there is, else none.
        """
        profiles = CommitteeProfile.objects.select_related("unit")
        if not self._request.user.is_authenticated:
            found = list(profiles[:2])
            return found[0] if len(found) == 1 else None
        paths = {path for own in self._own_paths() for path in _ancestors(own)}
        chosen = getattr(self._request, "chosen_ward", None)
        found = profiles.filter(Q(unit__path__in=paths) | Q(unit=chosen) if chosen else Q(unit__path__in=paths))
        own = list(found.order_by("-unit__depth", "unit__path"))
        return next((one for one in own if one.unit == chosen), own[0] if own else None)

    def _own_paths(self) -> tuple[str, ...]:
        scope = self.scope
        paths = (*scope.read_paths, *scope.secretary_paths)
        member = getattr(self._request.user, "member", None) if not paths else None
        if paths or member:
            return paths or (member.ward.path,)
        return tuple(Cluster.objects.filter(pk__in=scope.cluster_ids).values_list("ward__path", flat=True)[:1])

    def _items(self, places: tuple[Place, ...]) -> Iterator[Item]:
        urls = [reverse(place.url_name) for place in places]
        here = max((url for url in urls if self._request.path.startswith(url)), key=len, default=None)
        for place, url in zip(places, urls, strict=True):
            count = place.counter(cast("User", self._request.user)) if place.counter else 0
            yield Item(place.label, url, current=url == here, count=count, icon=place.icon)


def _ancestors(path: str) -> list[str]:
    """The tree path itself and those of the units above it."""
    return [path[:end] for end in range(Unit.steplen, len(path) + 1, Unit.steplen)]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `navigation` and `portal_name`."""
    return {"navigation": Navigation(request), "portal_name": PORTAL_NAME}
