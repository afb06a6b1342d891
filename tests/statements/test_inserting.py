"""Rows inserted by a statement written once: the same row as Django's own insert makes, or none.

Not here: which verbs insert so (their apps' tests).
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from statements.inserting import insert
from vault.models import Blob

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 3, 0, 0, 123456, tzinfo=UTC)


def blob(letter: str, **values) -> Blob:
    given = {"size": 7, "media_type": "application/pdf", "created_at": NOW, "last_put_at": NOW, **values}
    return Blob(sha256=letter * 64, **given)


def test_the_row_is_the_one_django_would_make(django_assert_num_queries):
    first, second = blob("a", missing_since=NOW), blob("b", missing_since=NOW)
    with django_assert_num_queries(1):
        assert insert(first)
    second.save(force_insert=True)
    rows = {row.pop("sha256")[0]: row for row in Blob.objects.values()}
    assert (rows["a"].pop("id"), rows["b"].pop("id")) == (first.pk, second.pk)
    assert rows["a"] == rows["b"]
    assert (first._state.adding, first._state.db) == (second._state.adding, second._state.db)
    first.size = 8
    first.save()  # known as stored: an update
    assert Blob.objects.get(pk=first.pk).size == 8


def test_a_key_of_its_own_is_kept():
    row = blob("c", pk=900)
    insert(row)
    assert Blob.objects.get(pk=900) == row


def test_unless_there_leaves_the_other_row_as_it_is(django_assert_num_queries):
    insert(blob("a"))
    again = blob("a", size=9)
    with django_assert_num_queries(1):
        assert insert(again, unless_there=True) is False
    assert (again.pk, Blob.objects.get().size) == (None, 7)
    assert insert(blob("b"), unless_there=True) is True
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(blob("a"))


def test_what_the_database_would_compute_is_refused():
    with pytest.raises(TypeError):
        insert(blob("a", size=F("id") + 1))
    assert not Blob.objects.exists()
