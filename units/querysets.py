"""Selections over the roster that read like sentences.

Not here: permissions tables (`rules.py`), changes (`services.py`).
"""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from treebeard.mp_tree import MP_NodeManager, MP_NodeQuerySet

from units.choices import LEFT_STATUSES, MembershipKind, Role, UnitKind
from units.notice_text import DEFAULT_SHA256
from units.scopes import NOTHING, scope_of
from units.short_names import Reading, readings
from vietnamese.text import fold

if TYPE_CHECKING:
    from units.models import Cluster, Unit, User

# Memberships that count a member in a unit; a "đảng viên 213" is never in the residence cell's count.
COUNTED_KINDS = (MembershipKind.REGULAR, MembershipKind.TEMPORARY)


def active_on(day: date, prefix: str = "") -> Q:
    """Condition for a dated row true on `day`: `valid_from` inclusive, `valid_to` exclusive."""
    return (Q(**{f"{prefix}valid_from": None}) | Q(**{f"{prefix}valid_from__lte": day})) & (
        Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": day})
    )


def found_by(text: str, *fields: str) -> Q:
    """Condition of the accent-insensitive search: every word of `text` stands in one of the folded `fields`.

    "nguyen van a" finds Nguyễn Văn An, "tdp 18" Tổ dân phố số 18 (`short_names`); an empty text finds everything.
    """
    condition = Q()
    for ways in readings(text):
        condition &= reduce(or_, (_stand_in(field, pieces) for field in fields for pieces in ways))
    return condition


def _stand_in(field: str, pieces: Reading) -> Q:
    return reduce(and_, (Q(**{f"{field}__contains": piece}) for piece in pieces))


def under_any(paths: tuple[str, ...], prefix: str = "") -> Q:
    """Condition for a unit (behind `prefix`, like "ward__") standing at or below one of the tree paths."""
    return reduce(or_, (Q(**{f"{prefix}path__startswith": path}) for path in paths), NOTHING)


class DatedQuerySet(models.QuerySet):
    """Rows with `valid_from` and `valid_to`."""

    def active(self, day: date) -> Self:
        """Rows true on `day`."""
        return self.filter(active_on(day))


class ClusterQuerySet(models.QuerySet):
    """Clusters."""

    def visible_to(self, user: User) -> Self:
        """Clusters of the wards this account reads, and those it leads; twin of `units.view_cluster`."""
        scope = scope_of(user)
        return self.filter(under_any(scope.read_paths, "ward__") | Q(pk__in=scope.cluster_ids))


class UnitQuerySet(MP_NodeQuerySet):
    """Units; `day` decides which are open."""

    def open_on(self, day: date) -> Self:
        """Units that exist on `day`: opened on or before it, not closed by it."""
        return self.filter(
            Q(opened_on=None) | Q(opened_on__lte=day),
            Q(closed_on=None) | Q(closed_on__gt=day),
        )

    def within(self, unit: Unit) -> Self:
        """The unit itself and everything under it."""
        return self.filter(path__startswith=unit.path)

    def visible_to(self, user: User) -> Self:
        """Units whose business this account may see today; twin of the permission `units.view_unit`."""
        return self.filter(scope_of(user).unit_q())

    def wards(self) -> Self:
        """Root units of wards."""
        return self.filter(kind=UnitKind.WARD)

    def in_cluster(self, cluster: Cluster) -> Self:
        """Units grouped in the cluster."""
        return self.filter(cluster=cluster)

    def named(self, text: str) -> Self:
        """Units of exactly this code or name."""
        return self.filter(Q(code=text) | Q(name=text))

    def search(self, text: str) -> Self:
        """Accent-insensitive search over name and code."""
        return self.filter(found_by(text, "folded"))

    def with_member_counts(self, day: date) -> Self:
        """Adds `member_count`: members counted in the unit itself (not below it) on `day`."""
        membership = apps.get_model("units", "Membership")
        counted = (
            membership.objects.counted(day)
            .filter(unit=OuterRef("pk"))
            .order_by()
            .values("unit")
            .annotate(number=Count("member", distinct=True))
        )
        return self.annotate(member_count=Coalesce(Subquery(counted.values("number")), 0))


class UnitManager(MP_NodeManager.from_queryset(UnitQuerySet)):
    """Tree manager with the unit sentences."""

    def get_queryset(self) -> UnitQuerySet:
        return UnitQuerySet(self.model, using=self._db).order_by("path")


class MemberQuerySet(models.QuerySet):
    """Members."""

    def in_the_party(self) -> Self:
        """Members who have not left (suspended, removed, expelled or deceased ones have)."""
        return self.exclude(status__in=LEFT_STATUSES)

    def visible_to(self, user: User) -> Self:
        """Members this account may look at today; twin of the permission `units.view_member`.

        Whoever reads a ward sees all of its members, the former ones too; a secretary or cluster lead those who belong
        to the units today; everybody oneself.
        """
        scope = scope_of(user)
        return self.filter(
            under_any(scope.read_paths, "ward__")
            | Exists(self._memberships(scope.day).filter(scope.unit_q("unit__")))
            | Q(pk=scope.member_id)
        )

    def within(self, unit: Unit, day: date) -> Self:
        """Members counted in the unit or anywhere under it on `day`."""
        return self.filter(Exists(self._memberships(day).filter(unit__path__startswith=unit.path)))

    def of_unit(self, unit: Unit, day: date) -> Self:
        """Members counted in the unit itself on `day`."""
        return self.filter(Exists(self._memberships(day).filter(unit=unit)))

    def search(self, text: str) -> Self:
        """Accent-insensitive search over the name; digits are looked for in the phone number and the year of birth."""
        digits = "".join(text.split())
        if digits.isdecimal():
            by_number = Q(phone__contains=digits)
            if len(digits) == 4:
                by_number |= Q(birth_year=int(digits))
            return self.filter(by_number)
        return self.filter(found_by(text, "folded"))

    @staticmethod
    def _memberships(day: date) -> models.QuerySet:
        membership = apps.get_model("units", "Membership")
        return membership.objects.counted(day).filter(member=OuterRef("pk"))


class MembershipQuerySet(DatedQuerySet):
    """Memberships."""

    def counted(self, day: date, *, of_many: bool = False) -> Self:
        """Memberships that count a member who has not left the Party, on `day`: at most one a member.

        Whoever attends elsewhere for a time is counted there and not at home (`domain.md` §2, sinh hoạt tạm thời).
        `of_many`, for most of a roster at once: who is away is gathered once instead of looked up for each (the same
        answer; it takes a third off issuing to 100,000 members).
        """
        temporary = self.model._default_manager.active(day).filter(kind=MembershipKind.TEMPORARY).order_by()
        away = (
            Q(member__in=temporary.values("member"))
            if of_many
            else Q(Exists(temporary.filter(member=OuterRef("member"))))
        )
        return (
            self.active(day)
            .filter(kind__in=COUNTED_KINDS)
            .exclude(Q(kind=MembershipKind.REGULAR) & away)
            .exclude(member__status__in=LEFT_STATUSES)
        )


class AppointmentQuerySet(DatedQuerySet):
    """Appointments."""


class ExemptionQuerySet(DatedQuerySet):
    """Exemptions."""


class RoleGrantQuerySet(DatedQuerySet):
    """Role grants."""

    def of_role(self, *roles: Role) -> Self:
        """Grants of one of the roles."""
        return self.filter(role__in=roles)

    def visible_to(self, user: User) -> Self:
        """Grants on units this account administers today; twin of `units.view_rolegrant`."""
        return self.filter(under_any(scope_of(user).admin_paths, "unit__"))


class CommitteeProfileQuerySet(models.QuerySet):
    """Committees, each with its settings."""

    def visible_to(self, user: User) -> Self:
        """Committees whose settings this account may read today; twin of `units.view_committeeprofile`."""
        return self.filter(under_any(scope_of(user).staff_paths, "unit__"))


class UserQuerySet(models.QuerySet):
    """Accounts."""

    def visible_to(self, user: User) -> Self:
        """Accounts this account administers today: with a role in its units, now or before, or of a member of its ward.

        Superusers repair the portal and belong to no ward. Twin of `units.view_user`.
        """
        paths = scope_of(user).admin_paths
        granted = apps.get_model("units", "RoleGrant").objects.filter(under_any(paths, "unit__"), user=OuterRef("pk"))
        return self.filter(Exists(granted) | under_any(paths, "member__ward__"), is_superuser=False)

    def with_second_factor(self) -> Self:
        """Adds `with_factor`: an authenticator app or a key is set up (`second_factor.has_second_factor`)."""
        factors = apps.get_model("mfa", "Authenticator").objects.filter(
            user=OuterRef("pk"), type__in=("totp", "webauthn")
        )
        return self.annotate(with_factor=Exists(factors))

    def with_notice_read(self) -> Self:
        """Adds `notice_read`: the version of the notice on personal data in force where it was read (`notices`)."""
        latest = apps.get_model("units", "NoticeText").objects.filter(ward=OuterRef("ward")).order_by("-version")
        in_force = Coalesce(Subquery(latest.values("sha256")[:1]), Value(DEFAULT_SHA256))
        read = apps.get_model("units", "NoticeAcceptance").objects.filter(user=OuterRef("pk"), sha256=in_force)
        return self.annotate(notice_read=Exists(read))

    def search(self, text: str) -> Self:
        """Accounts whose name or address holds the text; the name blind to accents only through its member."""
        words = [word for word in text.split() if word]
        found = Q()
        for word in words:
            found &= Q(full_name__icontains=word) | Q(email__icontains=word) | Q(member__folded__contains=fold(word))
        return self.filter(found)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """Accounts, created by e-mail."""

    def get_by_natural_key(self, username: str) -> User:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """One account; the e-mail is stored in lower case, an empty password is unusable."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An account for repair in the Django admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
