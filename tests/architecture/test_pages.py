"""Every page that somebody can reach by links, as each role: it answers, holds no inline code, no address outside,
no English, and the browser is told so by the content policy.

The crawl follows `href` from the root; forms are not sent. Not here: who may see what (`test_url_matrix.py`).
"""

import re
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import reverse

from tests.architecture.world import ROLES, World, build
from vietnamese.dates import VIETNAM

NOW = datetime(2026, 4, 25, 9, 30, tzinfo=VIETNAM)
MOST_PAGES = 250
SILENT = {"script", "style", "template", "svg"}
# Words of interfaces that are no Vietnamese syllables; one of them on a page is a forgotten translation.
ENGLISH = re.compile(
    r"\b(the|and|your|you|please|password|submit|delete|change|select|this|that|with|from|have|been|must|required|"
    r"field|cancel|confirm|save|account|sign|username|sessions?|devices?|close|next|previous|invalid|choose|"
    r"authenticator|recovery|codes?|activate|deactivate|security|keys?|address|addresses|search|filter|results?|"
    r"today|yesterday|days?|hours?|minutes?|weeks?|ago|yes|true|false|none|unknown|error|not found|currently)\b",
    re.IGNORECASE,
)


@dataclass
class Page(HTMLParser):
    """What the crawl wants to know of one page."""

    links: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    language: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang", "")
        if tag in SILENT:
            self._silent.append(tag)
        if tag == "a" and "href" in given and "download" not in given:
            self.links.append(given["href"])
        self.loaded += [given[name] for name in ("src", "data") if name in given]
        if tag in ("link", "form"):
            self.loaded += [given[name] for name in ("href", "action") if name in given]
        if "style" in given or (tag == "script" and "src" not in given) or tag == "style":
            self.inline.append(f"<{tag} {given}>")
        self.inline += [f"{name}={value}" for name, value in given.items() if name.startswith("on")]
        self.words += [given[name] for name in ("title", "placeholder", "alt", "aria-label") if name in given]

    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def read(answer: HttpResponse) -> Page:
    """The page, parsed."""
    page = Page()
    page.feed(answer.content.decode())
    return page


@pytest.fixture
def world(db: None, time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return build(NOW)


@pytest.mark.parametrize("role", ROLES)
def test_every_page_in_reach_is_sound(world: World, role: str) -> None:
    client = Client()
    if user := world.users[role]:
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    faults, seen, waiting = [], set(), deque(["/", resolve_url(settings.LOGIN_URL)])
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.popleft()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        if answer.status_code in (301, 302):
            waiting.append(urljoin(path, answer["Location"]))
            continue
        faults += [f"{path}: {fault}" for fault in faults_of(answer)]
        if answer["Content-Type"].startswith("text/html"):
            waiting += [link for link in ours(path, read(answer).links) if link not in seen]
        elif answer.streaming:
            deque(
                answer.streaming_content, maxlen=0
            )  # read to its end: closing it half-way drops the test's connection
    assert faults == []
    assert len(seen) > (2 if user else 1)


def ours(path: str, links: list[str]) -> list[str]:
    """Links inside the portal, without fragment; logging out ends the crawl and is left out."""
    found = [urlsplit(urljoin(path, link)) for link in links if not link.startswith(("mailto:", "tel:", "#"))]
    inside = [link.path + (f"?{link.query}" if link.query else "") for link in found if not link.netloc]
    shut = (reverse("account_logout"), settings.STATIC_URL, reverse("admin:index"))
    return [link for link in inside if not link.startswith(shut)]


def faults_of(answer: HttpResponse) -> list[str]:
    """What is wrong with one answer, in words."""
    faults = []
    if answer.status_code != 200:
        return [f"status {answer.status_code}"]
    policy = answer.headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        faults.append(f"policy {policy!r}")
    if not answer["Content-Type"].startswith("text/html"):
        return faults
    page = read(answer)
    faults += [f"inline code {code}" for code in page.inline]
    faults += [f"loads {address} from outside" for address in page.loaded if urlsplit(address).netloc]
    faults += [f"language {page.language!r}"] * (page.language != "vi")
    faults += [f"English: {words.strip()!r}" for words in page.words if ENGLISH.search(words)]
    return faults


def test_english_would_be_noticed() -> None:
    page = Page()
    page.feed('<html lang="vi"><p style="x">Please sign in</p><a onclick="x()" href="/b/">Việc của tôi</a></html>')
    assert [words for words in page.words if ENGLISH.search(words)] == ["Please sign in"]
    assert len(page.inline) == 2
    assert not ENGLISH.search(
        "Văn bản chỉ đạo, còn 3 ngày; nộp bài thu hoạch trước ngày 28/4/2026; mật khẩu; thư điện tử"
    )
