"""No count, no list and no choice of ours becomes another because the other ward has people, papers and debts.

Two accounts walk the portal before the other ward has anything, and after. Not here: words (`test_canaries.py`).
"""

from datetime import datetime

import pytest

from tests.architecture.standing import keep_data_folder, log_in, standing_world
from tests.architecture.world import build, build_theirs
from tests.rights.crawl import Visit, settled, starts, walk

pytestmark = pytest.mark.django_db
_clean_data_folder = keep_data_folder

WALKERS = ("office", "secretary")
Walk = dict[str, str]


def _read(visits: list[Visit]) -> Walk:
    return {visit.path: settled(visit.text) for visit in visits}


def _walk_twice(now: datetime) -> dict[str, tuple[Walk, Walk]]:
    ours = build(now)
    sessions = {role: log_in(ours.users[role]) for role in WALKERS}
    before = {role: _read(walk(sessions[role], starts(), of_a_kind=1)[0]) for role in WALKERS}
    build_theirs(ours)
    return {role: (before[role], _read(walk(sessions[role], starts(), of_a_kind=1)[0])) for role in WALKERS}


def test_their_people_papers_and_debts_change_nothing_of_ours(django_db_setup: None, django_db_blocker) -> None:
    with standing_world(django_db_blocker, _walk_twice) as walks:
        for role, (before, after) in walks.items():
            assert len(before) > 20
            assert {path for path in before if after.get(path) != before[path]} == set(), role
