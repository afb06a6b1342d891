"""The one place where documents that leave the portal are marked with who took them out, when, of which ward.

A middleware, so that no door can forget: every XLSX, DOCX and PDF answered as a download to an account is marked. Left
alone byte for byte are what people handed in and what came with a directive (`ORIGINALS`: their hashes are on
receipts). Papers to the city stay clean on paper and carry the mark in their properties (`CLEAN_ON_PAPER`).
Not here: how a document is marked (`interface.watermarks`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from interface.watermarks import mark_of, mark_office_file, mark_pdf
from units.notices import ward_of

OFFICE_FILES: Final = frozenset(
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )
)
PDF: Final = "application/pdf"
ORIGINALS: Final = frozenset(("submissions:download", "directives:attachment"))
CLEAN_ON_PAPER: Final = frozenset(("reports:summary_file",))


class WatermarkMiddleware:
    """Marks the documents of answers to accounts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        name = request.resolver_match.view_name if request.resolver_match else ""
        kind = answer.get("Content-Type", "").partition(";")[0]
        if answer.status_code != 200 or name in ORIGINALS or kind not in (*OFFICE_FILES, PDF):
            return answer
        if not request.user.is_authenticated or getattr(answer, "is_async", False):
            return answer
        return self._marked(request, answer, kind, on_paper=name not in CLEAN_ON_PAPER)

    def _marked(self, request: HttpRequest, answer: HttpResponseBase, kind: str, *, on_paper: bool) -> HttpResponse:
        content = b"".join(answer) if isinstance(answer, StreamingHttpResponse) else answer.content
        ward = ward_of(request.user)
        mark = mark_of(str(request.user), ward.name if ward else "", timezone.now())
        marked = (mark_pdf if kind == PDF else mark_office_file)(content, mark, on_paper=on_paper)
        made = HttpResponse(marked, status=answer.status_code)
        for header, value in answer.items():
            if header.lower() not in ("content-length", "etag"):
                made[header] = value
        made["Content-Length"] = str(len(marked))
        made.cookies = answer.cookies
        # Its files close with the new answer; closing it here would tell Django that the request has ended.
        made._resource_closers += answer._resource_closers
        return made
