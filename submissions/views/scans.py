"""Pages of long scans: print separator sheets, send the scan, see where it is cut, lay the papers on the desk.

Not here: the verbs (`services.scans`), the desk (`desk.py`).
"""

from __future__ import annotations

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directives.models import Obligation
from interface.answers import as_data
from submissions.desk import is_sent
from submissions.desk_access import DeskPlace, access_desk, access_scan
from submissions.desk_rows import options_of
from submissions.errors import ScanRefused, SubmissionError
from submissions.forms_review import says_how_many
from submissions.models import LongScan
from submissions.scan_forms import slices_of
from submissions.scan_slips import Cut, Sheet, text_of
from submissions.services import scans
from submissions.services.staging import Incoming
from submissions.tasks import inspect_one, read_one_scan
from submissions.views.addresses import desk_address, slots_address
from vault.errors import TooLarge, VaultError
from vault.services import read_verified

_UNPROCESSABLE = 422


def _place(request: HttpRequest, requirement_pk: int, unit_pk: int, period: str | None) -> DeskPlace:
    """Only where papers of several people, or several files of one duty, may lie in one scan."""
    place = access_desk(request.user, requirement_pk, unit_pk, period)
    if not place.takes_scans:
        raise Http404
    return place


@require_safe
def slips(request: HttpRequest, requirement_pk: int, unit_pk: int) -> HttpResponse:
    """A separator sheet of A4 for each who still owes (`?tat-ca`: for everybody), or for each file of the one duty."""
    place = _place(request, requirement_pk, unit_pk, request.GET.get("ky"))
    every = "tat-ca" in request.GET
    wanted = [one for one in place.obligations if one.member and (every or not is_sent(one))]
    sheets = [(one, _qr(one), "") for one in wanted]
    if place.written is not None:
        sheets = [
            (place.written, _qr(place.written, number), slot.name) for number, slot in enumerate(place.scan_slots)
        ]
    context = {"place": place, "sheets": sheets, "every": every}
    return render(request, "submissions/scan_slips.html", context)


def _qr(obligation: Obligation, slot: int | None = None) -> SafeString:
    drawn = segno.make_qr(text_of(Sheet(obligation.requirement_id, obligation.pk, slot)), error="h")
    return mark_safe(drawn.svg_inline(border=0, omitsize=True, svgclass="qr", lineclass=None))  # noqa: S308 - our own text


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, requirement_pk: int, unit_pk: int) -> HttpResponse:
    """Send a long scan; `?xong` leads on to the one that came last, in pieces."""
    place, now = _place(request, requirement_pk, unit_pk, request.GET.get("ky")), timezone.now()
    waiting, status = place.scans_of(request.user), 200
    if "xong" in request.GET and waiting and request.method != "POST":
        return redirect("submissions:scan", waiting[-1].pk)
    if request.method == "POST":
        given = request.FILES.get("tep")
        try:
            if given is None:
                raise ScanRefused("Chưa chọn tệp nào. Hãy chọn bản quét PDF rồi bấm “Tải lên”.")
            incoming = Incoming(given.name or "", given)
            scan = scans.take_scan(place_of_desk=place, incoming=incoming, by=request.user, at=now)
            read_one_scan.delay_on_commit(scan.pk)
            return redirect("submissions:scan", scan.pk)
        except SubmissionError as refusal:
            messages.error(request, str(refusal))
            status = _UNPROCESSABLE
    context = {
        "place": place,
        "scans": waiting,
        "unfinished": place.unfinished_of(request.user, now, scans=True),
        "most": settings.UPLOAD_SCAN_LIMIT,
        "limit": settings.UPLOAD_SCAN_LIMIT // 2**20,
        "too_large": str(TooLarge(settings.UPLOAD_SCAN_LIMIT)),
    }
    return render(request, "submissions/scan_begin.html", context, status=status)


begin.upload_limit = settings.UPLOAD_SCAN_LIMIT  # type: ignore[attr-defined] # read by vault.uploads


@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the reading is; then the papers found, to be corrected and laid on the desk."""
    found = access_scan(request.user, pk)
    place = _place(request, found.requirement_id, found.unit_id, found.period)
    if request.method == "POST" and found.is_read:
        try:
            slices = slices_of(request.POST, place=place, pages=found.pages or 0)
            if not says_how_many(request.POST, len(slices)):
                chosen = f"{len(slices)} {'tệp' if place.scan_slots else 'bài'}"
                messages.info(request, f"Đang chọn {chosen}. Xem lại rồi bấm lần nữa.")
                return _page(request, found, place, 200)
            staged = scans.cut_scan(scan=found, slices=slices, place_of_desk=place, by=request.user, at=timezone.now())
        except ScanRefused as refusal:
            messages.error(request, str(refusal))
            return _page(request, found, place, _UNPROCESSABLE)
        for one in staged:
            if one.blob is not None:
                inspect_one.delay_on_commit(one.blob.inspection.pk)
        if place.written is not None:
            return redirect(slots_address(place.written.pk))
        return redirect(desk_address(found.requirement_id, found.unit_id, found.period))
    return _page(request, found, place, 200 if request.method != "POST" else _UNPROCESSABLE)


def _page(request: HttpRequest, found: LongScan, place: DeskPlace, status: int) -> HttpResponse:
    rows = _rows(found, place) if found.is_read else []
    typed = request.POST
    shown = [
        {
            "number": number,
            "first": typed.get(f"first-{number}", str(cut.first)),
            "last": typed.get(f"last-{number}", str(cut.last)),
            "party": typed.get(f"party-{number}", party),
            "take": typed.get(f"take-{number}") == "1" if typed else is_sure,
            "cut": cut,
            "is_sure": is_sure,
        }
        for number, (cut, party, is_sure) in enumerate(rows, start=1)
    ]
    context = {
        "scan": found,
        "place": place,
        "options": _options(place) if rows else [],
        "pages": range(1, (found.pages or 0) + 1) if place.scan_slots else (),
        "rows": shown,
        "count": sum(row["take"] is True for row in shown),
    }
    return render(request, "submissions/scan.html", context, status=status)


def _rows(found: LongScan, place: DeskPlace) -> list[tuple[Cut, str, bool]]:
    """The papers found: where each is cut, whose it is (or which file of the duty), and whether a sheet says so.

    A scan of one duty without any sheet of its own is offered once a kind of file, for its pages to be typed.
    """
    cuts = scans.proposed_cuts(found)
    if not place.scan_slots:
        return [(cut, str(cut.obligation or ""), cut.obligation is not None) for cut in cuts]
    own = place.written.pk if place.written is not None else 0
    known = [cut.obligation == own and cut.slot is not None and cut.slot < len(place.scan_slots) for cut in cuts]
    if any(known) or not cuts:
        return [(cut, str(cut.slot) if sure else "", sure) for cut, sure in zip(cuts, known, strict=True)]
    whole = Cut(None, cuts[0].first, cuts[-1].last)
    return [(whole, str(number), False) for number in range(len(place.scan_slots))]


def _options(place: DeskPlace) -> list[tuple[str, str]]:
    """(value, words) of what a paper may be: a person's, or one of the duty's files."""
    if place.scan_slots:
        return [(str(number), slot.name) for number, slot in enumerate(place.scan_slots)]
    return [(str(one.obligation_id), one.label) for one in options_of(place)]


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the scan away."""
    found = access_scan(request.user, pk)
    scans.drop_scan(scan=found, by=request.user, at=timezone.now())
    return redirect(desk_address(found.requirement_id, found.unit_id, found.period))


@require_safe
def page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One page of the scan as an image, small; with `?lon` to read it."""
    found = access_scan(request.user, pk)
    width = scans.LARGE_WIDTH if "lon" in request.GET else scans.THUMB_WIDTH
    now = timezone.now()
    image = scans.page_of_scan(scan=found, page=number, width=width, at=now)
    if image is None:
        raise Http404
    try:
        answer = HttpResponse(read_verified(blob=image, now=now), content_type="image/jpeg")
    except VaultError as failed:
        raise Http404 from failed
    answer["Cache-Control"] = "private, max-age=3600"
    return as_data(answer)
