"""Xuất danh sách: the roster as a file in the shape it is read in.

Not here: what is in it (`units.services.roster_export`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse, Http404
from django.utils import timezone
from django.views.decorators.http import require_safe

from units.access import access_unit
from units.choices import UnitKind
from units.services.roster_export import export_roster

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def roster_export(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """The roster of a ward: "xlsx" with both sheets, or one sheet as CSV ("units", "members")."""
    ward = access_unit(request.user, pk, "units.export_roster")
    if ward.kind != UnitKind.WARD:
        raise Http404
    now = timezone.now()
    made = export_roster(ward=ward, what=what, on=timezone.localdate(now), by=request.user, at=now)
    answer = FileResponse(made.stream, as_attachment=True, filename=made.name, content_type=made.media_type)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
