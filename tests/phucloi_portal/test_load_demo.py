"""The demo ward: everybody and everything it promises, once, and never over real data."""

import io
import json
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEntry
from audit.services import verify
from directives.choices import DirectiveState, ObligationState
from directives.models import Directive, Obligation
from mailbox.models import MailCase
from reports.figures import collect
from submissions.models import Decision, Receipt, SubmissionVersion
from tests.factories.units import make_ward
from units.choices import Role
from units.models import Member, RoleGrant, Unit, User
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
AT = "2026-04-24T14:20:00+07:00"
MOMENT = datetime(2026, 4, 24, 14, 20, tzinfo=VIETNAM)


def load(*arguments):
    out = io.StringIO()
    call_command("load_demo", "--members", "100", "--at", AT, "--json", *arguments, stdout=out)
    return json.loads(out.getvalue())


def test_the_demo_ward_has_every_role_and_a_campaign_in_every_state():
    report = load()

    assert (report["units"], report["members"]) == (31, 100)
    roles = set(RoleGrant.objects.filter(user__is_active=True).values_list("role", flat=True))
    assert roles == set(Role)
    assert set(Directive.objects.values_list("number", "state")) == {
        (53, DirectiveState.ISSUED),
        (128, DirectiveState.ISSUED),
    }
    assert set(Obligation.objects.values_list("state", flat=True)) == set(ObligationState) - {
        ObligationState.FORWARDED,  # its essays all go straight to the office
    }
    assert sorted(MailCase.objects.values_list("state", flat=True)) == [
        "ACCEPTED", "IGNORED", "IGNORED", "NOT_OURS", "QUARANTINED", "QUESTION", "UNCLEAR", "UNCLEAR",
    ]  # fmt: skip
    known = MailCase.objects.exclude(unit=None).exclude(answer=None)
    assert [("danh bạ" in case.answer.text) for case in known] == [False] * 3, "who is known is answered as known"
    tally = collect(at=MOMENT, ward=Unit.objects.wards().get()).total
    assert tally.assigned == Obligation.objects.count()
    assert tally.overdue > 0  # the report of the plan was due the day before yesterday
    versions = SubmissionVersion.objects.all()
    assert Receipt.objects.count() == versions.count()
    assert not versions.filter(received_at__gt=MOMENT).exists()
    assert not Decision.objects.filter(decided_at__gt=MOMENT).exists()
    loaded = AuditEntry.objects.latest("demo.load")
    assert (loaded.actor_label, loaded.obj_type, loaded.ward_id) == (
        "load_demo",
        "units.unit",
        Unit.objects.wards().get().pk,
    )
    assert verify()[1] == []


def test_loading_again_changes_nothing():
    first = load()
    before = [model.objects.count() for model in (Unit, Member, User, Obligation, SubmissionVersion)]
    assert load("--seed", "2") == first
    assert [model.objects.count() for model in (Unit, Member, User, Obligation, SubmissionVersion)] == before


def test_a_real_ward_and_a_production_portal_are_left_alone(settings):
    make_ward()
    with pytest.raises(CommandError) as refused:
        load()
    assert str(refused.value) == "Cổng đã có danh bạ hoặc tài khoản, không nạp phường minh họa vào dữ liệu thật."
    settings.PRODUCTION = True
    with pytest.raises(CommandError) as refused:
        load()
    assert str(refused.value) == "Đây là cổng chạy thật, không nạp phường minh họa."
    assert Unit.objects.count() == 1
    assert not User.objects.exists()
