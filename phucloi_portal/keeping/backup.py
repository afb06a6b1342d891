"""Backup and restore in one folder: `objects/` holds every content once, each run is a folder with rows and a list.

A run counts once its `manifest.json` stands: written last, over a flushed copy of everything it names. A second run
copies only what is new. Not here: the form of the rows (`rows.py`), the commands, the hours.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from audit import services as audit
from phucloi_portal.keeping import rows
from phucloi_portal.keeping.rows import RowsRefused
from vault.errors import VaultError
from vault.models import Blob
from vault.services import open_verified, put_back
from vietnamese.dates import VIETNAM

MANIFEST, ROWS, CONTENTS = "manifest.json", "rows.jsonl.gz", "contents.txt"
KEPT_RUNS = 14
Progress = Callable[[int, int], None]
_CHUNK = 1024 * 1024


class Busy(RowsRefused):
    """Another process writes into the same folder."""

    def __init__(self) -> None:
        super().__init__("Đang có lần sao lưu khác ghi vào thư mục này. Hãy chờ nó xong.")


@dataclass(frozen=True, slots=True)
class Report:
    """What was kept or brought back, and contents that could not be (SHA-256)."""

    rows: int
    blobs: int
    bytes: int
    faults: list[str] = field(default_factory=list)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Only one writer a folder. Raises Busy."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise Busy from held
        yield


def back_up(folder: Path, *, at: datetime, by: str, progress: Progress = lambda done, all_: None) -> Report:
    """Write one run below `folder`; recorded as `store.backup`. Old runs beyond KEPT_RUNS go, with what only they name."""
    with alone_in(folder):
        run = folder / at.astimezone(VIETNAM).strftime("%Y%m%d-%H%M%S")
        run.mkdir(mode=0o700, exist_ok=True)
        count = _write_rows(run / ROWS, at)
        kept = list(Blob.objects.filter(destroyed_at=None).order_by("pk"))
        faults: list[str] = []
        for number, blob in enumerate(kept, start=1):
            if not _keep(folder, blob, at) and Blob.objects.filter(pk=blob.pk).exists():
                faults.append(blob.sha256)
            progress(number, len(kept))
        good = [blob for blob in kept if blob.sha256 not in faults]
        _write_flushed(run / CONTENTS, "".join(f"{blob.sha256} {blob.size}\n" for blob in good).encode())
        report = Report(count, len(good), sum(blob.size for blob in good), faults)
        told = {"at": at.isoformat(), "rows": count, "blobs": report.blobs, "bytes": report.bytes, "faults": faults,
                "rows_sha256": _digest(run / ROWS), "contents_sha256": _digest(run / CONTENTS)}  # fmt: skip
        _write_flushed(run / MANIFEST, json.dumps(told, indent=1).encode())
        _drop_old(folder)
    detail = {"rows": report.rows, "files": report.blobs, "bytes": report.bytes, "faults": len(faults)}
    audit.record(action="store.backup", actor=by, detail=detail, at=at)
    return report


def restore(folder: Path, *, at: datetime, by: str, progress: Progress = lambda done, all_: None) -> Report:
    """Bring the newest whole run back into an empty portal; recorded there as `store.restore`. Raises RowsRefused.

    Bytes come first, each hashed; a content that is missing or altered in the backup is named and left out.
    """
    run = newest_run(folder)
    if run is None:
        raise RowsRefused("Thư mục này không có bản sao lưu nào hoàn chỉnh.")
    told = json.loads((run / MANIFEST).read_text())
    if _digest(run / ROWS) != told["rows_sha256"] or _digest(run / CONTENTS) != told["contents_sha256"]:
        raise RowsRefused("Bản sao lưu đã bị thay đổi nên không được dùng. Hãy chọn bản khác.")
    with gzip.open(run / ROWS, "rt", encoding="utf-8") as lines:
        count = rows.load(lines)
    wanted = [line.split() for line in (run / CONTENTS).read_text().splitlines()]
    faults, total = [], 0
    for number, (sha256, size) in enumerate(wanted, start=1):
        if _bring(folder, sha256, int(size)):
            total += int(size)
        else:
            faults.append(sha256)
        progress(number, len(wanted))
    report = Report(count, len(wanted) - len(faults), total, faults)
    detail = {"rows": count, "files": report.blobs, "bytes": total, "faults": len(faults), "from": run.name}
    audit.record(action="store.restore", actor=by, detail=detail, at=at)
    return report


def put_back_damaged(folder: Path, *, at: datetime, by: str, progress: Progress = lambda done, all_: None) -> Report:
    """Bring contents of this portal that a scrub found missing or altered back from the objects of a backup.

    Each is hashed before it is placed; what the backup lacks is named as a fault. Recorded as `store.restore`.
    """
    wanted = list(Blob.objects.damaged().order_by("pk"))
    faults: list[str] = []
    for number, blob in enumerate(wanted, start=1):
        if not _bring(folder, blob.sha256, blob.size):
            faults.append(blob.sha256)
        progress(number, len(wanted))
    brought = [blob for blob in wanted if blob.sha256 not in faults]
    report = Report(0, len(brought), sum(blob.size for blob in brought), faults)
    detail = {"rows": 0, "files": report.blobs, "bytes": report.bytes, "faults": len(faults), "from": folder.name}
    audit.record(action="store.restore", actor=by, detail=detail, at=at)
    return report


def newest_run(folder: Path) -> Path | None:
    """The latest run that was finished; None when there is none."""
    return max((path.parent for path in folder.glob(f"*/{MANIFEST}")), default=None, key=lambda path: path.name)


def _write_rows(target: Path, at: datetime) -> int:
    last = "{}"
    with target.open("wb") as raw, gzip.open(raw, "wt", encoding="utf-8", compresslevel=5) as out:
        for last in rows.dump(at=at):
            out.write(last + "\n")
    _flush(target)
    found: dict[str, Any] = json.loads(last)
    return int(found["rows"])


def _object(folder: Path, sha256: str) -> Path:
    return folder / "objects" / sha256[:2] / sha256


def _keep(folder: Path, blob: Blob, at: datetime) -> bool:
    target = _object(folder, blob.sha256)
    if target.exists() and target.stat().st_size == blob.size:
        return True
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    try:
        with open_verified(blob=blob, now=at) as content, part.open("wb") as out:
            shutil.copyfileobj(content, out, _CHUNK)
            out.flush()
            os.fsync(out.fileno())
    except VaultError:
        part.unlink(missing_ok=True)
        return False
    part.replace(target)
    return True


def _bring(folder: Path, sha256: str, size: int) -> bool:
    try:
        with _object(folder, sha256).open("rb") as content:
            return put_back(stream=content, sha256=sha256, size=size)
    except FileNotFoundError:
        return False


def _drop_old(folder: Path) -> None:
    runs = sorted({path.parent for path in folder.glob(f"*/{MANIFEST}")})
    if len(runs) <= KEPT_RUNS:
        return
    for run in runs[:-KEPT_RUNS]:
        shutil.rmtree(run)
    named = {line.split()[0] for run in runs[-KEPT_RUNS:] for line in (run / CONTENTS).read_text().splitlines()}
    for path in (folder / "objects").glob("*/*"):
        if path.name not in named:
            path.unlink()


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _write_flushed(path: Path, data: bytes) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(data)
    _flush(part)
    part.replace(path)


def _flush(path: Path) -> None:
    with path.open("rb") as written:
        os.fsync(written.fileno())
