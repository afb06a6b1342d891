"""A process of the portal that hands in while it is killed, raced or starved; prints what it found as JSON.

Run by `test_deposits.py` as `python -m tests.faults.deposit_driver MODE` on a migrated portal of its own. What is
checked is read anew from the database and the store after every mishap, beside a ledger that only the "client" writes.
Not here: assertions on the findings.
"""

import builtins
import contextlib
import hashlib
import io
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phucloi_portal.settings")
django.setup()

from django.contrib.staticfiles.storage import StaticFilesStorage  # noqa: E402 (after django.setup)
from django.core.files.storage import storages  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.db import DatabaseError, connection, connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from audit.models import AuditEntry  # noqa: E402
from directives.models import Obligation  # noqa: E402
from submissions.choices import Door, InspectionState  # noqa: E402
from submissions.errors import AlreadyAccepted, StaleVersion  # noqa: E402
from submissions.inspection import runner  # noqa: E402
from submissions.inspection.runner import session  # noqa: E402
from submissions.models import (  # noqa: E402
    Decision,
    Deposit,
    Inspection,
    Receipt,
    StagedFile,
    SubmissionVersion,
)
from submissions.services.inspecting import LEASE, await_inspection, inspect, inspect_now  # noqa: E402
from submissions.services.reviewing import accept  # noqa: E402
from submissions.services.submitting import FileToSubmit, submit  # noqa: E402
from tests.factories.directives import make_directive, make_obligation, make_requirement  # noqa: E402
from tests.factories.units import make_member, make_unit, make_user, make_ward  # noqa: E402
from tests.submissions.pdf_samples import document, saved  # noqa: E402
from units.choices import Role  # noqa: E402
from units.models import Unit  # noqa: E402
from vault.errors import StoreFull  # noqa: E402
from vault.local import LocalStore  # noqa: E402
from vault.models import Blob  # noqa: E402
from vault.services import PDF, put, read_verified, scrub, sweep_orphans  # noqa: E402
from vault.store import current_store  # noqa: E402

RACE_SECONDS = 3.0
ROUNDS = 15
_write, _kill = os.write, os.kill


def content_of(number: int) -> bytes:
    """A small content of its own for each number."""
    return b"%%PDF-1.7\n%% bai so %d\n" % number + bytes(200_000)


class Scene:
    """A cell whose members owe essays; each hand-in answers the next one."""

    def __init__(self) -> None:
        self.cell: Unit = make_unit(make_ward())
        self.requirement = make_requirement(make_directive(self.cell.ward), due_at=timezone.now() + timedelta(days=3))

    def owed(self) -> Obligation:
        """One more essay."""
        return make_obligation(self.requirement, make_member(self.cell))

    def hand_in(self, obligation: Obligation, number: int) -> str:
        """What a confirm does; returns the receipt's code."""
        now = timezone.now()
        blob = put(stream=io.BytesIO(content_of(number)), media_type=PDF, limit=10**7, now=now)
        version = submit(
            obligation=obligation,
            files=[FileToSubmit(blob, f"bài {number}.pdf", f"Bài {number}.pdf")],
            submitted_by=None,
            door=Door.COMMAND,
            received_at=now,
            idempotency_key=f"key-{number}",
        )
        return version.files.get().receipt.code


def in_fork(work: Callable[[], None]) -> int:
    """Do `work` in a forked child without our connections; its wait status."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1]


# ---------------------------------------------------------------- killed at every call of the desk's two requests


class DeskScene:
    """A secretary at the deposit desk, seen from his browser: real requests through every middleware.

    Each round has a requirement of its own with one essay owed, so that no desk grows from round to round.
    """

    def __init__(self) -> None:
        storages._storages["staticfiles"] = StaticFilesStorage()  # type: ignore[attr-defined] # none are collected here
        self.cell: Unit = make_unit(make_ward())
        self.directive = make_directive(self.cell.ward)
        self.member = make_member(self.cell, name="Trịnh Quốc Việt")
        self.browser = Client(SERVER_NAME="localhost")
        self.browser.force_login(make_user(Role.SECRETARY, self.cell))

    def owed(self, number: int) -> Obligation:
        """One essay of somebody the file's name tells."""
        requirement = make_requirement(self.directive, order=number, due_at=timezone.now() + timedelta(days=3))
        return make_obligation(requirement, self.member)

    def address(self, name: str, obligation: Obligation) -> str:
        """Of the desk, or one of its acts."""
        return reverse(f"submissions:{name}", args=[obligation.requirement_id, self.cell.pk])

    def upload(self, obligation: Obligation, content: bytes) -> None:
        """Drop the file; the answer leads back to the desk."""
        file = SimpleUploadedFile("Trịnh Quốc Việt.pdf", content, "application/pdf")
        answer = self.browser.post(self.address("desk_upload", obligation), {"tep": file})
        assert (answer.status_code, answer["Location"]) == (302, self.address("desk", obligation)), answer.status_code

    def promised(self, obligation: Obligation) -> dict[str, str]:
        """What the form of the page says; the file was checked by then, as its worker does."""
        for staged in StagedFile.objects.filter(requirement=obligation.requirement_id):
            inspect_now(blob=staged.blob, at=timezone.now())
        html = self.browser.get(self.address("desk", obligation)).content.decode()
        return dict(re.findall(r'name="(key|rows)" value="([^"]+)"', html))

    def confirm(self, obligation: Obligation, promised: dict[str, str]) -> str:
        """Press "Nộp 1 bài"; the code of the receipt that the answer leads to."""
        answer = self.browser.post(self.address("desk_confirm", obligation), promised)
        assert answer.status_code == 302, answer.content.decode()
        return answer["Location"].rstrip("/").rpartition("/")[2]


class Countdown:
    """Kills this process before the n-th call that touches disk or database, or at the end (0), before the answer is read.

    Between one call and the next nothing leaves the process: to be killed after a call is to be killed before the next.
    """

    def __init__(self, calls: int) -> None:
        self.left = calls
        self.is_at_end = calls == 0

    def tick(self) -> None:
        """One more point was reached."""
        self.left -= 1
        if self.left == 0:
            _kill(os.getpid(), signal.SIGKILL)

    def before(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function with a point before it."""

        def counted(*args: Any, **kwargs: Any) -> Any:
            self.tick()
            return function(*args, **kwargs)

        return counted

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Count system calls of files, every statement, commit and rollback."""
        for name in ("open", "write", "fsync", "close", "replace", "unlink", "mkdir", "link", "rename"):
            setattr(os, name, self.before(getattr(os, name)))
        builtins.open = self.before(builtins.open)  # the queue of the checks is written with it
        connection.ensure_connection()
        for name in ("_commit", "_rollback", "_savepoint", "_savepoint_commit"):
            setattr(connection, name, self.before(getattr(connection, name)))
        with connection.execute_wrapper(lambda execute, *rest: self.before(execute)(*rest)):
            yield
        if self.is_at_end:
            _kill(os.getpid(), signal.SIGKILL)


def killed() -> dict[str, Any]:
    """Hand in at the desk again and again, the process of one of the two requests killed one point later each time."""
    scene, rounds = DeskScene(), itertools.count(1)
    with session():  # one helper for all: a killed process asks it, as it would its own
        pass
    found: dict[str, Any] = {"faults": [], "rounds": 0}
    for request in (_killed_uploading, _killed_confirming):
        points = {"killed": 0, "kept": 0, "not_kept": 0}
        for point in itertools.chain([0], itertools.count(1)):
            status, is_kept, faults = request(scene, next(rounds), point)
            found["rounds"] += 1
            found["faults"] += [f"{request.__name__} {point}: {fault}" for fault in faults]
            if status == 0:
                break
            if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
                found["faults"].append(f"{request.__name__} {point}: ended with {status}")
                break
            points["killed"] += 1
            points["kept" if is_kept else "not_kept"] += 1
        found[request.__name__] = points
    found["faults"] += [str(fault) for _, _, fault in scrub() if fault]
    sweep_orphans(now=timezone.now() + timedelta(hours=25))
    found["faults"] += strangers()
    return found


def _killed_uploading(scene: DeskScene, number: int, point: int) -> tuple[int, bool, list[str]]:
    """(how the upload ended, whether the file lay on the desk, faults): then the client drops it again, and now and then
    hands it in."""
    obligation, content = scene.owed(number), essay_of(number)
    status, answered = _in_request(point, lambda: scene.upload(obligation, content))
    lying = list(StagedFile.objects.filter(requirement=obligation.requirement_id).select_related("blob"))
    faults = [] if lying or not answered else ["the desk was shown, nothing lies there"]
    faults += [fault for staged in lying for fault in _half_staged(staged, content)]
    scene.upload(obligation, content)
    if StagedFile.objects.filter(requirement=obligation.requirement_id).count() != 1:
        faults.append("lies twice")
    if point % 6:
        return status, bool(lying), faults
    promised = scene.promised(obligation)
    code = scene.confirm(obligation, promised)
    return status, bool(lying), faults + half_states(obligation, promised["key"], code)


def _killed_confirming(scene: DeskScene, number: int, point: int) -> tuple[int, bool, list[str]]:
    """(how the confirm ended, whether there was a receipt, faults): then the client presses again on the same page."""
    obligation = scene.owed(number)
    scene.upload(obligation, essay_of(number))
    promised = scene.promised(obligation)
    status, answered = _in_request(point, lambda: scene.confirm(obligation, promised))
    faults = half_states(obligation, promised["key"], answered)
    is_kept = Receipt.objects.filter(file__version__submission__obligation=obligation).exists()
    lying = StagedFile.objects.filter(requirement=obligation.requirement_id).count()
    if lying != (0 if is_kept else 1):
        faults.append(f"{lying} files on the desk, receipt: {is_kept}")
    repeated = scene.confirm(obligation, promised)
    if answered and answered != repeated:
        faults.append(f"answered {answered}, then {repeated}")
    return status, is_kept, faults + half_states(obligation, promised["key"], repeated)


def _in_request(point: int, request: Callable[[], str | None]) -> tuple[int, str]:
    """Do the request in a process that is killed at the point; its wait status and what the client read of the answer."""
    ledger = Path(tempfile.mkstemp()[1])

    def work() -> None:
        if runner._current is not None:
            runner._current.owner = os.getpid()
        with Countdown(point).installed():
            said = request() or "answered"
        fd = os.open(ledger, os.O_WRONLY | os.O_APPEND)
        _write(fd, said.encode())

    status = in_fork(work)
    answered = ledger.read_text()
    ledger.unlink()
    return status, answered


def _half_staged(staged: StagedFile, content: bytes) -> list[str]:
    """A row of the desk is there with its bytes and its queued check, or not at all."""
    whole = staged.blob is not None and read_verified(blob=staged.blob, now=timezone.now()) == content
    queued = Inspection.objects.filter(blob=staged.blob).exists()
    return [] if whole and queued else [f"lies there without its bytes ({whole}) or its check ({queued})"]


def half_states(obligation: Obligation, key: str, answered: str | None) -> list[str]:
    """What must not be: an answer without a receipt, a receipt without everything else, anything without a receipt."""
    state = Obligation.objects.get(pk=obligation.pk).state
    receipts = list(
        Receipt.objects.filter(file__version__submission__obligation=obligation).select_related("file__blob", "deposit")
    )
    rows = (
        Deposit.objects.filter(idempotency_key=key).count(),
        SubmissionVersion.objects.filter(submission__obligation=obligation).count(),
        AuditEntry.objects.filter(
            action="submission.submit", detail__contains=f'"obligation":{obligation.pk},'
        ).count(),
    )
    if answered and [answered in (receipt.code, receipt.deposit.code) for receipt in receipts] != [True]:
        return [f"answered {answered}, kept {receipts}"]
    if not receipts:
        return [] if (state, rows) == ("PENDING", (0, 0, 0)) else [f"no receipt, but {state} {rows}"]
    digest = hashlib.sha256(read_verified(blob=receipts[0].file.blob, now=timezone.now())).hexdigest()
    whole = (state, rows, digest) == ("SUBMITTED", (1, 1, 1), receipts[0].sha256)
    queued = Inspection.objects.filter(blob=receipts[0].file.blob).exists()
    return [] if whole and queued else [f"receipt, but {state} {rows} {queued}"]


def essay_of(number: int) -> bytes:
    """A PDF of one page, its own for each number."""
    made = document(1)
    made.docinfo["/Subject"] = str(number)
    return saved(made)


def strangers() -> list[str]:
    """After a sweep: bytes without a row, rows without bytes, leftovers."""
    store = current_store()
    stored = {entry.sha256 for entry in store.entries()}
    known = set(Blob.objects.values_list("sha256", flat=True))
    left = [path.name for path in store.staging_folder().iterdir()]
    return [f"stranger {one}" for one in sorted(stored ^ known) + left]


# ---------------------------------------------------------------- uploads race with the sweep


def raced() -> dict[str, Any]:
    """Three processes put the same few contents while two sweep without mercy."""

    def until_the_end(work: Callable[[], object]) -> Callable[[], None]:
        def loop() -> None:
            end = time.monotonic() + RACE_SECONDS
            while time.monotonic() < end:
                work()

        return loop

    def putting() -> None:
        for number in range(3):
            put(stream=io.BytesIO(content_of(number)), media_type=PDF, limit=10**7, now=timezone.now())

    def sweeping() -> None:
        # Uploads under way are younger than any real sweep's day.
        current_store().clear_staging = lambda before: 0  # type: ignore[method-assign]
        sweep_orphans(now=timezone.now(), age=timedelta(0))

    connections.close_all()
    pids = []
    for work in (putting, putting, putting, sweeping, sweeping):
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                until_the_end(work)()
                code = 0
            except BaseException:
                sys.excepthook(*sys.exc_info())
            finally:
                os._exit(code)
        pids.append(pid)
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    faults = [str(fault) for _, _, fault in scrub() if fault]
    return {"codes": codes, "faults": faults + strangers()}


# ---------------------------------------------------------------- the worker is killed while inspecting


def inspection_killed() -> dict[str, Any]:
    """The same row: workers are killed after the child has answered and before the row is settled."""
    at, reader_writer = timezone.now(), os.pipe()
    blob = put(stream=io.BytesIO(saved(document(2))), media_type=PDF, limit=10**7, now=at)
    inspection, states, helpers = await_inspection(blob=blob, at=at), [], []

    def work() -> None:
        real = runner.Session.inspect

        def answer_and_die(session: runner.Session, *args: Any) -> Any:
            real(session, *args)
            helper = runner._current
            assert helper is not None
            _write(reader_writer[1], helper.process.pid.to_bytes(4, "little"))
            _kill(os.getpid(), signal.SIGKILL)

        runner.Session.inspect = answer_and_die  # type: ignore[method-assign]
        inspect(inspection_pk=inspection.pk, at=at)

    for _ in range(2):
        in_fork(work)
        helpers.append(int.from_bytes(os.read(reader_writer[0], 4), "little"))
        states.append(list(Inspection.objects.values_list("state", "attempts").get()))
        at += LEASE
    before = inspect(inspection_pk=inspection.pk, at=at - timedelta(seconds=1))
    after = inspect(inspection_pk=inspection.pk, at=at)
    states += [[before.state, before.attempts], [after.state, after.attempts]]
    Inspection.objects.update(state=InspectionState.RECEIVED, attempts=0, lease_until=None)
    for _ in range(3):
        in_fork(work)
        helpers.append(int.from_bytes(os.read(reader_writer[0], 4), "little"))
        at += LEASE
    buried = inspect(inspection_pk=inspection.pk, at=at)
    runner.stop_helper()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and any(map(is_running, helpers)):
        time.sleep(0.1)
    return {
        "states": states,
        "buried": [buried.state, buried.reason],
        "helpers_left": [pid for pid in helpers if is_running(pid)],
    }


def is_running(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


# ---------------------------------------------------------------- two at the same time


def together(*works: Callable[[], str]) -> list[str]:
    """Do all of them in processes that begin at one moment; what each answers."""
    connections.close_all()
    gate_out, gate_in = os.pipe()
    answers = []
    for work in works:
        out, into = os.pipe()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                os.close(gate_in)
                connection.ensure_connection()
                os.read(gate_out, 1)  # ends when the parent closes its side
                os.write(into, work().encode())
                code = 0
            except BaseException:
                sys.excepthook(*sys.exc_info())
            finally:
                os._exit(code)
        os.close(into)
        answers.append((pid, out))
    os.close(gate_out)
    time.sleep(0.05)
    os.close(gate_in)
    said = []
    for pid, out in answers:
        os.waitpid(pid, 0)
        said.append(os.read(out, 10_000).decode())
        os.close(out)
    return said


def replaced_while_accepted() -> dict[str, Any]:
    """Staff accepts a version at the moment its author sends a better one: one of the two stands, never both."""
    scene, found = Scene(), {"accepted": 0, "replaced": 0, "faults": []}
    for number in range(ROUNDS):
        obligation = scene.owed()
        scene.hand_in(obligation, 1000 + number)
        Inspection.objects.update(state=InspectionState.CLEAN)
        first = SubmissionVersion.objects.get(submission__obligation=obligation)

        def accepting(version: SubmissionVersion = first) -> str:
            try:
                accept(version=version, decided_by=None, at=timezone.now())
            except StaleVersion:
                return "stale"
            return "accepted"

        def replacing(obligation: Obligation = obligation, number: int = number) -> str:
            try:
                return scene.hand_in(obligation, 2000 + number) and "replaced"
            except AlreadyAccepted:
                return "too late"

        said = tuple(together(accepting, replacing))
        stored = Obligation.objects.get(pk=obligation.pk).state
        versions = list(
            SubmissionVersion.objects.filter(submission__obligation=obligation).values_list("number", flat=True)
        )
        decided = Decision.objects.filter(version=first).count()
        if (said, stored, versions, decided) == (("accepted", "too late"), "ACCEPTED", [1], 1):
            found["accepted"] += 1
        elif (said, stored, versions, decided) == (("stale", "replaced"), "SUBMITTED", [1, 2], 0):
            found["replaced"] += 1
        else:
            found["faults"].append([said, stored, versions, decided])
    return found


def repeated_at_once() -> dict[str, Any]:
    """A browser sends its confirm three times at one moment: one deposit, one receipt, told three times."""
    scene, faults = Scene(), []
    for number in range(ROUNDS):
        obligation = scene.owed()
        codes = together(*[lambda o=obligation, n=number: scene.hand_in(o, 3000 + n)] * 3)
        kept = list(
            Receipt.objects.filter(file__version__submission__obligation=obligation).values_list("code", flat=True)
        )
        if len(kept) != 1 or set(codes) != set(kept):
            faults.append([codes, kept])
    return {"rounds": ROUNDS, "faults": faults, "strangers": strangers()}


# ---------------------------------------------------------------- no room (run under `unshare --mount`)


@contextlib.contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A real file system of a few megabytes."""
    folder = Path(tempfile.mkdtemp())
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def store_full() -> dict[str, Any]:
    """Hand in until the store is full, make room, hand in again."""
    scene = Scene()
    with small_disk(1) as folder:
        storages._storages["vault"] = LocalStore(root=folder)  # type: ignore[attr-defined]
        taken = 0
        try:
            while taken < 50:
                scene.hand_in(scene.owed(), taken)
                taken += 1
            sentence = ""
        except StoreFull as full:
            sentence = str(full)
        faults = [str(fault) for _, _, fault in scrub() if fault] + strangers()
        counts = [Blob.objects.count(), Receipt.objects.count(), Deposit.objects.count()]
        subprocess.run(["mount", "-o", "remount,size=4m", str(folder)], check=True)
        scene.hand_in(scene.owed(), taken)
        return {"taken": taken, "sentence": sentence, "faults": faults, "counts": counts}


def database_full() -> dict[str, Any]:
    """The volume of an SQLite database is full at the confirm; then there is room again. Run with the data folder on it."""
    scene = Scene()
    obligation, folder = scene.owed(), Path(os.environ["PORTAL_DATA_DIR"])
    blob = put(stream=io.BytesIO(content_of(0)), media_type=PDF, limit=10**7, now=timezone.now())
    del blob
    junk = folder / "junk"
    with junk.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    refused = ""
    try:
        for number in range(100, 400):  # pages that the database still had are used up first
            scene.hand_in(obligation, number)
            obligation = scene.owed()
    except (DatabaseError, StoreFull) as error:
        refused = type(error).__name__
    connection.close()
    answered = Receipt.objects.count()
    faults = half_states(obligation, f"key-{number}", None)
    junk.unlink()
    scene.hand_in(obligation, number)
    return {"refused": refused, "faults": faults, "more": Receipt.objects.count() - answered}


MODES = {
    "killed": killed,
    "raced": raced,
    "inspection-killed": inspection_killed,
    "replaced": replaced_while_accepted,
    "repeated": repeated_at_once,
    "store-full": store_full,
    "database-full": database_full,
}

if __name__ == "__main__":
    print(json.dumps(MODES[sys.argv[1]]()))
