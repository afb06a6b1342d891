"""The optional scanner: EICAR refused, a clean file taken, a scanner that is away makes files wait; a scripted daemon.

Not here: a real clamd (none is part of the tests).
"""

from __future__ import annotations

import io
import socketserver
import struct
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from phucloi_portal.health import collect_health
from submissions.antivirus import ScannerAway, virus_in
from submissions.models import Inspection
from submissions.services.inspecting import SCANNER_PAUSE, await_inspection, due_inspections, inspect
from tests.factories.submissions import RECEIVED_AT, make_blob
from tests.submissions.pdf_samples import document, saved

# Put together here, so that the source itself sets off nobody's scanner.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.ThreadingUnixStreamServer):
    """Speaks INSTREAM as clamd does: knows one virus; `said` overrides the answer."""

    daemon_threads = True
    said = b""


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        found = b"Eicar-Signature FOUND" if EICAR in content else b"OK"
        self.wfile.write(self.server.said or b"stream: " + found + b"\0")


@pytest.fixture
def clamd(tmp_path: Path, settings) -> Iterator[Clamd]:
    place = tmp_path / "clamd.ctl"
    with Clamd(str(place), _Talk) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        settings.CLAMD = f"unix:{place}"
        yield server
        server.shutdown()
        thread.join()


def infected() -> bytes:
    made = document()
    made.docinfo["/Subject"] = "khong nen"
    return saved(made) + b"\n%" + EICAR + b"\n"


def test_without_a_setting_nothing_is_asked(settings) -> None:
    assert settings.CLAMD == ""
    assert virus_in(io.BytesIO(EICAR)) == ""


def test_the_daemon_is_asked_with_the_whole_stream(clamd: Clamd) -> None:
    assert virus_in(io.BytesIO(b"x" * 200_000)) == ""
    assert virus_in(io.BytesIO(b"x" * 200_000 + EICAR)) == "Eicar-Signature"
    clamd.said = b"INSTREAM size limit exceeded. ERROR\0"
    with pytest.raises(ScannerAway, match="size limit"):
        virus_in(io.BytesIO(b"x"))


@pytest.mark.django_db
def test_an_infected_pdf_is_refused_with_a_sentence_and_a_clean_one_taken(clamd: Clamd) -> None:
    for content, state in ((infected(), "REJECTED"), (saved(document()), "CLEAN")):
        queued = await_inspection(blob=make_blob(content), at=RECEIVED_AT)
        found = inspect(inspection_pk=queued.pk, at=RECEIVED_AT)
        assert found.state == state
        assert (found.verdict_class == "virus") == (state == "REJECTED")
    assert Inspection.objects.get(state="REJECTED").sentence.startswith("Tệp có mã độc nên cổng không nhận.")


@pytest.mark.django_db
def test_files_wait_while_the_scanner_is_away_and_no_attempt_is_lost(clamd: Clamd, settings) -> None:
    here, settings.CLAMD = settings.CLAMD, "unix:/nowhere/clamd.ctl"
    queued = await_inspection(blob=make_blob(saved(document())), at=RECEIVED_AT)
    for turn in range(5):
        found = inspect(inspection_pk=queued.pk, at=RECEIVED_AT + turn * SCANNER_PAUSE)
        assert (found.state, found.reason, found.attempts) == ("RECEIVED", "scanner", 0)
    assert found.sentence.startswith("Chờ chương trình quét vi-rút của cổng.")
    later = RECEIVED_AT + 5 * SCANNER_PAUSE
    assert due_inspections(at=later - timedelta(seconds=1), limit=9) == []
    assert any("clamd" in problem for problem in collect_health(at=later).problems())
    settings.CLAMD = here
    assert inspect(inspection_pk=queued.pk, at=later).state == "CLEAN"
    assert not any("clamd" in problem for problem in collect_health(at=later).problems())
