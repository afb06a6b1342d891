"""Migrations are complete, linear and named by hand.

Not here: that they run (every test database is made by them).
"""

import re

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from tests.architecture.source import APPS


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize("app", APPS)
def test_history_of_an_app_is_one_line(app: str) -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    own = [key for key in loader.disk_migrations if key[0] == app]
    if not own:
        assert not list(apps.get_app_config(app).get_models()), f"{app} has models and no migration"
        return
    assert len(loader.graph.leaf_nodes(app)) == 1
    numbers = sorted(int(name[:4]) for _, name in own)
    assert numbers == list(range(1, len(own) + 1))


def test_migrations_are_named_by_hand() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    automatic = [
        f"{app}.{name}"
        for app, name in loader.disk_migrations
        if app in APPS and re.search(r"_auto_\d{8}|_and_more$|_alter_.*_and_|_merge_", name)
    ]
    assert automatic == []
