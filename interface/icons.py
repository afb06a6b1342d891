"""Icons of Bootstrap Icons, read from the installed npm package and put into the page as SVG.

A page carries only the shapes it shows (about 300 bytes each) instead of a font of 130 kB.
Not here: which icon a state has (`states.py`).
"""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_NAME = re.compile(r"[a-z0-9-]+")


@cache
def icon_shape(name: str) -> str:
    """The inside of the SVG of icon `name`; "" when the assets are not installed (`check` warns of that).

    A name that no installed icon has raises LookupError: a misspelt icon is a fault of the template.
    """
    if not _NAME.fullmatch(name):
        raise LookupError(f"not the name of an icon: {name!r}")
    folder = Path(settings.NODE_MODULES_DIR) / "bootstrap-icons" / "icons"
    file = folder / f"{name}.svg"
    if not file.is_file():
        if folder.is_dir():
            raise LookupError(f"no such icon: {name!r}")
        return ""
    match = _BODY.search(file.read_text("utf-8"))
    return " ".join(match[1].split()) if match else ""


def draw_icon(name: str, *, label: str = "", extra_class: str = "") -> SafeString:
    """SVG of icon `name`: hidden from screen readers, or an image called `label` where no word stands beside it."""
    shape = mark_safe(icon_shape(name))  # noqa: S308 (from the installed package, found by a checked name)
    meaning = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    css = f"icon {extra_class}".strip()
    return format_html('<svg class="{}" viewBox="0 0 16 16" {} focusable="false">{}</svg>', css, meaning, shape)
