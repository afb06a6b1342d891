"""Rows written beside the work that makes them: in order, whole or not at all, and the thread gone when the block is."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from tests.factories.units import make_member, make_unit, make_ward
from units.models import Exemption, Member
from units.services import side_writer
from units.services.bulk_rows import take_ids
from units.services.side_writer import writing_beside

PLAIN = ("member", "decision", "reason")
only_on_postgresql = pytest.mark.only_on("postgresql")


def decisions() -> list[str]:
    return list(Exemption.objects.order_by("pk").values_list("decision", flat=True))


def rows(member: int, *numbers: int) -> list[tuple]:
    return [(member, f"{number}-QĐ/ĐU", "AGE") for number in numbers]


def writers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "roster-writer"]


@pytest.fixture
def member(db) -> Member:
    return make_member(make_unit(make_ward()))


@pytest.mark.django_db
def test_whoever_asks_finds_what_was_handed_over(member):
    with transaction.atomic(), writing_beside() as writer:
        for number in range(9):
            writer.insert(Exemption, PLAIN, rows(member.pk, number))
        writer.insert(Exemption, PLAIN, [])
        assert decisions() == [f"{number}-QĐ/ĐU" for number in range(9)]
        writer.insert(Exemption, PLAIN, rows(member.pk, 9))
        writer.refresh_statistics(Exemption, Member)
    assert decisions() == [f"{number}-QĐ/ĐU" for number in range(10)]
    assert writers() == []


@pytest.mark.django_db
def test_pieces_are_the_whole_in_its_order(member, monkeypatch):
    monkeypatch.setattr(side_writer, "FIRST", (1, 2))
    monkeypatch.setattr(side_writer, "PIECE", 3)
    with transaction.atomic(), writing_beside() as writer:
        pieces = [list(piece) for piece in writer.pieces(list(range(7)))]
        assert list(writer.pieces([])) == []
    whole = [[0, 1, 2, 3, 4, 5, 6]]
    assert pieces == (whole if connection.vendor == "sqlite" else [[0], [1, 2], [3, 4, 5], [6]])


@pytest.mark.django_db
def test_a_refused_row_takes_everything_of_the_block_along(member):
    """Later pieces are dropped, the server's word reaches the block's thread, and the outer transaction goes on."""

    @transaction.atomic
    def bring_in() -> None:
        with writing_beside() as writer:
            for number in range(20):
                writer.insert(Exemption, PLAIN, rows(member.pk, number))
                writer.insert(Exemption, PLAIN, [(None, "không của ai", "AGE")])

    with pytest.raises(IntegrityError):
        bring_in()
    assert (decisions(), writers()) == ([], [])
    make_member(make_unit(make_ward()))


@pytest.mark.django_db
def test_keys_taken_beside_are_those_of_the_rows_written_after(member):
    with transaction.atomic(), writing_beside() as writer:
        keys = writer.take_ids(Exemption, 3)
        writer.insert(Exemption, ("id", *PLAIN), [(next(keys), *row) for row in rows(member.pk, 1, 2)])
        last = next(keys)
        assert list(Exemption.objects.order_by("pk").values_list("pk", flat=True)) == [last - 2, last - 1]
        with pytest.raises(StopIteration):
            next(keys)
    assert last not in take_ids(Exemption, 2) or connection.vendor == "sqlite"


@only_on_postgresql
@pytest.mark.django_db
def test_nobody_waits_for_keys_after_a_refusal(member):
    """What is handed over after it is dropped, so the keys never come."""

    @transaction.atomic
    def bring_in() -> None:
        with writing_beside() as writer:
            writer.insert(Exemption, PLAIN, [(None, "không của ai", "AGE")])
            while not writer._refused:
                pass
            writer._refused, refusal = None, writer._refused  # as if the refusal came after the next was handed over
            writer._is_over = True
            keys = writer.take_ids(Exemption, 3)
            writer._refused = refusal
            next(keys)

    with pytest.raises(IntegrityError):
        bring_in()
    assert writers() == []


@only_on_postgresql
@pytest.mark.django_db
def test_the_last_refusal_is_raised_by_the_end_of_the_block(member):
    @transaction.atomic
    def bring_in() -> None:
        with writing_beside() as writer:
            writer.insert(Exemption, PLAIN, [(None, "không của ai", "AGE")])
        pytest.fail("the block ended as if all were written")

    with pytest.raises(IntegrityError):
        bring_in()


@only_on_postgresql
@pytest.mark.django_db
def test_keys_are_checked_with_their_piece_and_late_again_afterwards(member):
    nobody = take_ids(Member, 1)[0]
    with pytest.raises(IntegrityError, match="member_id"), transaction.atomic(), writing_beside() as writer:
        writer.insert(Exemption, PLAIN, rows(nobody, 1))
    with transaction.atomic():
        with writing_beside() as writer:
            writer.insert(Exemption, PLAIN, rows(member.pk, 1))
        Exemption.objects.create(member_id=nobody, decision="tạm", reason="AGE").delete()


@pytest.mark.django_db
def test_an_exception_of_the_block_leaves_neither_rows_nor_a_thread(member):
    @transaction.atomic
    def bring_in() -> None:
        with writing_beside() as writer:
            writer.insert(Exemption, PLAIN, rows(member.pk, *range(5_000)))
            raise ValueError("dừng")

    with pytest.raises(ValueError, match="dừng"):
        bring_in()
    assert (decisions(), writers()) == ([], [])


@only_on_postgresql
@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_outside_a_transaction():
    with pytest.raises(TransactionManagementError), writing_beside():
        pytest.fail("a row could stand without the others")


@only_on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_lost_server_is_told_and_ends_the_thread():
    member = make_member(make_unit(make_ward()))

    @transaction.atomic
    def bring_in() -> None:
        with writing_beside() as writer:
            mine, other = connection.connection.info.backend_pid, connection.copy()
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [mine])
            other.close()
            for number in range(50):
                writer.insert(Exemption, PLAIN, rows(member.pk, number))

    with pytest.raises(DatabaseError):
        bring_in()
    connection.close()
    assert (decisions(), writers()) == ([], [])
