"""One's own data: what may be done with it, taking it out, the office taking it out for a member.

Not here: requests for a correction (`corrections.py`).
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from django.http import FileResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from privacy.models import CorrectionRequest
from privacy.services.exporting import export_account, export_member
from units.access import access_member
from units.notices import acceptance_of, notice_of, ward_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the portal keeps of the account, and what its owner may do about it."""
    ward = ward_of(request.user)
    notice = notice_of(ward) if ward else None
    asked = CorrectionRequest.objects.visible_to(request.user).filter(asked_by=request.user).select_related("member")
    context = {
        "member": request.user.member,
        "accepted": acceptance_of(request.user, notice) if notice else None,
        "ward": ward,
        "asked": asked[:50],
    }
    return render(request, "privacy/mine.html", context)


@require_POST
def export_own(request: HttpRequest) -> FileResponse:
    """All of one's own data as a ZIP."""
    return _zip(export_account(user=request.user, at=timezone.now()), "du-lieu-cua-toi")


@require_POST
def export_of_member(request: HttpRequest, pk: int) -> FileResponse:
    """All of a member's data, taken out by the office on his request."""
    member = access_member(request.user, pk, "privacy.export_member")
    return _zip(export_member(member=member, by=request.user, at=timezone.now()), f"du-lieu-dang-vien-{member.pk}")


def _zip(archive: IO[bytes], name: str) -> FileResponse:
    answer = FileResponse(
        archive,
        as_attachment=True,
        filename=f"{name}-{timezone.localtime():%Y%m%d-%H%M}.zip",
        content_type="application/zip",
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
