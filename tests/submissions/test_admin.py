"""The repair pages: read-only, searchable, a DEAD check put back; only for superusers.

Not here: the office's own pages.
"""

import pytest
from django.test import Client

from submissions.choices import InspectionState
from submissions.models import Inspection
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one, make_file, make_inspected
from tests.factories.units import make_member, make_superuser, make_unit, make_ward

pytestmark = pytest.mark.django_db
PAGES = ("inspection", "submission", "submissionversion", "deposit", "receipt", "decision")


@pytest.fixture
def repairer() -> Client:
    """A superuser's client; something of everything exists."""
    cell = make_unit(make_ward())
    for _ in range(2):
        hand_in_one(make_obligation(make_requirement(make_directive(cell.ward)), make_member(cell)), make_file())
    client = Client()
    user = make_superuser("sua@phuong.example")
    client.force_login(user, backend="units.backends.AccountBackend")
    return client


@pytest.mark.parametrize("page", PAGES)
def test_every_list_opens(repairer: Client, page: str) -> None:
    assert repairer.get(f"/sua-chua/submissions/{page}/").status_code == 200
    assert repairer.get("/sua-chua/vault/blob/").status_code == 200


@pytest.mark.parametrize("page", ["inspection", "receipt", "submission", "decision"])
def test_nothing_is_added_by_hand(repairer: Client, page: str) -> None:
    assert repairer.get(f"/sua-chua/submissions/{page}/add/").status_code == 403


def test_only_what_was_given_up_goes_back_into_the_queue(repairer: Client) -> None:
    dead = make_inspected(state=InspectionState.DEAD).inspection
    chosen = [str(pk) for pk in Inspection.objects.values_list("pk", flat=True)]
    sent = {"action": "check_again", "_selected_action": chosen}
    assert repairer.post("/sua-chua/submissions/inspection/", sent).status_code == 302
    states = dict(Inspection.objects.values_list("pk", "state"))
    assert {pk: state for pk, state in states.items() if state != "CLEAN"} == {dead.pk: "RECEIVED"}
