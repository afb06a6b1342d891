"""The one place where documents that leave the portal are marked with who took them out, when, of which ward.

A middleware, so that no door can forget: every XLSX, DOCX and PDF answered as a download to an account is marked; a CSV
carries it in its name, because any line more would be read in again as data. Left
alone byte for byte are what people handed in and what came with a directive (`ORIGINALS`: their hashes are on
receipts). Papers to the city stay clean on paper and carry the mark in their properties (`CLEAN_ON_PAPER`).
Not here: how a document is marked (`interface.watermarks`).
"""

from __future__ import annotations

from collections.abc import Callable
from email.message import Message
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
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
ORIGINALS: Final = frozenset(("submissions:download", "directives:attachment"))
CLEAN_ON_PAPER: Final = frozenset(("reports:summary_file", "reports:unit_report"))


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

    def _marked(self, request: HttpRequest, answer: HttpResponseBase, kind: str, *, on_paper: bool) -> HttpResponse:
        content = b"".join(answer) if isinstance(answer, StreamingHttpResponse) else answer.content
        ward = ward_of(request.user)
        mark = mark_of(str(request.user), ward.name if ward else "", timezone.now())
        if kind == PDF:
            marked = mark_pdf(content, mark, strip=small_print(mark, font_dir=settings.FONT_DIR) if on_paper else None)
        else:
            marked = mark_office_file(content, mark, on_paper=on_paper)
        made = HttpResponse(marked, status=answer.status_code)
        for header, value in answer.items():
            if header.lower() not in ("content-length", "etag"):
                made[header] = value
        made["Content-Length"] = str(len(marked))
        made.cookies = answer.cookies
        # Its files close with the new answer; closing it here would tell Django that the request has ended.
        made._resource_closers += answer._resource_closers
        return made


def _named(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """The same bytes under a name that says who took them out."""
    told = Message()
    told["Content-Disposition"] = answer.get("Content-Disposition", "attachment")
    name = marked_name(told.get_filename("du-lieu.csv"), str(request.user), timezone.now())
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer
