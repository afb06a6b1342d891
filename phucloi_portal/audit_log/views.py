"""The pages of the log: search, one entry, export, the history of one object.

Not here: who may read (`reach.py`), the filters (`search.py`), the words (`words.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.actions import ACTIONS, GROUPS, actions_of
from audit.choices import AuditResult
from phucloi_portal.audit_log.export import MEDIA_TYPES, TooMany, export_log
from phucloi_portal.audit_log.objects import KINDS, access_history, history_of, page_of, word_of_type
from phucloi_portal.audit_log.reach import access_entry, access_log, worked_for
from phucloi_portal.audit_log.search import WINDOW, Search
from phucloi_portal.audit_log.search import page_of as page_of_search
from phucloi_portal.audit_log.words import lines_of
from phucloi_portal.log_watch import last_check

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The log of the wards the account administers, newest first, narrowed by the filters of the address."""
    entries, wanted = access_log(request.user), Search.read(request.GET.dict())
    page = page_of_search(wanted.narrow(entries), request.GET.dict())
    context = {
        "wanted": wanted,
        "window": WINDOW if wanted.is_windowed else 0,
        "page": page,
        "lines": lines_of(page.entries),
        "groups": [(key, word) for key, (word, _) in GROUPS.items()],
        "actions": [(name, ACTIONS[name]) for name in (actions_of(wanted.group) if wanted.group else ACTIONS)],
        "results": AuditResult.choices,
        "actor": _actor_of(page.entries, wanted),
        "obj": _object_of(page.entries, wanted),
        "check": last_check(at=timezone.now()),
    }
    part = "#list" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"audit_log/search.html{part}", context)


@require_safe
def entry(request: HttpRequest, seq: int) -> HttpResponse:
    """One entry with everything it holds, in plain words."""
    found = access_entry(request.user, seq)
    (line,) = lines_of([found])
    context = {
        "entry": found,
        "line": line,
        "facts": line.facts,
        "object_url": page_of(found, request.user),
        "history_url": history_of(found),
        "by_actor": f"{reverse('audit_log:search')}{Search(actor=found.actor_id).query}" if found.actor_id else "",
    }
    return render(request, "audit_log/entry.html", context)


@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponse:
    """The whole search as a file; recorded. Too much → back to the search with the reason."""
    entries, wanted, now = access_log(request.user), Search.read(request.GET.dict()), timezone.now()
    try:
        content = export_log(
            entries=wanted.narrow(entries), search=wanted, extension=extension, by=request.user, at=now
        )
    except TooMany as refusal:
        messages.error(request, str(refusal))
        return redirect(reverse("audit_log:search") + wanted.query)
    answer = HttpResponse(content, content_type=MEDIA_TYPES[extension])
    answer["Content-Disposition"] = f'attachment; filename="nhat-ky-{timezone.localtime(now):%Y%m%d-%H%M}.{extension}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def history(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What the log says of one object, for the office of its ward."""
    found, about = access_history(request.user, kind, pk)
    page = page_of_search(worked_for(request.user).filter(about), request.GET.dict())
    known = KINDS[kind]
    context = {
        "kind": known,
        "object": found,
        "object_url": reverse(known.page, args=[pk]) if known.page else "",
        "page": page,
        "lines": lines_of(page.entries, of=found._meta.label_lower),
    }
    return render(request, "audit_log/history.html", context)


def _actor_of(entries: list[Any], wanted: Search) -> str:
    """The name behind the chip of the filter by actor."""
    return (entries[0].actor_label if entries else "không rõ") if wanted.actor else ""


def _object_of(entries: list[Any], wanted: Search) -> str:
    """The name behind the chip of the filter by object."""
    if not wanted.obj_type:
        return ""
    return " ".join(
        filter(None, (word_of_type(wanted.obj_type), entries[0].obj_label if entries and wanted.obj_id else ""))
    )
