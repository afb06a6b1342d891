"""The gate before the application: who waited too long, who brings a large body when enough are coming."""

import pytest
from gunicorn.http import message
from gunicorn.workers.gthread import ThreadWorker

from phucloi_portal import overload, web_worker
from phucloi_portal.overload import LARGE_BODY, Overload, handling


class Inner:
    """An application that notes what reached it, and what happens while it works."""

    def __init__(self):
        self.seen = []
        self.meanwhile = lambda: None

    def __call__(self, environ, start_response):
        self.seen.append(environ["PATH_INFO"])
        self.meanwhile()
        start_response("200 OK", [])
        return [b"page"]


@pytest.fixture
def inner():
    handling.waited = 0.0
    yield Inner()
    handling.waited = 0.0


def ask(gate, path="/", length=None, method="GET", **more):
    """(status, headers, body)"""
    said = {}
    environ = {"PATH_INFO": path, "REQUEST_METHOD": method, **more}
    if length is not None:
        environ["CONTENT_LENGTH"] = str(length)
    body = gate(environ, lambda status, headers: said.update(status=status, headers=dict(headers)))
    return said["status"], said["headers"], b"".join(body)


@pytest.mark.parametrize(("waited", "status"), [(0.0, "200 OK"), (2.0, "200 OK"), (2.01, "503 Service Unavailable")])
def test_who_waited_longer_than_two_seconds_is_told_to_come_again(inner, waited, status):
    handling.waited = waited
    assert ask(Overload(inner))[0] == status
    assert len(inner.seen) == (status == "200 OK")


def test_the_refusal_says_what_to_do_and_when(inner):
    handling.waited = 9.0
    _, headers, body = ask(Overload(inner))
    assert headers["Retry-After"] == "60"
    assert headers["Content-Length"] == str(len(body))
    assert "Máy chủ đang bận" in body.decode()
    assert "những gì đã có phiếu tiếp nhận vẫn còn nguyên" in body.decode()
    assert ask(Overload(inner), method="HEAD")[2] == b""


def test_as_many_large_bodies_as_allowed_and_pages_beside_them(inner):
    gate = Overload(inner, bodies_at_once=1)
    beside = {}

    def meanwhile():
        inner.meanwhile = lambda: None
        beside["large"] = ask(gate, "/second/", LARGE_BODY + 1, "POST")[0]
        beside["chunked"] = ask(gate, "/chunked/", None, "POST", HTTP_TRANSFER_ENCODING="chunked")[0]
        beside["form"] = ask(gate, "/form/", LARGE_BODY, "POST")[0]
        beside["page"] = ask(gate, "/page/")[0]

    inner.meanwhile = meanwhile
    assert ask(gate, "/first/", LARGE_BODY + 1, "POST")[0] == "200 OK"
    busy = "503 Service Unavailable"
    assert beside == {"large": busy, "chunked": busy, "form": "200 OK", "page": "200 OK"}
    assert inner.seen == ["/first/", "/form/", "/page/"]
    assert ask(gate, "/third/", LARGE_BODY + 1, "POST")[0] == "200 OK"  # the place is free again


def test_a_place_is_free_again_when_the_application_fails(inner):
    gate = Overload(inner, bodies_at_once=1)

    def fail():
        raise OSError

    inner.meanwhile = fail
    with pytest.raises(OSError):
        ask(gate, length=LARGE_BODY + 1, method="POST")
    inner.meanwhile = lambda: None
    assert ask(gate, length=LARGE_BODY + 1, method="POST")[0] == "200 OK"


@pytest.mark.parametrize(
    ("headers", "ends"),
    [
        ([], False),
        ([("CONTENT-LENGTH", str(LARGE_BODY))], False),
        ([("CONTENT-LENGTH", str(LARGE_BODY + 1))], True),
        ([("TRANSFER-ENCODING", "chunked")], True),
        ([("CONTENT-LENGTH", "")], False),
        ([("CONTENT-LENGTH", "xyz")], True),
    ],
)
def test_a_line_that_brings_a_large_body_ends_with_its_answer(monkeypatch, headers, ends):
    worker = web_worker.WebWorker.__new__(web_worker.WebWorker)
    worker._reading_heads = {}
    request = message.Message.__new__(message.Message)
    request.headers, request.version, request.must_close = headers, (1, 1), False
    monkeypatch.setattr(ThreadWorker, "handle_request", lambda self, req, conn: not req.should_close())
    assert worker.handle_request(request, object()) is not ends


def test_the_worker_tells_how_long_a_request_waited_for_its_thread(monkeypatch):
    worker = web_worker.WebWorker.__new__(web_worker.WebWorker)
    worker._reading_heads = {}
    clock, told = iter([100.0, 103.5]), []
    monkeypatch.setattr(web_worker.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(ThreadWorker, "enqueue_req", lambda self, conn: None)
    monkeypatch.setattr(ThreadWorker, "handle", lambda self, conn: told.append(handling.waited) or True)
    conn = type("Connection", (), {"initialized": True, "data_ready": True})()
    worker.enqueue_req(conn)
    assert worker.handle(conn) is True
    assert told == [3.5]
    assert worker._reading_heads == {}


def test_a_crowd_is_one_line_of_the_log(monkeypatch):
    clock, said = iter([50.0, 51.0, 59.9, 60.0]), []
    monkeypatch.setattr(overload.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(overload.log, "warning", lambda event, **counts: said.append((event, counts)))
    count = overload._Count()
    for reason in ("waited", "waited", "bodies", "waited"):
        count.told(reason)
    assert said == [("overload", {"waited": 1}), ("overload", {"waited": 2, "bodies": 1})]
