"""What an account may count and read: the obligations behind its dashboards, reports and jobs, in one call.

Outside → 404. Not here: the permission table (`rules.py`), the counting (`figures.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from directives.choices import DirectiveState, RequirementKind
from directives.models import Directive, LegalBasis, Obligation, Requirement, SavedSearch
from directives.query_conditions import Search
from reports.choices import REPORTABLE
from reports.lookup import TILES, Tile, tiles_of
from reports.models import BundlePart, ChasingLetter, ForwardingBundle, Job, SummaryReport
from reports.report_scope import work_of, work_q
from units.access import access_unit
from units.models import Cluster, CommitteeProfile, Unit
from units.querysets import under_any
from units.scopes import scope_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from directives.querysets import DirectiveQuerySet, ObligationQuerySet
    from reports.querysets import JobQuerySet, SummaryReportQuerySet
    from units.models import User
    from units.querysets import UnitQuerySet

_PERIODS = 60


def access_running(user: User, *, ended: bool = False) -> ObligationQuerySet:
    """Obligations of running (`ended`: of closed) directives in the units whose business the account may see.

    Standing duties are left out: nothing is ever owed for them. Http404 for an account that sees no unit at all (an
    ordinary member finds his own tasks on his own page).
    """
    scope = scope_of(user)
    if not (scope.read_paths or scope.secretary_paths or scope.cluster_ids):
        raise Http404
    if scope.secretary_paths:
        seen = Obligation.objects.visible_to(user).filter(
            scope.unit_q("unit__")
        )  # one's own duty elsewhere is no figure
    elif scope.whole_wards:  # the same, said by the ward that every row of it carries: its indexes answer that
        seen = Obligation.objects.get_queryset().plainly(ward__in=scope.whole_wards)
    else:  # the same, as counts kept ahead can answer it
        seen = Obligation.objects.get_queryset().plainly(scope.watched_q("unit__"))
    state = DirectiveState.CLOSED if ended else DirectiveState.ISSUED
    return seen.plainly(~Q(requirement__kind=RequirementKind.STANDING), requirement__directive__state=state)


def access_search(user: User, text: str, at: datetime) -> tuple[Search, QuerySet[Cluster]]:
    """The line of the query bar as this account means it, and the clusters it sees."""
    clusters = Cluster.objects.visible_to(user).order_by("order", "name")
    return Search(text, at=at, clusters=clusters, requirements=Requirement.objects.visible_to(user)), clusters


def access_saved_searches(user: User) -> list[tuple[SavedSearch, bool]]:
    """Saved searches the account may use, each with whether it may change it."""
    kept = SavedSearch.objects.visible_to(user).select_related("owner", "ward")
    return [(one, user.has_perm("directives.change_savedsearch", one)) for one in kept]


def access_tiles(user: User, obligations: ObligationQuerySet, at: datetime) -> list[Tile]:
    """The saved searches on the account's first page, counted among `obligations`."""
    clusters, requirements = Cluster.objects.visible_to(user), Requirement.objects.visible_to(user)
    kept = SavedSearch.objects.on_home_of(user)[:TILES]
    return tiles_of(
        [(one, Search(one.line, at=at, clusters=clusters, requirements=requirements)) for one in kept], obligations
    )


def access_unit_record(user: User, pk: int) -> tuple[Unit, ObligationQuerySet]:
    """A unit whose business the account sees, and all that it and those below it were ever given to do.

    Without the forms of the lead of its cluster: they are no debt of the unit he sits in.
    """
    unit = access_unit(user, pk)
    ever = Obligation.objects.visible_to(user).of_unit(unit).filter(scope_of(user).unit_q("unit__"))
    return unit, ever.of_those_below().filter(requirement__directive__state__in=REPORTABLE)


def access_clusters(user: User) -> QuerySet[Cluster]:
    """The clusters the account reads or leads; Http404 when there is none."""
    clusters = Cluster.objects.visible_to(user).order_by("order", "name")
    if not clusters.exists():
        raise Http404
    return clusters


def access_board(user: User) -> tuple[CommitteeProfile, ObligationQuerySet]:
    """The ward that shows how far its units are to every account of it, and its running obligations; else Http404.

    The page gives counts of units alone, so the obligations are not narrowed to what the account sees. Forms of
    cluster leads are not among them: no unit owes those.
    """
    scope = scope_of(user)
    mine = Unit.objects.filter(scope.unit_q() | Q(pk=user.member.ward_id if user.member else None)).order_by()
    profile = CommitteeProfile.objects.filter(
        Q(unit__in=mine.values("ward")) | Q(unit__in=mine.values("pk")), shows_board=True
    )
    found = profile.select_related("unit").order_by("unit__path").first()
    if found is None:
        raise Http404
    running = Obligation.objects.get_queryset().plainly(~Q(requirement__kind=RequirementKind.STANDING), ward=found.unit)
    return found, running.running_only().of_those_below()


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
    jobs = Job.objects.visible_to(user).select_related(
        "report__directive", "letter", "bundle", "directive", "ward", "asked_by"
    )
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


def access_wards_to_report(user: User) -> UnitQuerySet:
    """Wards that a report about a span may be asked for; PermissionDenied and Http404 as for `access_compilable`."""
    access_compilable(user)
    return Unit.objects.wards().filter(under_any(scope_of(user).staff_paths)).order_by("name")


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


def access_letter_to_extend(user: User, pk: int) -> ChasingLetter:
    """A chasing letter with a new day, for whoever may change deadlines of its paper; PermissionDenied for a leader."""
    letter = access_letter(user, pk)
    if not user.has_perm("directives.change_directive", letter.directive):
        raise PermissionDenied
    if letter.new_last_day is None:
        raise Http404
    return letter


def access_bundle_part(user: User, pk: int) -> BundlePart:
    """A file of a bundle; Http404 for whoever may not open the essays in it."""
    bundles = ForwardingBundle.objects.visible_to(user).made()
    return get_object_or_404(BundlePart.objects.filter(bundle__in=bundles).select_related("bundle", "blob"), pk=pk)


def access_open_jobs(user: User) -> JobQuerySet:
    """Jobs under way in the wards the account reads, the latest first."""
    return Job.objects.visible_to(user).unfinished().select_related("directive", "report")


def access_report_obligations(user: User, pk: int) -> tuple[SummaryReport, ObligationQuerySet]:
    """A report and the obligations its figures count: whoever may read the report may see the names behind it."""
    report = access_report(user, pk)
    return report, Obligation.objects.visible_to(user).filter(work_q(report))


def access_periods(user: User) -> list[str]:
    """Periods of the duties that come again, the latest first, of the papers a report may be asked for."""
    _, directives = access_summaries(user)
    found = Obligation.objects.filter(requirement__directive__in=directives).exclude(period="").order_by("-period")
    return list(found.values_list("period", flat=True).distinct()[:_PERIODS])


def access_outlines(report: SummaryReport) -> list[tuple[int, str, tuple[str, ...]]]:
    """(requirement, words, headings) of every outline that the report's paper, or a paper it cites, prescribes."""
    cited = LegalBasis.objects.filter(directive=report.directive_id, cited__ward=report.ward_id).values("cited")
    papers = Q(directive=report.directive_id) | Q(directive__in=cited)
    if report.directive_id is None:
        papers = Q(pk__in=work_of(report).order_by().values("requirement"))
    asked = Requirement.objects.filter(papers).exclude(outline=[]).select_related("directive")
    return [
        (one.pk, f"{one.directive.reference}: {one.title} ({len(one.outline)} mục)", tuple(one.outline))
        for one in asked.order_by("directive", "order")
    ]


def _permitted(user: User, obj: Any, perm: str) -> Any:
    if not user.has_perm(perm, obj):
        raise PermissionDenied
    return obj
