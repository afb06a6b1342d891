"""The root address, and whether the portal is well.

Not here: the pages people are sent to; what is measured (`health.py`).
"""

import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from phucloi_portal.health import collect_health, database_answers
from phucloi_portal.metrics import CONTENT_TYPE, as_prometheus_text
from units.choices import Role
from units.scopes import scope_of


def home(request: HttpRequest) -> HttpResponseRedirect:
    """Office → today's work, leader → overview, everybody else → own tasks."""
    scope = scope_of(request.user)
    if scope.is_staff:
        return redirect("reports:office_home")
    if Role.LEADER in scope.roles:
        return redirect("reports:leader")
    return redirect("directives:my_work")


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """For the balancer in front: 200 when this node can serve, 503 when not. Says nothing else to a stranger."""
    if not database_answers():
        return JsonResponse({"status": "database"}, status=503)
    return JsonResponse({"status": "ok"})


@require_safe
def health_details(request: HttpRequest) -> HttpResponse:
    """Disk, waiting work and the last tick, for the office; 404 for everybody else."""
    if not scope_of(request.user).is_staff:
        raise Http404
    found = collect_health(at=timezone.now())
    return render(request, "phucloi_portal/health.html", {"health": found, "problems": found.problems()})


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The same figures for Prometheus, to whoever shows METRICS_TOKEN as bearer; without the setting: 404."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404
    return HttpResponse(as_prometheus_text(collect_health(at=timezone.now())), content_type=CONTENT_TYPE)
