"""Two directions of one rule: what a list shows a person is exactly what the person may open.

For every model that has `visible_to` and a `view_*` permission: `obj in visible_to(user) == has_perm(view, obj)`,
for every object of a world and every role. Not here: what the rules are (`rules.py` of each app).
"""

from datetime import datetime

import pytest
import rules
from django.apps import apps
from django.db.models import Model

from tests.architecture.source import APPS
from tests.architecture.world import World, build
from vietnamese.dates import VIETNAM

# Permissions on a member, named after what of the member is shown; they have no list of their own.
ASKED_ABOUT_ANOTHER = {"units.view_exemption"}
NOW = datetime(2026, 4, 25, 9, 30, tzinfo=VIETNAM)


def permission_of(model: type[Model]) -> str:
    return f"{model._meta.app_label}.view_{model._meta.model_name}"


def models_with_a_list() -> list[type[Model]]:
    return [
        model
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if hasattr(model._default_manager.all(), "visible_to")
    ]


def test_every_list_has_its_permission_and_every_permission_its_list() -> None:
    lists = {permission_of(model) for model in models_with_a_list()}
    named = {
        permission_of(model): rules.perm_exists(permission_of(model))
        for app in APPS
        for model in apps.get_app_config(app).get_models()
    }
    assert {name for name in lists if not named[name]} == set(), "visible_to without a view permission"
    unlisted = {name for name, exists in named.items() if exists} - lists - ASKED_ABOUT_ANOTHER
    assert unlisted == set(), "a view permission without visible_to"


@pytest.fixture
def world(db: None, time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return build(NOW)


def test_lists_and_permissions_agree(world: World) -> None:
    checked, disagreements, shown = 0, [], {}
    for model in models_with_a_list():
        everything = list(model._default_manager.all())
        for role, user in world.users.items():
            if user is None:
                continue
            visible = set(model._default_manager.all().visible_to(user).values_list("pk", flat=True))
            shown[model._meta.label, role] = len(visible)
            for obj in everything:
                checked += 1
                allowed = user.has_perm(permission_of(model), obj)
                if allowed != (obj.pk in visible):
                    disagreements.append(
                        f"{role}: {model._meta.label} {obj} — list {obj.pk in visible}, perm {allowed}"
                    )
    assert disagreements == []
    assert checked > 200
    # The world must be able to show a leak: of every kind somebody sees something and somebody nothing.
    for model in models_with_a_list():
        counts = [count for (label, _), count in shown.items() if label == model._meta.label]
        assert max(counts) > 0, f"nobody sees anything of {model._meta.label}"
        assert min(counts) < max(counts), f"everybody sees all of {model._meta.label}"


def test_what_is_asked_once_for_a_ward_is_what_is_asked_of_each_row(world: World) -> None:
    obligations = apps.get_model("directives", "Obligation").objects.filter(ward=world.ward)
    for role, user in world.users.items():
        if user is not None:
            once = set(obligations.visible_in(world.ward, user).values_list("pk", flat=True))
            assert once == set(obligations.visible_to(user).values_list("pk", flat=True)), role


def test_the_other_ward_sees_nothing_of_ours(world: World) -> None:
    foreign = world.users["foreign"]
    leaks = [
        f"{model._meta.label} {obj}"
        for model in models_with_a_list()
        for obj in model._default_manager.all().visible_to(foreign)
        if getattr(obj, "ward_id", None) == world.ward.pk
    ]
    assert leaks == []
