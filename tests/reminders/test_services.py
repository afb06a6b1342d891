"""Writing a plan down and the day's jobs: once, whatever is killed, doubled or late.

Not here: what is planned (`test_planning.py`).
"""

import json
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEntry
from outbox.models import OutgoingMail
from reminders.models import Digest, PlanningRun, Reminder
from reminders.services import LEASE, insert_due_runs, plan_ward, run_due
from tests.factories.directives import at, make_obligation
from tests.factories.units import make_member
from tests.reminders.scene import Scene, make_scene

pytestmark = pytest.mark.django_db
AT = at(24, hour=7)


@pytest.fixture
def scene() -> Scene:
    scene = make_scene()
    scene.owe("an essay", "chi essay", "cell report")
    return scene


def snapshot() -> tuple[set, set, set]:
    return (
        set(Digest.objects.values_list("address", "day")),
        set(Reminder.objects.values_list("obligation", "stage", "due_at", "address", "unit")),
        set(OutgoingMail.objects.values_list("to_address", "subject")),
    )


def test_the_plan_is_written_as_digests_reminders_and_mails(scene):
    plan_ward(ward=scene.ward, at=AT)
    an, chi, report = (scene.debts[name].pk for name in ("an essay", "chi essay", "cell report"))
    digests, reminders, mails = snapshot()
    day, due = date(2026, 4, 24), at(28)
    assert digests == {(f"{who}@x.vn", day) for who in ("an", "bithu", "phobithu", "chi", "tuan")}
    assert reminders == {
        (an, "T-3", due, "an@x.vn", None),
        (chi, "T-3", due, "chi@x.vn", None),
        (an, "T-3", due, "bithu@x.vn", scene.cell.pk),
        (report, "T-3", due, "bithu@x.vn", scene.cell.pk),
        (an, "T-3", due, "phobithu@x.vn", scene.cell.pk),
        (report, "T-3", due, "phobithu@x.vn", scene.cell.pk),
        (chi, "T-3", due, "tuan@x.vn", scene.sub_cell.pk),
    }
    essay = "[Cần nộp trước 28/4] Bài thu hoạch Nghị quyết số 02-NQ/TW"
    assert mails == {
        ("an@x.vn", essay),
        ("chi@x.vn", essay),
        ("bithu@x.vn", f"{essay}: còn 1 đồng chí, và 1 việc khác"),
        ("phobithu@x.vn", f"{essay}: còn 1 đồng chí, và 1 việc khác"),
        ("tuan@x.vn", f"{essay}: còn 1 đồng chí"),
    }
    assert all(digest.mail.to_address == digest.address for digest in Digest.objects.select_related("mail"))
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_label, entry.ward_id) == ("reminder.plan", "beat", scene.ward.pk)
    assert entry.data == {"day": "2026-04-24", "letters": 5, "skipped": {}}


def test_planning_again_changes_nothing(scene):
    plan_ward(ward=scene.ward, at=AT)
    before = snapshot()
    again = plan_ward(ward=scene.ward, at=AT + timedelta(hours=3))
    assert not again.letters
    assert snapshot() == before
    assert AuditEntry.objects.count() == 1


def test_who_comes_to_owe_in_the_day_is_told_the_same_day_unless_he_had_his_letter(scene):
    plan_ward(ward=scene.ward, at=AT)
    scene.owe("binh essay", "office report")
    again = plan_ward(ward=scene.ward, at=AT + timedelta(hours=3))
    assert [letter.person.address for letter in again.letters] == ["viet@x.vn"]
    assert again.skipped["already_mailed_today"] == 2


def test_the_number_of_statements_does_not_grow_with_the_people():
    few, many = (statements_for(code, people) for code, people in (("DB3", 4), ("DB4", 24)))
    # one of them locks the ward, so that two planners take turns; six put the plan into tables of the connection
    assert few == many <= 49


def statements_for(code: str, people: int) -> int:
    """How many statements planning a ward takes in which everybody of the scene and `people` more owe an essay."""
    scene = make_scene(code, f"{code.lower()}.vn")
    scene.owe("an essay", "chi essay", "cell report", "office report", "secretary essay", "deputy essay")
    for number in range(people):
        member = make_member(scene.an.memberships.get().unit, email=f"nguoi{number}@{code.lower()}.vn")
        make_obligation(scene.essay, member)
    with CaptureQueriesContext(connection) as caught:
        planned = plan_ward(ward=scene.ward, at=AT)
    assert len(planned.letters) > people
    return len(caught)


def test_jobs_are_made_from_seven_on_and_once(scene):
    make_scene("DB2")
    assert insert_due_runs(at=at(24, hour=6, minute=59)) == 0
    assert insert_due_runs(at=AT) == 2
    assert insert_due_runs(at=AT) == 2
    assert PlanningRun.objects.count() == 2


def test_a_due_job_is_done_once(scene):
    insert_due_runs(at=AT)
    assert run_due(at=AT) == 1
    assert run_due(at=AT) == 0
    run = PlanningRun.objects.get()
    assert (run.state, run.letters, run.skipped, run.attempts) == ("DONE", 5, {}, 1)
    assert OutgoingMail.objects.count() == 5


def test_a_job_whose_worker_died_is_done_again(scene):
    insert_due_runs(at=AT)
    PlanningRun.objects.update(state="RUNNING", lease_until=AT + LEASE, attempts=1)
    assert run_due(at=AT) == 0
    assert run_due(at=AT + LEASE) == 1
    assert OutgoingMail.objects.count() == 5


def test_missed_days_are_made_up(scene):
    for day in (22, 23):
        insert_due_runs(at=at(day, hour=7))
        run_due(at=at(day, hour=7))
    assert OutgoingMail.objects.count() == 0
    insert_due_runs(at=at(24, hour=7))  # the job of the 24th (T-3) is made, but no worker runs
    insert_due_runs(at=at(25, hour=7))
    assert run_due(at=at(25, hour=7)) == 1
    assert set(Reminder.objects.values_list("stage", "digest__day")) == {("T-3", date(2026, 4, 25))}
    assert list(PlanningRun.objects.order_by("day").values_list("day", "state")) == [
        (date(2026, 4, day), "DONE") for day in (22, 23, 25)
    ]


def test_a_missed_day_is_not_made_up_twice(scene):
    insert_due_runs(at=at(24, hour=7))
    run_due(at=at(24, hour=7))
    insert_due_runs(at=at(25, hour=7))
    run_due(at=at(25, hour=7))
    assert OutgoingMail.objects.count() == 5


def test_the_command_prints_exactly_this(scene, capsys):
    scene.owe("binh essay")
    arguments = ("plan_reminders", "--at", "2026-04-24T07:00:00+07:00", "--json")
    call_command(*arguments)
    printed = json.loads(capsys.readouterr().out)
    assert Digest.objects.count() == 0
    assert set(printed) == {"planned", "skipped"}
    assert printed["skipped"] == {"no_address": 1}
    assert [row["to"] for row in printed["planned"]] == [
        "an@x.vn",
        "bithu@x.vn",
        "chi@x.vn",
        "phobithu@x.vn",
        "tuan@x.vn",
    ]
    assert printed["planned"][0] == {
        "to": "an@x.vn",
        "member": "Nguyễn Văn An",
        "unit_code": scene.cell.code,
        "stage": "T-3",
        "obligations": [
            {
                "id": scene.debts["an essay"].pk,
                "requirement": scene.essay.key,
                "member": "Nguyễn Văn An",
                "unit_code": scene.cell.code,
                "stage": "T-3",
                "last_day": "2026-04-27",
            }
        ],
        "reason": "Còn 3 ngày: 1 việc của bản thân.",
    }
    call_command(*arguments, "--apply")
    assert json.loads(capsys.readouterr().out) == printed
    assert Digest.objects.count() == 5
    call_command(*arguments, "--apply")
    assert json.loads(capsys.readouterr().out)["planned"] == []
