"""Small files that have text: a PDF whose text layer says given Vietnamese lines, a Word file of today.

Not here: PDFs for the inspection (`pdf_samples.py`).
"""

import io
import zipfile
from xml.sax.saxutils import escape

from pikepdf import Dictionary, Name, Stream

from tests.submissions.pdf_samples import document, saved

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def text_pdf(*lines: str) -> bytes:
    """One page; each character is one byte of a font whose ToUnicode table says what it means."""
    codes = {char: 33 + number for number, char in enumerate(sorted(set("".join(lines)) - {" "}))} | {" ": 32}
    table = "\n".join(f"<{code:02X}> <{char.encode('utf-16-be').hex()}>" for char, code in codes.items())
    cmap = f"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def 1 begincodespacerange <00> <FF> endcodespacerange {len(codes)} beginbfchar\n{table}\nendbfchar endcmap end end"
    shown = "\n".join(
        f"1 0 0 1 72 {780 - 20 * row} Tm <{bytes(codes[char] for char in line).hex()}> Tj"
        for row, line in enumerate(lines)
    )
    pdf = document()
    page = pdf.pages[0]
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier, ToUnicode=Stream(pdf, cmap.encode()),
        FirstChar=0, LastChar=255, Widths=[600] * 256,
    )  # fmt: skip
    page.Resources = Dictionary(Font=Dictionary(F1=pdf.make_indirect(font)))
    page.Contents = Stream(pdf, f"BT /F1 12 Tf {shown} ET".encode())
    return saved(pdf)


def word_file(*paragraphs: str) -> bytes:
    """A DOCX with the paragraphs, each broken into two runs as Word likes to."""
    out = io.BytesIO()
    body = "".join(
        f"<w:p><w:r><w:t>{escape(text[:2])}</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>{escape(text[2:])}</w:t></w:r></w:p>"
        for text in paragraphs
    )
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')
    return out.getvalue()
