"""Plain rows in bulk: right columns, keys nobody else gets, constraints still hold."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories.units import make_member, make_unit, make_ward
from units.models import Exemption, Member
from units.services.bulk_rows import insert_rows, take_ids

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
    texts = ["a\tb", "a\\tb", "\\N", "\\.", "a\nb", "a\rb", "", "NULL", '"', "ữ"]
    insert_rows(Exemption, ("member", "decision", "reason"), [(member.pk, text, "AGE") for text in texts])
    assert list(Exemption.objects.order_by("pk").values_list("decision", flat=True)) == texts


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


def test_constraints_hold():
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Exemption, ("member", "decision", "reason"), [(None, "1-QĐ/ĐU", "AGE")])
