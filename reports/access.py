"""What an account may count and read: the obligations behind its dashboards, reports and jobs, in one call.

Outside → 404. Not here: the permission table (`rules.py`), the counting (`figures.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from directives.choices import DirectiveState, RequirementKind
from directives.models import Directive, Obligation
from reports.choices import REPORTABLE
from reports.models import Job, SummaryReport
from units.scopes import scope_of

if TYPE_CHECKING:
    from directives.querysets import DirectiveQuerySet, ObligationQuerySet
    from reports.querysets import JobQuerySet, SummaryReportQuerySet
    from units.models import User


def access_running(user: User) -> ObligationQuerySet:
    """Obligations of running directives in the units whose business the account may see.

    Standing duties are left out: nothing is ever owed for them. Http404 for an account that sees no unit at all (an
    ordinary member finds his own tasks on his own page).
    """
    scope = scope_of(user)
    if not (scope.read_paths or scope.secretary_paths or scope.cluster_ids):
        raise Http404
    seen = Obligation.objects.visible_to(user).filter(scope.unit_q("unit__"))  # one's own duty elsewhere is no figure
    running = seen.filter(requirement__directive__state=DirectiveState.ISSUED)
    return running.exclude(requirement__kind=RequirementKind.STANDING)


def may_see_contacts(user: User) -> bool:
    """Phones and addresses go into a list only for whoever works for every ward he reads (`units.view_contact`)."""
    scope = scope_of(user)
    return scope.is_staff and all(path.startswith(scope.staff_paths) for path in scope.read_paths)


def access_office_overview(user: User) -> ObligationQuerySet:
    """As `access_running`, for the office's own page: Http404 for whoever is not ADMIN or OFFICE."""
    if not scope_of(user).is_staff:
        raise Http404
    return access_running(user)


def access_leader_overview(user: User) -> ObligationQuerySet:
    """As `access_running`, for the leader's page: Http404 for whoever reads no ward as a whole."""
    if not scope_of(user).reads_all:
        raise Http404
    return access_running(user)


def access_report(user: User, pk: int, perm: str = "reports.view_summaryreport") -> SummaryReport:
    """The summary report with its directive and ward; Http404 outside, PermissionDenied without `perm`."""
    reports = SummaryReport.objects.visible_to(user).select_related("directive__ward", "ward", "created_by", "figures")
    return _permitted(user, get_object_or_404(reports, pk=pk), perm)


def access_job(user: User, pk: int, perm: str = "reports.view_job") -> Job:
    """The job with its report, under the same two answers."""
    jobs = Job.objects.visible_to(user).select_related("report__directive", "ward", "asked_by")
    return _permitted(user, get_object_or_404(jobs, pk=pk), perm)


def access_summaries(user: User) -> tuple[SummaryReportQuerySet, DirectiveQuerySet]:
    """Reports the account may read, and the directives that may be reported on; Http404 for whoever reads no ward."""
    if not scope_of(user).reads_all:
        raise Http404
    reportable = Directive.objects.visible_to(user).filter(state__in=REPORTABLE)
    reports = SummaryReport.objects.visible_to(user).select_related("directive", "created_by")
    return reports, reportable.select_related("ward").order_by("-issued_on", "-pk")


def access_compilable(user: User) -> DirectiveQuerySet:
    """Directives a report may be asked for; PermissionDenied for a leader, who reads what others compile."""
    _, directives = access_summaries(user)
    if not scope_of(user).is_staff:
        raise PermissionDenied
    return directives


def access_open_jobs(user: User) -> JobQuerySet:
    """Jobs under way in the wards the account reads, the latest first."""
    return Job.objects.visible_to(user).unfinished().select_related("report__directive")


def access_report_obligations(user: User, pk: int) -> tuple[SummaryReport, ObligationQuerySet]:
    """A report and the obligations its figures count: whoever may read the report may see the names behind it."""
    report = access_report(user, pk)
    return report, Obligation.objects.visible_to(user).filter(requirement__directive=report.directive_id)


def _permitted(user: User, obj: Any, perm: str) -> Any:
    if not user.has_perm(perm, obj):
        raise PermissionDenied
    return obj
