"""The root address: each role is sent to the page its work begins on.

Not here: those pages.
"""

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect

from units.choices import Role
from units.scopes import scope_of


def home(request: HttpRequest) -> HttpResponseRedirect:
    """Office → today's work, leader → overview, everybody else → own tasks."""
    scope = scope_of(request.user)
    if scope.is_staff:
        return redirect("reports:office_home")
    if Role.LEADER in scope.roles:
        return redirect("reports:leader")
    return redirect("directives:my_work")
