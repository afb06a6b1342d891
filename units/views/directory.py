"""Danh bạ: units in their tree, members, one unit, one person.

Not here: accounts and roles (`accounts.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from units.access import access_member, access_unit
from units.accounts import administered_units
from units.directory import (
    clusters_of,
    find_members,
    find_units,
    grouped,
    heads_of,
    member_file,
    member_lines,
    tree_of,
    unit_lines,
    with_facts,
)
from units.forms import MemberFilter, UnitFilter
from units.models import Member, Unit
from units.scopes import scope_of
from units.services.secretaries import CELLS_AND_COMMITTEES
from units.timeline import member_timeline

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_LONGEST_KEY = 18  # digits; a longer number is no key
_UNITS_A_PAGE, _MEMBERS_A_PAGE, _PEOPLE_SHOWN = 150, 50, 8


def _layout(request: HttpRequest) -> str:
    return "layouts/staff.html" if scope_of(request.user).reads_all else "layouts/member.html"


def _members_page(request: HttpRequest, members: Any) -> dict[str, Any]:
    """The page of a list of members, with what each row shows."""
    page = Paginator(with_facts(members, day=timezone.localdate()), _MEMBERS_A_PAGE).get_page(request.GET.get("trang"))
    return {"page_obj": page, "lines": member_lines(page.object_list)}


def _people_called(request: HttpRequest, text: str) -> list[Any]:
    """Members of that name, one more than are shown: who types a person's name into the list of units means him."""
    if not text.strip():
        return []
    found = Member.objects.visible_to(request.user).search(text).order_by("sort_key", "birth_year", "pk")
    return list(found[: _PEOPLE_SHOWN + 1])


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Units this account sees; whoever sees only one is taken there."""
    today = timezone.localdate()
    visible = Unit.objects.visible_to(request.user).open_on(today)
    few = list(visible.order_by("path").values_list("pk", flat=True)[:2])
    if not few:
        raise Http404
    if len(few) == 1:
        return redirect("units:unit", few[0])
    wanted = UnitFilter(request.GET, clusters=clusters_of(visible))
    narrowing = wanted.narrowing()
    page = Paginator(find_units(visible, narrowing, day=today), _UNITS_A_PAGE).get_page(request.GET.get("trang"))
    context = {
        "layout": _layout(request),
        "wanted": wanted,
        "narrowing": narrowing,
        "people": _people_called(request, narrowing.text),
        "page_obj": page,
        "lines": unit_lines(page.object_list, day=today, reader=request.user),
        "may_administer": bool(scope_of(request.user).admin_paths),
    }
    return render(request, "units/directory.html", context)


@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    """Every unit in reach as a tree to fold: by level, by khối or by cụm (`?theo=`)."""
    visible = Unit.objects.visible_to(request.user).open_on(timezone.localdate())
    if not visible.exists():
        raise Http404
    by = request.GET.get("theo", "cap")
    units = list(visible.select_related("cluster").order_by("path"))
    lines = unit_lines(units, day=timezone.localdate(), reader=request.user)
    context = {
        "layout": _layout(request),
        "by": by if by in ("khoi", "cum") else "cap",
        "branches": grouped(lines, by=by) if by in ("khoi", "cum") else tree_of(lines),
        "units": len(lines),
        "members": sum(line.own for line in lines),
        "may_administer": bool(scope_of(request.user).admin_paths),
    }
    return render(request, "units/tree.html", context)


@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """Members this account sees, in one list; who administers units chooses one there to add a member to."""
    cells = administered_units(request.user, day=timezone.localdate()).exclude(pk=F("ward_id"))
    if (chosen := request.GET.get("them-vao", "")).isdecimal():
        return redirect("units:add_member", get_object_or_404(cells, pk=chosen[:_LONGEST_KEY]).pk)
    visible = Unit.objects.visible_to(request.user)
    many_units = len(visible.values_list("pk")[:2])
    if not many_units:
        raise Http404
    wanted = MemberFilter(request.GET, clusters=clusters_of(visible))
    found = find_members(Member.objects.visible_to(request.user), wanted.narrowing(), day=timezone.localdate())
    context = {
        "layout": _layout(request),
        "wanted": wanted,
        "narrowing": wanted.narrowing(),
        "many_units": many_units > 1,
        "cells": cells,
        "may_administer": bool(scope_of(request.user).admin_paths),
        **_members_page(request, found),
    }
    return render(request, "units/members.html", context)


@require_safe
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: what stands under it, who leads it, who belongs to it."""
    today = timezone.localdate()
    found = access_unit(request.user, pk)
    below = Unit.objects.visible_to(request.user).within(found).open_on(today).exclude(pk=found.pk)
    people = Member.objects.visible_to(request.user).of_unit(found, today).search(request.GET.get("q", ""))
    above = Unit.objects.visible_to(request.user).filter(path=found.path[: -Unit.steplen]).first()
    may_change = request.user.has_perm("units.change_unit", found)
    context = {
        "layout": _layout(request),
        "unit": found,
        "today": today,
        "head": heads_of([found], day=today, reader=request.user).get(found.pk),
        "may_change": may_change and found.closed_on is None,
        "may_keep": may_change and found.closed_on is not None and found.closed_on > today,
        "has_secretary": found.kind in CELLS_AND_COMMITTEES,
        "is_root": found.pk == found.ward_id,
        "above": above,
        "below": unit_lines(list(below.select_related("cluster").order_by("path")), day=today, reader=request.user),
        "aliases": [alias.name for alias in found.aliases.all()],
        "text": request.GET.get("q", ""),
        "may_give_links": request.user.has_perm("units.give_links", found),
        **_members_page(request, people.order_by("sort_key", "birth_year", "pk")),
    }
    return render(request, "units/unit.html", context)


@require_safe
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """One member: where, which posts, since when, exempt by which decision."""
    found, today = access_member(request.user, pk), timezone.localdate()
    file = member_file(found, reader=request.user)
    places = [place for place in file.memberships if place.valid_to is None or place.valid_to > today]
    seen = Unit.objects.visible_to(request.user).filter(pk__in=[place.unit_id for place in places])
    open_units = {*seen.values_list("pk", flat=True)}
    here = [place.unit for place in places if place.valid_from is None or place.valid_from <= today]
    context = {
        "layout": _layout(request),
        "file": file,
        "open_units": open_units,
        "home": next((unit for unit in here if unit.pk in open_units), None),
        "moments": member_timeline(file, today=today, with_log=scope_of(request.user).works_for(found.ward)),
        "today": today,
        "may_administer": request.user.has_perm("units.change_member", found),
        "accounts": found.accounts.visible_to(request.user),
        "may_ask": request.user.has_perm("privacy.ask_correction", found),
        "may_export": request.user.has_perm("privacy.export_member", found),
    }
    return render(request, "units/member.html", context)
