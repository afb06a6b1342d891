"""Whom the ticks of a requirement address, shown beside the form while one chooses; the names behind each number.

Not here: the form itself and saving (`drafting.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from directives.access import access_directive, access_unit_of
from directives.audience_look import asked_twice, look_at, members_in, unsaved
from directives.forms import RequirementForm
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from directives.models import Directive, Requirement

_CHANGE = "directives.change_directive"
_TICKS = (
    "kind", "groups", "blocks", "unit_kinds", "units", "members", "except_units", "except_members", "without_earlier",
    "sua",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def count_audience(request: HttpRequest, pk: int) -> HttpResponse:
    """Numbers by unit, who is asked twice, who by nobody: the fragment below the ticks, or a page of its own.

    A form without scripts posts here; nothing is saved.
    """
    directive = access_directive(request.user, pk, _CHANGE)
    said = request.POST if request.method == "POST" else request.GET
    form, asked = _asked(directive, said)
    context = {
        "directive": directive,
        "look": look_at(asked, day=local_day(timezone.now())),
        "member_faults": form.errors.get("members", []) + form.errors.get("except_members", []),
        "chosen": _ticks(said),
    }
    return render(request, "directives/audience.html" + ("#addressed" * bool(request.htmx)), context)


@require_safe
def audience_names(request: HttpRequest, pk: int) -> HttpResponse:
    """The names of one unit (`don_vi`), or of those asked twice, by the ticks in the address."""
    directive, day = access_directive(request.user, pk, _CHANGE), local_day(timezone.now())
    _, asked = _asked(directive, request.GET)
    wanted = request.GET.get("don_vi", "")
    if wanted:
        unit = access_unit_of(directive, _number(wanted))
        found = {"title": unit.name, "rows": members_in(asked, unit, day=day)}
    else:
        rows = asked_twice(asked, day=day)
        found = {"title": "Đã có bài cùng loại ở yêu cầu khác", "rows": rows, "with_unit": True}
    return render(request, "directives/preview_names.html", {"directive": directive, **found})


def _asked(directive: Directive, said: QueryDict) -> tuple[RequirementForm, Requirement]:
    """The requirement as ticked so far; `sua` names the one being changed."""
    form = RequirementForm(said, directive=directive)
    form.is_valid()
    changed = directive.requirements.filter(pk=_number(said["sua"])).first() if said.get("sua") else None
    kind = form.cleaned_data.get("kind", "")
    return form, unsaved(directive, kind=kind, audience=form.audience(), requirement=changed)


def _ticks(said: QueryDict) -> str:
    """What was ticked as a query, without the rest of the form."""
    kept = QueryDict(mutable=True)
    for name in _TICKS:
        kept.setlist(name, [value for value in said.getlist(name) if value])
    return kept.urlencode()


def _number(text: str) -> int:
    """A key in the query; anything else is nobody's."""
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)
