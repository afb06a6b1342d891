"""Settings of a committee: its identity, its terms, who signs, how deadlines are counted. One area, one page.

Not here: the hub of all areas (`phucloi_portal.views`), reasons and other names (`catalogues.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from units.access import access_committee, access_committee_row
from units.forms_settings import DeadlineRulesForm, IdentityForm, SignerForm, TermForm
from units.models import Signer, Term
from units.services import committee as verbs
from units.settings_areas import Area
from units.signing import signer_on, term_on
from units.views.settings_answers import area_page, asked, carried_out, done_or_told

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_CHANGE = "units.change_committeeprofile"


@require_http_methods(["GET", "POST"])
def identity(request: HttpRequest, ward: int) -> HttpResponse:
    """Who the committee is, as printed on papers and mails."""
    profile = asked(request, access_committee, ward)
    form = IdentityForm.of(profile, *_sent(request))
    if request.method == "POST" and form.is_valid():
        deed = {"profile": profile, "values": form.cleaned_data}
        if carried_out(request, form, verbs.change_identity, "Đã lưu thông tin đảng ủy.", **deed):
            return redirect("units:set_identity", ward)
    return area_page(request, "units/settings/identity.html", profile, Area.COMMITTEE, form)


@require_http_methods(["GET", "POST"])
def deadline_rules(request: HttpRequest, ward: int) -> HttpResponse:
    """How deadlines of papers to come are counted."""
    profile = asked(request, access_committee, ward)
    form = DeadlineRulesForm.of(profile, *_sent(request))
    if request.method == "POST" and form.is_valid():
        deed = {"profile": profile, "values": form.cleaned_data}
        if carried_out(request, form, verbs.change_deadline_rules, "Đã lưu cách tính hạn nộp.", **deed):
            return redirect("units:set_deadline_rules", ward)
    return area_page(request, "units/settings/deadline_rules.html", profile, Area.DEADLINES, form)


@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest, ward: int) -> HttpResponse:
    """The terms, the latest first; a new one."""
    profile = asked(request, access_committee, ward)
    form = TermForm(*_sent(request))
    if request.method == "POST" and form.is_valid():
        deed = {"ward": profile.unit, "term": None, **form.cleaned_data}
        if carried_out(request, form, verbs.set_term, "Đã thêm nhiệm kỳ.", **deed):
            return redirect("units:set_terms", ward)
    rows, now = profile.unit.terms.all(), term_on(profile.unit, timezone.localdate())
    return area_page(request, "units/settings/terms.html", profile, Area.TERMS, form, rows=rows, current=now)


@require_http_methods(["GET", "POST"])
def term(request: HttpRequest, pk: int) -> HttpResponse:
    """One term put right."""
    found, profile = access_committee_row(request.user, Term, pk, _CHANGE)
    form = TermForm.of(found, *_sent(request))
    if request.method == "POST" and form.is_valid():
        deed = {"ward": profile.unit, "term": found, **form.cleaned_data}
        if carried_out(request, form, verbs.set_term, "Đã sửa nhiệm kỳ.", **deed):
            return redirect("units:set_terms", profile.unit_id)
    return area_page(request, "units/settings/term.html", profile, Area.TERMS, form, row=found)


@require_POST
def remove_term(request: HttpRequest, pk: int) -> HttpResponse:
    """A term entered by mistake goes."""
    found, profile = access_committee_row(request.user, Term, pk, _CHANGE)
    done_or_told(request, verbs.remove_term, f"Đã bỏ nhiệm kỳ {found.name}.", term=found)
    return redirect("units:set_terms", profile.unit_id)


@require_http_methods(["GET", "POST"])
def signers(request: HttpRequest, ward: int) -> HttpResponse:
    """Who signs, in order; a new one."""
    profile = asked(request, access_committee, ward)
    form = SignerForm(*_sent(request))
    if request.method == "POST" and form.is_valid():
        deed = {"ward": profile.unit, "signer": None, "values": form.cleaned_data}
        if carried_out(request, form, verbs.set_signer, "Đã thêm người ký.", **deed):
            return redirect("units:set_signers", ward)
    rows, now = profile.unit.signers.all(), signer_on(profile.unit, timezone.localdate())
    return area_page(request, "units/settings/signers.html", profile, Area.SIGNERS, form, rows=rows, current=now)


@require_http_methods(["GET", "POST"])
def signer(request: HttpRequest, pk: int) -> HttpResponse:
    """One signer put right, or given a last day."""
    found, profile = access_committee_row(request.user, Signer, pk, _CHANGE)
    form = SignerForm.of(found, *_sent(request))
    if request.method == "POST" and form.is_valid():
        deed = {"ward": profile.unit, "signer": found, "values": form.cleaned_data}
        if carried_out(request, form, verbs.set_signer, "Đã sửa người ký.", **deed):
            return redirect("units:set_signers", profile.unit_id)
    return area_page(request, "units/settings/signer.html", profile, Area.SIGNERS, form, row=found)


@require_POST
def signer_first(request: HttpRequest, pk: int) -> HttpResponse:
    """This one signs when several are in force."""
    found, profile = access_committee_row(request.user, Signer, pk, _CHANGE)
    done_or_told(request, verbs.put_signer_first, f"Văn bản mới do {found} ký.", signer=found)
    return redirect("units:set_signers", profile.unit_id)


@require_POST
def remove_signer(request: HttpRequest, pk: int) -> HttpResponse:
    """A signer entered by mistake goes."""
    found, profile = access_committee_row(request.user, Signer, pk, _CHANGE)
    done_or_told(request, verbs.remove_signer, f"Đã bỏ {found} khỏi danh sách người ký.", signer=found)
    return redirect("units:set_signers", profile.unit_id)


def _sent(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST,) if request.method == "POST" else ()
