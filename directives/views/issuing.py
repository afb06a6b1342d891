"""Looking at what issuing would do, and issuing.

Not here: entering the paper (`drafting.py`), what changes afterwards (`bulk.py`, `amending.py`, `ending.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from directives.access import access_directive, access_requirement, access_unit_of, latest_proposal
from directives.choices import DirectiveState
from directives.forms_past import PastDeadlinesForm
from directives.load_radar import radar_of
from directives.onward import lines_of_directive
from directives.services.amend_preview import preview_amendments
from directives.services.issuing import issue_directive
from directives.services.past_deadlines import change_past_deadlines
from directives.services.preview import addressed_members, overlapping_members, preview_issue, uncovered_members_of
from directives.views.answers import carried_out, done_or_told, form_page
from directives.views.drafting import secret_log

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from directives.models import Directive

_CHANGE = "directives.change_directive"


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Who gets what by unit, who is exempt, whom no sentence covers, before anything is written."""
    directive = access_directive(request.user, pk, _CHANGE)
    if directive.state != DirectiveState.DRAFT:
        return redirect("directives:directive", pk)
    now = timezone.now()
    found = preview_issue(directive=directive, at=now)
    context = {
        "directive": directive,
        "preview": found,
        "radar": radar_of(found, user=request.user, at=now),
        **_amends(directive),
        "onward": lines_of_directive(directive, user=request.user),
        "may_change": True,
        "may_issue": request.user.has_perm("directives.issue_directive", directive),
        "proposal": latest_proposal(directive),
        "now": now,
    }
    return render(request, "directives/preview.html", context)


@require_safe
def preview_names(request: HttpRequest, pk: int) -> HttpResponse:
    """The names behind a number of the preview: of one requirement in one unit, of a gap, or of those with two essays."""
    directive, now = access_directive(request.user, pk, _CHANGE), timezone.now()
    wanted = request.GET
    if "yeu_cau" in wanted:
        requirement = access_requirement(request.user, _number(wanted["yeu_cau"]), _CHANGE)
        unit = access_unit_of(directive, _number(wanted.get("don_vi", "")))
        found = {"title": unit.name, "rows": addressed_members(requirement, unit=unit, at=now)}
    elif "trung" in wanted:
        found = {"title": "Được giao hai bài trở lên cùng loại", "members": overlapping_members(directive, at=now)}
    else:
        rows = uncovered_members_of(directive, block=wanted.get("khoi", ""), at=now)
        found = {"title": "Không được giao việc nào", "rows": rows, "with_unit": True}
    return render(request, "directives/preview_names.html", {"directive": directive, **found})


@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """The question that restates the count, and the deed."""
    directive, now = access_directive(request.user, pk, "directives.issue_directive"), timezone.now()
    if request.method == "POST" and done_or_told(
        request,
        issue_directive,
        directive=directive,
        by=request.user,
        at=now,
        knows_past=request.POST.get("da_qua") == "1",
    ):
        messages.success(request, _issued_words(directive))
        return redirect("directives:directive", pk)
    if directive.state != DirectiveState.DRAFT:
        return redirect("directives:directive", pk)
    found = preview_issue(directive=directive, at=now)
    status = 422 if request.method == "POST" else 200
    context = {"directive": directive, "preview": found, **_amends(directive)}
    return render(request, "directives/issue.html", context, status=status)


@require_http_methods(["GET", "POST"])
def past_deadlines(request: HttpRequest, pk: int) -> HttpResponse:
    """Other days for all deadlines of a draft that have passed: one phrase for all, or one each."""
    directive, now = access_directive(request.user, pk, _CHANGE), timezone.now()
    found = preview_issue(directive=directive, at=now) if directive.state == DirectiveState.DRAFT else None
    if found is None or not found.past_due:
        return redirect("directives:preview", pk)
    past = [item.requirement for item in found.past_due]
    # A clock that hangs on an activity moves with its day: the activity is asked of, also one only expected (which by
    # itself binds nobody and so has not "passed").
    requirements = list(dict.fromkeys(one.anchor or one for one in past))
    form = PastDeadlinesForm(request.POST if request.method == "POST" else None, requirements=requirements)
    if request.method == "POST" and form.is_valid():
        deed = {"directive": directive, "phrases": form.phrases(), "by": request.user, "at": now}
        changed = carried_out(form, change_past_deadlines, on_secret=secret_log(request, directive.ward), **deed)
        if changed is not None:
            messages.success(request, f"Đã đổi {len(changed)} hạn. Xem lại ngày cuối ở từng yêu cầu dưới đây.")
            return redirect("directives:preview", pk)
    anchored = [one for one in past if one not in requirements]
    context = {"directive": directive, "preview": found, "anchored": anchored}
    return form_page(request, "directives/past_deadlines.html", form, **context)


def _issued_words(directive: Directive) -> str:
    """What the deed did; a paper that only amends earlier ones gives nobody new work."""
    deeds = []
    if directive.requirements.exists():
        deeds.append("giao việc cho từng đơn vị, đảng viên")
    if directive.amendments.exists():
        deeds.append("điều chỉnh việc của văn bản trước")
    return f"Đã ban hành {directive}{' và ' if deeds else ''}{', '.join(deeds)}."


def _amends(directive: Directive) -> dict[str, Any]:
    """What issuing does to earlier directives, for the preview and the question."""
    amends = preview_amendments(directive, at=timezone.now())
    return {"amends": amends, "amended": sum(one.changed for one in amends)}


def _number(text: str) -> int:
    """A key in the query; anything else is nobody's."""
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)
