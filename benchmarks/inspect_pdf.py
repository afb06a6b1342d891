"""Inspecting PDFs in the helper's child, against opening and walking them with pikepdf in this process.

The set: scans of one to six pages (0.1–2 MB) and printed papers of one to 200 pages with fonts, links and outlines,
40 files as one secretary drops them. The product passes each to a child without rights, looks for everything that may
not be in it and decodes each page's content, as the floor does.
Not here: verdicts (tests), drawing pages, which is no part of a request.
"""

import io
import random
import time
from pathlib import Path

import pikepdf
from PIL import Image

from benchmarks.harness import Comparison, compare, start_django

TITLE = "inspect 40 PDFs in a child process"
TARGET = 1.5
FILES = 40


def run() -> Comparison:
    """One session a round, as for one sender's files; the slowest single file and a fresh child are in the note."""
    folder = start_django()
    from submissions.inspection.runner import session, stop_helper  # noqa: PLC0415 (after start_django)

    dice = random.Random(2026)
    paths = [_scan(folder, number, dice) if number % 2 else _printed(folder, number, dice) for number in range(FILES)]
    sizes = [path.stat().st_size for path in paths]
    slowest = [0.0]

    def floor() -> None:
        for path in paths:
            _open_and_walk(path)

    def product() -> None:
        with session() as talking:
            for path, size in zip(paths, sizes, strict=True):
                started = time.perf_counter()
                with path.open("rb") as content:
                    assert talking.inspect(content, size).facts.pages
                slowest[0] = max(slowest[0], time.perf_counter() - started)

    def alone() -> float:
        """One file in a child of its own, the way the worker does it."""
        time.sleep(0.02)  # the helper has its spare child ready, as between two uploads
        started = time.perf_counter()
        with session() as talking, paths[1].open("rb") as content:
            talking.inspect(content, sizes[1])
        return time.perf_counter() - started

    product()
    single = sorted(alone() for _ in range(21))[10]
    found = compare(floor=floor, product=product, rounds=15, warm_up=2)
    stop_helper()
    note = f"slowest file {slowest[0] * 1000:.0f} ms; one scan in a child of its own {single * 1000:.1f} ms"
    return Comparison(**{**vars(found), "note": note})


def _open_and_walk(path: Path) -> None:
    with pikepdf.open(path) as pdf:
        seen: set[tuple[int, int]] = set()
        rest = [pdf.trailer]
        while rest:
            obj = rest.pop()
            if not isinstance(obj, pikepdf.Object):
                continue
            if obj.is_indirect:
                if obj.objgen in seen:
                    continue
                seen.add(obj.objgen)
            if isinstance(obj, pikepdf.Dictionary | pikepdf.Stream):
                rest.extend(value for _, value in obj.items())
            elif isinstance(obj, pikepdf.Array):
                rest.extend(obj)
        for page in pdf.pages:
            contents = page.obj.get("/Contents")
            for stream in contents if isinstance(contents, pikepdf.Array) else [contents]:
                if stream is not None:
                    stream.read_bytes()


def _scan(folder: Path, number: int, dice: random.Random) -> Path:
    noise = Image.frombytes("L", (310, 438), dice.randbytes(310 * 438)).resize((1240, 1754))
    pages = [noise] * dice.randint(1, 6)
    path = folder / f"scan-{number}.pdf"
    pages[0].save(path, "PDF", save_all=True, append_images=pages[1:], resolution=150, quality=dice.randint(20, 60))
    return path


def _printed(folder: Path, number: int, dice: random.Random) -> Path:
    path, pages = folder / f"printed-{number}.pdf", dice.choice((1, 2, 4, 8, 20, 60, 200))
    with pikepdf.new() as pdf:
        for page_number in range(pages):
            page = pdf.add_blank_page(page_size=(595, 842))
            lines = b"".join(
                b"BT /F1 12 Tf 72 %d Td (%s) Tj ET\n" % (y, dice.randbytes(30).hex().encode())
                for y in range(72, 770, 16)
            )
            page.Contents = pikepdf.Stream(pdf, lines)
            fonts = {
                f"/F{n}": pikepdf.Dictionary(
                    Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
                )
                for n in range(1, 4)
            }
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(fonts))
            link = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Link,
                Rect=[0, 0, 9, 9],
                Dest=pikepdf.String(f"p{page_number}"),
            )
            page.Annots = pikepdf.Array([pdf.make_indirect(link) for _ in range(4)])
        with pdf.open_outline() as outline:
            outline.root.extend(pikepdf.OutlineItem(f"Mục {n}", n) for n in range(pages))
        out = io.BytesIO()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    path.write_bytes(out.getvalue())
    return path
