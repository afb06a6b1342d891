"""Fonts and finished documents for the tests of reports.

Not here: the facts they are made of (`sample_report.py`).
"""

from pathlib import Path

import pytest
from django.conf import settings

from reports.font_building import build_fonts
from reports.format_profiles import FormatProfile, profile_named
from reports.narrative import compose
from reports.pdf import html_to_pdf
from reports.rendering import render_html
from tests.reports.sample_report import TEXTS, sample_facts


@pytest.fixture(scope="session")
def font_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four joined faces, built from the installed packages."""
    source = settings.NODE_MODULES_DIR / "@fontsource" / "tinos" / "files"
    target = tmp_path_factory.mktemp("fonts")
    build_fonts(source=source, target=target)
    return target


@pytest.fixture(scope="session")
def profile() -> FormatProfile:
    return profile_named("hd05_2026")


@pytest.fixture(scope="session")
def content(profile):
    """A report of twelve units with all three annexes."""
    return compose(sample_facts(12), texts=TEXTS, profile=profile)


@pytest.fixture(scope="session")
def pdf(content, profile, font_dir) -> bytes:
    return html_to_pdf(render_html(content, profile), font_dir=font_dir)
