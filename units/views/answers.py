"""The one spot where a refusal of the roster becomes words at a field, and the page of a form.

Not here: the doors themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.utils import timezone

from units.errors import HomonymInUnit, RosterRefused, SecretaryInOffice, UnitsError
from units.forms_roster import AskingForm

if TYPE_CHECKING:
    from datetime import date

    from django import forms
    from django.http import HttpRequest, HttpResponse


def carried_out(form: forms.Form, verb: Callable[..., Any], **arguments: Any) -> Any:
    """What the verb returns (True for nothing); a refusal becomes an error at its field, and None."""
    try:
        done = verb(**arguments)
    except RosterRefused as refusal:
        if isinstance(refusal, HomonymInUnit | SecretaryInOffice) and isinstance(form, AskingForm):
            form.ask()
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    except UnitsError as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
    else:
        return True if done is None else done
    return None


def posted(request: HttpRequest) -> Any:
    """What a form is bound to: the POST data, or nothing."""
    return request.POST if request.method == "POST" else None


def today() -> date:
    """The day of the request, in Hà Nội."""
    return timezone.localdate()


def form_page(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    """The page with its form: 422 when what was sent has faults."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


def change_page(
    request: HttpRequest,
    form: forms.Form,
    *,
    heading: str,
    submit: str,
    back: tuple[str, str],
    template: str = "units/change.html",
    **context: Any,
) -> HttpResponse:
    """The common page of a change: heading, form, one button that says what happens, the way back (address, label)."""
    page = {"heading": heading, "submit": submit, "back_url": back[0], "back_label": back[1], **context}
    return form_page(request, template, form, **page)
