"""Health figures, their sentences, the metrics, and who is told."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from audit import services as audit
from outbox.choices import MailState
from outbox.models import OutgoingMail
from phucloi_portal.health import LEAST_FREE_BYTES, Health, LastRecount, collect_health, remember_beat
from phucloi_portal.metrics import as_prometheus_text
from phucloi_portal.tasks import heartbeat
from reminders.models import PlanningRun
from reports.choices import JobState
from reports.services.counting import recount
from submissions.choices import InspectionState
from tests.architecture.world import build, store
from tests.factories.units import make_ward
from vault.models import Blob
from vietnamese.dates import VIETNAM

NOW = datetime(2026, 4, 25, 9, 30, tzinfo=VIETNAM)
WELL = Health(
    at=NOW,
    disk_free=500 * 1024**3,
    disk_total=1000 * 1024**3,
    last_beat=NOW - timedelta(seconds=30),
    waiting={"inspection": None, "mail": None, "documents": None},
    rings=0,
    blobs=10,
    quarantined=0,
)

RECOUNTED = (
    "Đếm lại lúc 09:30, thứ Bảy ngày 25/4/2026 thấy số đếm sẵn lệch ở 3 chỗ (trước hết ở P7); "
    "số đã được đặt lại theo từng việc. Hãy báo người quản trị kỹ thuật."
)


def changed(**fields: object) -> list[str]:
    return Health(**{**WELL.__dict__, **fields}).problems()


def test_well_means_no_sentence() -> None:
    assert WELL.problems() == []


@pytest.mark.parametrize(
    ("fields", "sentences"),
    [
        ({"disk_free": LEAST_FREE_BYTES}, []),
        ({"disk_free": LEAST_FREE_BYTES - 1}, ["Ổ đĩa chỉ còn 2,0 GB trống."]),
        ({"last_beat": None}, ["Chưa thấy nhịp của bộ hẹn giờ (beat) và tiến trình nền (worker)."]),
        ({"last_beat": NOW - timedelta(minutes=3)}, []),
        ({"last_beat": NOW - timedelta(minutes=4)}, ["Bộ hẹn giờ hoặc tiến trình nền đã im 4 phút."]),
        ({"waiting": {"inspection": 900.0}}, []),
        ({"waiting": {"inspection": 1260.0}}, ["Việc 'kiểm tra tệp' cũ nhất đã chờ 21 phút."]),
        ({"waiting": {"mail": 3600.0}}, ["Việc 'thư chờ gửi' cũ nhất đã chờ 60 phút."]),
        ({"unplanned": 2}, ["Thư nhắc hôm nay của 2 đảng bộ phường chưa được lập (phải xong trước 7:30)."]),
        ({"recounted": LastRecount(NOW, 126, 0, "")}, []),
        ({"recounted": LastRecount(NOW, 126, 3, "P7")}, [RECOUNTED]),
        ({"quarantined": 2}, ["Có 2 tệp lưu bị phát hiện sai khác và đã cách ly."]),
    ],
)
def test_each_trouble_has_its_sentence(fields: dict[str, object], sentences: list[str]) -> None:
    assert changed(**fields) == sentences


@pytest.mark.django_db
def test_figures_are_those_of_the_oldest_waiting_rows() -> None:
    world = build(NOW - timedelta(minutes=20))
    world.things["inspection"].state = InspectionState.RECEIVED
    world.things["inspection"].save()
    world.things["job"].state = JobState.RUNNING
    world.things["job"].save()
    OutgoingMail.objects.create(
        kind="x", dedupe_key="later", message_id="<later@portal.example>", to_address="a@b.example", subject="x",
        text="x", state=MailState.QUEUED, next_try_at=NOW + timedelta(hours=1), created_at=NOW,
    )  # fmt: skip
    remember_beat(at=NOW - timedelta(seconds=10))
    before = collect_health(at=NOW).blobs
    Blob.objects.filter(pk=store(b"mot tep nua", NOW).pk).update(quarantined_at=NOW)
    found = collect_health(at=NOW)
    assert found.waiting == {"inspection": 1200.0, "mail": 1200.0, "documents": 1200.0}
    assert found.last_beat == NOW - timedelta(seconds=10)
    assert (found.blobs, found.quarantined) == (before + 1, 1)


@pytest.mark.django_db
def test_reminders_not_planned_by_half_past_seven_are_seen() -> None:
    morning = NOW.replace(hour=7, minute=30)
    wards = [make_ward(name="số 1", code="A"), make_ward(name="số 2", code="B")]
    assert collect_health(at=morning - timedelta(seconds=1)).unplanned == 0
    assert (collect_health(at=morning).unplanned, collect_health(at=morning).last_plan) == (2, None)
    yesterday = NOW - timedelta(days=1)
    PlanningRun.objects.create(ward=wards[0], day=yesterday.date(), state="DONE", finished_at=yesterday)
    PlanningRun.objects.create(ward=wards[1], day=NOW.date(), state="RUNNING")
    assert (collect_health(at=morning).unplanned, collect_health(at=morning).last_plan) == (2, yesterday)
    PlanningRun.objects.filter(ward=wards[1]).update(state="DONE", finished_at=morning)
    assert (collect_health(at=morning).unplanned, collect_health(at=morning).last_plan) == (1, morning)


@pytest.mark.django_db
def test_the_last_recount_is_read_from_the_log() -> None:
    assert collect_health(at=NOW).recounted is None
    make_ward(code="P1")
    if connection.vendor == "postgresql":
        assert recount(actor="beat", at=NOW) == 0
    else:  # the recount is a statement of PostgreSQL; its entry is the same
        audit.record(
            action="report.recount", actor="beat", detail={"wards": 1, "differences": 0, "first_ward": ""}, at=NOW
        )
    assert collect_health(at=NOW).recounted == LastRecount(NOW, 1, 0, "")


@pytest.mark.django_db
def test_a_tick_leaves_its_mark(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    heartbeat()
    assert collect_health(at=NOW).last_beat == NOW


def test_metrics_are_read_back_by_another_parser() -> None:
    text = as_prometheus_text(Health(**{**WELL.__dict__, "waiting": {"mail": 12.0, "inspection": None}})).decode()
    samples = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["portal_disk_free_bytes",] == 500 * 1024**3
    assert samples["portal_beat_age_seconds",] == 30
    assert samples["portal_wards_without_plan",] == 0
    assert samples["portal_oldest_waiting_seconds", ("work", "mail")] == 12
    assert samples["portal_oldest_waiting_seconds", ("work", "inspection")] == 0


@pytest.mark.django_db
def test_metrics_are_shown_to_the_bearer_of_the_token_only(client: Client, settings) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = "a long token"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 404
    answer = client.get("/metrics", headers={"Authorization": "Bearer a long token"})
    assert answer.status_code == 200
    assert b"portal_disk_free_bytes" in answer.content


@pytest.mark.django_db
def test_office_reads_the_figures_in_words(client: Client, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    world = build(NOW)
    client.force_login(world.users["office"], backend=settings.AUTHENTICATION_BACKENDS[-1])
    text = client.get("/suc-khoe/chi-tiet/").content.decode()
    assert "Cần xem 2 việc" in text
    assert "Thư nhắc hôm nay của 2 đảng bộ phường chưa được lập" in text
    assert "Chưa thấy nhịp của bộ hẹn giờ (beat) và tiến trình nền (worker)." in text
