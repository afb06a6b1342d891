"""The PDF of a receipt, for whoever may read the receipt.

Not here: the page and the public check of a code (app submissions), the sheet (`receipt_sheet.py`).
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from reports.errors import PdfEngineMissing
from reports.pdf import html_to_pdf
from reports.receipt_sheet import receipt_html
from reports.services.handing_out import PDF
from submissions.codes import read_code
from submissions.desk_access import access_deposit
from submissions.personal_place import access_own_receipt
from submissions.receipt_paper import compose
from submissions.views.personal_door import by_link
from vietnamese.paths import safe_file_name

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from submissions.personal_place import PersonalPlace
    from submissions.receipt_paper import ReceiptPaper


@require_safe
def receipt_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet as a file to keep or send on; a machine that lays out no PDF says so on the receipt's page."""
    meant = read_code(code) or code
    deposit, papers = access_deposit(request.user, meant)
    try:
        return _as_file(compose(meant, deposit, papers))
    except PdfEngineMissing as missing:
        messages.error(request, str(missing))
        return redirect("submissions:receipt", meant)


@require_safe
@by_link
def personal_receipt_pdf(request: HttpRequest, place: PersonalPlace, receipt: str) -> HttpResponse:
    """The same for who came by a personal link; his page prints the sheet where the machine lays out no PDF."""
    paper = access_own_receipt(place, receipt)
    try:
        return _as_file(paper)
    except PdfEngineMissing:
        return redirect("submissions:personal_receipt", place.code, receipt)


def _as_file(paper: ReceiptPaper) -> HttpResponse:
    """Raises PdfEngineMissing."""
    made = html_to_pdf(receipt_html(paper), font_dir=settings.FONT_DIR)
    name = safe_file_name(f"Phiếu tiếp nhận {paper.code}", ".pdf")
    answer = FileResponse(BytesIO(made), as_attachment=True, filename=name, content_type=PDF)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
