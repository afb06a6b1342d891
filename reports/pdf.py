"""The one module that lays out PDF: WeasyPrint behind a fetcher that knows four fonts and nothing else.

WeasyPrint is imported on first use, because it loads Pango from the system: a machine without it still runs
everything but PDF, and says which packages are missing.
Not here: the markup (`rendering.py`), the fonts' making (`font_building.py`).
"""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reports.errors import FontsMissing, PdfEngineMissing
from reports.font_building import FACES
from reports.print_css import FONT_SCHEME

if TYPE_CHECKING:
    from collections.abc import Mapping

# Pango's font map and fontconfig keep state per process; two documents at once would only race for it.
_ONE_AT_A_TIME: Final = threading.Lock()


class FetchRefused(ValueError):
    """A document asked for an address outside the fixed map."""

    def __init__(self, address: str) -> None:
        super().__init__(f"not fetched: {address[:200]}")


def html_to_pdf(html: str, *, font_dir: Path) -> bytes:
    """The PDF of a page made by `rendering.py`, with the fonts of `font_dir` embedded as subsets.

    Nothing is read from disk or network while laying out. Raises `FontsMissing`, `PdfEngineMissing`.
    """
    engine = _engine()
    with _ONE_AT_A_TIME:
        document = engine.HTML(string=html, base_url="about:blank", url_fetcher=_fetcher(fonts_of(font_dir)))
        return document.write_pdf()


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
