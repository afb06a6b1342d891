"""Which ward a page is about: most accounts work for one, some for several.

The ward asked for is kept for the session, so that a bare link leads to the ward last looked at. Another tab may have chosen
another one meanwhile: forms carry their ward (`components/ward_field.html`), and to the links a page makes of its own
address (chips, pages) the ward belongs as if it had been asked for.
Not here: which wards an account may choose from (each app's `access.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.http import Http404

from units.access import access_worked_wards

if TYPE_CHECKING:
    from django.http import HttpRequest

    from units.models import Unit

_KEPT = "chosen_ward"


def chosen_ward(request: HttpRequest, wards: Sequence[Unit]) -> Unit:
    """The one of `wards` (at least one) asked for (`phuong`, its key), else the one last asked for, else the first.

    Leaves `request.chosen_ward` and, where there is a choice, `request.choosable_wards` to the templates. Http404 when the
    ward asked for is none of them.
    """
    by_key = {str(ward.pk): ward for ward in wards}
    sent = request.POST if request.method == "POST" else request.GET
    asked = sent.get("phuong", "")
    ward = by_key.get(asked or request.session.get(_KEPT, ""))
    if ward is None and asked:
        raise Http404
    ward = ward or wards[0]
    request.chosen_ward, request.choosable_wards = ward, []  # type: ignore[attr-defined]
    if len(by_key) > 1:
        request.choosable_wards = list(wards)  # type: ignore[attr-defined]
        if asked and request.session.get(_KEPT) != asked:
            request.session[_KEPT] = asked
        if not asked and request.method != "POST":
            request.GET = request.GET.copy()  # type: ignore[assignment]
            request.GET["phuong"] = str(ward.pk)
    return ward


def worked_ward(request: HttpRequest) -> Unit:
    """The one of the wards the account works for that the page is about. Http404 as `chosen_ward`, and when it works for none."""
    return chosen_ward(request, access_worked_wards(request.user))
