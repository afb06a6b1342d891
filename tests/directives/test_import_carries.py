"""A roster file that comes in mid-campaign: debts of those it moves or puts out go along, and its page says so."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from directives.carried import carried_by
from directives.choices import ObligationState, WaiverReason
from directives.models import Obligation
from directives.tasks import follow_rosters
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.rosters import Row
from tests.factories.units import make_ward
from tests.units.imports_scene import DAY, NOW, ROWS, applied, bring, ward_with, workbook, worked
from units.choices import ImportState
from units.models import Member
from units.services.imports import request_undo, set_extent

pytestmark = pytest.mark.django_db


def numbers(imported, day=DAY) -> tuple[int, int, int, list[str]]:
    found = carried_by(imported, day=day)
    return found.waiting, found.moved, found.released, [member.full_name for member in found.people]


@pytest.fixture
def scene(tmp_path, time_machine):
    """An (of TDP01, moves to TDP02), Mạnh (leaves) and Tư (stays) each owe an essay when the file comes in."""
    time_machine.move_to(NOW, tick=False)
    ward, admin = ward_with([*ROWS, STAYS], tmp_path)
    essay = make_requirement(make_directive(ward))
    owed = {name: make_obligation(essay, Member.objects.get(full_name=name)) for name in NAMES}
    an = replace(ROWS[0], unit="TDP02", since=DAY)
    imported = bring(ward, admin, workbook(tmp_path, [an, *ROWS[1:4], STAYS]))
    imported = worked(set_extent(imported=imported, is_part=False, by=admin, at=NOW))
    assert numbers(imported) == (2, 0, 0, ["Nguyễn Văn An", "Đỗ Đức Mạnh"])  # what it would take along
    return admin, owed, applied(imported, admin)


STAYS = Row(name="Phạm Thị Tư", year=1965)
NAMES = ("Nguyễn Văn An", "Đỗ Đức Mạnh", "Phạm Thị Tư")


def stands(owed) -> dict[str, tuple[str, str, str]]:
    rows = Obligation.objects.filter(pk__in=[one.pk for one in owed.values()]).select_related("unit", "member")
    return {one.member.full_name: (one.unit.code, one.state, one.waiver_reason) for one in rows}


def test_a_move_by_file_carries_the_open_debt_and_a_leaver_owes_no_more(scene):
    admin, owed, imported = scene
    assert imported.state == ImportState.APPLIED
    before = stands(owed)
    assert before["Nguyễn Văn An"] == ("TDP01", ObligationState.PENDING, "")
    assert numbers(imported) == (2, 0, 0, ["Nguyễn Văn An", "Đỗ Đức Mạnh"])
    follow_rosters()
    assert stands(owed) == {
        "Nguyễn Văn An": ("TDP02", ObligationState.PENDING, ""),
        "Đỗ Đức Mạnh": ("CA.1", ObligationState.WAIVED, WaiverReason.LEFT),
        "Phạm Thị Tư": ("TDP01", ObligationState.PENDING, ""),
    }
    assert numbers(imported) == (0, 1, 1, ["Nguyễn Văn An", "Đỗ Đức Mạnh"])
    follow_rosters()
    assert numbers(imported) == (0, 1, 1, ["Nguyễn Văn An", "Đỗ Đức Mạnh"])
    worked(request_undo(imported=imported, by=admin, at=NOW + timedelta(hours=1)))
    follow_rosters()
    assert stands(owed) == before


def test_the_page_of_the_import_shows_it_and_strangers_do_not_see_it(scene, client):
    admin, _, imported = scene
    address = reverse("directives:import_debts", args=[imported.pk])
    client.force_login(admin)
    assert f'hx-get="{address}"' in client.get(reverse("units:roster_import", args=[imported.pk])).content.decode()
    part = client.get(address).content.decode()
    assert "<strong>2 việc chưa xong</strong>" in part
    assert "Nguyễn Văn An" in part
    assert "Phạm Thị Tư" not in part
    assert re.search(r'<details class="fold" open><summary>2 người ', part)
    follow_rosters()
    part = client.get(address).content.decode()
    assert "<strong>1 việc</strong> đã chuyển theo người" in part
    assert "<strong>1 việc</strong> đã được miễn" in part


def test_other_wards_and_open_files_tell_nothing(scene, client, tmp_path):
    admin, _, _ = scene
    imported = bring(make_ward(name="Việt Hưng", code="VH"), admin, workbook(tmp_path, ROWS))
    client.force_login(admin)
    assert client.get(reverse("directives:import_debts", args=[imported.pk])).status_code == 404
