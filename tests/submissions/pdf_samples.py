"""Small PDFs of every class, made here: the product's tests depend on no file from outside.

`SAMPLES` maps a name to (bytes, verdict, class, reason, pages, signature fields).
Not here: what is asserted about them.
"""

import io
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image

A4 = (595, 842)


def saved(pdf: Pdf, **options: object) -> bytes:
    """The bytes of a document."""
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def document(pages: int = 1) -> Pdf:
    """A document with a line drawn on each page."""
    pdf = pikepdf.new()
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=A4)
        page.Contents = Stream(pdf, b"72 72 m 500 700 l S")
    return pdf


def made(change: Callable[[Pdf], None], pages: int = 1, **options: object) -> bytes:
    """A document after one change."""
    pdf = document(pages)
    change(pdf)
    return saved(pdf, **options)


def raw(objects: list[bytes], *, root: int = 1) -> bytes:
    """A PDF from object bodies, with a right cross-reference table."""
    out, offsets = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Root %d 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, root, len(objects) + 1, len(out))
    )


def stream(data: bytes, dictionary: bytes = b"") -> bytes:
    """A stream object's body."""
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (dictionary, len(data), data)


def one_page(content: bytes = b"", *, extra: bytes = b"", objects: list[bytes] | None = None) -> bytes:
    """One page with `content` as object 4; `extra` goes into the catalogue, `objects` follow as 5, 6, …"""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<<>>/Contents 4 0 R>>"
    return raw(
        [
            b"<</Type/Catalog/Pages 2 0 R%s>>" % extra,
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            page,
            content or stream(b"0 0 m 9 9 l S"),
            *(objects or []),
        ]
    )


def scan(*, size: tuple[int, int] = (1240, 1754), pages: int = 2, dpi: int = 150, grey: int = 235) -> bytes:
    """Pages that are one JPEG each, as a scanner makes them."""
    image = Image.new("L", size, grey)
    for row in range(200, size[1] - 300, 60):
        image.paste(40, (150, row, size[0] - 150, row + 12))
    images = [image] * pages
    out = io.BytesIO()
    images[0].save(out, "PDF", save_all=True, append_images=images[1:], resolution=dpi)
    return out.getvalue()


def _action(kind: str, **more: object) -> Dictionary:
    return Dictionary(Type=Name.Action, S=Name(kind), **more)


def _open_action(kind: str, **more: object) -> bytes:
    return made(lambda pdf: pdf.Root.__setattr__("OpenAction", _action(kind, **more)))


def _page_action(kind: str) -> bytes:
    def change(pdf: Pdf) -> None:
        pdf.pages[0].obj.AA = Dictionary(O=_action(kind))

    return made(change)


def _annotation(subtype: str, **more: object) -> bytes:
    def change(pdf: Pdf) -> None:
        annotation = Dictionary(Type=Name.Annot, Subtype=Name(subtype), Rect=Array([0, 0, 9, 9]), **more)
        pdf.pages[0].Annots = Array([pdf.make_indirect(annotation)])

    return made(change)


def _named_script() -> bytes:
    def change(pdf: Pdf) -> None:
        script = pdf.make_indirect(_action("/JavaScript", JS=String("app.alert(1)")))
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))

    return made(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _orphan_script() -> bytes:
    """A script that nothing points to: harmless."""
    return one_page(objects=[b"<</Type/Action/S/JavaScript/JS(app.alert)>>"])


def _xfa() -> bytes:
    return made(lambda pdf: pdf.Root.__setattr__("AcroForm", Dictionary(Fields=Array(), XFA=String("<xdp/>"))))


def _attachment() -> bytes:
    def change(pdf: Pdf) -> None:
        pdf.attachments["bang-luong.xlsx"] = b"PK\x03\x04"

    return made(change)


def _associated_file() -> bytes:
    def change(pdf: Pdf) -> None:
        embedded = Stream(pdf, b"x", Type=Name.EmbeddedFile)
        pdf.pages[0].obj.AF = Array([Dictionary(Type=Name.Filespec, F=String("a"), EF=Dictionary(F=embedded))])

    return made(change)


def _signature() -> bytes:
    def change(pdf: Pdf) -> None:
        field = pdf.make_indirect(Dictionary(FT=Name.Sig, T=String("Ký"), V=Dictionary(Type=Name.Sig)))
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)

    return made(change)


def _image(width: int, height: int) -> bytes:
    def change(pdf: Pdf) -> None:
        image = Stream(
            pdf,
            zlib.compress(b""),
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=width,
            Height=height,
            ColorSpace=Name.DeviceGray,
            BitsPerComponent=1,
            Filter=Name.FlateDecode,
        )
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(I=image))

    return made(change)


def _encrypted(owner: str, user: str) -> bytes:
    return saved(document(), encryption=pikepdf.Encryption(owner=owner, user=user))


_GOOD = saved(document(2))
_REPAIRED = _GOOD.replace(b"startxref\n", b"startxref\n9")
_UNDECODABLE = stream(b"this is no deflate", b"/Filter/FlateDecode")

SAMPLES: dict[str, tuple[bytes, str, str, str, int | None, int]] = {
    "clean": (_GOOD, "accept", "clean", "", 2, 0),
    "scan": (scan(), "accept", "clean", "", 2, 0),
    "signed": (_signature(), "accept", "clean", "", 1, 1),
    "open action that only goes to a page": (_open_action("/GoTo"), "accept", "clean", "", 1, 0),
    "link to an address": (_open_action("/URI", URI=String("https://example.org")), "accept", "clean", "", 1, 0),
    "script nothing points to": (_orphan_script(), "accept", "clean", "", 1, 0),
    "300 pages": (saved(document(300)), "accept", "clean", "", 300, 0),
    "image of 120 Mpx": (_image(12_000, 10_000), "accept", "clean", "", 1, 0),
    "wrong startxref": (_REPAIRED, "flag", "repaired", "repaired", 2, 0),
    "cut off": (_GOOD[:-60], "flag", "repaired", "repaired", 2, 0),
    "owner password only": (_encrypted("chủ", ""), "flag", "encOpen", "encrypted", 1, 0),
    "user password": (_encrypted("chủ", "mở"), "reject", "encPW", "password", None, 0),
    "user password, empty owner's": (_encrypted("", "mở"), "reject", "encPW", "password", None, 0),
    "no PDF after the header": (b"%PDF-1.7\nPK\x03\x04 and so on", "reject", "malformed", "damaged", None, 0),
    "only page cannot be decoded": (one_page(_UNDECODABLE), "reject", "malformed", "damaged", 1, 0),
    "no page": (saved(pikepdf.new()), "reject", "zero", "no-pages", 0, 0),
    "script on opening": (_open_action("/JavaScript", JS=String("x")), "reject", "active", "code", 1, 0),
    "script by name, in an object stream": (_named_script(), "reject", "active", "code", 1, 0),
    "program": (_page_action("/Launch"), "reject", "active", "code", 1, 0),
    "form sent away": (_page_action("/SubmitForm"), "reject", "active", "code", 1, 0),
    "form filled from outside": (_page_action("/ImportData"), "reject", "active", "code", 1, 0),
    "goes into an embedded file": (_page_action("/GoToE"), "reject", "active", "code", 1, 0),
    "rendition": (_page_action("/Rendition"), "reject", "active", "code", 1, 0),
    "film": (_annotation("/Movie"), "reject", "active", "code", 1, 0),
    "sound": (_annotation("/Sound"), "reject", "active", "code", 1, 0),
    "rich media": (_annotation("/RichMedia"), "reject", "active", "code", 1, 0),
    "XFA": (_xfa(), "reject", "xfa", "code", 1, 0),
    "attachment": (_attachment(), "reject", "embed", "attachment", 1, 0),
    "attachment by annotation": (_annotation("/FileAttachment"), "reject", "embed", "attachment", 1, 0),
    "associated file": (_associated_file(), "reject", "embed", "attachment", 1, 0),
    "301 pages": (saved(document(301)), "reject", "limits", "limits", 301, 0),
    "image over 120 Mpx": (_image(12_000, 10_001), "reject", "limits", "limits", 1, 0),
    "junk before the header": (b"\n" + _GOOD, "reject", "clean", "header", 2, 0),
}
