"""The forwarding bundle's one PDF: 300 essays of 2 MB with bookmarks by unit, against a bare `pikepdf.Job` in a process
of its own. The note: peak memory of the merging at a tenth of the papers, which must not be less by much, and processor
time, which a busy machine disturbs less than the clock.

Not here: which papers and in which order (`reports.bundle_plan`), packing the ZIP.
"""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pikepdf

from benchmarks.harness import Comparison, compare, peak_memory
from reports.merging import Chapter, merge

TITLE = "merge 300 essays, 600 MB, with bookmarks"
TARGET = 1.2
_PAPERS, _PAGES, _BYTES_A_PAGE = 300, 4, 500_000
_BARE = """
import sys, pikepdf
job = pikepdf.Job(["pikepdf", "--empty", "--keep-files-open-threshold=40", "--pages", *sys.argv[2:], "--", sys.argv[1]])
job.run()
"""


def run() -> Comparison:
    """Medians of three rounds without a warm-up: the files were written a moment ago."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        folder = Path(name)
        papers = [_paper(folder / f"{number:03}.pdf") for number in range(_PAPERS)]
        chapters = [
            Chapter(str(one), f"Chi bộ {place // 10 + 1}", f"Bài {place + 1}") for place, one in enumerate(papers)
        ]

        def floor() -> None:
            arguments = [word for one in papers for word in (str(one), "1-z")]
            subprocess.run([sys.executable, "-c", _BARE, str(folder / "bare.pdf"), *arguments], check=True)

        def product() -> None:
            assert merge(chapters, folder / "joined.pdf") == _PAPERS * _PAGES

        def tenth() -> None:
            assert merge(chapters[: _PAPERS // 10], folder / "tenth.pdf") == _PAPERS // 10 * _PAGES

        found = compare(floor=floor, product=product, rounds=3, warm_up=0)
        small = peak_memory(tenth)
        bare, whole = _processor_time(floor), _processor_time(product)
        note = (
            f"processor time {bare:.1f} s and {whole:.1f} s, {whole / bare:.2f}×; "
            f"peak at a tenth of the papers {small:.0f} MiB"
        )
        return Comparison(**{**vars(found), "note": note})


def _processor_time(work: Callable[[], object]) -> float:
    """Seconds of user and system time of the processes that `work` waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _paper(path: Path) -> Path:
    """Four scanned pages whose images hold bytes that nothing can compress."""
    made = pikepdf.new()
    for _ in range(_PAGES):
        page = made.add_blank_page(page_size=(595, 842))
        image = pikepdf.Stream(made, os.urandom(_BYTES_A_PAGE))
        image.Type, image.Subtype, image.Filter = pikepdf.Name.XObject, pikepdf.Name.Image, pikepdf.Name.DCTDecode
        image.Width, image.Height, image.BitsPerComponent, image.ColorSpace = 1654, 2339, 8, pikepdf.Name.DeviceGray
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=made.make_indirect(image)))
        page.Contents = made.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q")
    made.save(path)
    return path
