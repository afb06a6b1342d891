"""Pages of receipts: the list of a unit, one receipt to print, and the public check of a code.

Not here: what is printed (`receipt_paper.py`), who may see which (`desk_access.py`).
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from submissions.codes import read_code
from submissions.desk_access import access_deposit, access_receipts, access_standing
from submissions.public_check import TOO_MANY_REQUESTS, check_receipt, compare, may_ask
from submissions.receipt_paper import compose

_PER_PAGE = 25


@require_safe
def receipts(request: HttpRequest) -> HttpResponse:
    """Receipts of the units and people this account answers for, newest first."""
    asked = request.GET.get("ma", "").strip()
    code = read_code(asked) if asked else None
    if code and access_receipts(request.user).bearing(code).exists():
        return redirect("submissions:receipt", code)
    page = Paginator(access_receipts(request.user), _PER_PAGE).get_page(request.GET.get("trang"))
    return render(request, "submissions/receipts.html", {"page_obj": page, "asked": asked})


@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """One receipt, as an A4 sheet beside what comes next."""
    meant = read_code(code) or code
    deposit, papers = access_deposit(request.user, meant)
    context = {
        "paper": compose(meant, deposit, papers),
        "standing": access_standing(request.user, deposit),
    }
    return render(request, "submissions/receipt.html", context)


@never_cache
@login_not_required
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Ask for a code."""
    asked = request.GET.get("ma", "").strip()
    if not asked:
        return render(request, "submissions/check.html", {"asked": ""})
    code = read_code(asked)
    if code is None:
        return render(request, "submissions/check.html", {"asked": asked, "is_wrong": True}, status=422)
    return redirect("submissions:check_code", code)


@never_cache
@login_not_required
@require_safe
def check_code(request: HttpRequest, code: str) -> HttpResponse:
    """What a receipt code stands for: no names, only what proves a file."""
    return _proven(request, code)


@never_cache
@login_not_required
@require_POST
def check_file(request: HttpRequest, code: str) -> HttpResponse:
    """Compare a file with a receipt for whoever has no script: it is hashed on its way in and not kept."""
    return _proven(request, code, request.FILES.get("tep"))


def _proven(request: HttpRequest, code: str, given: UploadedFile | None = None) -> HttpResponse:
    """The page of one code, with the answer about a file when one came."""
    if not may_ask(timezone.now()):
        return render(
            request, "submissions/check.html", {"asked": code, "is_too_often": True}, status=TOO_MANY_REQUESTS
        )
    found = check_receipt(read_code(code) or "")
    context: dict[str, Any] = {"asked": code, "found": found, "is_unknown": found is None}
    if found and request.method == "POST":
        context["compared"] = compare(found, given)
    return render(request, "submissions/check.html", context, status=200 if found else 404)
