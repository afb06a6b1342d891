"""The one module that lays out PDF: WeasyPrint behind a fetcher that knows four fonts and nothing else.

WeasyPrint is imported on first use, because it loads Pango from the system: a machine without it still runs
everything but PDF, and says which packages are missing.

A report of 200 units is 6,000 cells and some millions of small objects: what it costs is their number. So the engine's
own sheet goes without its six rules for marks that every element could have and none of our papers uses (list marks,
notes), which made six more styles an element, and the garbage collector looks at them more rarely while a paper is set.
Not here: the markup (`rendering.py`), the fonts' making (`font_building.py`).
"""

from __future__ import annotations

import gc
import threading
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reports.errors import FontsMissing, PdfEngineMissing
from reports.font_building import FACES
from reports.print_css import FONT_SCHEME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Pango's font map and fontconfig keep state per process; two documents at once would only race for it.
_ONE_AT_A_TIME: Final = threading.Lock()
_COLLECT_AFTER: Final = (20_000, 20, 100)


class FetchRefused(ValueError):
    """A document asked for an address outside the fixed map."""

    def __init__(self, address: str) -> None:
        super().__init__(f"not fetched: {address[:200]}")


def html_to_pdf(html: str, *, font_dir: Path) -> bytes:
    """The PDF of a page made by `rendering.py`, with the fonts of `font_dir` embedded as subsets.

    Nothing is read from disk or network while laying out. Raises `FontsMissing`, `PdfEngineMissing`.
    """
    engine = _engine()
    with _ONE_AT_A_TIME, _few_collections():
        page = _page_class(engine)(string=html, base_url="about:blank", url_fetcher=_fetcher(fonts_of(font_dir)))
        return page.write_pdf()


@contextmanager
def _few_collections() -> Iterator[None]:
    """Garbage is looked for after `_COLLECT_AFTER` new objects instead of hundreds, and old objects hardly ever."""
    before = gc.get_threshold()
    gc.set_threshold(*_COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@cache
def _page_class(engine: Any) -> Any:
    """The engine's page with `_lean_sheet` for its own style sheet. Should the engine ever name that differently, the
    pages stay the same and only take longer."""

    class _Page(engine.HTML):
        def _ua_stylesheets(self, forms: bool = False) -> Any:
            return super()._ua_stylesheets(forms) if forms else [_lean_sheet(engine)]

    return _Page


@cache
def _lean_sheet(engine: Any) -> Any:
    """The engine's own style sheet without its rules for pseudo-elements of every element (`::marker`, `::footnote-call`…)."""
    whole = files(engine).joinpath("css", "html5_ua.css").read_text(encoding="utf-8")
    return engine.CSS(string="\n".join(line for line in whole.splitlines() if not line.startswith("::")))


@lru_cache(maxsize=4)
def fonts_of(font_dir: Path) -> Mapping[str, bytes]:
    """The in-memory map from `font:` address to bytes. Raises `FontsMissing` unless all four are there."""
    paths = {f"{FONT_SCHEME}{name}": font_dir / f"{name}.ttf" for name in FACES}
    if not all(path.is_file() for path in paths.values()):
        raise FontsMissing(font_dir)
    return {address: path.read_bytes() for address, path in paths.items()}


def is_available() -> bool:
    """Whether this machine can lay out PDF at all."""
    try:
        _engine()
    except PdfEngineMissing:
        return False
    return True


def _engine() -> Any:
    try:
        import weasyprint  # noqa: PLC0415 (loads Pango, which a machine may lack)
    except OSError as missing:
        raise PdfEngineMissing from missing
    return weasyprint


def _fetcher(known: Mapping[str, bytes]) -> Any:
    """A fetcher for WeasyPrint: the map, and a refusal for all else (file:, http:, data: included)."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 (as above)

    class _FixedMap(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in known:
                raise FetchRefused(url)
            return URLFetcherResponse(url, body=known[url], headers={"Content-Type": "font/ttf"})

    return _FixedMap(allowed_protocols=())
