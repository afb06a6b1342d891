"""The problems of a roster's file in a real browser: what the file says can be read as it stands there.

Not here: what the pages say (`tests/units/test_import_pages.py`).
"""

from __future__ import annotations

import pytest
from django.conf import settings as portal_settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from tests.factories.rosters import Row
from tests.units.imports_scene import ROWS, bring, ward_with, workbook

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_a_date_of_the_file_keeps_to_its_line(browser: Browser, live_server, tmp_path):
    ward, admin = ward_with(ROWS, tmp_path)
    faulty = Row(name="Vũ Đình Bình", unit="TDP02", since="31/02/2024")
    imported = bring(ward, admin, workbook(tmp_path, [*ROWS, faulty]))
    client = Client()
    client.force_login(admin, backend=portal_settings.AUTHENTICATION_BACKENDS[-1])
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN")
    cookie = portal_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": cookie, "value": client.cookies[cookie].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + reverse("units:import_problems", args=[imported.pk]), wait_until="load")
    cell = page.locator("q.cell", has_text="31/02/2024")
    lines = cell.evaluate("one => one.getClientRects().length")
    context.close()
    assert lines == 1
