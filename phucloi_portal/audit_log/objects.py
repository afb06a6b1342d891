"""The things that have a page of their history, and the pages that entries lead to.

The one place that knows both the log's names of things ("units.unit") and the apps' pages. A new kind is one line.
Not here: who may read entries (`reach.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.urls import reverse

from audit.chain import canonical
from directives.access import access_directive, access_obligation, access_requirement
from directives.models import Directive, Obligation, Requirement
from reminders.models import Digest
from reports.access import access_report
from reports.models import Job, SummaryReport
from submissions.access import access_submission
from submissions.models import Deposit, Submission
from units.access import access_account, access_member, access_unit
from units.models import Appointment, Member, PersonalLink, RoleGrant, Unit, User
from units.scopes import scope_of

if TYPE_CHECKING:
    from audit.models import AuditEntry

Parts = list[tuple[type, list[int]]]


@dataclass(frozen=True)
class Kind:
    """A kind of thing: its word, how it is fetched and authorised, its page, its ward, and what belongs to its story."""

    word: str
    access: Callable[[User, int], Any]
    page: str
    ward: Callable[[Any], Unit | None]
    parts: Callable[[Any], Parts]
    more: Callable[[Any], Q] = lambda _: Q(pk__in=[])
    """Entries of other things that are told here too."""


def _ward_of_account(account: User) -> Unit | None:
    """None for an account of several wards: then any ward its reader works for will do."""
    return Unit.objects.filter(pk=account.ward_id).first() if account.ward_id else None


def _directive_parts(directive: Directive) -> Parts:
    return [(Directive, [directive.pk]), (Requirement, list(directive.requirements.values_list("pk", flat=True)))]


def _obligation_parts(obligation: Obligation) -> Parts:
    answers = list(Submission.objects.filter(obligation=obligation).values_list("pk", flat=True))
    return [(Obligation, [obligation.pk]), (Submission, answers), (Deposit, _deposits_of(answers))]


def _submission_parts(submission: Submission) -> Parts:
    return [(Submission, [submission.pk]), (Deposit, _deposits_of([submission.pk]))]


def _deposits_of(submissions: list[int]) -> list[int]:
    """The deposits their versions came in by: that a paper was handed in, and for whom, is recorded of the deposit."""
    return list(Deposit.objects.filter(versions__submission__in=submissions).values_list("pk", flat=True).distinct())


def _report_parts(report: SummaryReport) -> Parts:
    return [(SummaryReport, [report.pk]), (Job, list(report.jobs.values_list("pk", flat=True)))]


def _unit_posts(unit: Unit) -> Q:
    """Posts and roles given and ended in the unit: they are recorded of the person, and name the unit."""
    holders = Appointment.objects.filter(unit=unit).values_list("member_id", flat=True)
    names = (unit.name, *unit.aliases.values_list("name", flat=True))  # an entry keeps the name of its day
    called = reduce(or_, (Q(detail__contains=f'"unit":{canonical(name)}') for name in names))
    posts = Q(
        action="appointment.change", obj_type=Member._meta.label_lower, obj_id__in=[str(pk) for pk in set(holders)]
    )
    accounts = RoleGrant.objects.filter(unit=unit).values_list("user_id", flat=True)
    roles = Q(action__in=("role.grant", "role.revoke"), obj_type=User._meta.label_lower)
    roles &= Q(obj_id__in=[str(pk) for pk in set(accounts)], detail__contains=f'"unit":{canonical(unit.code)}')
    return (posts & called) | roles


def _member_parts(member: Member) -> Parts:
    return [(Member, [member.pk]), (PersonalLink, _links_of(member))]


def _links_of(member: Member) -> list[int]:
    return list(PersonalLink.objects.filter(member=member).values_list("pk", flat=True))


def _member_links(member: Member) -> Q:
    """Personal links made and revoked for the member: recorded of the unit that did it, with the numbers of many."""
    made = Q(action="link.make", detail__regex=_names_in("members", [member.pk]))
    links = _links_of(member)
    told = made | Q(action="link.revoke", detail__regex=_names_in("links", links)) if links else made
    return Q(obj_type=Unit._meta.label_lower) & told


def _names_in(key: str, pks: list[int]) -> str:
    """Pattern of a canonical detail whose list under `key` holds one of the numbers."""
    return rf'"{key}":\[([0-9]+,)*({"|".join(map(str, pks))})(,[0-9]+)*\]'


KINDS: dict[str, Kind] = {
    "don-vi": Kind("Đơn vị", access_unit, "units:unit", lambda o: o.ward or o, lambda o: [(Unit, [o.pk])], _unit_posts),
    "dang-vien": Kind("Đảng viên", access_member, "units:member", lambda o: o.ward, _member_parts, _member_links),
    "tai-khoan": Kind("Tài khoản", access_account, "units:account", _ward_of_account, lambda o: [(User, [o.pk])]),
    "van-ban": Kind("Văn bản", access_directive, "directives:directive", lambda o: o.ward, _directive_parts),
    "yeu-cau": Kind("Yêu cầu", access_requirement, "", lambda o: o.directive.ward, lambda o: [(Requirement, [o.pk])]),
    "viec": Kind("Việc", access_obligation, "directives:obligation", lambda o: o.ward, _obligation_parts),
    "bai-nop": Kind(
        "Bài nộp",
        access_submission,
        "submissions:review",
        lambda o: o.obligation.ward,
        _submission_parts,
    ),
    "bao-cao": Kind("Báo cáo", access_report, "reports:summary", lambda o: o.ward, _report_parts),
}

_PAGES: dict[type, str] = {
    Unit: "units:unit",
    Member: "units:member",
    User: "units:account",
    Directive: "directives:directive",
    Obligation: "directives:obligation",
    Submission: "submissions:review",
    SummaryReport: "reports:summary",
    Job: "reports:job",
    Digest: "reminders:letter",
}
_OTHER_WORDS = {"matrix": "Bảng", "list": "Danh sách", "address": "Địa chỉ trong cổng", "audit": "Nhật ký"}


def access_history(user: User, kind: str, pk: int) -> tuple[Any, Q]:
    """The object and the condition of its entries. Http404 unseen, PermissionDenied for who does not work for its ward."""
    known = KINDS[kind]
    found = known.access(user, pk)
    ward = known.ward(found)
    scope = scope_of(user)
    if not (scope.works_for(ward) if ward is not None else scope.is_staff):
        raise PermissionDenied
    condition = known.more(found)
    for model, pks in known.parts(found):
        condition |= Q(obj_type=model._meta.label_lower, obj_id__in=[str(one) for one in pks])
    return found, condition


def page_of(entry: AuditEntry, user: User) -> str:
    """The address of the page of an entry's object, "" when there is none or the reader may not see it (any more)."""
    for model, page in _PAGES.items():
        if model._meta.label_lower == entry.obj_type and entry.obj_id.isdecimal():
            seen = model._default_manager.all().visible_to(user).filter(pk=entry.obj_id).exists()
            return reverse(page, args=[entry.obj_id]) if seen else ""
    return ""


def history_of(entry: AuditEntry) -> str:
    """The address of the history of an entry's object, "" when its kind has none."""
    for kind, known in KINDS.items():
        if entry.obj_id.isdecimal() and _PAGES_BY_LABEL.get(entry.obj_type) == known.page and known.page:
            return reverse("audit_log:history", args=[kind, entry.obj_id])
    return ""


def word_of_type(obj_type: str) -> str:
    """The Vietnamese word of a type of object: the model's own name, or that of what is no row."""
    try:
        return str(apps.get_model(obj_type)._meta.verbose_name).capitalize()
    except (LookupError, ValueError):
        return _OTHER_WORDS.get(obj_type, obj_type)


_PAGES_BY_LABEL = {model._meta.label_lower: page for model, page in _PAGES.items()}
