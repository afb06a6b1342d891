"""The component gallery: every component once, in the states people meet, at a fixed instant.

Not here: components (`templates/components/`), real pages (each app's views).
"""

from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from interface.forms import SampleForm
from vietnamese.dates import VIETNAM

_NOW = datetime(2026, 4, 24, 14, 20, tzinfo=VIETNAM)


def gallery(request: HttpRequest) -> HttpResponse:
    """Components as they are drawn; for those who build pages: with DEBUG or a repair account, else 404."""
    if not (settings.DEBUG or request.user.is_staff):
        raise Http404
    form = SampleForm({"present": "38"})
    form.is_valid()
    context = {
        "now": _NOW,
        "due_soon": datetime(2026, 4, 28, tzinfo=VIETNAM),
        "due_late": datetime(2026, 4, 23, tzinfo=VIETNAM),
        "due_today": datetime(2026, 4, 25, tzinfo=VIETNAM),
        "due_far": datetime(2026, 6, 1, tzinfo=VIETNAM),
        "due_extended": datetime(2026, 5, 5, tzinfo=VIETNAM),
        "counts": {"accepted": 956, "submitted": 118, "returned": 19, "soon": 246},
        "unit_counts": {"accepted": 28, "submitted": 2, "returned": 1},
        "form": form,
    }
    return render(request, "interface/gallery.html", context)
