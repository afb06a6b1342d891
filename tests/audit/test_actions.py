"""Names and labels of the catalogue of actions have their form.

Not here: that catalogue, document and code agree (`tests/architecture/test_audit_catalogue.py`).
"""

import re

from audit.actions import ACTIONS, GROUPS, actions_of, label_of


def test_names_and_labels():
    for name, label in ACTIONS.items():
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", name)
        assert label == label.strip()
        assert label[0].isupper()
    assert len(set(ACTIONS.values())) == len(ACTIONS)
    assert label_of("older.name") == "older.name"


def test_every_action_is_found_in_exactly_one_group():
    grouped = [name for group in GROUPS for name in actions_of(group)]
    assert sorted(grouped) == sorted(ACTIONS)
    assert actions_of("không có") == []
