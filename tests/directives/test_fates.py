"""What an amendment does to one obligation, as a table; the boundary instants included."""

from datetime import timedelta

import pytest

from directives.choices import ObligationState as S
from directives.fates import Fate, fate_of
from tests.factories.directives import at

NOW = at(25, hour=10)
OLD = at(28)
LATER, SOONER = at(10, 5), at(27)
SECOND = timedelta(seconds=1)
CASES = [
    # state, first receipt, own day, deadline in force, new deadline → fate
    (S.PENDING, None, False, OLD, LATER, Fate.MOVED),
    (S.PENDING, None, False, OLD, SOONER, Fate.MOVED),
    (S.PENDING, None, False, OLD, OLD, Fate.SAME),
    (S.PENDING, None, False, None, LATER, Fate.MOVED),
    (S.PENDING, None, False, OLD, NOW, Fate.KEEPS_LATER),  # nobody is made late by amending
    (S.PENDING, None, False, OLD, NOW + SECOND, Fate.MOVED),
    (S.PENDING, None, True, LATER + SECOND, LATER, Fate.KEEPS_LATER),
    (S.PENDING, None, True, LATER, LATER, Fate.SAME),
    (S.PENDING, None, True, LATER - SECOND, LATER, Fate.MOVED),
    (S.RETURNED, OLD - SECOND, False, OLD, LATER, Fate.MOVED),
    (S.RETURNED, OLD, False, OLD, LATER, Fate.HANDED_IN),  # it came late and stays late
    (S.SUBMITTED, at(24), False, OLD, SOONER, Fate.HANDED_IN),
    (S.ACCEPTED, at(24), False, OLD, LATER, Fate.HANDED_IN),
    (S.WAIVED, None, False, OLD, LATER, Fate.WAIVED),
    (S.PENDING, None, True, LATER, None, Fate.RELEASED),
    (S.RETURNED, OLD, False, OLD, None, Fate.RELEASED),
    (S.SUBMITTED, at(24), False, OLD, None, Fate.HANDED_IN),
    (S.WAIVED, None, False, OLD, None, Fate.WAIVED),
]


@pytest.mark.parametrize(("state", "first", "own", "due_at", "new", "fate"), CASES)
def test_fate(state, first, own, due_at, new, fate) -> None:
    said = {"state": state, "first_submitted_at": first, "has_own_day": own, "due_at": due_at, "new_due_at": new}
    assert fate_of(**said, at=NOW) == fate
