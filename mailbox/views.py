"""Hộp thư: mails as cases, one mail with its files, giving a file to a debt, the folders that are read. For the office.

Not here: what is shown (`listing.py`), the verbs (`services/`).
"""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interface.answers import as_data
from mailbox.access import (
    access_address,
    access_addresses,
    access_case,
    access_cases,
    access_file,
    access_folder,
    access_folders,
)
from mailbox.choices import NEEDS_A_PERSON, CaseState
from mailbox.errors import MailboxError, NotConfigured
from mailbox.forms import AttachForm, StartForm, UnitForm
from mailbox.listing import chips, debts_for, in_state, known_since, letters_of, mail_of_deposit, reply_url, units_of
from mailbox.services import deciding, polling
from mailbox.tasks import poll_mailboxes
from submissions.errors import SubmissionError
from units.scopes import scope_of
from vault.errors import VaultError
from vietnamese.dates import VIETNAM

if TYPE_CHECKING:
    from django.http import HttpRequest

    from mailbox.models import MailCase

_PAGE = 50
_REFUSALS = (MailboxError, SubmissionError, VaultError)


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Mails by state, latest first."""
    state, text = request.GET.get("trang_thai", ""), request.GET.get("q", "").strip()[:100]
    found = access_cases(request.user).search(text)
    shown = in_state(found, state).select_related("unit", "answer").prefetch_related("files")
    context = {
        "state": state,
        "text": text,
        "chips": chips(found),
        "page_obj": Paginator(shown, _PAGE).get_page(request.GET.get("trang")),
        "folders": access_folders(request.user),
    }
    template = "mailbox/cases.html"
    return render(request, f"{template}#list" if request.htmx and not request.htmx.boosted else template, context)


@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail: its words, its files and what became of them, the answer."""
    found = access_case(request.user, pk)
    files = found.files.select_related("obligation__member", "obligation__unit", "obligation__requirement__directive")
    context = {"case": found, "files": files, "letters": letters_of(found), "reply_url": reply_url(found)}
    context |= {"waits": found.state in NEEDS_A_PERSON, "known_since": known_since(found)}
    if _can_be_remembered(found):
        context["unit_form"] = UnitForm(units_of(found, timezone.now()))
    return render(request, "mailbox/case.html", context)


@require_safe
def of_deposit(request: HttpRequest, code: str) -> HttpResponse:
    """The mail a deposit came by: who sent it, for other pages to show; by itself, the way to the mail."""
    found = mail_of_deposit(access_cases(request.user), code)
    if found is None:
        raise Http404
    if request.htmx:
        return render(request, "mailbox/sender.html", {"case": found})
    return redirect("mailbox:case", found.pk)


def _can_be_remembered(case: MailCase) -> bool:
    return bool(
        case.unit_id is None and case.sender and case.raw_id and case.state in (CaseState.UNCLEAR, CaseState.QUESTION)
    )


@require_safe
def original(request: HttpRequest, pk: int) -> HttpResponse:
    """The message byte for byte as it came, to be opened in a mail program."""
    found = access_case(request.user, pk)
    try:
        content = deciding.open_original(case=found, by=request.user, at=timezone.now())
    except (MailboxError, VaultError) as refusal:
        messages.error(request, str(refusal))
        return redirect("mailbox:case", pk)
    answer = FileResponse(content, content_type="message/rfc822", as_attachment=True, filename=f"thu-den-{pk}.eml")
    answer["Cache-Control"] = "private, no-store"
    return as_data(answer)


@require_POST
def remember(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which unit an unknown address belongs to, and read the mail again as that unit's."""
    found = access_case(request.user, pk, "mailbox.decide_mailcase")
    form = UnitForm(units_of(found, timezone.now()), request.POST)
    if not form.is_valid():
        messages.error(request, next(iter(form.errors["unit"])))
        return redirect("mailbox:case", pk)
    try:
        read = deciding.remember_sender(case=found, unit=form.cleaned_data["unit"], by=request.user, at=timezone.now())
        messages.success(request, f"Đã ghi nhớ địa chỉ và xử lý lại: {read.get_state_display().lower()}.")
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("mailbox:case", pk)


@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an address off a unit."""
    deciding.forget_address(address=access_address(request.user, pk), by=request.user, at=timezone.now())
    messages.success(request, "Đã bỏ địa chỉ. Thư sau này từ địa chỉ ấy sẽ chờ cán bộ xem.")
    return redirect("mailbox:folders")


@require_http_methods(["GET", "HEAD", "POST"])
def attach(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """Give one file of a mail to a debt: search, choose, done."""
    file = access_file(request.user, pk, file_pk)
    found, text = file.case, request.GET.get("q", "").strip()[:100]
    status = 200
    if request.method == "POST":
        form = AttachForm(request.POST)
        debts = debts_for(request.user, found, text)
        wanted = form.cleaned_data["obligation"] if form.is_valid() else None
        chosen = next((one for one in debts if one.pk == wanted), None)
        if chosen is not None:
            try:
                deciding.attach(file=file, obligation=chosen, by=request.user, at=timezone.now())
            except _REFUSALS as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, f"Đã nhận {file.name} cho {chosen.member or chosen.unit}.")
                return redirect("mailbox:case", pk)
        else:
            messages.error(request, "Chưa chọn việc nào. Tìm theo tên người hoặc đơn vị rồi bấm Nhận cho việc này.")
        status = 422
    context = {"case": found, "file": file, "text": text, "debts": debts_for(request.user, found, text)}
    return render(request, "mailbox/attach.html", context, status=status)


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a mail anew with the roster and the duties of today."""
    found = access_case(request.user, pk, "mailbox.decide_mailcase")
    try:
        read = deciding.read_again(case=found, by=request.user, at=timezone.now())
        messages.success(request, f"Đã xử lý lại: {read.get_state_display().lower()}.")
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("mailbox:case", pk)


@require_POST
def not_ours(request: HttpRequest, pk: int) -> HttpResponse:
    """Lay a mail aside as not meant for the office."""
    found = access_case(request.user, pk, "mailbox.decide_mailcase")
    try:
        deciding.not_ours(case=found, by=request.user, at=timezone.now())
        messages.success(request, "Đã xếp vào “Không phải của ta”.")
    except MailboxError as refusal:
        messages.error(request, str(refusal))
    return redirect("mailbox:case", pk)


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a mail was seen to, and go on with the next one that waits."""
    found = access_case(request.user, pk, "mailbox.decide_mailcase")
    try:
        deciding.settle(case=found, by=request.user, at=timezone.now())
        messages.success(request, f"Đã xử lý xong thư “{found}”.")
    except MailboxError as refusal:
        messages.error(request, str(refusal))
        return redirect("mailbox:case", pk)
    return redirect(f"{reverse('mailbox:cases')}?trang_thai=can-xu-ly")


@require_safe
def folders(request: HttpRequest) -> HttpResponse:
    """The folders that are read, how far, and what is wrong with them."""
    return render(request, "mailbox/folders.html", {**_kept(request), "form": StartForm()})


def _kept(request: HttpRequest) -> dict[str, object]:
    return {"folders": access_folders(request.user), "addresses": access_addresses(request.user)}


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Kiểm tra kết nối: try the accounts of one's own wards and say what each answers."""
    access_folders(request.user)
    try:
        for name, sentence in polling.check_connections(works_for=scope_of(request.user).works_for):
            messages.info(request, f"{name}: {sentence}")
    except MailboxError as refusal:
        messages.error(request, str(refusal))
    return redirect("mailbox:folders")


@require_POST
def poll_now(request: HttpRequest) -> HttpResponse:
    """Ring for a round at once; the page shows what came when it is opened again."""
    access_folders(request.user)
    if not settings.MAILBOXES.strip():
        messages.error(request, str(NotConfigured()))
        return redirect("mailbox:folders")
    poll_mailboxes.delay_on_commit()
    messages.info(request, "Đang đọc hộp thư. Mở lại trang sau ít giây để xem thư mới.")
    return redirect("mailbox:cases")


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Say from which day an old mailbox is read."""
    folder = access_folder(request.user, pk)
    if folder.since is not None:
        raise Http404
    form = StartForm(request.POST)
    if not form.is_valid():
        return render(request, "mailbox/folders.html", {**_kept(request), "form": form}, status=422)
    since = datetime.combine(form.cleaned_data["since"], time(), VIETNAM)
    polling.set_start(folder=folder, since=since, by=request.user, at=timezone.now())
    messages.success(request, "Đã ghi. Thư từ ngày đó sẽ được đọc ở lượt sau, trong vài phút.")
    return redirect("mailbox:folders")
