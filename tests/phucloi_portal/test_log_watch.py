"""The nightly proof of the log: when it runs, whom a fault reaches, what leaves the house.

Not here: the proof itself (`tests/audit/test_services.py`).
"""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from audit import triggers
from audit.models import AuditEntry
from audit.services import record
from outbox.models import OutgoingMail
from phucloi_portal.health import collect_health
from phucloi_portal.log_watch import LastCheck, last_check, watch_log
from phucloi_portal.metrics import as_prometheus_text
from phucloi_portal.tasks import watch_audit_log
from tests.factories.units import make_user, make_ward
from units.choices import Role
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 4, 25, 3, 40, tzinfo=VIETNAM)


@pytest.fixture
def log(time_machine):
    time_machine.move_to(NIGHT - timedelta(hours=2), tick=False)
    for number in range(3):
        record(action="submission.view", actor="x", detail={"số": number})


def spoil() -> None:
    with triggers.suspended(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditentry SET actor_label = 'y' WHERE seq = 2")


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))[3:]


def test_once_a_day_after_three(log, settings):
    settings.AUDIT_WITNESS_EMAIL = ""
    assert watch_log(at=NIGHT.replace(hour=2)) is False
    assert watch_log(at=NIGHT) is True
    assert watch_log(at=NIGHT + timedelta(hours=1)) is False
    assert watch_log(at=NIGHT.replace(hour=23)) is False
    assert watch_log(at=NIGHT + timedelta(days=1)) is True
    assert actions() == ["audit.check", "audit.check"]
    assert OutgoingMail.objects.count() == 0


def test_the_head_goes_to_the_witness_and_proves_the_log(log, settings, capsys):
    settings.AUDIT_WITNESS_EMAIL = "giu-ho@noi-khac.example"
    watch_log(at=NIGHT)
    watch_log(at=NIGHT + timedelta(hours=1))
    assert actions() == ["audit.check", "audit.witness"]
    mail = OutgoingMail.objects.get()
    sealed = AuditEntry.objects.get(pk=4).entry_hash
    assert mail.to_address == "giu-ho@noi-khac.example"
    assert mail.text.splitlines()[0] == f"4:{sealed}"
    assert AuditEntry.objects.get(pk=5).data == {"seq": 4, "hash": sealed, "to": "giu-ho@noi-khac.example"}
    call_command("verify_audit", "--head", mail.text.splitlines()[0])


def test_a_fault_is_loud(log, settings, time_machine):
    settings.AUDIT_WITNESS_EMAIL = "giu-ho@noi-khac.example"
    ward = make_ward()
    administrator = make_user(Role.ADMIN, ward)
    make_user(Role.OFFICE, ward)
    locked = make_user(Role.ADMIN, ward)
    locked.is_active = False
    locked.save()
    spoil()
    time_machine.move_to(NIGHT, tick=False)
    watch_audit_log()
    warned = OutgoingMail.objects.filter(kind="audit.fault")
    assert {mail.to_address for mail in warned} == {administrator.email, "giu-ho@noi-khac.example"}
    assert "Nội dung dòng 2 đã bị sửa sau khi ghi." in warned[0].text
    health = collect_health(at=NIGHT)
    assert health.log == LastCheck(NIGHT, 3, 1, "Nội dung dòng 2 đã bị sửa sau khi ghi.")
    assert "Nhật ký bị sửa ở 1 chỗ. Nội dung dòng 2 đã bị sửa sau khi ghi." in health.problems()
    assert b"portal_audit_faults 1.0" in as_prometheus_text(health)


def test_a_log_that_nothing_proves_is_told(log):
    started = NIGHT - timedelta(hours=2)
    assert last_check(at=started + timedelta(hours=36)) == LastCheck(None)
    late = last_check(at=started + timedelta(hours=37))
    assert late == LastCheck(None, is_due=True)
    assert "Nhật ký chưa được kiểm tra trong 36 giờ qua." in collect_health(at=started + timedelta(hours=37)).problems()


def test_an_empty_log_needs_no_proof():
    assert last_check(at=NIGHT) == LastCheck(None)
