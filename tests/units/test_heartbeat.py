"""A lease is kept while its worker works, given up when it is another's, and ends with the work."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from threading import Event

import pytest
from django.db import DatabaseError

from tests.factories.units import make_ward
from units.models import RosterImport
from units.services.heartbeat import beating
from units.services.import_work import LEASE, Holder
from vault.services import put
from vietnamese.dates import VIETNAM

NOW = datetime(2026, 4, 24, 9, tzinfo=VIETNAM)


def test_it_beats_until_the_block_ends_and_survives_a_refusal() -> None:
    third, beats = Event(), []

    def beat() -> bool:
        beats.append(1)
        if len(beats) == 1:
            raise DatabaseError("bận")
        if len(beats) == 3:
            third.set()
        return True

    with beating(beat, every=0.001):
        assert third.wait(5)
    done = len(beats)
    assert not Event().wait(0.02)
    assert len(beats) == done


def test_it_ends_when_the_hold_is_lost_and_never_beats_in_a_short_block() -> None:
    once, beats = Event(), []

    def beat() -> bool:
        beats.append(1)
        once.set()
        return False

    with beating(beat, every=0.001):
        assert once.wait(5)
        assert not Event().wait(0.02)
    assert beats == [1]
    with beating(beat, every=60):
        pass
    assert beats == [1]


@pytest.mark.django_db
def test_a_beat_keeps_the_lease_of_this_turn_alone() -> None:
    ward = make_ward()
    blob = put(stream=io.BytesIO(b"a"), media_type="text/csv", limit=10, now=NOW)
    imported = RosterImport.objects.create(
        ward=ward, blob=blob, file_name="a.csv", on=NOW.date(), asked_at=NOW, turn=2, lease_until=NOW
    )
    later = NOW + timedelta(minutes=1)
    assert Holder(imported.pk, 2, imported.work, lambda: later).beat() is True
    imported.refresh_from_db()
    assert imported.lease_until == later + LEASE
    assert Holder(imported.pk, 1, imported.work, lambda: NOW).beat() is False
    RosterImport.objects.update(work="", lease_until=None)
    assert Holder(imported.pk, 2, "", lambda: NOW).beat() is False
    imported.refresh_from_db()
    assert imported.lease_until is None
