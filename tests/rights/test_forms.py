"""Every form of the portal, sent again with more than it asks, and sent by a leader.

Fields that are no part of a form change nothing; a leader changes nothing at all but what is his own account's.
The forms are those that the pages show to each role, filled in as a person would. Not here: empty forms
(`test_url_matrix.py`), accounts in other relations (`test_relations.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from django.apps import apps
from django.db import models, transaction
from django.http import HttpResponse

from tests.architecture.source import APPS
from tests.architecture.standing import browser_of, keep_data_folder, log_in, standing_world
from tests.architecture.url_matrix import PUBLIC
from tests.architecture.world import World, build
from tests.rights.crawl import Form, name_of_path, starts, walk
from tests.rights.tables import Changes, changes, state

pytestmark = pytest.mark.django_db
_clean_data_folder = keep_data_folder

SENDERS = ("admin", "office", "secretary", "member")
# What concerns the account that sends it and nobody else; a leader too keeps his own account in order.
OWN_ACCOUNT = (
    "reminders:choices",
    "reminders:read_notices",
    "reminders:make_link",
    "reminders:revoke_link",
    "account_",
    "mfa_",
    "usersessions_",
    "end_own_session",
    "keep_session",
    "change_email",
)
OWN_DATA = {"units:notice", "privacy:export_own"}


@dataclass
class Scene:
    """The world, a session for each role, and the forms each of them is shown."""

    world: World
    sessions: dict[str, str] = field(default_factory=dict)
    forms: dict[str, list[Form]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker) -> Iterator[Scene]:
    def settle(now: datetime) -> Scene:
        made = Scene(build(now))
        made.sessions = {role: log_in(made.world.users[role]) for role in (*SENDERS, "leader")}
        for role in SENDERS:
            forms = walk(made.sessions[role], starts(), of_a_kind=1)[1]
            made.forms[role] = [
                one for one in forms if not is_own_account(one) and name_of_path(one.action) not in PUBLIC
            ]
        return made

    with standing_world(django_db_blocker, settle) as built:
        yield built


def is_own_account(form: Form) -> bool:
    return name_of_path(form.action).startswith(OWN_ACCOUNT)


def send(session: str, action: str, data: dict[str, list[str]]) -> tuple[HttpResponse, Changes]:
    """The answer and what it changed; all of it is taken back."""
    with transaction.atomic():
        before = state()
        answer = browser_of(session).post(action, data)
        if answer.streaming:
            b"".join(answer)
        done = changes(before, state())
        transaction.set_rollback(True)
    return answer, done


def slipped_in(form: Form) -> dict[str, list[str]]:
    """A value for every column of every table of ours that the form does not ask for."""
    more: dict[str, list[str]] = {"is_staff": ["on"], "is_superuser": ["on"], "accepted": ["1"]}
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            for column in model._meta.concrete_fields:
                for name in {column.name, column.attname}:
                    more.setdefault(name, [_value(column)])
    return {name: value for name, value in more.items() if name not in form.names}


def _value(column: models.Field) -> str:
    if column.choices:
        return str(list(column.choices)[-1][0])
    if isinstance(column, models.ForeignKey):
        return str(column.related_model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 1)
    if isinstance(column, models.BooleanField):
        return "on"
    if isinstance(column, models.DateTimeField):
        return "2031-01-01T00:00"
    if isinstance(column, models.DateField):
        return "2031-01-01"
    return "7" if isinstance(column, models.IntegerField) else "Gài thêm"


@pytest.mark.parametrize("role", SENDERS)
def test_nothing_but_the_fields_of_a_form_is_taken(scene: Scene, role: str) -> None:
    taken, effective = {}, 0
    for form in scene.forms[role]:
        session = scene.sessions[role]
        _, once = send(session, form.action, form.data)
        _, twice = send(session, form.action, form.data)
        _, more = send(session, form.action, form.data | slipped_in(form))
        by_chance = {cell for cell in once.keys() | twice.keys() if once.get(cell) != twice.get(cell)}
        cells = (once.keys() | more.keys()) - by_chance
        if unwanted := {cell: more.get(cell) for cell in cells if once.get(cell) != more.get(cell)}:
            taken[form.kind] = unwanted
        effective += bool(once)
    assert taken == {}
    assert effective > {"admin": 15, "office": 8, "secretary": 1, "member": 0}[role]


def test_a_leader_changes_nothing(scene: Scene) -> None:
    forms = {form.kind: form for role in SENDERS for form in scene.forms[role]}
    assert len(forms) > 60
    changed, let_in = {}, {}
    for form in forms.values():
        answer, done = send(scene.sessions["leader"], form.action, form.data)
        name = name_of_path(form.action)
        if done and name not in OWN_DATA:
            changed[form.kind] = done
        if answer.status_code not in (403, 404) and name not in OWN_DATA:
            let_in[form.kind] = answer.status_code
    assert changed == {}
    assert let_in == {}
