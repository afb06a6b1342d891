"""Every class of PDF through the real child process, and what the child may not do.

Not here: the rules alone (`test_verdicts.py`), killed children (`tests/faults/test_inspection.py`).
"""

import csv
import hashlib
import io
import os
import platform
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from submissions.inspection import runner
from submissions.inspection.examination import Examination, examine
from submissions.inspection.helper import SPARE_CHILDREN
from submissions.inspection.hints import hint_of
from submissions.inspection.runner import InspectionFailed, PageUndrawable, Session, session
from submissions.inspection.verdicts import MAX_BYTES, Judgement
from tests.faults.running import children_of, wait_for
from tests.submissions.pdf_samples import SAMPLES, document, one_page, saved, scan, stream


@pytest.fixture
def talking() -> Iterator[Session]:
    """One session with the helper of this test process."""
    with session() as opened:
        yield opened


def examined(talking: Session, content: bytes, folder: Path) -> Examination:
    """The examination of one content, from a file as in life; the file is unchanged afterwards."""
    path = folder / "sample.pdf"
    path.write_bytes(content)
    with path.open("rb") as opened:
        found = examine(talking, opened, len(content))
    assert path.read_bytes() == content
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_every_class_gets_its_verdict(name: str, talking: Session, tmp_path: Path) -> None:
    content, verdict, verdict_class, reason, pages, signature_fields = SAMPLES[name]
    found = examined(talking, content, tmp_path)
    assert found.judgement == Judgement(verdict, verdict_class, reason)
    assert (found.facts.pages, found.facts.signature_fields) == (pages, signature_fields)


def test_one_session_judges_many_files_the_same_way_twice(talking: Session, tmp_path: Path) -> None:
    first = [examined(talking, sample[0], tmp_path).judgement for sample in SAMPLES.values()]
    second = [examined(talking, sample[0], tmp_path).judgement for sample in SAMPLES.values()]
    assert first == second


def test_spare_children_wait_again_while_others_work_and_the_done_ones_end(tmp_path: Path) -> None:
    path = tmp_path / "sample.pdf"
    path.write_bytes(one_page())
    with path.open("rb") as content:
        with session() as first, session() as second, session() as third:
            for one in (first, second, third):
                assert one.find_stamp(content, path.stat().st_size) == ""
            working = {first._pid, second._pid, third._pid}
            assert len(working) == 3
            helper = runner._helper().process.pid
            wait_for(lambda: len(set(children_of(helper)) - working) == SPARE_CHILDREN, 10)
        wait_for(lambda: not working & set(children_of(helper)), 10)


def test_a_file_over_25_mb_is_refused_without_being_opened(talking: Session, tmp_path: Path) -> None:
    found = examined(talking, saved(document()) + b" " * MAX_BYTES, tmp_path)
    assert (found.judgement, found.facts.pages) == (Judgement("reject", "limits", "limits"), None)


def test_the_child_has_the_system_call_filter(talking: Session, tmp_path: Path) -> None:
    examined(talking, SAMPLES["clean"][0], tmp_path)
    assert talking.restricted, "no filter: see sandbox.py for the machines that have one"


def test_memory_beyond_the_limit_is_a_failure_not_a_verdict(talking: Session, tmp_path: Path) -> None:
    """Parsing the big array takes more than a gigabyte; taken as empty, it could hide anything."""
    bomb = one_page(extra=b"/X 5 0 R", objects=[b"[" + b"<</a[]/b[]>>" * 2_000_000 + b"]"])
    with pytest.raises(InspectionFailed) as failed:
        examined(talking, bomb, tmp_path)
    assert failed.value.reason == "memory"
    assert examined(talking, SAMPLES["clean"][0], tmp_path).judgement.verdict == "accept", "the session goes on"


def test_a_page_that_unfolds_to_a_gigabyte_counts_as_undecodable(talking: Session, tmp_path: Path) -> None:
    content = one_page(stream(ZEROS_OF_A_GIGABYTE, b"/Filter/FlateDecode"))
    assert examined(talking, content, tmp_path).judgement == Judgement("reject", "malformed", "damaged")


def _gigabyte() -> bytes:
    squeeze = zlib.compressobj(9)
    return b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(1024)) + squeeze.flush()


ZEROS_OF_A_GIGABYTE = _gigabyte()


def test_a_page_is_drawn_as_jpeg_of_the_asked_width(talking: Session, tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(scan(pages=2))
    with path.open("rb") as opened:
        page = talking.render(opened, page=2, width=620)
        strip = talking.render(opened, page=2, width=600, strip=True)
        with pytest.raises(PageUndrawable):
            talking.render(opened, page=3, width=620)
    image = Image.open(io.BytesIO(page.jpeg))
    assert (image.format, image.size, (page.width, page.height)) == ("JPEG", (620, 877), (620, 877))
    assert hint_of(page.look) is None
    assert Image.open(io.BytesIO(strip.jpeg)).size == (600, 200)


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("socket.socket()", PermissionError),
        ("os.fork()", PermissionError),
        ("os.execv('/bin/true', ['true'])", PermissionError),
        ("os.kill(os.getppid(), 0)", PermissionError),
        ("open('written', 'w')", PermissionError),
        ("open('here', 'r+')", PermissionError),
        ("os.remove('here')", PermissionError),
        ("os.rename('here', 'there')", PermissionError),
        ("os.mkdir('folder')", PermissionError),
        ("os.chmod('here', 0)", PermissionError),
        ("bytearray(600 * 1024 * 1024)", MemoryError),
        ("threading.Thread(target=print).start()", RuntimeError),
    ],
)
def test_what_the_child_may_not_do(code: str, refused: type[Exception], tmp_path: Path, repository: Path) -> None:
    (tmp_path / "here").write_text("kept")
    program = (
        "import os, socket, threading\nfrom submissions.inspection import sandbox\nassert sandbox.restrict()\n"
        f"assert open('here').read() == 'kept'\ntry:\n    {code}\nexcept {refused.__name__}:\n    os._exit(7)\n"
        "os._exit(0)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(repository)}, check=False
    )
    assert ended.returncode == 7
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="no other C library can be told")
def test_a_waiting_child_has_the_memory_of_a_scanned_page_ready(repository: Path) -> None:
    """To take it from the machine would cost a fault a page of 4 KiB, while the sender waits."""
    program = (
        "import ctypes, resource\nfrom submissions.inspection import helper, sandbox\n"
        "sandbox.keep_memory(helper.KEPT_BYTES)\n"
        "libc = ctypes.CDLL(None)\nlibc.malloc.restype = ctypes.c_void_p\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "ctypes.memset(libc.malloc(ctypes.c_size_t(3 * 1024 * 1024)), 1, 3 * 1024 * 1024)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before < 100)"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=repository, check=True, timeout=60
    ).stdout
    assert said == "True\n"


CORPUS = os.environ.get("PORTAL_CORPORA")
if CORPUS:  # a folder with pdf/manifest.csv: samples from elsewhere that the product does not carry
    with Path(CORPUS, "pdf", "manifest.csv").open(encoding="utf-8") as manifest:
        ROWS = list(csv.DictReader(manifest))

    def test_the_whole_corpus_gets_its_expected_verdicts(talking: Session) -> None:
        wrong = []
        for row in ROWS:
            path = Path(CORPUS, "pdf", row["file"])
            with path.open("rb") as opened:
                found = examine(talking, opened, path.stat().st_size)
            expected = Judgement(row["expected"], row["class"], row["reason"])
            signs = (found.facts.signature_fields > 0) == (row["has_signature_field"] == "yes")
            if found.judgement != expected or not (signs or found.facts.pages is None):
                wrong.append((row["file"], found.judgement))
            assert hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"]
        assert (wrong, len(ROWS)) == ([], 228)
