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
from reports.models import BundlePart, ChasingLetter, ForwardingBundle, Job, SummaryReport
from units.querysets import under_any
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
    jobs = Job.objects.visible_to(user).select_related("report", "letter", "bundle", "directive", "ward", "asked_by")
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


def access_papers(user: User, pk: int) -> Directive:
    """A directive that gave work, whose letters the account may read; Http404 outside the wards it reads."""
    readable = Directive.objects.visible_to(user).filter(under_any(scope_of(user).read_paths, "ward__"))
    return get_object_or_404(readable.filter(state__in=REPORTABLE).select_related("ward"), pk=pk)


def access_papers_to_make(user: User, pk: int) -> Directive:
    """As `access_papers`, for whoever makes letters and bundles; PermissionDenied for a leader."""
    return _permitted(user, access_papers(user, pk), "reports.compile_directive")


def access_letter(user: User, pk: int) -> ChasingLetter:
    """A chasing letter that was made; Http404 outside."""
    letters = ChasingLetter.objects.visible_to(user).made().select_related("directive", "ward", "pdf", "docx")
    return _permitted(user, get_object_or_404(letters, pk=pk), "reports.view_chasingletter")


def access_bundle_part(user: User, pk: int) -> BundlePart:
    """A file of a bundle; Http404 for whoever may not open the essays in it."""
    bundles = ForwardingBundle.objects.visible_to(user).made()
    return get_object_or_404(BundlePart.objects.filter(bundle__in=bundles).select_related("bundle", "blob"), pk=pk)


def access_open_jobs(user: User) -> JobQuerySet:
    """Jobs under way in the wards the account reads, the latest first."""
    return Job.objects.visible_to(user).unfinished().select_related("directive")


def access_report_obligations(user: User, pk: int) -> tuple[SummaryReport, ObligationQuerySet]:
    """A report and the obligations its figures count: whoever may read the report may see the names behind it."""
    report = access_report(user, pk)
    return report, Obligation.objects.visible_to(user).filter(requirement__directive=report.directive_id)


def _permitted(user: User, obj: Any, perm: str) -> Any:
    if not user.has_perm(perm, obj):
        raise PermissionDenied
    return obj
