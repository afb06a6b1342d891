"""Which ward a page of Đôn đốc is about: most accounts work for one, some for several.

The ward asked for is kept for the session, so that every link between these pages may leave it out; forms carry it, since
another tab may have chosen another one meanwhile.
Not here: which wards an account works for (`reminders.access`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from reminders.access import access_chased_wards

if TYPE_CHECKING:
    from django.http import HttpRequest

    from units.models import Unit

_KEPT = "chased_ward"


def chased_ward(request: HttpRequest) -> Unit:
    """The ward asked for (`phuong`, its key), else the one last asked for, else the first in the tree.

    Leaves `request.chased_ward` and, for an account that works for several, `request.chased_wards` to the templates.
    Http404 when the ward asked for is none of them, or there is none.
    """
    wards = {str(ward.pk): ward for ward in access_chased_wards(request.user)}
    asked = (request.POST if request.method == "POST" else request.GET).get("phuong", "")
    ward = wards.get(asked or request.session.get(_KEPT, ""))
    if ward is None and asked:
        raise Http404
    ward = ward or next(iter(wards.values()))
    if asked and request.session.get(_KEPT) != asked:
        request.session[_KEPT] = asked
    request.chased_ward = ward  # type: ignore[attr-defined]
    request.chased_wards = list(wards.values()) if len(wards) > 1 else []  # type: ignore[attr-defined]
    return ward
