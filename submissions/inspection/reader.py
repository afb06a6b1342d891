"""Facts about one PDF, read with pikepdf: every object walked, every page's content decoded, nothing drawn.

Runs only in the helper's children: whatever a hostile file does to the reader happens there.
Not here: what the facts mean (`verdicts.py`), limits on the process (`sandbox.py`).
"""

from typing import Any, BinaryIO

import pikepdf

from submissions.inspection import graph
from submissions.inspection.verdicts import HEADER, Facts

MAX_CONTENT_BYTES = 64 * 1024 * 1024
"""One page's decoded content (drawing operators, never images) beyond this is no page but a bomb."""
POINTS_PER_INCH = 72


def set_reader_limits() -> None:
    """Once per process, before any file: bound what one stream may unfold to."""
    # doc_max_warnings stays unset: with it qpdf answers "no pages" by refusing to open.
    pikepdf.settings.set_qpdf_limits(flate_max_memory=MAX_CONTENT_BYTES, run_length_max_memory=MAX_CONTENT_BYTES)


def read_facts(source: str | BinaryIO, size: int, beginning: bytes) -> Facts:
    """Everything `verdicts.judge` needs to know of the content: a path or stream, its length, its first bytes.

    Never raises for what a file contains; MemoryError is the caller's to report.
    """
    header_at_0 = beginning.startswith(HEADER)
    try:
        with pikepdf.open(source) as pdf:
            return _facts_of(pdf, size, header_at_0)
    except pikepdf.PasswordError:
        return Facts(size, header_at_0, needs_password=True)
    except (pikepdf.PikepdfError, RuntimeError, ValueError, TypeError, AttributeError, KeyError) as damage:
        # qpdf and its binding answer damage in many tongues; all of them say that the file does not open.
        _refuse_to_guess(str(damage))
        return Facts(size, header_at_0, opens=False)


def _facts_of(pdf: pikepdf.Pdf, size: int, header_at_0: bool) -> Facts:
    # An empty owner password lets the library in where viewers ask for the user's.
    if pdf.is_encrypted and not pdf.user_password_matched:
        return Facts(size, header_at_0, needs_password=True, encrypted=True)
    warnings = _count_warnings(pdf)
    seen = _walk(pdf)
    pages = _Pages(pdf)
    return Facts(
        size=size,
        header_at_0=header_at_0,
        encrypted=pdf.is_encrypted,
        pages=pages.count,
        bad_pages=pages.bad,
        warnings=warnings + _count_warnings(pdf),
        active=seen.kinds - {graph.XFA, graph.EMBEDDED},
        xfa=graph.XFA in seen.kinds,
        embedded=graph.EMBEDDED in seen.kinds,
        largest_image=seen.largest_image,
        signature_fields=seen.signature_fields,
        blank_pages=tuple(pages.blank),
        scan_dpi=pages.scan_dpi,
    )


def _count_warnings(pdf: pikepdf.Pdf) -> int:
    """Warnings since the last call."""
    warnings = [str(warning) for warning in pdf.get_warnings()]
    for warning in warnings:
        _refuse_to_guess(warning)
    return len(warnings)


def _refuse_to_guess(message: str) -> None:
    """qpdf takes an object for which memory ran out as empty. What was not seen must not be judged."""
    if "bad_alloc" in message:
        raise MemoryError


def _walk(pdf: pikepdf.Pdf) -> graph.Seen:
    """Look at every object, also those nothing points to (their damage counts, their dangers do not)."""
    kinds: frozenset[str] = frozenset()
    signature_fields = largest_image = 0
    for obj in pdf.objects:
        if not isinstance(obj, pikepdf.Object):
            continue  # a bare number or truth value
        seen = graph.look(obj.to_json(dereference=True))
        kinds |= seen.kinds
        signature_fields += seen.signature_fields
        largest_image = max(largest_image, seen.largest_image)
    trailer = pdf.trailer.to_json(dereference=True)
    kinds |= graph.look(trailer).kinds
    if kinds:

        def fetch(reference: str) -> bytes:
            number, generation, _ = reference.split()
            obj = pdf.get_object(int(number), int(generation))
            return obj.to_json(dereference=True) if isinstance(obj, pikepdf.Object) else b""

        kinds = graph.reachable_kinds(trailer, fetch)
    return graph.Seen(kinds, signature_fields, largest_image)


class _Pages:
    """The pages, counted and decoded one by one."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.bad = 0
        self.blank: list[int] = []
        self.scan_dpi: int | None = None
        self.count = len(pdf.pages)
        for number, page in enumerate(pdf.pages, start=1):
            self._look_at(number, page.obj)

    def _look_at(self, number: int, page: Any) -> None:
        try:
            drawn = _content_of(page)
        except (pikepdf.PikepdfError, RuntimeError, ValueError, TypeError, AttributeError):
            self.bad += 1
            return
        if not drawn and "/Annots" not in page:
            self.blank.append(number)
        dpi = _scan_dpi(page)
        if dpi is not None:
            self.scan_dpi = dpi if self.scan_dpi is None else min(self.scan_dpi, dpi)


def _content_of(page: Any) -> bool:
    """Decode a page's content; whether it holds anything but white space. Raises when it cannot be decoded."""
    contents = page.get("/Contents")
    if contents is None:
        return False
    streams = contents if isinstance(contents, pikepdf.Array) else [contents]
    return sum(bool(stream.read_bytes().strip()) for stream in streams) > 0  # not any(): every part is decoded


def _scan_dpi(page: Any) -> int | None:
    """Resolution of a page whose only image is a scan, from its width; None for other pages and odd structures."""
    try:
        images = [x for x in page["/Resources"]["/XObject"].values() if x.get("/Subtype") == "/Image"]
        box = page["/MediaBox"]
        inches = abs(float(box[2]) - float(box[0])) / POINTS_PER_INCH
        if len(images) != 1 or not inches:
            return None
        pixels = int(images[0]["/Width"])
        if page.get("/Rotate", 0) % 180 and len(box) == 4:
            inches = abs(float(box[3]) - float(box[1])) / POINTS_PER_INCH
        return round(pixels / inches) if inches else None
    except (pikepdf.PikepdfError, RuntimeError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        return None
