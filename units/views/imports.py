"""Nhập danh sách: a file comes in, is matched, looked at, decided about, applied and, if need be, taken back.

Not here: the work (`units.services.import_work`), single changes of the roster, taking the roster out (`exports.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from units import tasks
from units.access import access_import, administered_wards
from units.choices import ImportState
from units.errors import ImportRefused, UnitsError
from units.import_forms import ColumnsForm, ProblemAct, UploadForm
from units.import_pages import import_page, shown_lines, strip_of, summary_of, told_of
from units.line_packs import PackedLines
from units.models import RosterImport
from units.reauthentication import demand_recent_proof
from units.roster.records import ANOTHER, SAME
from units.services.import_record import lines_of
from units.services.import_work import guesses_of, run_import
from units.services.imports import (
    accept_repairs,
    answer_questions,
    correct_cell,
    discard_import,
    forget_decisions,
    keep_spelling,
    map_columns,
    pass_over_rows,
    request_apply,
    request_undo,
    set_extent,
    upload_roster,
)
from vault.errors import VaultError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from units.import_querysets import ImportLineQuerySet

_IMPORTS_A_PAGE, _LINES_A_PAGE, _PROBLEMS_A_PAGE = 30, 50, 50
# A roster of 4,000 people is 200 kB and takes a second; more is a worker's.
AT_ONCE_BYTES = 300_000
_NOTHING_DONE = {
    "accept": "Không có cách sửa chắc chắn nào để nhận ở đây; sửa từng ô, hoặc sửa trong tệp rồi tải lên lại.",
    "pass": "Không có dòng đảng viên nào để bỏ qua ở đây; lỗi của đơn vị và dòng tiêu đề phải sửa trong tệp rồi tải lên lại.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def roster_imports(request: HttpRequest) -> HttpResponse:
    """Files brought in so far, and the form for the next."""
    wards = administered_wards(request.user)
    if not wards.exists():
        raise Http404
    posted = request.method == "POST"
    form = UploadForm(request.POST, request.FILES, wards=wards) if posted else UploadForm(wards=wards)
    if posted and (imported := _uploaded(request, form)):
        return _start(imported)
    found = RosterImport.objects.visible_to(request.user).select_related("asked_by", "ward")
    page = Paginator(found, _IMPORTS_A_PAGE).get_page(request.GET.get("trang"))
    rows = [(one, summary_of(one)) for one in page]
    context = {"form": form, "page_obj": page, "wards": wards, "rows": rows}
    return render(request, "units/imports/list.html", context, status=422 if posted else 200)


def _uploaded(request: HttpRequest, form: UploadForm) -> RosterImport | None:
    """The import of the file that was sent; None when the form says why not."""
    if not form.is_valid():
        return None
    file, now = form.cleaned_data["file"], timezone.now()
    said = {"file_name": file.name, "on": timezone.localdate(now), "by": request.user, "at": now}
    try:
        return upload_roster(ward=form.chosen_ward, stream=file, **said)
    except VaultError as refusal:
        form.add_error("file", str(refusal))
        return None


@require_safe
def roster_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Where one file stands: the strip of its work, the difference to look at, or what became of it."""
    imported = access_import(request.user, pk)
    if imported.work:
        fragment = "units/imports/import.html#strip" if request.htmx else "units/imports/import.html"
        return render(request, fragment, {"imported": imported, "strip": strip_of(imported)})
    if request.htmx and "HX-Boosted" not in request.headers:
        return HttpResponseClientRedirect(reverse("units:roster_import", args=[pk]))
    if imported.state == ImportState.COLUMNS:
        return redirect("units:import_columns", pk)
    text = request.GET.get("q", "")[:100]
    every = _lines_of(request, imported)
    lines, key = shown_lines(every, key=request.GET.get("loai", ""), text=text)
    context = {
        "imported": imported,
        "page": import_page(imported, every),
        "summary": summary_of(imported),
        "key": key,
        "text": text,
        "page_obj": Paginator(lines, _LINES_A_PAGE).get_page(request.GET.get("trang")),
    }
    return render(request, "units/imports/import.html", context)


def _lines_of(request: HttpRequest, imported: RosterImport) -> ImportLineQuerySet | PackedLines:
    """The lines however they are kept; none, and a sentence why, when the store cannot give them."""
    try:
        return lines_of(imported, at=timezone.now())
    except VaultError as refusal:
        messages.error(request, f"Chưa xem được từng dòng của lần nhập này: {refusal}")
        return PackedLines(())


@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Which column of the file is what; what is accepted is remembered for the ward's next file."""
    imported = access_import(request.user, pk, "units.change_rosterimport")
    now = timezone.now()
    try:
        form = ColumnsForm(request.POST if request.method == "POST" else None, guesses=guesses_of(imported, at=now))
    except (UnitsError, VaultError) as refusal:
        messages.error(request, str(refusal))
        return redirect("units:roster_imports")
    refusal_text = ""
    if request.method == "POST" and form.is_valid():
        try:
            return _start(map_columns(imported=imported, sheets=form.chosen(), by=request.user, at=now))
        except ImportRefused as refusal:
            refusal_text = str(refusal)
    context = {"imported": imported, "form": form, "refusal": refusal_text}
    return render(request, "units/imports/columns.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def import_problems(request: HttpRequest, pk: int) -> HttpResponse:
    """Each problem beside its cell; accept, correct or pass over, one by one or by kind."""
    imported = access_import(request.user, pk, "units.change_rosterimport")
    if request.method == "POST":
        return _decide(request, imported, _problem_act(request, imported))
    kind, settled = request.GET.get("loai", ""), "da" in request.GET
    found = imported.problems.all() if settled else imported.problems.in_the_way()
    if kind:
        found = found.filter(kind="" if kind == "khac" else kind)
    page_obj = Paginator(found.order_by("id"), _PROBLEMS_A_PAGE).get_page(request.GET.get("trang"))
    context = {
        "imported": imported,
        "page": import_page(imported),
        "kind": kind,
        "settled": settled,
        "page_obj": page_obj,
        "rows": told_of(imported, page_obj),
    }
    return render(request, "units/imports/problems.html", context)


@require_POST
def import_extent(request: HttpRequest, pk: int) -> HttpResponse:
    """The file is the whole roster, or a part of it."""
    imported = access_import(request.user, pk, "units.change_rosterimport")
    answer = {"phan": True, "toan-bo": False}.get(request.POST.get("tep", ""))
    if answer is None:
        messages.error(request, "Chọn: tệp là toàn bộ danh sách hay chỉ một phần.")
        return redirect("units:roster_import", pk)
    return _decide(request, imported, lambda **say: set_extent(is_part=answer, **say))


@require_POST
def import_spelling(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the stored place of tone marks, or take the file's."""
    imported = access_import(request.user, pk, "units.change_rosterimport")
    keep = request.POST.get("giu") == "1"
    return _decide(request, imported, lambda **say: keep_spelling(keep=keep, **say))


@require_POST
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply what is shown; a fresh proof first, for it may put many people out at once."""
    imported = access_import(request.user, pk, "units.change_rosterimport")
    demand_recent_proof(request, act="ghi tệp này vào danh bạ")
    return _decide(request, imported, request_apply)


@require_POST
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an applied file back; it weighs as much as applying."""
    imported = access_import(request.user, pk, "units.change_rosterimport")
    demand_recent_proof(request, act="hoàn tác lần nhập danh bạ này")
    return _decide(request, imported, request_undo)


@require_POST
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a file that was not applied."""
    imported = access_import(request.user, pk, "units.change_rosterimport")
    try:
        discard_import(imported=imported, by=request.user, at=timezone.now())
    except ImportRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("units:roster_import", pk)
    messages.success(request, f"Đã bỏ tệp “{imported.file_name}”; danh bạ không thay đổi.")
    return redirect("units:roster_imports")


def _problem_act(request: HttpRequest, imported: RosterImport) -> Callable[..., Any]:
    """The verb behind the button that was pressed."""
    asked = ProblemAct.read(request.POST)

    def act(**say: Any) -> Any:
        if asked is None or (asked.keys == [] and asked.act != "forget"):
            raise ImportRefused("Chưa chọn dòng nào; đánh dấu các dòng rồi bấm lại.")
        if asked.act == "forget":
            return forget_decisions(**say)
        if asked.act == "correct":
            problem = imported.problems.filter(pk__in=asked.keys or []).first()
            if problem is None:
                raise ImportRefused("Lỗi này không còn; tệp vừa được đọc lại.")
            return correct_cell(problem=problem, text=asked.text, **say)
        if asked.act in (SAME, ANOTHER):
            if not answer_questions(answer=asked.act, keys=asked.keys, kind=asked.kind, **say):
                raise ImportRefused("Câu hỏi này không còn; tệp vừa được đọc lại, hãy xem lại danh sách dưới đây.")
            return None
        verb = accept_repairs if asked.act == "accept" else pass_over_rows
        if not verb(keys=asked.keys, kind=asked.kind, **say):
            raise ImportRefused(_NOTHING_DONE[asked.act])
        return None

    return act


def _decide(request: HttpRequest, imported: RosterImport, act: Callable[..., Any]) -> HttpResponse:
    """Say it, start the work it asks for, and come back to where it was said."""
    try:
        act(imported=imported, by=request.user, at=timezone.now())
    except ImportRefused as refusal:
        messages.error(request, str(refusal))
    imported.refresh_from_db()
    answer = _start(imported)
    back = request.POST.get("ve", "")
    if back == "loi" and (not imported.work or imported.blob.size <= AT_ONCE_BYTES):
        return redirect("units:import_problems", imported.pk)
    return answer


def _start(imported: RosterImport) -> HttpResponse:
    """Small files are worked at once, others by a worker; the page of the import shows either."""
    if imported.work and imported.blob.size <= AT_ONCE_BYTES:
        run_import(import_id=imported.pk, clock=timezone.now)
    elif imported.work:
        tasks.run_roster_import.delay_on_commit(imported.pk)
    return redirect("units:roster_import", imported.pk)
