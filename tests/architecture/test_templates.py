"""What a template may hold: a contract on its first line, no inline code, no address outside, every word Vietnamese.

Not here: how pages look, and what the answer of a page holds (`test_pages.py`).
"""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests.architecture.source import ROOT, name_of, templates

ALL = list(templates())
PAGES = [path for path in ALL if path.suffix == ".html" and not {"emails", "documents"} & set(path.parts)]
BIGGEST_COMPONENT = 40
INLINE = re.compile(r"""<style\b|<script(?![^>]*\bsrc=)[^>]*>|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|hx-on""")
# Names of formats, never fetched: the XML namespaces of SVG, documents and mails.
NAMESPACES = ("http://www.w3.org/",)


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_template_opens_with_its_contract(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if not text.strip():
        return  # says nothing on purpose, in place of a template of a library
    assert re.match(r"\{#\s*Context:.+?#\}|\{% comment %\}\s*Context:", text), f"{name_of(path)}: no {{# Context: … #}}"


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_template_compiles(path: Path) -> None:
    get_template(path.relative_to(ROOT / "templates").as_posix())


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_page_holds_no_inline_script_or_style(path: Path) -> None:
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_page_says_what_is_wrong_with_the_whole_of_its_form(path: Path) -> None:
    """Crispy draws only what belongs to a field (`templates/bootstrap5/errors.html`)."""
    text = path.read_text(encoding="utf-8")
    if re.search(r"\|crispy\b|\{% crispy ", text):
        assert "components/error_summary.html" in text or ".non_field_errors" in text


def test_inline_code_would_be_noticed() -> None:
    for bad in ('<p style="x">', "<script>a()</script>", '<a onclick="a()">', '<a href="javascript:a()">', "<style>"):
        assert INLINE.search(bad), bad
    for good in ('<script src="a.js" type="module"></script>', '<p class="style">', '<tr data-once="1">'):
        assert not INLINE.search(good), good


@pytest.mark.parametrize(
    "path",
    [*ALL, *sorted((ROOT / "static").rglob("*.css")), *sorted((ROOT / "static").rglob("*.js"))],
    ids=name_of,
)
def test_nothing_comes_from_outside(path: Path) -> None:
    addresses = re.findall(r"(?:https?:)?//[a-z0-9][a-z0-9.-]*\.[a-z]{2,}[^\s\"')]*", path.read_text(encoding="utf-8"))
    assert [address for address in addresses if not address.startswith(NAMESPACES)] == []


def test_components_are_small() -> None:
    lines = {name_of(path): len(path.read_text().splitlines()) for path in (ROOT / "templates/components").iterdir()}
    assert {name: count for name, count in lines.items() if count > BIGGEST_COMPONENT} == {}


def test_every_static_file_named_by_a_template_exists() -> None:
    named = {
        (name_of(path), name)
        for path in ALL
        for name in re.findall(r"""\{%\s*static\s+["']([^"']+)["']""", path.read_text(encoding="utf-8"))
    }
    vendor = {item for item in named if item[1].startswith("vendor/")}
    assert [item for item in named - vendor if not (ROOT / "static" / item[1]).is_file()] == []
    assert vendor, "the pages use the whitelisted packages"


@pytest.mark.parametrize("path", [path for path in PAGES if "<form" in path.read_text(encoding="utf-8")], ids=name_of)
def test_form_that_posts_carries_the_token_and_works_without_javascript(path: Path) -> None:
    for form in re.findall(r"<form\b.*?</form>", path.read_text(encoding="utf-8"), re.DOTALL):
        opening = form[: form.index(">") + 1]
        if re.search(r"""method=["']post["']""", opening, re.IGNORECASE):
            assert "{% csrf_token %}" in form or "{% crispy" in form, f"{name_of(path)}: a form without csrf_token"
        elif "hx-post" in opening:
            pytest.fail(f"{name_of(path)}: a form that only htmx can send: {opening}")
