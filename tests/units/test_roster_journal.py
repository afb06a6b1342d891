"""The journal of an import: keys in runs, checksums of plain rows, and what of them was touched since."""

from __future__ import annotations

from array import array
from base64 import b64encode
from datetime import date
from zlib import crc32

import pytest
from django.db import connection
from django.db.models import Q

from tests.factories.units import make_member, make_unit, make_ward
from units.keys import search_key
from units.models import Exemption
from units.services.bulk_rows import insert_rows, take_ids
from units.services.roster_journal import Journal, PlainRows, opened, runs_of, spans, untouched
from vietnamese.text import fold


@pytest.mark.parametrize(
    ("keys", "runs"),
    [([], []), ([7], [(7, 7)]), ([1, 2, 3, 5, 9, 10], [(1, 3), (5, 5), (9, 10)])],
)
def test_runs(keys, runs):
    assert list(runs_of(keys)) == runs


def test_spans_are_ranges_for_long_runs_and_batches_for_the_rest():
    keys = [5, *range(100, 150), *range(1_000, 21_001), 30_000, 3]
    assert list(spans("pk", keys)) == [
        Q(pk__gte=100, pk__lte=149),
        Q(pk__gte=1_000, pk__lte=10_999),
        Q(pk__gte=11_000, pk__lte=20_999),
        Q(pk__gte=21_000, pk__lte=21_000),
        Q(pk__in=[3, 5, 30_000]),
    ]


def test_packed_rows_come_back():
    rows = PlainRows(("name",), array("q", [4, 5, 6, 9]), array("I", [0, 1, 2**32 - 1, 77]))
    back = PlainRows.unpacked(rows.packed())
    assert (back.columns, list(back.keys), list(back.marks)) == (("name",), [4, 5, 6, 9], [0, 1, 2**32 - 1, 77])
    assert rows.packed()["runs"] == [[4, 3], [9, 1]]


@pytest.mark.parametrize(
    "text", ["", "Đỗ Đức Mạnh", "Vu\u0303 Thi\u0323 Hoà", " a\t  B ", "Chi bộ Tổ dân phố số 5", "ＦＵＬＬ　ｗｉｄｅ"]
)
def test_search_key_is_fold(text):
    assert search_key(text) == fold(text)


@pytest.mark.django_db
def test_plain_rows_are_untouched_until_any_column_changes():
    member = make_member(make_unit(make_ward()))
    fields = ("id", "member", "decision", "reason", "valid_from")
    keys = take_ids(Exemption, 4)
    day = connection.ops.adapt_datefield_value(date(2026, 4, 1))
    rows = [(keys[n], member.pk, f"0{n}-QĐ/ĐU", "UNKNOWN", day) for n in range(4)]
    journal = Journal()
    noted = list(journal.adds_plain(Exemption, fields, rows))
    assert noted == rows
    insert_rows(Exemption, fields, noted)
    journal.read_back()
    part = opened(journal.seal())["exemption"]
    assert (part["added"], part["changed"], part["removed"]) == ({}, {}, [])
    [plain] = map(PlainRows.unpacked, part["plain"])
    assert untouched(Exemption, plain, lock=False) == set(keys)
    Exemption.objects.filter(pk=keys[0]).update(decision="00-QĐ/ĐU ")
    Exemption.objects.filter(pk=keys[1]).update(valid_to=date(2026, 5, 1))  # nothing stood there
    Exemption.objects.filter(pk=keys[2]).delete()
    assert untouched(Exemption, plain, lock=False) == {keys[3]}


@pytest.mark.django_db
def test_rows_noted_without_their_key_are_known_too():
    """As the imports of earlier versions keep them: they must still be undone."""
    member = make_member(make_unit(make_ward()))
    row = (member.pk, "01-QĐ/ĐU", "UNKNOWN")
    [key] = take_ids(Exemption, 1)
    insert_rows(Exemption, ("id", "member", "decision", "reason"), [(key, *row)])
    mark = crc32("\x1f".join(map(str, row)).encode())
    stored = {
        "columns": ["member_id", "decision", "reason"],
        "runs": [[key, 1]],
        "marks": b64encode(array("I", [mark])),
    }
    plain = PlainRows.unpacked(stored)
    assert untouched(Exemption, plain, lock=False) == {key}
    Exemption.objects.filter(pk=key).update(reason="AGE")
    assert untouched(Exemption, plain, lock=False) == set()
