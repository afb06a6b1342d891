"""Tags and filters of the account pages: `{% load accounts %}`.

Not here: how a browser names itself (`units.browsers`), who needs a second factor (`units.second_factor`).
"""

import json

from django import template

from units import browsers
from units.models import User
from units.reauthentication import act_asked_for
from units.second_factor import has_second_factor, must_have_second_factor

register = template.Library()


@register.filter
def browser_words(user_agent: str) -> str:
    """`{{ session.user_agent|browser_words }}` → "Chrome, Windows"."""
    return browsers.browser_words(user_agent)


@register.filter
def must_have_factor(user: User) -> bool:
    """`{% if user|must_have_factor %}`: a role held today asks for a second factor."""
    return must_have_second_factor(user)


@register.filter
def has_factor(user: User) -> bool:
    """`{% if user|has_factor %}`: an app or a key is set up."""
    return has_second_factor(user)


@register.simple_tag(takes_context=True)
def proof_act(context: dict) -> str:
    """`{% proof_act as act %}`: what the page that asks for a proof asks it for, "" when nobody knows."""
    return act_asked_for(context["request"])


@register.filter
def as_json(options: object) -> str:
    """`data-options="{{ js_data.request_options|as_json }}"`: what `static/js/webauthn.js` hands to the browser."""
    return json.dumps(options)
