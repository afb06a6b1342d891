"""Filters of the account pages: `{% load accounts %}`.

Not here: how a browser names itself (`units.browsers`).
"""

from django import template

from units import browsers

register = template.Library()


@register.filter
def browser_words(user_agent: str) -> str:
    """`{{ session.user_agent|browser_words }}` → "Chrome, Windows"."""
    return browsers.browser_words(user_agent)
