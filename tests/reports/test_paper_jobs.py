"""Jobs of letters and bundles: asked once, stopped, taken over, given up; nothing is left half made.

Not here: jobs of summary reports (`test_jobs.py`), what the papers say (`test_papers.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest

from directives.models import Directive, OutgoingNumber
from reports.choices import JobState
from reports.jobs import LEASE, MAX_ATTEMPTS, Holder, claim
from reports.models import BundlePart, ChasingLetter, ForwardingBundle, Job
from reports.services.asking import cancel_job, retry_job
from reports.services.bundling import request_bundle
from reports.services.chasing import request_letter
from reports.services.working import run_job
from tests.factories.campaigns import END, make_campaign
from tests.factories.units import make_user
from tests.reports.test_papers import accepted_files
from units.choices import Role

pytestmark = [pytest.mark.django_db, pytest.mark.pango]
NOW = END + timedelta(days=1)
Ask = Callable[[], Job]


class Killed(BaseException):
    """The worker is no more."""


@pytest.fixture(params=["letter", "bundle"])
def ask(request, settings, font_dir) -> Ask:
    """Asks for number 60, or is led to the job that makes it."""
    settings.FONT_DIR = font_dir
    campaign = make_campaign(3, units=3, members=2)
    accepted_files(campaign)
    directive = Directive.objects.select_related("ward").get(pk=campaign.directive.pk)
    common = {"directive": directive, "requirement": None, "by": make_user(Role.OFFICE, campaign.ward), "now": NOW}
    if request.param == "letter":
        return lambda: request_letter(at=None, new_last_day=None, number=60, **common)
    return lambda: request_bundle(recipient="Thành ủy", limit_mb=0, number=60, **common)


def made() -> list[object]:
    """What is there to take away."""
    return [*ChasingLetter.objects.made(), *ForwardingBundle.objects.made(), *BundlePart.objects.all()]


def clock(after: timedelta = timedelta()) -> Callable[[], object]:
    return lambda: NOW + after


def test_whoever_asks_for_the_same_is_led_to_the_same_job(ask) -> None:
    assert ask().pk == ask().pk
    assert ChasingLetter.objects.count() + ForwardingBundle.objects.count() == 1
    assert OutgoingNumber.objects.get().number == 60


def test_one_worker_does_it_and_a_second_message_does_nothing(ask) -> None:
    job = ask()
    assert claim(job_id=job.pk, at=NOW).attempts == 1
    assert run_job(job_id=job.pk, clock=clock()) is False
    assert run_job(job_id=job.pk, clock=clock(LEASE)) is True
    count = len(made())
    assert count > 0
    assert run_job(job_id=job.pk, clock=clock(timedelta(hours=1))) is False
    assert len(made()) == count


def test_a_worker_killed_at_any_step_leaves_nothing_half_made_and_the_next_does_it_once(ask) -> None:
    job, steps = ask(), []
    advance = Holder.advance

    def die_at_the_last(self: Holder, step: str, done: int) -> None:
        advance(self, step, done)
        steps.append(step)
        if step == "Đang lưu":
            raise Killed

    with patch.object(Holder, "advance", die_at_the_last), pytest.raises(Killed):
        run_job(job_id=job.pk, clock=clock())
    assert (steps[-1], made()) == ("Đang lưu", [])
    assert OutgoingNumber.objects.get().state == "TAKEN", "the paper is still to be made"
    assert run_job(job_id=job.pk, clock=clock(LEASE)) is True
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)


def test_stopping_it_while_it_is_made_stores_nothing(ask) -> None:
    job, advance = ask(), Holder.advance

    def stop(self: Holder, step: str, done: int) -> None:
        advance(self, step, done)
        if step == "Đang lưu":
            cancel_job(job=job, by=None, now=NOW)

    with patch.object(Holder, "advance", stop):
        assert run_job(job_id=job.pk, clock=clock()) is False
    assert made() == []
    assert OutgoingNumber.objects.get().state == "FREE"
    again = retry_job(job=job, by=None, now=NOW)
    assert OutgoingNumber.objects.get().state == "TAKEN"
    assert run_job(job_id=again.pk, clock=clock()) is True
    assert made()


def test_what_fails_each_time_is_given_up_and_its_number_is_free(ask) -> None:
    job = ask()
    with (
        patch("reports.services.chasing.gather", side_effect=RuntimeError),
        patch("reports.services.bundling.placed", side_effect=RuntimeError),
    ):
        for attempt in range(1, MAX_ATTEMPTS + 1):
            run_job(job_id=job.pk, clock=clock())
            job.refresh_from_db()
            assert job.attempts == attempt
            assert OutgoingNumber.objects.get().state == ("FREE" if attempt == MAX_ATTEMPTS else "TAKEN")
    assert (job.state, made()) == (JobState.FAILED, [])


def test_what_kills_its_worker_each_time_is_given_up_and_its_number_is_free(ask) -> None:
    job = ask()
    for attempt in range(MAX_ATTEMPTS):
        assert claim(job_id=job.pk, at=NOW + attempt * LEASE) is not None
    assert run_job(job_id=job.pk, clock=clock(MAX_ATTEMPTS * LEASE)) is False
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert OutgoingNumber.objects.get().state == "FREE"


def test_a_failed_bundle_done_again_after_its_papers_went_with_another_is_refused(settings, font_dir) -> None:
    settings.FONT_DIR = font_dir
    campaign = make_campaign(3, units=3, members=2)
    accepted_files(campaign)
    directive = Directive.objects.select_related("ward").get(pk=campaign.directive.pk)
    common = {"directive": directive, "requirement": None, "recipient": "Thành ủy", "limit_mb": 0, "by": None}
    first = request_bundle(**common, number=None, now=NOW)
    cancel_job(job=first, by=None, now=NOW)
    other = request_bundle(**common, number=60, now=NOW)
    assert run_job(job_id=other.pk, clock=clock()) is True
    retry_job(job=first, by=None, now=NOW)
    run_job(job_id=first.pk, clock=clock())
    first.refresh_from_db()
    assert (first.state, ForwardingBundle.objects.made().count()) == (JobState.FAILED, 1)
    assert first.error.startswith("Mọi bài của gói này đã chuyển ở đợt khác")
