"""Pages that move a member: transfer, temporary stay, leaving, standing in the Party, exemption. The open duties follow at once.

They stand here and not in the roster's room, because the answer shows what became of the duties; the roster's pages
link by name. Not here: what a move is (`units.services.places`, `members`, `exemptions`), the rule of following (`services.following`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directives.access import access_debts, access_handover, access_moves
from directives.carried import carried_by
from directives.following_words import told, told_of_all
from directives.services.following import debts_of, follow_roster
from units.access import access_exemption, access_import, access_member, access_place, access_unit
from units.choices import MemberStatus
from units.errors import UnitsError
from units.forms_roster import DayForm, ExemptionForm, LeaveForm, StatusForm, StayForm, TransferAllForm, TransferForm
from units.roster.secretary import is_secretary
from units.scopes import scope_of
from units.services.committee_seats import Seats, seats_of
from units.services.exemptions import end_exemption, grant_exemption
from units.services.members import change_status
from units.services.places import cancel_transfer, end_stay, home_of, leave_ward, start_stay, transfer_member
from units.services.places import transfer_all as transfer_everybody
from units.services.secretaries import CELLS_AND_COMMITTEES
from units.views.answers import carried_out, change_page, posted, today
from vietnamese.numbers import format_number

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

    from units.models import Member, Unit

_STILL_HOLDS = "Còn giữ chức vụ, vai trò của cấp ủy nên chưa ghi dự bị được; thôi giữ trước, hoặc chọn tình trạng khác."


def _moved(request: HttpRequest, form: forms.Form, who: Member, verb: Callable[..., Any], /, **facts: Any) -> bool:
    """The verb and what follows from it, as one; told in the page's messages."""
    with transaction.atomic():
        if not carried_out(form, verb, **facts, by=request.user):
            return False
        followed = follow_roster(ward=who.ward, at=timezone.now(), by=request.user, members=[who.pk])
    messages.success(request, told(who, followed))
    return True


def _page(
    request: HttpRequest, form: forms.Form, member: Member, *, heading: str, submit: str, note: str = "",
    held: Seats | None = None,
) -> Any:  # fmt: skip
    """The form with the duties that go along under it."""
    back = (reverse("units:member", args=[member.pk]), member.full_name)
    debts = debts_of(member).select_related("requirement__directive", "unit").order_by("due_at", "pk")
    page = {
        "member": member,
        "debts": debts,
        "note": note,
        "held": _ways_out(held),
        "template": "directives/move_member.html",
    }
    return change_page(request, form, heading=f"{heading} {member.full_name}", submit=submit, back=back, **page)


def _ways_out(held: Seats | None) -> dict[str, Any] | None:
    """Each seat with the pages that end it: whether the office can change the secretary there, too."""
    if held is None:
        return None
    posts = [
        (post, is_secretary(post.position.title) and post.unit.kind in CELLS_AND_COMMITTEES, post.valid_to is None)
        for post in held.posts
    ]
    return {"posts": posts, "roles": held.roles}


@require_http_methods(["GET", "POST"])
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Chuyển sinh hoạt chính thức, also for a day to come."""
    member = access_member(request.user, pk, "units.change_member")
    form = TransferForm(posted(request), member=member, today=today(), initial={"on": today()})
    if form.is_valid() and _moved(request, form, member, transfer_member, member=member, **form.cleaned_data):
        return redirect("units:member", pk)
    return _page(request, form, member, heading="Chuyển sinh hoạt cho", submit="Chuyển 1 đảng viên")


@require_http_methods(["GET", "POST"])
def transfer_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of a unit goes to another one on a day, as before the unit is closed."""
    unit = access_unit(request.user, pk, "units.change_unit")
    form = TransferAllForm(posted(request), unit=unit, today=today(), initial={"on": today()})
    if form.is_valid() and (said := _all_moved(request, form, unit)):
        messages.success(request, said)
        return redirect("units:close_unit", pk)
    people = home_of(unit, today()).select_related("member")
    return change_page(
        request,
        form,
        heading=f"Chuyển tất cả đảng viên của {unit.name}",
        submit=f"Chuyển {format_number(len(people))} đảng viên",
        back=(reverse("units:close_unit", args=[pk]), unit.name),
        template="directives/transfer_all.html",
        people=people,
    )


def _all_moved(request: HttpRequest, form: forms.Form, unit: Unit) -> str:
    """The transfers and what follows from them, as one; in words, "" when refused."""
    with transaction.atomic():
        moved = carried_out(form, transfer_everybody, unit=unit, by=request.user, **form.cleaned_data)
        if not moved:
            return ""
        ids = [member.pk for member in moved]
        followed = follow_roster(ward=unit.ward, at=timezone.now(), by=request.user, members=ids)
    return told_of_all(len(moved), followed, **form.cleaned_data, today=today())


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """A transfer arranged for later does not take place."""
    place = access_place(request.user, pk)
    try:
        before = cancel_transfer(place=place, today=today(), by=request.user)
        messages.success(
            request, f"Đã hủy. {place.member.full_name} vẫn sinh hoạt tại {before.unit if before else 'nơi cũ'}."
        )
    except UnitsError as refusal:
        messages.error(request, str(refusal))
    return redirect("units:member", place.member_id)


@require_http_methods(["GET", "POST"])
def stay(request: HttpRequest, pk: int) -> HttpResponse:
    """Sinh hoạt tạm thời, or đảng viên 213."""
    member = access_member(request.user, pk, "units.change_member")
    form = StayForm(posted(request), member=member, today=today(), initial={"since": today()})
    if form.is_valid() and _moved(request, form, member, start_stay, member=member, **form.facts()):
        return redirect("units:member", pk)
    return _page(request, form, member, heading="Sinh hoạt tạm thời, đảng viên 213:", submit="Ghi nơi sinh hoạt")


@require_http_methods(["GET", "POST"])
def stop_stay(request: HttpRequest, pk: int) -> HttpResponse:
    """A temporary stay or a 213 membership ends."""
    place = access_place(request.user, pk)
    member = place.member
    form = DayForm(posted(request), label="Không còn từ ngày", initial={"on": today()})
    if form.is_valid() and _moved(request, form, member, end_stay, place=place, on=form.cleaned_data["on"]):
        return redirect("units:member", member.pk)
    note = f"{place.get_kind_display()} tại {place.unit.name}."
    return _page(request, form, member, heading="Kết thúc nơi sinh hoạt của", submit="Kết thúc", note=note)


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Chuyển sinh hoạt ra ngoài phường."""
    member = access_member(request.user, pk, "units.change_member")
    form = LeaveForm(posted(request), initial={"on": today()})
    if form.is_valid() and _moved(request, form, member, leave_ward, member=member, **form.cleaned_data):
        return redirect("units:member", pk)
    note = "Từ ngày này chức vụ và quyền đăng nhập ở phường kết thúc; việc còn nợ được cho miễn vì đã chuyển đi."
    return _page(request, form, member, heading="Chuyển ra ngoài phường:", submit="Ghi chuyển đi", note=note)


@require_http_methods(["GET", "POST"])
def status(request: HttpRequest, pk: int) -> HttpResponse:
    """Another standing in the Party."""
    member = access_member(request.user, pk, "units.change_member")
    form = StatusForm(posted(request), initial={"on": today()})
    facts = {"member": member, "today": today()}
    held = None
    if form.is_valid():
        asked = form.cleaned_data["status"]
        if asked == MemberStatus.PROBATIONARY != member.status and (held := seats_of([pk], today())):
            form.add_error("status", _STILL_HOLDS)  # what is held, and the way out of each, stands once, with links
        elif _moved(request, form, member, change_status, **facts, **form.cleaned_data):
            return redirect("units:member", pk)
    note = (
        f"Đang là “{member.get_status_display()}”. Đình chỉ, xóa tên, khai trừ, từ trần: từ ngày ấy không tính trong số "
        "liệu, quyền đăng nhập kết thúc, việc còn nợ được cho miễn."
    )
    return _page(request, form, member, heading="Đổi tình trạng của", submit="Ghi tình trạng mới", note=note, held=held)


@require_http_methods(["GET", "POST"])
def exempt(request: HttpRequest, pk: int) -> HttpResponse:
    """A decision that exempts the member from meetings and work; what he owes is released from its first day on."""
    member = access_member(request.user, pk, "units.change_member")
    form = ExemptionForm(posted(request), initial={"first_day": today()})
    if form.is_valid() and _moved(request, form, member, grant_exemption, member=member, **form.cleaned_data):
        return redirect("units:member", pk)
    note = (
        "Trong thời gian được miễn: không bị nhắc, không được giao việc mới, việc còn nợ được cho miễn từ ngày đầu; bài đã "
        "nộp vẫn chờ duyệt. Muốn hết miễn sớm thì bấm “Kết thúc” ở mục miễn trên trang của người này."
    )
    return _page(request, form, member, heading="Miễn sinh hoạt cho", submit="Ghi miễn", note=note)


@require_http_methods(["GET", "POST"])
def stop_exemption(request: HttpRequest, pk: int) -> HttpResponse:
    """The exemption ends before its day; what it released and is not due yet is owed again."""
    exemption = access_exemption(request.user, pk)
    member = exemption.member
    form = DayForm(posted(request), label="Không còn miễn từ ngày", initial={"on": today()})
    if form.is_valid() and _moved(
        request, form, member, end_exemption, exemption=exemption, on=form.cleaned_data["on"]
    ):  # fmt: skip
        return redirect("units:member", member.pk)
    note = f"Theo {exemption.decision}. Việc đã cho miễn vì lần miễn này mà chưa tới hạn được tính lại từ ngày ấy."
    return _page(request, form, member, heading="Kết thúc miễn sinh hoạt của", submit="Kết thúc miễn", note=note)


def _part(request: HttpRequest, part: str, title: str, back: tuple[str, str], context: dict[str, Any]) -> HttpResponse:
    """A part of another page; asked for by itself (without scripts) it is a page of its own."""
    if request.headers.get("HX-Request") == "true":
        return render(request, part, context)
    layout = "layouts/staff.html" if scope_of(request.user).reads_all else "layouts/member.html"
    around = {"layout": layout, "title": title, "part": part, "back_url": back[0], "back_label": back[1]}
    return render(request, "directives/part_page.html", {**context, **around})


@require_safe
def member_debts(request: HttpRequest, pk: int) -> HttpResponse:
    """What a member owes in running directives, and what went with him from unit to unit; a part of his page."""
    member = access_member(request.user, pk)
    context = {
        "member": member,
        "rows": access_debts(request.user, member, timezone.now()),
        "moves": access_moves(request.user).of_member(member.pk).newest_first(),
    }
    back = (reverse("units:member", args=[pk]), member.full_name)
    return _part(request, "directives/member_debts.html", f"Việc của {member.full_name}", back, context)


@require_safe
def import_debts(request: HttpRequest, pk: int) -> HttpResponse:
    """What a roster file does to the debts of those it moves or puts out; a part of the file's page."""
    imported = access_import(request.user, pk)
    context = {"imported": imported, "carried": carried_by(imported, day=timezone.localdate())}
    back = (reverse("units:roster_import", args=[pk]), "Tệp danh bạ")
    return _part(request, "directives/import_debts.html", "Việc chuyển theo người", back, context)


@require_safe
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """What a unit still owes today: what a new secretary takes over, or nobody when it is closed (`?vi=giai-the`); a part
    of the page of the change.
    """
    unit = access_unit(request.user, pk, "units.change_unit")
    cards, closing = access_handover(request.user, unit, timezone.now()), request.GET.get("vi") == "giai-the"
    title = f"Việc đang mở của {unit.name}" if closing else f"Việc bàn giao của {unit.name}"
    back = (reverse("units:unit", args=[pk]), unit.name)
    return _part(
        request, "directives/handover.html", title, back, {"unit": unit, "cards": cards, "is_closing": closing}
    )
