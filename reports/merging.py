"""Joins PDF files into one with bookmarks, in a process of its own whose memory does not grow with the essays.

`python -m reports.merging PLAN.json`: `{"target": path, "papers": [{"path", "group", "title", "pages"}]}`. qpdf's own
job copies the pages file by file while it writes; the outline is added before, so that they are written once. Bytes come from people, so this
never runs in the worker itself.
Not here: which papers, in which order (`bundle_plan.py`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import pikepdf

from reports.errors import MergeFailed

TIMEOUT: Final = 30 * 60  # seconds for the whole of a ward's essays
_KEPT_OPEN: Final = 40  # files that qpdf holds open at a time
_WARNED: Final = 3  # qpdf's exit code for "done, with repairs"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A file to join; `group` is the bookmark above it, `title` its own."""

    path: str
    group: str
    title: str


def merge(chapters: Sequence[Chapter], target: Path) -> int:
    """Writes the joined file in a child process; the number of its pages. Raises MergeFailed with the reason."""
    plan = target.with_suffix(".plan.json")
    plan.write_text(json.dumps({"target": str(target), "papers": [asdict(one) for one in chapters]}), encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "reports.merging", str(plan)],
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
            cwd=Path(__file__).parent.parent,
        )
    except subprocess.TimeoutExpired as late:
        raise MergeFailed("quá lâu") from late
    finally:
        plan.unlink(missing_ok=True)
    if done.returncode:
        raise MergeFailed((done.stderr.strip().splitlines() or ["không rõ"])[-1][:200])
    return int(done.stdout.strip() or 0)


def join(chapters: Sequence[Chapter], target: Path) -> int:
    """The work itself; the number of pages."""
    arguments = ["pikepdf", "--empty", f"--keep-files-open-threshold={_KEPT_OPEN}", "--pages"]
    for chapter in chapters:
        arguments += [chapter.path, "1-z"]
    job = pikepdf.Job([*arguments, "--", str(target)])
    merged = job.create_pdf()
    try:
        pages = len(merged.pages)
        _add_outline(chapters, merged)
        job.write_pdf(merged)
    finally:
        merged.close()
    if job.exit_code not in (0, _WARNED):
        raise MergeFailed(f"qpdf {job.exit_code}")
    return pages


def _add_outline(chapters: Sequence[Chapter], merged: pikepdf.Pdf) -> None:
    page = 0
    with merged.open_outline() as outline:
        group: pikepdf.OutlineItem | None = None
        for chapter in chapters:
            if group is None or group.title != chapter.group:
                group = pikepdf.OutlineItem(chapter.group, page)
                outline.root.append(group)
            group.children.append(pikepdf.OutlineItem(chapter.title, page))
            page += _pages_of(chapter.path)
    merged.Root.PageMode = pikepdf.Name.UseOutlines


def _pages_of(path: str) -> int:
    with pikepdf.open(path, access_mode=pikepdf.AccessMode.stream) as paper:
        return len(paper.pages)


def main(plan: Path) -> None:
    """The child's whole life."""
    told = json.loads(plan.read_text(encoding="utf-8"))
    chapters = [Chapter(**one) for one in told["papers"]]
    print(join(chapters, Path(told["target"])))  # noqa: T201 (the answer to the parent)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
