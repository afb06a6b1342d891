"""The paper of a unit's report, to print and sign or to go on with in Word; printing is remembered with its words.

Not here: writing and handing in (app submissions), the layout (`unit_report.py`).
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports.errors import PdfEngineMissing
from reports.pdf import html_to_pdf
from reports.rendering import render_html
from reports.services.compiling import word_template_for
from reports.services.handing_out import DOCX, PDF
from reports.unit_report import unit_report_content
from reports.ward_format import usual_profile
from reports.word import to_docx
from submissions.access import access_words
from submissions.services.writing import note_printed
from vietnamese.paths import safe_file_name

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def unit_report(request: HttpRequest, pk: int, extension: str) -> HttpResponse:
    """The report as it is written now, for whoever writes it; as it was handed in for everybody else who may read it."""
    obligation, words, is_draft = access_words(request.user, pk)
    now = timezone.now()
    profile = usual_profile(obligation.ward_id)
    content = unit_report_content(obligation, words, profile, at=now)
    if extension == "docx":
        made, kind = to_docx(content, word_template_for(profile)), DOCX
    elif extension == "pdf":
        try:
            html = render_html(content, profile, foot=f"Mã bản in {words.code}")
            made, kind = html_to_pdf(html, font_dir=settings.FONT_DIR), PDF
        except PdfEngineMissing as missing:
            messages.error(request, str(missing))
            return redirect("directives:obligation", pk)
        if is_draft:
            note_printed(obligation=obligation, words=words, at=now)
    else:
        raise Http404
    name = safe_file_name(f"{obligation.unit.name} - {obligation.title}", f".{extension}")
    answer = FileResponse(BytesIO(made), as_attachment=extension == "docx", filename=name, content_type=kind)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
