"""Which third-party files are served, and how all of them are stored."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find
from django.core.management import call_command

from phucloi_portal.assets import WHITELIST, NodeModulesFinder
from phucloi_portal.checks import missing_pango_files, pango_is_installed
from tests.architecture.source import ROOT


def test_only_the_whitelist_is_found() -> None:
    assert find("vendor/tabler/css/tabler.min.css") == str(ROOT / "node_modules/@tabler/core/dist/css/tabler.min.css")
    for other in ("vendor/tabler/js/tabler.js", "vendor/tabler/../package.json", "vendor/axe-core/axe.min.js", "x.css"):
        assert not find(other), other


def test_every_pattern_of_the_whitelist_finds_something_in_the_locked_version() -> None:
    assert NodeModulesFinder().check() == []
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for package in WHITELIST:
        name = "/".join(package.folder.split("/")[: 2 if package.folder.startswith("@") else 1])
        installed = json.loads((ROOT / "node_modules" / name / "package.json").read_text())["version"]
        assert lock[f"node_modules/{name}"]["version"] == installed, name
        assert "resolved" not in lock[f"node_modules/{name}"]


def test_missing_assets_are_said_with_the_remedy(settings, tmp_path: Path) -> None:
    settings.NODE_MODULES_DIR = tmp_path
    (warning,) = NodeModulesFinder().check()
    assert warning.id == "portal.W001"
    assert warning.hint == "Chạy `make assets`."


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory, django_db_blocker) -> Path:
    """The static files as production stores them."""
    from django.test.utils import override_settings  # noqa: PLC0415 (only this fixture)

    folder = tmp_path_factory.mktemp("static")
    production = {"staticfiles": {"BACKEND": "phucloi_portal.assets.PortalStaticStorage"}}
    with override_settings(STATIC_ROOT=folder, STORAGES=production):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


def test_only_hashed_and_compressed_files_are_kept(collected: Path) -> None:
    names = [path.name for path in collected.rglob("*") if path.is_file() and path.name != "staticfiles.json"]
    assert [name for name in names if not re.search(r"\.[0-9a-f]{12}(\.|$)", name)] == []
    for css in collected.rglob("tabler.min.*.css"):
        assert css.with_name(css.name + ".br").stat().st_size < css.stat().st_size / 4
    assert not list(collected.rglob("*.map*"))


def test_stored_files_name_each_other_by_their_hashed_names(collected: Path) -> None:
    manifest = json.loads((collected / "staticfiles.json").read_text())["paths"]
    for name in manifest.values():
        if not name.endswith((".css", ".js")):
            continue
        text = (collected / name).read_text(encoding="utf-8")
        if name.endswith(".css"):
            named = re.findall(r"url\([\"']?([^\"')]+)", text)
        elif name.startswith("js/"):
            named = re.findall(r"""^\s*(?:import|export)\b[^;]*?["'](\.[^"']+)["']""", text, re.MULTILINE)
        else:
            continue
        for address in named:
            if not address.startswith(("data:", "#", "%23", "/static/")):
                target = (collected / name).parent / address.split("?")[0].split("#")[0]
                assert target.is_file(), f"{name} names {address}"


def test_first_visit_is_light(collected: Path) -> None:
    """What every page loads, compressed: style sheets, scripts and the fonts of a Vietnamese text (≤ 350 kB)."""
    manifest = json.loads((collected / "staticfiles.json").read_text())["paths"]
    base = (ROOT / "templates/base.html").read_text(encoding="utf-8")
    loaded = [manifest[name] for name in re.findall(r"""\{% static ["']([^"']+)["'] %\}""", base)]
    fonts = [
        stored
        for name, stored in manifest.items()
        if re.search(r"be-vietnam-pro-(latin|vietnamese)-(400|600)-normal\.woff2$", name)
    ]
    assert len(fonts) == 4
    total = 0
    for name in [*loaded, *fonts]:
        file, compressed = collected / name, collected / f"{name}.br"
        total += (compressed if compressed.exists() else file).stat().st_size
    assert total < 350_000, f"{total:,} bytes"


def test_missing_pango_is_said_with_the_line_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phucloi_portal.checks.PANGO_FILES", ("libnothing-of-the-kind.so.0",))
    assert missing_pango_files() == ["libnothing-of-the-kind.so.0"]
    (warning,) = pango_is_installed()
    assert warning.hint == "Chạy: sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
