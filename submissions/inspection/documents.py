"""Opening the PDF behind a descriptor for drawing and reading text. Runs only in the helper's children.

By descriptor and not by name: what the store fetched from a bucket lies in a file that has no name any more.
Not here: the walk of all objects (`reader.py`), what is drawn (`rendering.py`).
"""

import pypdfium2
import pypdfium2.raw as pdfium
from pypdfium2 import PdfiumError


def open_document(source: int) -> pypdfium2.PdfDocument:
    """The document; to be closed by its `with`. Raises PdfiumError when it has no page or cannot be opened.

    The library would follow the link to a name first and find none, so PDFium is given the link itself.
    """
    raw = pdfium.FPDF_LoadDocument(f"/proc/self/fd/{source}\0".encode(), None)
    if not raw or pdfium.FPDF_GetPageCount(raw) < 1:
        code = pdfium.FPDF_GetLastError()
        if raw:
            pdfium.FPDF_CloseDocument(raw)
        raise PdfiumError(f"cannot open the document: {code}")
    return pypdfium2.PdfDocument(raw)
