"""The root address, and whether the portal is well.

Not here: the pages people are sent to; what is measured (`health.py`).
"""

import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from directives.models import Obligation
from directives.querysets import OPEN_STATES
from phucloi_portal.damaged_files import damaged_files
from phucloi_portal.health import collect_health, database_answers
from phucloi_portal.metrics import CONTENT_TYPE, as_prometheus_text
from phucloi_portal.settings_hub import area_lines
from units.access import access_committee
from units.choices import Role
from units.models import CommitteeProfile
from units.scopes import scope_of
from units.views.settings_answers import CHANGE


def home(request: HttpRequest) -> HttpResponseRedirect:
    """Office → today's work, leader → overview, lead of a cluster who owes nothing → its units, all others → own tasks."""
    scope = scope_of(request.user)
    if scope.is_staff:
        return redirect("reports:office_home")
    if Role.LEADER in scope.roles:
        return redirect("reports:leader")
    if scope.cluster_ids and not scope.secretary_paths:
        own = Obligation.objects.answered_by(request.user).filter(state__in=OPEN_STATES)
        if not own.exists():
            return redirect("reports:cluster")
    return redirect("directives:my_work")


@require_safe
def settings_home(request: HttpRequest) -> HttpResponse:
    """The settings of the one ward the account works for, or the choice between several."""
    profiles = list(CommitteeProfile.objects.visible_to(request.user).select_related("unit").order_by("name"))
    if not profiles:
        raise Http404
    if len(profiles) == 1:
        return redirect("settings_of", profiles[0].unit_id)
    return render(request, "phucloi_portal/settings_wards.html", {"profiles": profiles})


@require_safe
def settings_of(request: HttpRequest, ward: int) -> HttpResponse:
    """All areas of one ward's settings with their present values."""
    profile = access_committee(request.user, ward)
    context = {
        "profile": profile,
        "lines": area_lines(profile, timezone.localdate(), with_privacy=request.user.has_perm(CHANGE, profile)),
        "several": CommitteeProfile.objects.visible_to(request.user).count() > 1,
    }
    return render(request, "phucloi_portal/settings.html", context)


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """For the balancer in front: 200 when this node can serve, 503 when not. Says nothing else to a stranger."""
    if not database_answers():
        return JsonResponse({"status": "database"}, status=503)
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def icon(request: HttpRequest) -> HttpResponseRedirect:
    """Browsers ask here for the icon of what has no head to name it in: a picture, a file, a calendar."""
    return redirect(static("img/favicon.svg"))


@require_safe
def health_details(request: HttpRequest) -> HttpResponse:
    """Disk, waiting work and the last tick, for the office; 404 for everybody else."""
    if not scope_of(request.user).is_staff:
        raise Http404
    found = collect_health(at=timezone.now())
    context = {"health": found, "problems": found.problems(), "damaged": damaged_files(request.user)}
    return render(request, "phucloi_portal/health.html", context)


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The same figures for Prometheus, to whoever shows METRICS_TOKEN as bearer; without the setting: 404."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404
    return HttpResponse(as_prometheus_text(collect_health(at=timezone.now())), content_type=CONTENT_TYPE)
