"""The files of a forwarding bundle on disk: archives that open right on Windows, index, printed list, joined PDF.

Bytes are streamed; nothing is held in memory but one buffer. Names in archives are NFC and flagged UTF-8.
Not here: the layout (`bundle_plan.py`), joining (`merging.py`), the vault (`services/bundling.py`).
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from reports.bundle_plan import Placed, split_by_size
from reports.format_profiles import FormatProfile
from reports.merging import Chapter, merge
from reports.pdf import html_to_pdf
from reports.rendering import render_list_html
from reports.report_content import Annex, AnnexRow, CellKind, Column
from vietnamese.dates import VIETNAM, format_moment

ROWS_OF_A_CHUNK: Final = 250  # rows laid out at a time: the cost of a table grows faster than its length
_BUFFER: Final = 1024 * 1024
_LIST: Final = (
    Column("STT", 5, CellKind.ORDINAL),
    Column("Họ và tên", 20),
    Column("Chức vụ", 19),
    Column("Đơn vị", 22),
    Column("Ngày nộp", 10, CellKind.DAY),
    Column("Số trang", 7, CellKind.NUMBER),
    Column("Tên tệp", 17),
)
_INDEX: Final = (*_LIST[:-1], Column("Thư mục", 22), Column("Tên tệp", 32), Column("Mã SHA-256", 40))


def list_annex(papers: Sequence[Placed], at: datetime, *, first: int = 1) -> Annex:
    """The printed list of the papers, numbered from `first`."""
    rows = tuple(_row(number, one, (one.name,)) for number, one in enumerate(papers, start=first))
    return Annex(1, "Danh mục bài gửi kèm", "Danh mục", _LIST, rows, remark=f"Bài duyệt đến {format_moment(at)}")


def index_annex(papers: Sequence[Placed], at: datetime) -> Annex:
    """The same with folders and hashes, for the workbook."""
    rows = tuple(
        _row(number, one, (one.folder, one.name, one.paper.sha256)) for number, one in enumerate(papers, start=1)
    )
    return Annex(1, "Danh mục bài gửi kèm", "Danh mục", _INDEX, rows, remark=f"Bài duyệt đến {format_moment(at)}")


def _row(number: int, one: Placed, rest: tuple[str, ...]) -> AnnexRow:
    paper = one.paper
    return AnnexRow((number, paper.party, paper.posts, paper.unit, paper.received_at, paper.pages, *rest))


def write_list(papers: Sequence[Placed], at: datetime, profile: FormatProfile, font_dir: Path, target: Path) -> None:
    """The printed list as PDF, laid out in chunks and joined. Raises PdfEngineMissing, MergeFailed."""
    chunks = []
    for start in range(0, len(papers), ROWS_OF_A_CHUNK):
        annex = list_annex(papers[start : start + ROWS_OF_A_CHUNK], at, first=start + 1)
        path = target.with_name(f"{target.stem}-{start}.pdf")
        path.write_bytes(html_to_pdf(render_list_html(annex, profile), font_dir=font_dir))
        chunks.append(Chapter(str(path), "Danh mục", f"Từ số {start + 1}"))
    if len(chunks) == 1:
        Path(chunks[0].path).replace(target)
    else:
        merge(chunks, target)


def write_archive(
    target: Path,
    attached: Sequence[tuple[str, Path]],
    papers: Sequence[tuple[Placed, Path]],
    at: datetime,
    tick: Callable[[], None],
) -> None:
    """One ZIP: the attached files first, then the papers in their folders, stored as they are; `tick` after each."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, path in attached:
            _add(archive, name, path, at)
        for one, path in papers:
            _add(archive, one.path, path, one.paper.received_at)
            tick()


def _add(archive: zipfile.ZipFile, name: str, path: Path, at: datetime) -> None:
    local = at.astimezone(VIETNAM)
    info = zipfile.ZipInfo(name, (max(local.year, 1980), *local.timetuple()[1:6]))
    info.external_attr = 0o644 << 16
    info.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(info, "w") as goal:
        shutil.copyfileobj(source, goal, _BUFFER)


def write_joined(papers: Sequence[tuple[Placed, Path]], folder: Path, stem: str, limit: int) -> list[Path]:
    """The joined PDF with bookmarks (unit, then person), in parts of at most `limit` bytes (0 = one). Raises MergeFailed.

    A part that became larger than its papers were together is split once more.
    """
    made: list[Path] = []
    waiting = [papers[a:b] for a, b in split_by_size((path.stat().st_size for _, path in papers), limit)]
    while waiting:
        some = waiting.pop(0)
        target = folder / f"{stem}-{len(made) + 1}.pdf"
        merge([Chapter(str(path), one.paper.unit, one.paper.party) for one, path in some], target)
        if limit and target.stat().st_size > limit and len(some) > 1:
            middle = len(some) // 2
            waiting[:0] = [some[:middle], some[middle:]]
            continue
        made.append(target)
    return made
