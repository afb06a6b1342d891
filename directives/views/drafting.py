"""Entering a directive: its head, requirements, files, with the deadline read back while it is typed.

Not here: looking at the consequence and issuing (`issuing.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directives.access import access_attachment, access_directive, access_requirement
from directives.choices import DirectiveState, RequirementKind
from directives.deadlines.words import reading_words
from directives.forms import DirectiveForm, RequirementForm
from directives.services import drafts
from directives.services.secret_papers import record_secret_refusal
from directives.settling import settle
from directives.views.answers import carried_out, done_or_told, form_page
from units.chosen_ward import worked_ward
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from directives.models import Directive
    from units.models import Unit

_CHANGE = "directives.change_directive"


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A blank form, and a draft made of it."""
    ward = worked_ward(request)
    form = DirectiveForm.for_new(ward.profile, *_sent(request), day=timezone.localdate())
    if request.method == "POST" and form.is_valid() and not is_secret(request, form, ward):
        made = _kept(request, form, drafts.create_directive, ward=ward)
        if made is not None:
            _attach(request, made, form)
            messages.success(request, "Đã lưu bản nháp. Thêm từng yêu cầu, rồi xem trước việc giao.")
            return redirect("directives:directive", made.pk)
    return form_page(request, "directives/directive_form.html", form, ward=ward)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of a draft; an issued paper is not changed any more."""
    directive = access_directive(request.user, pk, _CHANGE)
    form = DirectiveForm.for_draft(directive, *_sent(request))
    if request.method == "POST" and form.is_valid() and not is_secret(request, form, directive.ward):
        kept = _kept(request, form, drafts.update_directive, directive=directive)
        if kept is not None:
            _attach(request, kept, form)
            return redirect("directives:directive", pk)
    return form_page(request, "directives/directive_form.html", form, ward=directive.ward, directive=directive)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    directive = access_directive(request.user, pk, _CHANGE)
    if not done_or_told(request, drafts.delete_draft, directive=directive, by=request.user, at=timezone.now()):
        return redirect("directives:directive", pk)
    messages.success(request, f"Đã xóa bản nháp “{directive.subject}”.")
    return redirect("directives:list")


@require_POST
def detach(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Take a file off a draft."""
    attachment = access_attachment(request.user, pk, file, _CHANGE)
    done_or_told(request, drafts.remove_file, attachment=attachment, by=request.user, at=timezone.now())
    return redirect("directives:directive", pk)


@require_http_methods(["GET", "POST"])
def add_requirement(request: HttpRequest, pk: int) -> HttpResponse:
    """One more requirement of a draft."""
    directive = access_directive(request.user, pk, _CHANGE)
    if request.method == "GET" and _is_issued(request, directive):
        return redirect("directives:directive", pk)
    form = RequirementForm(*_sent(request)[:1], directive=directive)
    if request.method == "POST" and form.is_valid():
        verb = {"directive": directive, "ask": form.ask(), "by": request.user, "at": timezone.now()}
        on_secret = secret_log(request, directive.ward)
        if carried_out(form, drafts.add_requirement, on_secret=on_secret, **verb) is not None:
            return redirect("directives:directive", pk)
    return form_page(request, "directives/requirement_form.html", form, directive=directive, **_said(directive, form))


@require_http_methods(["GET", "POST"])
def edit_requirement(request: HttpRequest, pk: int) -> HttpResponse:
    """Another wording of a draft's requirement; back to the preview when that is where it was asked for."""
    requirement = access_requirement(request.user, pk, _CHANGE)
    directive, from_preview = requirement.directive, request.GET.get("ve") == "xem-truoc"
    if request.method == "GET" and _is_issued(request, directive):
        return redirect("directives:directive", directive.pk)
    form = RequirementForm(*_sent(request)[:1], directive=directive, requirement=requirement)
    if request.method == "POST" and form.is_valid():
        verb = {"requirement": requirement, "ask": form.ask(), "by": request.user, "at": timezone.now()}
        on_secret = secret_log(request, directive.ward)
        if carried_out(form, drafts.change_requirement, on_secret=on_secret, **verb) is not None:
            return redirect("directives:preview" if from_preview else "directives:directive", directive.pk)
    context = {
        "directive": directive,
        "requirement": requirement,
        "from_preview": from_preview,
        **_said(directive, form),
    }
    return form_page(request, "directives/requirement_form.html", form, **context)


@require_POST
def remove_requirement(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a requirement out of a draft."""
    requirement = access_requirement(request.user, pk, _CHANGE)
    done_or_told(request, drafts.remove_requirement, requirement=requirement, by=request.user, at=timezone.now())
    return redirect("directives:directive", requirement.directive_id)


@require_safe
def read_phrase(request: HttpRequest, pk: int) -> HttpResponse:
    """What the phrase being typed means, in words: the fragment beside the field."""
    directive = access_directive(request.user, pk, _CHANGE)
    form = RequirementForm(request.GET, directive=directive)
    form.is_valid()
    return render(request, "directives/requirement_form.html#reading", _said(directive, form))


def _is_issued(request: HttpRequest, directive: Directive) -> bool:
    """Nothing is typed into a form that cannot be saved any more; the way on is said."""
    if directive.state == DirectiveState.DRAFT:
        return False
    messages.error(
        request,
        "Văn bản đã ban hành nên không thêm, sửa yêu cầu được nữa. Muốn đổi thì ban hành văn bản điều chỉnh.",
    )
    return True


def _sent(request: HttpRequest) -> tuple[Any, ...]:
    """What a form is bound to: the POST with its files, or nothing."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _said(directive: Directive, form: RequirementForm) -> dict[str, Any]:
    """The reading of the phrase in the form, for the page and its fragment."""
    if form.is_bound:
        form.is_valid()
        phrase, anchor = form.cleaned_data.get("deadline_phrase", ""), form.cleaned_data.get("anchor")
        kind = form.cleaned_data.get("kind")
    else:
        phrase, anchor, kind = (
            form.initial.get("deadline_phrase", ""),
            form.initial.get("anchor"),
            form.initial.get("kind"),
        )
    day = directive.issued_on or local_day(timezone.now())
    settled = settle(phrase, ward=directive.ward, issued_on=day, anchor=anchor) if phrase else None
    verb = "Tổ chức" if kind == RequirementKind.ACTIVITY else "Nộp"
    words = reading_words(settled.reading, verb) if settled is not None else ""
    return {"settled": settled, "words": words, "counted_from": day, "now": timezone.now()}


def _attach(request: HttpRequest, directive: Directive, form: DirectiveForm) -> None:
    """Keep the files of the form; one that is refused is told, the others stay."""
    kept = {"directive": directive, "by": request.user, "at": timezone.now()}
    for file in form.cleaned_data["files"]:
        on_secret = secret_log(request, directive.ward)
        done_or_told(request, drafts.attach_file, on_secret=on_secret, stream=file, name=file.name, **kept)


def secret_log(request: HttpRequest, ward: Unit) -> Callable[[str], None]:
    """Logs that a stamped paper was turned away: who, when and why, nothing of the paper."""
    return lambda reason: record_secret_refusal(reason=reason, by=request.user, ward=ward, at=timezone.now())


def is_secret(request: HttpRequest, form: DirectiveForm, ward: Unit) -> bool:
    """The writer says the paper is stamped: nothing is kept but the refusal."""
    if not form.cleaned_data["is_secret"]:
        return False
    secret_log(request, ward)("người nhập khai có dấu mật")
    form.add_error("is_secret", "Cổng không nhận tài liệu mật và chưa lưu gì. Hãy xử lý bằng đường văn thư mật.")
    return True


def _kept(request: HttpRequest, form: DirectiveForm, verb: Any, **of: Any) -> Directive | None:
    """The head as the verb stored it; a stamp found in the text is logged and refused."""
    said = {"head": form.head(), "legal_bases": form.cleaned_data["legal_bases"]}
    ward = of.get("ward") or of["directive"].ward
    on_secret = secret_log(request, ward)
    return carried_out(form, verb, on_secret=on_secret, by=request.user, at=timezone.now(), **said, **of)
