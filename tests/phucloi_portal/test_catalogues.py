"""The catalogues: the builder writes what gettext reads, and no installed package can show an English sentence."""

from __future__ import annotations

import ast
import gettext
import io
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation.template import templatize

from phucloi_portal.catalogues import CatalogueBroken, build_catalogues, messages, mo_bytes, read_entries

Message = tuple[str, str, str]  # context, singular, plural

PO = r"""
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=1; plural=0;\n"

# a comment
#, python-format
msgid "Hello \"%s\"\n"
"and all"
msgstr "Chào “%s”\nvà mọi người"

msgctxt "verb"
msgid "Open"
msgstr "Mở"
msgid "Open"
msgstr "Đang mở"

msgid "%d day"
msgid_plural "%d days"
msgstr[0] "%d ngày"

#, fuzzy
msgid "Guessed"
msgstr "Đoán"

msgid "Untranslated"
msgstr ""

#~ msgid "Gone"
#~ msgstr "Đã bỏ"
"""


def catalogue(text: str) -> gettext.GNUTranslations:
    return gettext.GNUTranslations(io.BytesIO(mo_bytes(messages(read_entries(text)))))


def test_gettext_reads_what_is_built():
    read = catalogue(PO)
    assert read.gettext('Hello "%s"\nand all') == "Chào “%s”\nvà mọi người"
    assert read.pgettext("verb", "Open") == "Mở"
    assert read.gettext("Open") == "Đang mở"
    assert read.ngettext("%d day", "%d days", 1) == read.ngettext("%d day", "%d days", 5) == "%d ngày"
    assert [read.gettext(text) for text in ("Guessed", "Untranslated", "Gone")] == ["Guessed", "Untranslated", "Gone"]


def test_a_broken_line_is_named():
    with pytest.raises(CatalogueBroken, match="line 2: nonsense"):
        list(read_entries('msgid "a"\nnonsense\n'))


def test_files_are_built_once(tmp_path):
    folder = tmp_path / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO, encoding="utf-8")
    assert [path.name for path in build_catalogues(tmp_path)] == ["django.mo"]
    assert build_catalogues(tmp_path) == []
    assert [path.name for path in folder.iterdir() if path.suffix not in (".po", ".mo")] == []


# ---- what the installed packages can say -----------------------------------------------------------

_CALLS = {
    "_": 0, "gettext": 0, "gettext_lazy": 0, "gettext_noop": 0, "ngettext": 1, "ngettext_lazy": 1,
    "pgettext": 2, "pgettext_lazy": 2, "npgettext": 3, "npgettext_lazy": 3,
}  # fmt: skip
# Not shown to anybody here: superusers' repair pages, parts that are not installed, Django's own welcome page.
_SHOWN = {
    "django": ("contrib/auth", "contrib/contenttypes", "contrib/messages", "contrib/sessions", "core", "db", "forms",
               "utils", "views/csrf.py", "views/generic", "views/static.py"),
    "allauth": ("account", "mfa", "usersessions", "decorators.py", "utils.py", "templates/account", "templates/mfa",
                "templates/usersessions", "templates/allauth"),
    "crispy_forms": ("",),
    "crispy_bootstrap5": ("",),
}  # fmt: skip


def of_python(source: str) -> Iterator[Message]:
    """Messages of the gettext calls with literal arguments."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = [a.value if isinstance(a, ast.Constant) and isinstance(a.value, str) else "" for a in node.args]
        kind = _CALLS.get(name)
        if kind is None or not texts:
            continue
        context = texts.pop(0) if kind in (2, 3) else ""
        plural = texts[1] if kind in (1, 3) and len(texts) > 1 else ""
        if texts and texts[0]:
            yield context, texts[0], plural


def of_template(source: str) -> Iterator[Message]:
    """Messages of `{% translate %}` and `{% blocktranslate %}`."""
    code = templatize(source)
    for match in re.finditer(r"(?<![\w.])(?:npgettext|pgettext|ngettext|gettext|_)\(", code):
        for end in range(match.end(), min(len(code), match.end() + 3000)):
            if code[end] != ")":
                continue
            try:
                found = list(of_python(code[match.start() : end + 1]))
            except SyntaxError:
                continue
            yield from found
            break


def shown_messages() -> Iterator[tuple[str, Message]]:
    for package, parts in _SHOWN.items():
        root = Path(import_module(package).__file__).parent
        for path in sorted(root.rglob("*")):
            place = path.relative_to(root).as_posix()
            if "/tests/" in f"/{place}" or "/migrations/" in place or not place.startswith(parts):
                continue
            if path.suffix == ".py":
                reader = of_python
            elif path.suffix in (".html", ".txt"):
                reader = of_template
            else:
                continue
            for message in reader(path.read_text(encoding="utf-8")):
                yield f"{package}/{place}", message


def translated(message: Message) -> str:
    context, singular, plural = message
    if plural:
        return (
            translation.npgettext(context, singular, plural, 2)
            if context
            else translation.ngettext(singular, plural, 2)
        )
    return translation.pgettext(context, singular) if context else translation.gettext(singular)


THE_SAME_IN_VIETNAMESE = {"…", "IPv4", "IPv6", "%(truncated_text)s…", "Email", "URL", "Text", "M", "A", "F", "m", "h"}


def test_no_package_can_show_an_english_sentence():
    with translation.override("vi"):
        found = list(shown_messages())
        english = {
            (place, message[1])
            for place, message in found
            if translated(message) == (message[2] or message[1])
            and message[1] not in THE_SAME_IN_VIETNAMESE
            and re.search(r"[A-Za-z]{2}", re.sub(r"%\(\w+\)\w|\{\w+\}", "", message[1]))
        }
    assert len(found) > 600  # the extraction itself works
    assert english == set()


def test_placeholders_survive_translation():
    """A translation never asks for a value the code does not give."""
    source = Path(settings.LOCALE_PATHS[0]) / "vi" / "LC_MESSAGES" / "django.po"
    marks = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w+\}")
    for entry in read_entries(source.read_text(encoding="utf-8")):
        if entry["msgid"]:
            asked = {mark for name, text in entry.items() if name.startswith("msgstr") for mark in marks.findall(text)}
            assert asked <= set(marks.findall(entry.get("msgid_plural", entry["msgid"]))), entry["msgid"]
