"""Plain rows in bulk: right columns, keys nobody else gets, constraints still hold."""

import tracemalloc
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories.units import make_member, make_unit, make_ward
from units.models import Exemption, Member
from units.services.bulk_rows import insert_rows, many_rows_to_come, take_ids

pytestmark = pytest.mark.django_db


def test_rows_arrive_in_their_columns():
    member = make_member(make_unit(make_ward()))
    day = connection.ops.adapt_datefield_value
    rows = [(member.pk, f"{n}-QĐ/ĐU", "AGE", day(date(2026, 1, n)), None) for n in (1, 2, 3)]
    insert_rows(Exemption, ("member", "decision", "reason", "valid_from", "valid_to"), rows)
    assert list(
        Exemption.objects.order_by("pk").values_list("member", "decision", "reason", "valid_from", "valid_to")
    ) == [(member.pk, f"{n}-QĐ/ĐU", "AGE", date(2026, 1, n), None) for n in (1, 2, 3)]
    insert_rows(Exemption, ("member",), [])  # nothing is nothing
    assert Exemption.objects.count() == 3


def test_no_character_breaks_a_row():
    member = make_member(make_unit(make_ward()))
    texts = ["None", "Nones", "\\x4eone", "a\tb", "a\\tb", "\\N", "\\.", "a\nb", "a\rb", "", "NULL", '"', "ữ"]
    insert_rows(Exemption, ("member", "decision", "reason"), [(member.pk, text, "AGE") for text in texts])
    assert list(Exemption.objects.order_by("pk").values_list("decision", flat=True)) == texts


def test_a_batch_with_a_strange_value_stays_whole():
    """Rows go over in batches; one value that must be escaped changes none of the others, and nothing stays nothing."""
    member = make_member(make_unit(make_ward()))
    day = connection.ops.adapt_datefield_value(date(2026, 1, 2))
    rows = [(member.pk, f"{n}-QĐ/ĐU", day if n % 2 else None) for n in range(2_500)]
    rows[1_200] = (member.pk, "a\\b", None)  # as many backslashes as one value that is missing brings
    rows[100] = (member.pk, "None", day)  # as PostgreSQL is told that there is nothing
    rows[1_201] = (member.pk, "a\tb\nc", day)
    insert_rows(Exemption, ("member", "decision", "valid_from"), ())
    fields = ("member", "decision", "reason", "valid_from")
    insert_rows(Exemption, fields, ((pk, decision, "AGE", first) for pk, decision, first in rows))
    stored = Exemption.objects.order_by("pk").values_list("decision", "valid_from")
    assert list(stored) == [(decision, date(2026, 1, 2) if first else None) for _, decision, first in rows]


@pytest.mark.only_on("sqlite")  # PostgreSQL has memory of its own
def test_pages_are_at_hand_only_in_the_block():
    def pages() -> int:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size")
            return cursor.fetchone()[0]

    usual = pages()
    with many_rows_to_come():
        assert pages() == -16_384
    assert pages() == usual


def test_keys_are_nobody_elses():
    unit = make_unit(make_ward())
    before = make_member(unit)
    taken = take_ids(Member, 3)
    fields = ("id", "ward", "full_name", "tone_key", "folded", "sort_key", "email", "phone", "status")
    insert_rows(Member, fields, [(pk, unit.ward_id, "Lê Bình", "", "", "", "", "", "FULL") for pk in taken])
    after = make_member(unit)
    assert len({before.pk, after.pk, *taken}) == 5
    before.delete()
    assert not {before.pk, *taken} & set(take_ids(Member, 5))


@pytest.mark.only_on("postgresql")  # on SQLite nobody else writes meanwhile
def test_keys_with_gaps_are_told_one_by_one():
    """As when somebody else takes one in between."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence('units_member', 'id')")
        [sequence] = cursor.fetchone()
        cursor.execute(f"ALTER SEQUENCE {sequence} INCREMENT BY 2 RESTART WITH 7001")
    assert list(take_ids(Member, 3)) == [7001, 7003, 7005]
    assert list(take_ids(Member, 1)) == [7007]
    assert list(take_ids(Member, 0)) == []


def test_no_key_is_no_key():
    assert list(take_ids(Member, 0)) == []


def test_constraints_hold():
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Exemption, ("member", "decision", "reason"), [(None, "1-QĐ/ĐU", "AGE")])


def test_rows_are_let_go_as_they_are_written():
    """However many there are: the roster of a city must not lie in memory twice."""
    member = make_member(make_unit(make_ward()))
    insert_rows(Exemption, ("member", "decision", "reason"), [(member.pk, "khởi động", "AGE")])
    tracemalloc.start()
    try:
        rows = ((member.pk, f"{number:050}-QĐ/ĐU", "AGE") for number in range(200_000))
        insert_rows(Exemption, ("member", "decision", "reason"), rows)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert Exemption.objects.count() == 200_001
    assert peak < 10 * 2**20  # all of them at once are 52 MiB
