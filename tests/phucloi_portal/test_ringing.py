"""Rings: after the answer, in their order, and lost without harm when the broker is away or hangs."""

import threading

import pytest
from kombu.exceptions import OperationalError

from audit.context import acting_from
from phucloi_portal import ringing
from phucloi_portal.tasks import heartbeat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def ended():
    """No thread is left for the next test."""
    yield
    ringing.finish_ringing()


def ringers() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "ringing"]


def test_a_request_does_not_wait_for_a_broker_that_hangs(monkeypatch):
    """Its rings go out one after the other when the broker answers again."""
    back, rung = threading.Event(), []

    def hangs(args, kwargs):
        assert back.wait(10)
        rung.append((args, kwargs, threading.current_thread().name))

    monkeypatch.setattr(heartbeat, "apply_async", hangs)
    with acting_from(request_id="a-request"):
        heartbeat.delay_on_commit(1)
        heartbeat.delay_on_commit(2, at=3)
    assert rung == []
    back.set()
    ringing.finish_ringing()
    assert rung == [((1,), {}, "ringing"), ((2,), {"at": 3}, "ringing")]
    assert ringers() == []


@pytest.mark.parametrize("failure", [OperationalError("away"), ConnectionError("away"), ValueError("a fault of ours")])
def test_a_ring_that_fails_does_not_silence_the_next(monkeypatch, failure):
    rung = []

    def fails_first(args, kwargs):
        rung.append(args)
        if len(rung) == 1:
            raise failure

    monkeypatch.setattr(heartbeat, "apply_async", fails_first)
    with acting_from(request_id="a-request"):
        heartbeat.delay_on_commit(1)
        heartbeat.delay_on_commit(2)
    ringing.finish_ringing()
    assert rung == [(1,), (2,)]


def test_rings_that_too_many_wait_before_are_left_to_the_sweepers(monkeypatch):
    back, rung = threading.Event(), []
    monkeypatch.setattr(ringing, "MOST_WAITING", 2)
    monkeypatch.setattr(heartbeat, "apply_async", lambda args, kwargs: (back.wait(10), rung.append(args)))
    with acting_from(request_id="a-request"):
        heartbeat.delay_on_commit(1)
        while ringing._ringer().waiting.qsize():  # taken: the broker hangs with it
            pass
        for number in (2, 3, 4):
            heartbeat.delay_on_commit(number)
    back.set()
    ringing.finish_ringing()
    assert rung == [(1,), (2,), (3,)]


def test_outside_a_request_it_rings_at_once(monkeypatch):
    rung = []
    monkeypatch.setattr(heartbeat, "apply_async", lambda args, kwargs: rung.append(threading.current_thread().name))
    heartbeat.delay_on_commit()
    assert (rung, ringers()) == ([threading.current_thread().name], [])
