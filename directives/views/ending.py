"""Kết thúc, mở lại, thu hồi a directive; when a requirement stops taking anything.

Not here: withdrawing single requirements by a later directive (`amending.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from directives.access import access_directive, access_requirement, revoking_papers
from directives.choices import DirectiveState
from directives.forms_amending import ClosingForm, EndForm, RevokeForm
from directives.models import Directive
from directives.paper import open_work
from directives.putting_back import put_back_of
from directives.services import ending
from directives.views.answers import carried_out, form_page
from vietnamese.dates import format_date, format_time, local_day
from vietnamese.numbers import format_number

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

_CHANGE, _ISSUE = "directives.change_directive", "directives.issue_directive"


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Kết thúc, after what is still open was counted."""
    directive, now = access_directive(request.user, pk, _CHANGE), timezone.now()
    if directive.state == DirectiveState.CLOSED:
        return _done_before(request, directive)
    form = EndForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        deed = {"directive": directive, "by": request.user, "at": now, **form.cleaned_data}
        if carried_out(form, ending.close_directive, **deed) is not None:
            messages.success(request, f"Đã kết thúc {directive}. Không nhắc và không nhận bài nữa; vẫn tra cứu được.")
            return redirect("directives:directive", pk)
        if _state_now(directive) == DirectiveState.CLOSED:
            return _done_before(request, directive)
    return form_page(request, "directives/close.html", form, directive=directive, **_left(directive, now))


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Mở lại what was closed."""
    directive, now = access_directive(request.user, pk, _CHANGE), timezone.now()
    form = EndForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        deed = {"directive": directive, "by": request.user, "at": now, **form.cleaned_data}
        if carried_out(form, ending.reopen_directive, **deed) is not None:
            messages.success(request, f"Đã mở lại {directive}. Việc còn nợ giữ hạn cũ và được nhắc trở lại.")
            return redirect("directives:directive", pk)
        if _state_now(directive) == DirectiveState.ISSUED and directive.closed_spans.exists():
            messages.info(request, f"{directive} đang thực hiện, không phải mở lại lần nữa.")
            return redirect("directives:directive", pk)
    return form_page(request, "directives/reopen.html", form, directive=directive, **_left(directive, now))


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Thu hồi, by a paper, with a reason; what the directive changed elsewhere stays or is put back, as is chosen."""
    directive, now = access_directive(request.user, pk, _ISSUE), timezone.now()
    if directive.state == DirectiveState.REVOKED:
        return _done_before(request, directive)
    changes = put_back_of(directive, at=now)
    form = RevokeForm(
        _sent(request),
        papers=revoking_papers(request.user, directive),
        may_put_back=any(not one.blocked for one in changes),
        has_late=any(one.over for one in changes),
    )
    if request.method == "POST" and form.is_valid():
        deed = {"directive": directive, "by": request.user, "at": now, **form.deed()}
        left = _left(directive, now)["left"]
        done = carried_out(form, ending.revoke_directive, **deed)
        if done is not None:
            what = _told_elsewhere(done[1], put_back=deed["puts_back"]) if changes else ""
            released = " Việc chưa xong không phải thực hiện nữa." if left else ""
            messages.success(request, f"Đã thu hồi {directive}.{released}{what}")
            return redirect("directives:directive", pk)
        if _state_now(directive) == DirectiveState.REVOKED:
            return _done_before(request, directive)
    return form_page(
        request, "directives/revoke.html", form, directive=directive, changes=changes, **_left(directive, now)
    )


@require_http_methods(["GET", "POST"])
def closing(request: HttpRequest, pk: int) -> HttpResponse:
    """When a requirement that runs stops taking anything."""
    requirement, now = access_requirement(request.user, pk, _CHANGE), timezone.now()
    form = ClosingForm(_sent(request), initial=ClosingForm.initial_of(requirement.closes_at))
    if request.method == "POST" and form.is_valid():
        deed = {"requirement": requirement, "closes_at": form.closes_at(), "by": request.user, "at": now}
        if carried_out(form, ending.set_closing, **deed) is not None:
            messages.success(request, "Đã ghi giờ đóng nhận bài." if deed["closes_at"] else "Không đóng nhận bài nữa.")
            return redirect("directives:directive", requirement.directive_id)
    return form_page(request, "directives/closing.html", form, requirement=requirement, now=now)


def _state_now(directive: Directive) -> str:
    """The state as it is stored by now: a refusal may come from a second click while the first was carried out."""
    directive.refresh_from_db(fields=["state", "ended_at"])
    return directive.state


def _done_before(request: HttpRequest, directive: Directive) -> HttpResponse:
    """The paper's page, saying that it has ended already and when: a second click, or a page left open."""
    done = "được thu hồi" if directive.state == DirectiveState.REVOKED else "kết thúc"
    ended = directive.ended_at
    when = f" lúc {format_time(ended)} ngày {format_date(local_day(ended))}" if ended is not None else ""
    messages.info(request, f"{directive} đã {done}{when}, không phải làm lần nữa.")
    return redirect("directives:directive", directive.pk)


def _told_elsewhere(count: int, *, put_back: bool) -> str:
    if not put_back:
        return " Những gì văn bản này đã đổi ở văn bản khác giữ nguyên."
    return f" Đã đặt lại {format_number(count)} việc của văn bản khác như trước khi điều chỉnh; ai có việc ấy được báo."


def _sent(request: HttpRequest) -> object:
    return request.POST if request.method == "POST" else None


def _left(directive: Directive, now: datetime) -> dict[str, object]:
    """What is still open, by requirement, with the whole."""
    rows = open_work(directive, now)
    return {"rows": rows, "left": sum(count for _, count in rows)}
