"""Floors of the evaluation: exact counts, so that a rule that breaks a text fails here (`make eval` prints the table).

Not here: single rules (`test_reading.py`).
"""

import pytest

from tests.directives.reader.evaluation import HEAD, evaluate

FLOORS = {
    # set: (duties right, duties wrong, dated right, dated wrong)
    "examples": (22, 0, 16, 0),
    "tuned": (65, 0, 57, 0),
    "held_out": (27, 0, 27, 0),
    "second": (34, 0, 31, 0),
    "third": (33, 0, 31, 0),
    "fourth": (29, 0, 26, 0),
    "fifth": (82, 0, 78, 0),
    "sixth": (35, 0, 34, 0),
    "seventh": (24, 2, 23, 1),
}


@pytest.mark.parametrize("name", FLOORS)
def test_duties_are_found_and_none_is_invented(name: str) -> None:
    right, wrong, dated, dated_wrong = FLOORS[name]
    table = evaluate(name)
    assert (table["duty"].right, table["duty"].wrong) == (right, wrong), table["duty"].faults
    assert (table["dated_duty"].right, table["dated_duty"].wrong) == (dated, dated_wrong), table["dated_duty"].faults


@pytest.mark.parametrize("name", FLOORS)
def test_heads_are_read_whole(name: str) -> None:
    table = evaluate(name)
    assert [fault for key in (*HEAD, "addressees", "recipients") for fault in table[key].faults] == []


@pytest.mark.parametrize("name", ["examples", "tuned", "second", "fourth", "fifth", "sixth"])
def test_every_field_of_the_texts_the_rules_were_made_on(name: str) -> None:
    table = evaluate(name)
    faults = {key: score.faults for key, score in table.scores.items() if score.faults and key != "duty"}
    assert faults == {}
