"""Every address of an object × every relation to it, by real requests; the answers follow from `url_matrix.py`.

An account is answered like the column its relation stands for (`relatives.py`), and 404 when the object is none of its
business, whatever role it holds elsewhere. Not here: the nine columns themselves (`test_url_matrix.py`).
"""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import transaction
from django.urls import reverse

from tests.architecture.standing import browser_of, keep_data_folder, log_in, standing_world
from tests.architecture.test_url_matrix import word_of
from tests.architecture.url_matrix import MATRIX, PUBLIC, Row
from tests.architecture.world import World, build
from tests.rights.relatives import LOCKED, RELATIONS, STRANGER, Relative, relatives_of
from tests.rights.rights_page import PAGE, page

pytestmark = pytest.mark.django_db
_clean_data_folder = keep_data_folder

# What is shown to the person who put it there and to nobody else, not even to another secretary of the unit.
OF_ONE_PERSON = {
    "submissions:desk_choose", "submissions:desk_remove", "submissions:desk_piece", "submissions:scan",
    "submissions:scan_drop", "submissions:scan_page", "submissions:desk_photos", "submissions:desk_photo",
    "submissions:desk_photo_change", "submissions:desk_file", "submissions:desk_file_page",
}  # fmt: skip
# Words in an address that name no object.
NO_OBJECTS = {
    "data_class", "wrong_key", "wrong_link_code", "no_session", "page_size", "log_format", "history_kind", "pdf_kind",
    "xlsx_kind", "format_group", "letter_day",
}  # fmt: skip


def things_of(row: Row) -> set[str]:
    """The objects an address names."""
    return {item.split("=")[1].split(".")[0] for item in row.of.split(",") if item} - NO_OBJECTS


ROWS = [row for row in MATRIX if things_of(row) and row.name not in PUBLIC]


@pytest.fixture(scope="module")
def kin(django_db_setup: None, django_db_blocker) -> Iterator[tuple[World, dict[str, tuple[Relative, str]]]]:
    def settle(now: datetime) -> tuple[World, dict[str, tuple[Relative, str]]]:
        world = build(now)
        return world, {name: (one, log_in(one.user)) for name, one in relatives_of(world).items()}

    with standing_world(django_db_blocker, settle) as built:
        yield built


def test_everybody_of_the_list_is_there(kin) -> None:
    _, relatives = kin
    assert set(relatives) == set(RELATIONS)


def test_public_rows_are_the_only_ones_left_out() -> None:
    """An address of an object that strangers may open would be left unproved: there is none but the public ones."""
    assert [row.name for row in ROWS if row.answers["foreign"] != "404"] == []


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.name}{'-post' if row.post else ''}" for row in ROWS])
def test_relation_decides(kin, row: Row) -> None:
    world, relatives = kin
    parameters = dict(item.strip().split("=") for item in row.of.split(",") if item)
    address = reverse(row.name, kwargs={name: world.value(path) for name, path in parameters.items()})
    answers = {name: answer(session, address, row) for name, (_, session) in relatives.items()}
    assert answers == {name: expected(row, one) for name, (one, _) in relatives.items()}


def expected(row: Row, one: Relative) -> str:
    """What the table says to somebody in this relation."""
    if one.stands_as == LOCKED:
        return "login"
    if one.stands_as == STRANGER or row.name in OF_ONE_PERSON:
        return "404"
    return row.answers[one.stands_as]


def answer(session: str, address: str, row: Row) -> str:
    """The answer in the table's words; whatever the request changed is rolled back."""
    client = browser_of(session)
    with transaction.atomic():
        response = client.post(address) if row.post else client.get(address)
        if response.streaming:
            b"".join(response)
        transaction.set_rollback(True)
    return word_of(response)


def test_page_of_rights_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.rights.rights_page"
