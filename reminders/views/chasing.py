"""Đôn đốc: who still owes, tomorrow's letters, the send log, people without address. For the office.

Not here: what is shown (`chasing`, `tomorrow`, `mail_log`, `silent`), the plan and its verbs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from outbox.errors import WrongState
from reminders import chasing, mail_log
from reminders import silent as silence
from reminders import tomorrow as coming
from reminders.access import access_digest
from reminders.addresses import returned_addresses
from reminders.services import is_round_late, resend_digest
from reminders.tokens import token_of
from reminders.waited import number_waiting
from reminders.wording import goes_in_words
from units.chosen_ward import worked_ward
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from directives.models import Obligation
    from units.models import Unit

_PAGE = 50
# A letter carries its styles inline, as mail readers need them: it is shown in a frame that may do nothing else.
LETTER_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-popups"],
}


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page, or only its list when htmx asks for it."""
    return render(request, f"{template}#list" if request.htmx and not request.htmx.boosted else template, context)


@require_safe
def chase(request: HttpRequest) -> HttpResponse:
    """Đôn đốc: who still owes, by step of the ladder, with the doors to letters, log and silence."""
    ward, now = worked_ward(request), timezone.now()
    wanted = chasing.ChaseFilter.read(request.GET.dict())
    debts = chasing.debts_of(ward, wanted, now)
    page = Paginator(chasing.ordered(debts, wanted, now), _PAGE).get_page(request.GET.get("trang"))
    reminded, contacts = chasing.reminded(page.object_list), chasing.unit_contacts(page.object_list, now)
    counts = chasing.debt_counts(debts, now)
    context = {
        "now": now,
        "wanted": wanted,
        "faults": chasing.search_in(ward, wanted.text, now).faults,
        "steps": counts.steps,
        "total": counts.total,
        "counts": counts,
        "rows": [(debt, reminded.get(debt.pk), _contact(debt, contacts)) for debt in page],
        "page_obj": page,
        "requirements": chasing.requirements_owed(ward, now),
        "orders": [
            (chasing.Order.DUE, "Theo hạn"),
            (chasing.Order.NAME, "Theo tên"),
            (chasing.Order.UNIT, "Theo đơn vị"),
        ],
    }
    return _page(request, "reminders/chase.html", context if request.htmx else context | _doors(ward, now))


def _contact(debt: Obligation, contacts: dict[int, tuple[str, str, str]]) -> tuple[str, str, str] | None:
    """Whom to ring: of a unit's own debt its secretary."""
    return None if debt.member_id or debt.requirement.is_of_leads else contacts.get(debt.unit_id)


def _doors(ward: Unit, now: datetime) -> dict[str, Any]:
    """The numbers above the list, each the door to its page."""
    return {
        "mails": mail_log.mail_counts(ward, local_day(now)),
        "is_late": is_round_late(ward, now),
        "silent": silence.count_without_address(ward, now),
    }


@require_safe
def coming_number(request: HttpRequest) -> HttpResponse:
    """How many letters come next: the first figure of Đôn đốc, or a line (`?dang=dong`) of the office's home.

    Fetched by either once it stands: the plan costs.
    """
    ward = worked_ward(request)
    summary = coming.summary(ward, coming.coming_round(ward, "", timezone.now()))
    part = "#line" if request.GET.get("dang") == "dong" else "#figure"
    return render(
        request, f"reminders/coming_number.html{part}", {"coming": summary, "goes": goes_in_words(summary.opens)}
    )


@require_safe
def tomorrow(request: HttpRequest) -> HttpResponse:
    """Thư ngày mai: each letter with the reason beside the name, and who is left out."""
    ward, text = worked_ward(request), request.GET.get("q", "").strip()
    now = timezone.now()
    chosen = coming.coming_round(ward, request.GET.get("ngay", ""), now)
    found = coming.preview(ward, chosen, text)
    page = Paginator(found.rows, _PAGE).get_page(request.GET.get("trang"))
    context = {
        "now": now,
        "instant": chosen.instant,
        "is_late": chosen.is_late,
        "goes": goes_in_words(chosen.opens),
        "day": local_day(chosen.instant).isoformat(),
        "text": text,
        "found": found,
        "page_obj": page,
        "rulings": coming.rulings(ward, local_day(chosen.instant)),
        "waiting": number_waiting(ward, local_day(chosen.instant)),
        **_back(),
    }
    return render(request, "reminders/tomorrow.html", context)


@csp_update({"frame-src": [SELF]})
@require_safe
def tomorrow_letter(request: HttpRequest, day: str, token: str) -> HttpResponse:
    """One of the letters of a day to come, as it would go if nothing changes."""
    found = _coming_letter(request, day, token)
    context = {
        "written": found.written,
        "person": found.letter.person,
        "instant": found.instant,
        "frame_url": reverse("reminders:tomorrow_letter_html", args=[day, token]) + _ward_query(request),
        "back_url": f"{reverse('reminders:tomorrow')}?{urlencode({'ngay': day, **_ward_wanted(request)})}",
        "back_label": "Thư sẽ gửi",
    }
    return render(request, "reminders/letter.html", context)


@xframe_options_sameorigin
@csp(LETTER_POLICY)
@require_safe
def tomorrow_letter_html(request: HttpRequest, day: str, token: str) -> HttpResponse:
    """The HTML of one of those letters, for the frame."""
    return HttpResponse(_coming_letter(request, day, token).written.html)


def _coming_letter(request: HttpRequest, day: str, token: str) -> coming.ComingLetter:
    ward = worked_ward(request)
    found = coming.coming_letter(ward, day, token, timezone.now())
    if found is None:
        raise Http404
    return found


def _ward_wanted(request: HttpRequest) -> dict[str, str]:
    key = request.GET.get("phuong", "")
    return {"phuong": key} if key else {}


def _ward_query(request: HttpRequest) -> str:
    wanted = _ward_wanted(request)
    return f"?{urlencode(wanted)}" if wanted else ""


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Nhật ký gửi: every letter, latest first, with what became of it."""
    ward, state = worked_ward(request), request.GET.get("trang_thai", "")
    text = request.GET.get("q", "").strip()[:100]
    digests = mail_log.send_log(ward, text=text)
    counts = mail_log.log_counts(digests)
    page = Paginator(mail_log.in_log_state(digests, state), _PAGE).get_page(request.GET.get("trang"))
    chips = [(key, word, counts[key]) for key, word in mail_log.LOG_CHIPS]
    kept = mail_log.kept_back(ward, [digest.mail for digest in page if digest.mail], timezone.now())
    rows = [(digest, token_of(digest.address), kept.get(digest.mail_id, "")) for digest in page]
    context = {"state": state, "text": text, "chips": chips, "page_obj": page, "rows": rows, **_back()}
    return _page(request, "reminders/log.html", context)


@csp_update({"frame-src": [SELF]})
@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One planned or sent letter: to whom, what became of it, what was taken out and why, the letter itself."""
    digest, now = access_digest(request.user, pk), timezone.now()
    mail = digest.mail
    context = {
        "digest": digest,
        "mail": mail,
        "kept": mail_log.kept_back(digest.ward, [mail], now).get(mail.pk, "") if mail else "",
        "reminders": mail_log.reminders_of(digest),
        "written": mail_log.written_letter(digest, now),
        "frame_url": reverse("reminders:letter_html", args=[pk]),
        "back_url": reverse("reminders:log"),
        "back_label": "Nhật ký gửi",
    }
    return render(request, "reminders/letter.html", context)


@xframe_options_sameorigin
@csp(LETTER_POLICY)
@require_safe
def letter_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML of a letter, for the frame: as it went, or as it would go now."""
    digest = access_digest(request.user, pk)
    written = mail_log.written_letter(digest, timezone.now())
    if written is None:
        raise Http404
    return HttpResponse(written.html)


@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Gửi lại a letter that could not be delivered."""
    digest = access_digest(request.user, pk, "reminders.resend_digest")
    try:
        resend_digest(digest=digest, by=request.user, at=timezone.now())
        messages.success(request, f"Thư gửi {digest.name} đã trở lại hàng đợi, sẽ gửi trong một phút nữa.")
    except WrongState as refused:
        messages.error(request, str(refused))
    return redirect("reminders:letter", pk)


@require_safe
def silent(request: HttpRequest) -> HttpResponse:
    """Không có địa chỉ: members who owe and cannot be written to, with whom to call instead."""
    ward, now = worked_ward(request), timezone.now()
    text = request.GET.get("q", "").strip()[:100]
    people = silence.people_without_address(ward, now, text)
    page = Paginator(people, _PAGE).get_page(request.GET.get("trang"))
    context = {
        "text": text,
        "page_obj": page,
        "units": silence.units_without_contact(ward, now),
        "returned": returned_addresses(ward),
        **_back(),
    }
    return _page(request, "reminders/silent.html", context)


def _back() -> dict[str, str]:
    return {"back_url": reverse("reminders:chase"), "back_label": "Đôn đốc"}
