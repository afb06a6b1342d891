"""Walk the portal as one account: every link, part, picture and search box in reach, and the forms that would be sent.

Of one kind of page (address name and the names in its query) only the first few are opened. A form is filled in the
way a person would who touches nothing he need not. Not here: what is asked of the answers.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

import pypdfium2
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import override_settings
from django.urls import Resolver404, resolve, reverse

from tests.architecture.standing import browser_of
from tests.architecture.url_matrix import MATRIX
from vietnamese.text import fold

OF_A_KIND = 2
MOST_PAGES = 200
ENDLESS = 400
"""A walk to its end that opens so many pages runs in circles."""
_BLANKS = {
    "text": "Nội dung thử", "textarea": "Nội dung thử", "date": "2026-05-05", "number": "3", "email": "thu@phuong.example",
    "tel": "0912345678", "password": "mat khau thu nghiem 2026", "search": "",
}  # fmt: skip
# The count of queries is watched elsewhere; here it would take a third of the time.
_QUICKLY = [one for one in settings.MIDDLEWARE if not one.startswith("zeal.")]
_LOADED = {"a": "href", "img": "src", "object": "data", "iframe": "src"}


def starts() -> tuple[str, ...]:
    """Addresses without an object, plain."""
    return tuple(reverse(row.name) for row in MATRIX if not row.of and not row.post and ":" in row.name)


@dataclass
class Form:
    """One form of a page, with what a browser would send."""

    action: str
    method: str
    data: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    typed: set[str] = field(default_factory=set)
    """Fields one types a line into."""

    @property
    def kind(self) -> str:
        """The name of the address it is sent to, and its fields: forms of one kind stand for one another."""
        return f"{name_of_path(self.action)} {sorted(self.names)}"


@dataclass
class Reader(HTMLParser):
    """The addresses and forms of one page."""

    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._form: Form | None = None
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self._textarea: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.links += [given[name] for name in (_LOADED.get(tag, ""), "hx-get") if given.get(name)]
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and given.get("name") and "disabled" not in given:
            self._field(tag, given)
        elif tag == "option" and self._select:
            self._options.append((given.get("value", ""), "selected" in given))

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name, kind = given["name"], given.get("type", "text")
        assert self._form is not None
        self._form.names.add(name)
        if tag == "select":
            self._select, self._options = name, []
        elif tag == "textarea":
            self._textarea, self._text = name, ""
        elif tag == "button" or kind == "submit":
            self._form.data.setdefault(name, [given.get("value", "")])
        elif kind in ("checkbox", "radio"):
            if "checked" in given or (kind == "radio" and name not in self._form.data):
                self._form.data[name] = [given.get("value", "on")]
        elif kind != "file":
            if tag == "input" and kind in ("text", "search"):
                self._form.typed.add(name)
            self._form.data[name] = [given.get("value") or (_BLANKS.get(kind, "") if kind != "hidden" else "")]

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if self._form is None:
            return
        if tag == "textarea" and self._textarea:
            self._form.data[self._textarea] = [self._text.strip() or _BLANKS["textarea"]]
            self._textarea = None
        elif tag == "select" and self._select:
            chosen = [value for value, selected in self._options if selected and value]
            self._form.data[self._select] = chosen or [value for value, _ in self._options if value][:1]
            self._select = None
        elif tag == "form":
            self._form = None


@dataclass
class Visit:
    """One answer, with its text whatever its format."""

    path: str
    status: int
    text: str


def walk(
    session: str,
    extra: tuple[str, ...] = (),
    *,
    searched: str = "",
    of_a_kind: int = OF_A_KIND,
    to_the_end: bool = False,
) -> tuple[list[Visit], list[Form]]:
    """All answers in reach of the session from the root and from `extra`; with `searched` typed into each line of a search.

    Forms that are sent are returned, of each kind one; nothing is sent. `to_the_end` stops at no number of pages, and
    opens each filter but not each combination of filters.
    """
    visits, forms, kinds = [], {}, Counter()
    waiting, seen = deque(["/", *extra]), set()
    while waiting and (to_the_end or len(visits) < MOST_PAGES):
        path = waiting.popleft()
        shown = filters_of(path) if to_the_end else {kind_of(path)}
        if path in seen or min(kinds[kind] for kind in shown) >= of_a_kind:
            continue
        assert len(visits) < ENDLESS
        seen.add(path)
        kinds.update(shown)
        with transaction.atomic(), override_settings(MIDDLEWARE=_QUICKLY):
            answer = browser_of(session).get(path)
            visits.append(Visit(path, answer.status_code, text_of(answer)))
            transaction.set_rollback(True)
        if answer.status_code in (301, 302):
            waiting += inside(path, [answer["Location"]])
        elif answer["Content-Type"].startswith("text/html"):
            page = Reader()
            page.feed(answer.content.decode())
            waiting += inside(path, page.links)
            for form in page.forms:
                form.action = urljoin(path, form.action)
                if form.method == "post":
                    forms.setdefault(form.kind, form)
                elif searched:
                    asked = [f"{name}={word}" for name in sorted(form.typed) for word in (searched, fold(searched))]
                    waiting += inside(path, [f"{urlsplit(form.action).path}?{one}" for one in asked])
    return visits, list(forms.values())


def inside(path: str, links: list[str]) -> Iterator[str]:
    """Addresses of the portal among the links, without those that end the session or are the browser's own files."""
    for link in links:
        found = urlsplit(urljoin(path, link))
        shut = (reverse("account_logout"), settings.STATIC_URL, reverse("admin:index"))
        if found.scheme in ("", "http", "https") and not found.netloc and not found.path.startswith(shut):
            yield found.path + (f"?{found.query}" if found.query else "")


def name_of_path(path: str) -> str:
    """The name of an address; the path itself when it has none."""
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return path


def kind_of(path: str) -> str:
    """The name of the address with the names in its query: pages of one kind show the same things."""
    return f"{name_of_path(path)} {sorted(name for name, _ in parse_qsl(urlsplit(path).query, keep_blank_values=True))}"


def filters_of(path: str) -> set[str]:
    """The name of the address with each of the names in its query, or alone."""
    name = name_of_path(path)
    asked = parse_qsl(urlsplit(path).query, keep_blank_values=True)
    return {f"{name} {key}" for key, _ in asked} or {name}


def text_of(answer: HttpResponse) -> str:
    """Everything readable in an answer: headers (file names too) and body; sheets, papers and archives opened."""
    body = b"".join(answer) if answer.streaming else answer.content
    headers = unquote(" ".join(f"{name}: {value}" for name, value in answer.items()))
    return f"{headers}\n{text_in(body)}"


def text_in(body: bytes) -> str:
    """The text of a file by its first bytes."""
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(BytesIO(body)) as packed:
            return "\n".join(f"{name}\n{text_in(packed.read(name))}" for name in packed.namelist())
    if body.startswith(b"%PDF"):
        paper = pypdfium2.PdfDocument(body)
        return "\n".join(page.get_textpage().get_text_range() for page in paper)
    return body.decode("utf-8", "ignore")


# Tokens of forms, keys of one sending, numbers of requests.
_PASSING = re.compile(r"\b(?:[A-Za-z0-9]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\d*|[0-9a-f]{32})\b")
# A PDF holds an identity of its own, which packs a little differently each time; its words are compared, not its size.
_LENGTH_OF_A_PDF = re.compile(r"(?<=Content-Type: application/pdf )Content-Length: \d+ ")


def settled(text: str) -> str:
    """The text without what differs from one answer to the next by chance."""
    return _LENGTH_OF_A_PDF.sub("", _PASSING.sub("", text))
