"""The matrix on paper, in a real browser: columns that do not fit on one sheet come on the next ones, none is cut off.

Not here: what stands in the cells (`tests/reports/test_matrix.py`), the screen (`test_pages.py`).
"""

from __future__ import annotations

import re

import pytest
from django.conf import settings as portal_settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from directives.choices import RequirementKind
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.units import make_unit, make_user, make_ward
from tests.reports.paper import pages_of
from units.choices import Role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
COLUMNS = 26


@pytest.mark.parametrize("paper", ["A4", "A3"])
def test_every_column_is_on_some_sheet_beside_the_names_of_its_units(browser: Browser, live_server, paper: str):
    ward = make_ward()
    cells = [make_unit(ward, name=f"Chi bộ số {n}") for n in range(1, 4)]
    for number in range(2):
        directive = make_directive(ward, number=50 + number)
        for column in range(COLUMNS // 2):
            title = f"Báo cáo {chr(ord('A') + number * (COLUMNS // 2) + column)}"
            asked = make_requirement(directive, kind=RequirementKind.REPORT, title=title)
            for cell in cells:
                make_obligation(asked, cell, state="ACCEPTED" if column % 2 else "PENDING")
    client = Client()
    client.force_login(make_user(Role.OFFICE, ward), backend=portal_settings.AUTHENTICATION_BACKENDS[-1])
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN")
    cookie = portal_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": cookie, "value": client.cookies[cookie].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + reverse("reports:matrix"), wait_until="load")
    sheets = pages_of(page.pdf(format=paper, landscape=True))
    assert page.locator("table.matrix").count() == 1, "the screen shows the one table again"
    context.close()
    texts = [re.sub(r"\s+", "", sheet.text) for sheet in sheets]  # a reader may part the letters
    titles = [sorted(set(re.findall(r"Báocáo([A-Z])27/4", text))) for text in texts]
    letters = [chr(ord("A") + place) for place in range(COLUMNS)]
    assert [letter for of_sheet in titles for letter in of_sheet] == letters, "each column once, in order"
    for sheet, text in zip(sheets, texts, strict=True):
        for cell in cells:
            assert cell.name.replace(" ", "") in text
        assert "Đạt" in text  # the word beside the sign
        assert sheet.body_extent().right <= sheet.width - 11
