"""Cụm: the list, one cluster with its units and leads, keeping them.

Not here: what a lead may do (`units.rules`), roles in general (`accounts.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from units.access import access_cluster, access_unit
from units.choices import Role
from units.directory import cluster_lines, leads_of, unit_lines
from units.errors import UnitsError
from units.forms_roster import ClusterForm, ClusterLeadForm
from units.models import Cluster, Unit, User
from units.reauthentication import demand_recent_proof
from units.scopes import scope_of
from units.services.clusters import change_cluster, make_cluster, remove_cluster
from units.services.roles import grant_role
from units.views.answers import carried_out, change_page, posted, today

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_NOT_HIS = (
    "{name} đang giữ vai trò ở nơi khác hoặc thuộc phường khác nên không giao thêm được. Chọn người khác, hoặc nhờ quản trị "
    "cấp trên giao."
)


def _layout(request: HttpRequest) -> str:
    return "layouts/staff.html" if scope_of(request.user).reads_all else "layouts/member.html"


@require_safe
def clusters(request: HttpRequest) -> HttpResponse:
    """Every cluster in reach with its leads and numbers; by which ward a new one is made."""
    scope = scope_of(request.user)
    found = Cluster.objects.visible_to(request.user).select_related("ward").order_by("ward", "order", "name")
    if not (scope.reads_all or scope.cluster_ids):
        raise Http404
    wards = [ward for ward in Unit.objects.visible_to(request.user).wards() if scope.administers(ward)]
    context = {
        "layout": _layout(request),
        "lines": cluster_lines(found, day=today()),
        "wards": wards,
        "may_administer": bool(scope.admin_paths),
    }
    return render(request, "units/clusters.html", context)


@require_safe
def cluster(request: HttpRequest, pk: int) -> HttpResponse:
    """One cluster: who leads it, which units stand in it."""
    found = access_cluster(request.user, pk)
    units = Unit.objects.visible_to(request.user).in_cluster(found).open_on(today()).select_related("cluster")
    lines = unit_lines(list(units.order_by("path")), day=today(), reader=request.user)
    context = {
        "layout": _layout(request),
        "cluster": found,
        "lines": lines,
        "members": sum(line.own for line in lines),
        "leads": leads_of(found, day=today()),
        "may_change": request.user.has_perm("units.change_cluster", found),
        "today": today(),
    }
    return render(request, "units/cluster.html", context)


@require_http_methods(["GET", "POST"])
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """A new cluster of the ward with this root unit."""
    ward = access_unit(request.user, pk, "units.change_unit").ward
    form = ClusterForm(posted(request), units=_choices(request, ward))
    if form.is_valid() and (made := carried_out(form, make_cluster, ward=ward, **form.cleaned_data, by=request.user)):
        messages.success(request, f"Đã lập {made.name}.")
        return redirect("units:cluster", made.pk)
    back = (reverse("units:clusters"), "Các cụm")
    return change_page(request, form, heading="Lập cụm mới", submit="Lập 1 cụm", back=back, columns=True)  # fmt: skip


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, other units."""
    found = access_cluster(request.user, pk, "units.change_cluster")
    start = {"name": found.name, "units": found.units.all()}
    form = ClusterForm(posted(request), units=_choices(request, found.ward), initial=start)
    if form.is_valid() and carried_out(form, change_cluster, cluster=found, **form.cleaned_data, by=request.user):
        messages.success(request, "Đã ghi.")
        return redirect("units:cluster", pk)
    back = (reverse("units:cluster", args=[pk]), found.name)
    return change_page(request, form, heading=f"Sửa {found.name}", submit="Lưu cụm", back=back, columns=True)  # fmt: skip


@require_http_methods(["GET", "POST"])
def name_lead(request: HttpRequest, pk: int) -> HttpResponse:
    """An account of the ward leads the cluster from a day on."""
    found = access_cluster(request.user, pk, "units.change_cluster")
    if request.method == "POST":
        demand_recent_proof(request, act=f"giao người phụ trách {found.name}")
    accounts = User.objects.visible_to(request.user).filter(is_active=True)
    form = ClusterLeadForm(posted(request), accounts=accounts, initial={"on": today()})
    if form.is_valid():
        account, on = form.cleaned_data["account"], form.cleaned_data["on"]
        role = {"role": Role.CLUSTER_LEAD, "unit": found.ward, "cluster": found, "since": on}
        if not request.user.has_perm("units.change_user", account):  # as at the account's own page
            form.add_error("account", _NOT_HIS.format(name=account.full_name))
        elif carried_out(form, grant_role, user=account, **role, by=request.user):
            messages.success(request, f"{account.full_name} phụ trách {found.name}.")
            return redirect("units:cluster", pk)
    back = (reverse("units:cluster", args=[pk]), found.name)
    note = "Chưa có tài khoản thì mở tài khoản trước, chọn vai trò “Phụ trách cụm”."
    return change_page(
        request, form, heading=f"Người phụ trách {found.name}", submit="Giao phụ trách 1 cụm", back=back, note=note
    )


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away an empty cluster."""
    found = access_cluster(request.user, pk, "units.change_cluster")
    try:
        remove_cluster(cluster=found, by=request.user)
    except UnitsError as refusal:
        messages.error(request, str(refusal))
        return redirect("units:cluster", pk)
    messages.success(request, f"Đã xóa {found.name}.")
    return redirect("units:clusters")


def _choices(request: HttpRequest, ward: Unit) -> object:
    """Open units of the ward that can stand in a cluster."""
    units = Unit.objects.visible_to(request.user).filter(ward=ward).open_on(today())
    return units.exclude(pk=ward.pk).order_by("path")
