"""The one spot where a refusal of the domain becomes words on a page.

Not here: the doors themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import render

from directives.errors import DirectivesError, SecretMarked
from vault.errors import VaultError

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

REFUSALS = (DirectivesError, VaultError)


def carried_out(
    form: forms.Form, verb: Callable[..., Any], *, on_secret: Callable[[str], None] | None = None, **arguments: Any
) -> Any:
    """What the verb returns; a refusal becomes an error of the form and None. `on_secret` logs a stamped paper."""
    try:
        return verb(**arguments)
    except REFUSALS as refusal:
        _log_secret(refusal, on_secret)
        form.add_error(None, str(refusal))
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
    return None


def done_or_told(
    request: HttpRequest, verb: Callable[..., Any], *, on_secret: Callable[[str], None] | None = None, **arguments: Any
) -> bool:
    """The verb was carried out; else its refusal stands among the page's messages."""
    try:
        verb(**arguments)
    except REFUSALS as refusal:
        _log_secret(refusal, on_secret)
        messages.error(request, str(refusal))
        return False
    return True


def _log_secret(refusal: Exception, on_secret: Callable[[str], None] | None) -> None:
    """After the verb's own transaction is rolled back, so that the log entry stands."""
    if on_secret is not None and isinstance(refusal, SecretMarked):
        on_secret(refusal.reason)


def form_page(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    """The page with its form: 422 when what was sent has faults."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
