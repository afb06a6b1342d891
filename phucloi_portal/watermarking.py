"""The one place where documents that leave the portal are marked with who took them out, when, of which ward.

A middleware, so that no door can forget: every XLSX, DOCX and PDF answered as a download to an account is marked; a CSV
carries it in its name, because any line more would be read in again as data. Left
alone byte for byte are what people handed in, alone or in a bundle, what came with a directive, and signed scans (`ORIGINALS`: their
hashes are on receipts and in the manifest). Papers to the city stay clean on paper and carry the mark in their properties (`CLEAN_ON_PAPER`).
Not here: how a document is marked (`interface.watermarks`).
"""

from __future__ import annotations

from collections.abc import Callable
from email.message import Message
from os import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header

from interface.watermarks import mark_of, mark_office_file, mark_pdf, marked_name
from reports.strip import small_print
from units.notices import ward_of

OFFICE_FILES: Final = frozenset(
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )
)
PDF: Final = "application/pdf"
CSV: Final = "text/csv"
ORIGINALS: Final = frozenset(
    (
        "submissions:download",
        "submissions:write_file_download",
        "directives:attachment",
        "reports:bundle_file",
        "reports:summary_signed",
    )
)
CLEAN_ON_PAPER: Final = frozenset(("reports:summary_file", "reports:unit_report", "reports:letter_file"))


_IN_MEMORY: Final = 4 * 2**20


class WatermarkMiddleware:
    """Marks the documents of answers to accounts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        name = request.resolver_match.view_name if request.resolver_match else ""
        kind = answer.get("Content-Type", "").partition(";")[0]
        if answer.status_code != 200 or name in ORIGINALS or kind not in (*OFFICE_FILES, PDF, CSV):
            return answer
        if not request.user.is_authenticated or getattr(answer, "is_async", False):
            return answer
        if kind == CSV:
            return _named(request, answer)
        return self._marked(request, answer, kind, on_paper=name not in CLEAN_ON_PAPER)

    def _marked(self, request: HttpRequest, answer: HttpResponseBase, kind: str, *, on_paper: bool) -> HttpResponseBase:
        ward = ward_of(request.user)
        mark = mark_of(str(request.user), ward.name if ward else "", timezone.now())
        try:
            marked = _written(answer, mark, kind, on_paper=on_paper)
        except BaseException:
            answer.close()  # nobody else will: what failed here never reaches the server that closes answers
            raise
        length = marked.seek(0, SEEK_END)
        marked.seek(0)
        made: HttpResponseBase
        if answer.streaming:
            made = FileResponse(marked, status=answer.status_code)
        else:
            with marked:
                made = HttpResponse(marked.read(), status=answer.status_code)
        for header, value in answer.items():
            if header.lower() not in ("content-length", "etag"):
                made[header] = value
        made["Content-Length"] = str(length)
        made.cookies = answer.cookies
        # Its files close with the new answer; closing it here would tell Django that the request has ended.
        made._resource_closers += answer._resource_closers
        return made


def _written(answer: HttpResponseBase, mark: str, kind: str, *, on_paper: bool) -> IO[bytes]:
    """The marked document; beyond a few megabytes it and what it is made of stand on disk, not in memory."""
    out: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (the answer closes it)
    try:
        with SpooledTemporaryFile(_IN_MEMORY) as content:
            for part in answer:
                content.write(part)
            content.seek(0)
            if kind == PDF:
                strip = small_print(mark, font_dir=settings.FONT_DIR) if on_paper else None
                mark_pdf(content, out, mark, strip=strip)
            else:
                mark_office_file(content, out, mark, on_paper=on_paper)
    except BaseException:
        out.close()
        raise
    return out


def _named(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """The same bytes under a name that says who took them out."""
    told = Message()
    told["Content-Disposition"] = answer.get("Content-Disposition", "attachment")
    name = marked_name(told.get_filename("du-lieu.csv"), str(request.user), timezone.now())
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer
