"""The catalogue of actions agrees with the code: every name used is listed, every label is a Vietnamese phrase.

Not here: that a verb records at all (each verb's own tests).
"""

import re

from audit.actions import ACTIONS, label_of

RECORDED = re.compile(r"\brecord\(\s*action=\"([^\"]+)\"")


def test_every_recorded_action_is_in_the_catalogue(repository):
    apps = ["phucloi_portal", "reports", "reminders", "submissions", "directives", "units"]
    used = {
        name
        for app in apps
        for path in (repository / app).rglob("*.py")
        for name in RECORDED.findall(path.read_text(encoding="utf-8"))
    }
    assert used - set(ACTIONS) == set()


def test_names_and_labels():
    for name, label in ACTIONS.items():
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", name)
        assert label == label.strip()
        assert label[0].isupper()
    assert len(set(ACTIONS.values())) == len(ACTIONS)
    assert label_of("older.name") == "older.name"
