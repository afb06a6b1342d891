"""The cold copy: the office's papers as folders that open in Explorer when the portal is down.

Beside the folders lie `muc-luc.xlsx` and `muc-luc.csv` (every duty, handed in or not) and `SHA256SUMS`, which
`sha256sum -c` proves. A run writes only what is new and takes away only what an earlier run wrote; one that was cut off
goes on where it stopped. Not here: what belongs into it (`cold_tree.py`), the hour.
"""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import xlsxwriter

from audit import services as audit
from phucloi_portal.keeping.backup import alone_in
from phucloi_portal.keeping.cold_tree import IndexLine, Kept, kept_of, part
from units.choices import UnitKind
from units.models import Unit
from vault.errors import VaultError
from vault.services import open_verified

SUMS, BOOK, TABLE = "SHA256SUMS", "muc-luc.xlsx", "muc-luc.csv"
HEAD = ("Văn bản", "Yêu cầu", "Đơn vị", "Họ tên", "Trạng thái", "Nhận lúc", "Ngày cuối", "Phiếu", "Tệp", "SHA-256")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Copied:
    """Files the tree holds now, how many were written and taken away, paths whose bytes could not be read."""

    files: int
    written: int
    removed: int
    faults: list[str] = field(default_factory=list)


def cold_copy(folder: Path, *, at: datetime, by: str, progress: Progress = lambda done, all_: None) -> Copied:
    """Bring the tree in `folder` up to date; recorded as `store.cold_copy`. Raises Busy when another run is at it."""
    with alone_in(folder):
        before = dict(_read_sums(folder / SUMS))
        kept, lines = _of_all_wards()
        written, faults = 0, []
        for number, one in enumerate(kept, start=1):
            if not _is_there(folder / one.path, one, before.get(one.path)):
                if _write(folder / one.path, one, at):
                    written += 1
                else:
                    faults.append(one.path)
            progress(number, len(kept))
        good = {one.path: one.blob.sha256 for one in kept if one.path not in faults}
        _write_index(folder, lines)
        _write_whole(folder / SUMS, "".join(f"{sha256}  {path}\n" for path, sha256 in sorted(good.items())))
        removed = sum(_remove(folder, path) for path in before if path not in good)
    report = Copied(len(good), written, removed, faults)
    detail = {"files": report.files, "count": written, "removed": removed, "faults": len(faults)}
    audit.record(action="store.cold_copy", actor=by, detail=detail, at=at)
    return report


def _of_all_wards() -> tuple[list[Kept], list[IndexLine]]:
    kept: list[Kept] = []
    lines: list[IndexLine] = []
    wards = list(Unit.objects.filter(kind=UnitKind.WARD).order_by("path"))
    names = [part(ward.name) for ward in wards]
    for ward, name in zip(wards, names, strict=True):
        files, own = kept_of(ward, name if names.count(name) == 1 else part(f"{ward.code} {ward.name}"))
        kept += files
        lines += own
    return kept, lines


def _read_sums(path: Path) -> Iterator[tuple[str, str]]:
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            sha256, _, name = line.partition("  ")
            yield name, sha256


def _is_there(path: Path, one: Kept, known: str | None) -> bool:
    """Written before: by the list, or (after a run that was cut off) by its own bytes."""
    if not path.is_file() or path.stat().st_size != one.blob.size:
        return False
    if known is not None:
        return known == one.blob.sha256
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == one.blob.sha256


def _write(path: Path, one: Kept, at: datetime) -> bool:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.parent / ".dang-chep"
    try:
        with open_verified(blob=one.blob, now=at) as content, unfinished.open("wb") as out:
            shutil.copyfileobj(content, out, 1024 * 1024)
            out.flush()
            os.fsync(out.fileno())
    except VaultError:
        unfinished.unlink(missing_ok=True)
        return False
    unfinished.replace(path)
    return True


def _remove(folder: Path, path: str) -> bool:
    """A file of an earlier run, and the folders it leaves empty; nothing outside `folder` whatever the list says."""
    target = (folder / path).resolve()
    if not target.is_relative_to(folder.resolve()) or not target.is_file():
        return False
    target.unlink()
    for parent in target.parents:
        if parent == folder.resolve() or any(parent.iterdir()):
            break
        parent.rmdir()
    return True


def _cells(lines: Iterable[IndexLine]) -> Iterator[tuple[str, ...]]:
    for line in lines:
        yield (
            line.directive, line.requirement, line.unit, line.member, line.state, line.received, line.last_day,
            line.receipt, "\n".join(line.paths), "\n".join(line.sha256),
        )  # fmt: skip


def _write_index(folder: Path, lines: list[IndexLine]) -> None:
    unfinished = folder / f".{BOOK}"
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(unfinished, options) as book:
        sheet = book.add_worksheet("Mục lục")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 8, 24)
        sheet.write_row(0, 0, HEAD, book.add_format({"bold": True}))
        for row, cells in enumerate(_cells(lines), start=1):
            sheet.write_row(row, 0, cells)
        sheet.autofilter(0, 0, len(lines), len(HEAD) - 1)
    unfinished.replace(folder / BOOK)
    unfinished = folder / f".{TABLE}"
    with unfinished.open("w", encoding="utf-8-sig", newline="") as out:
        table = csv.writer(out)
        table.writerow(HEAD)
        table.writerows([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in _cells(lines))
    unfinished.replace(folder / TABLE)


def _write_whole(path: Path, text: str) -> None:
    unfinished = path.with_name(f".{path.name}")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
