"""Which third-party front-end files the portal serves, and how collected files are stored.

`npm ci` puts the packages of `package-lock.json` into `node_modules`; only the files named in
`WHITELIST` become static files, under `vendor/<package>/`. htmx comes from django-htmx, icons are
drawn into the page (`interface.icons`).
Not here: our own CSS and JavaScript (`static/`), the fonts of documents (`document_fonts.py`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage, Warning
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


@dataclass(frozen=True)
class Package:
    """One npm package: `patterns` are globs below `folder` of `node_modules`, served under `prefix`."""

    prefix: str
    folder: str
    patterns: tuple[str, ...]


WHITELIST = (
    Package("vendor/tabler", "@tabler/core/dist", ("css/tabler.min.css",)),
    Package(
        "vendor/tom-select", "tom-select/dist", ("js/tom-select.complete.min.js", "css/tom-select.bootstrap5.min.css")
    ),
    Package("vendor/chart.js", "chart.js/dist", ("chart.umd.min.js",)),
    Package("vendor/tus", "tus-js-client/dist", ("tus.min.js",)),
    Package(
        "vendor/be-vietnam-pro",
        "@fontsource/be-vietnam-pro",
        tuple(
            f"files/be-vietnam-pro-{subset}-{weight}-normal.woff2"
            for subset in ("vietnamese", "latin", "latin-ext")
            for weight in (400, 500, 600, 700)
        ),
    ),
    Package(
        "vendor/tinos",
        "@fontsource/tinos",
        tuple(
            f"files/tinos-{subset}-{style}.woff2"
            for subset in ("vietnamese", "latin", "latin-ext")
            for style in ("400-normal", "400-italic", "700-normal", "700-italic")
        ),
    ),
)


class PrefixedStorage(FileSystemStorage):
    """Files of one package; collectstatic puts them under `prefix`."""

    def __init__(self, location: Path, prefix: str) -> None:
        super().__init__(location=location)
        self.prefix = prefix


class NodeModulesFinder(BaseFinder):
    """Finds the whitelisted files of `node_modules` and nothing else of it."""

    def check(self, **kwargs: object) -> list[CheckMessage]:
        """Warn when a whitelisted pattern matches no file: the assets are not installed.

        Icons are read from the package itself while pages are drawn (`interface.icons`), so it must be there too.
        """
        icons = Package("", "bootstrap-icons", ("icons/list.svg",))
        missing = [
            f"{package.folder}/{pattern}"
            for package in (*WHITELIST, icons)
            for pattern in package.patterns
            if not any(_root(package).glob(pattern))
        ]
        if not missing:
            return []
        return [
            Warning(
                f"Thiếu {len(missing)} tệp giao diện trong node_modules, ví dụ {missing[0]}.",
                hint="Chạy `make assets`.",
                id="portal.W001",
            )
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Absolute path of static file `path`; with `find_all` the list of all (none or one)."""
        for package in WHITELIST:
            inside = path.removeprefix(package.prefix + "/")
            if inside == path or not any(Path(inside).match(pattern) for pattern in package.patterns):
                continue
            file = _root(package) / inside
            if file.is_file():
                return [str(file)] if find_all else str(file)
        return []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield each whitelisted file with a storage that knows its prefix (collectstatic's protocol)."""
        for package in WHITELIST:
            root = _root(package)
            storage = PrefixedStorage(root, package.prefix)
            for pattern in package.patterns:
                for file in sorted(root.glob(pattern)):
                    name = file.relative_to(root).as_posix()
                    if not matches_patterns(name, ignore_patterns or []):
                        yield name, storage


def _patterns() -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """What is rewritten in which files: as in Django, but for the comments that name source maps."""
    django = CompressedManifestStaticFilesStorage
    wanted = ((glob, tuple(r for r in rules if "sourceMappingURL" not in str(r))) for glob, rules in django.patterns)
    own_modules = ("js/*.js", django._js_module_import_aggregation_patterns[1])
    return (*((glob, rules) for glob, rules in wanted if rules), own_modules)


class PortalStaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed names and compressed copies of what is really served.

    Source maps are not served, so comments that point to them are left alone; the imports
    between our own ES modules are rewritten to the hashed names.
    """

    patterns = _patterns()


def _root(package: Package) -> Path:
    return Path(settings.NODE_MODULES_DIR) / package.folder
