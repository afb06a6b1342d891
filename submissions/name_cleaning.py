"""The first half of reading a file name: from whatever arrived to clean text in " - " parts.

Steps 1–4 of the rule: last path part, decoding, Unicode, extension, dashes, and the tails and heads that
programs add. Every step notes its repair. All of it is linear; what is looked at backwards is bounded.

Not here: who and what the words mean (`filenames.py`).
"""

import re
from dataclasses import dataclass, field

from submissions.name_notes import Fault, Repair
from submissions.transport_names import undo_encoded_words, undo_percent
from vietnamese.legacy import propose_repair
from vietnamese.paths import last_path_part
from vietnamese.text import clean, nfc

LONGEST_PART = 1000  # characters; file systems allow 255 bytes, and no name of a person and a unit needs more
PDF = ".pdf"
_IMAGES = frozenset("jpg jpeg jfif png heic heif webp gif bmp tif tiff".split())  # noqa: SIM905 - reads as a list
_EDITABLE = frozenset("doc docx docm odt rtf txt md xls xlsx xlsm ods csv ppt pptx pages".split())  # noqa: SIM905
_ARCHIVES = frozenset("zip rar 7z gz tgz tar bz2 xz".split())  # noqa: SIM905
_OTHERS = frozenset(
    "exe msi bat cmd com scr js vbs ps1 lnk html htm mht eml msg dat p7s xml json url mp3 mp4 m4a mov avi psd svg apk iso".split()  # noqa: SIM905
)
_KNOWN = _IMAGES | _EDITABLE | _ARCHIVES | _OTHERS

_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_HYPHENS = re.compile(f"[{re.escape(_DASHES[1:])}]")
_SPACED_DASH = re.compile(" +-+ *| *-+ +")
_UNDERSCORES = re.compile(r" *(?:(?<![Đđ])_+|_+(?![Cc]\b)) *")  # "Đ_c" is an honorific
_COMMAS = re.compile("[ ,;\u3001\uff0c\uff1b]*[,;\u3001\uff0c\uff1b][ ,;\u3001\uff0c\uff1b]*")
# Full-width signs and letters, but not the slashes: those are letters of a name (last_path_part).
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code not in (0xFF0F, 0xFF3C)}
_ETH = str.maketrans("ÐƉðɖ", "ĐĐđđ")
_HAS_ETH = re.compile("[ÐƉðɖ]")
_HAS_FULL_WIDTH = re.compile("[\uff01-\uff5e]")
_LEGACY = {
    "UTF-8": Repair.MOJIBAKE,
    "TCVN3": Repair.TCVN3,
    "VNI": Repair.VNI,
    "VIQR": Repair.VIQR,
    "Windows-1258": Repair.WINDOWS_1258,
}

_TAIL = re.compile(
    r"(?:[ _-]*\(\d{1,3}\)"
    r"|[ _-]+(?:copy|bản sao|ban sao)(?: ?\(?\d{1,3}\)?)?"
    r"|[ _-]+(?:final|bản cuối|ban cuoi|scan|scanned|signed|đã ký|da ky|ký số|ocr|compressed|lần \d|lan \d|v\d{1,2})"
    r"|[ _-]*\((?:đã ký|da ky|ký|ky|bản ký|scan|final|signed|bản cuối|ban cuoi|lần \d|lan \d)\)"
    r"|[ _-]*camscanner[ \d.:_-]*)$",
    re.IGNORECASE,
)
_TAIL_WINDOW = 60  # characters looked at for a tail
_HEAD = re.compile(
    r"(?:(?:stt[ .:]*)?\d{1,3} ?[.)_-]+ *|\(\d{1,3}\) *|\d{1,3} +(?=[^\W\d])|(?:19|20)\d{6}[ _-]+"
    r"|copy of |bản sao của |ban sao cua |bản sao - |fwd?: *|re: *|camscanner[ \d.:_-]*[ _-])",
    re.IGNORECASE,
)
_MOST_ADDITIONS = 6
_MACHINE = re.compile(
    r"(?:z\d{8,}_[0-9a-f]{32}|(?:scan|scanned|img|image|dsc|doc|document|new doc|untitled|noname|no name|winmail|file|photo|ảnh|anh"
    r"|tài liệu|tai lieu|camscanner|adobe scan|screenshot|whatsapp image|pdf|tep|tệp|0)?[\W\d_]*)$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Draft:
    """A name being read: the text as far as it is clean, and what was noted on the way."""

    text: str
    extension: str = ""
    repairs: list[Repair] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def note(self, repair: Repair) -> None:
        """Record a repair once."""
        if repair not in self.repairs:
            self.repairs.append(repair)

    def change(self, text: str, repair: Repair) -> None:
        """Take over a text; a difference is noted as that repair."""
        if text != self.text:
            self.text = text
            self.note(repair)


def clean_name(name: str, head: bytes | None) -> Draft:
    """Steps 1–4 of the rule. `head`: the first bytes of the content, when known."""
    draft = Draft(name)
    draft.change(undo_encoded_words(draft.text), Repair.MAIL_HEADER)
    draft.change(undo_percent(draft.text), Repair.PERCENT)
    draft.text = last_path_part(draft.text.rstrip("/\\"))
    if len(draft.text) > LONGEST_PART:
        draft.text = clean(draft.text[:LONGEST_PART])
        draft.faults.append(Fault.TOO_LONG)
        return draft
    _undo_encoding(draft)
    _take_extension(draft, head)
    if _MACHINE.match(draft.text):
        draft.faults.append(Fault.MACHINE_NAME)
        return draft
    _tidy_separators(draft)
    _drop_heads(draft)
    return draft


def _undo_encoding(draft: Draft) -> None:
    if not draft.text.isascii() or "^" in draft.text or "+" in draft.text or "(" in draft.text or "~" in draft.text:
        repair = propose_repair(draft.text)
        # A lone eth is a typist's Đ, not a sign of Windows-1258.
        if repair and not (repair.code == "Windows-1258" and repair.text == nfc(draft.text.translate(_ETH))):
            draft.change(repair.text, _LEGACY[repair.code])
    draft.change(nfc(draft.text), Repair.NFD)
    cleaned = clean(draft.text)
    if cleaned != draft.text:
        dropped = "".join(cleaned.split()) != "".join(draft.text.split())
        draft.change(cleaned, Repair.INVISIBLE if dropped else Repair.SPACES)
    if _HAS_ETH.search(draft.text):
        draft.change(draft.text.translate(_ETH), Repair.ETH)
    if _HAS_FULL_WIDTH.search(draft.text):
        draft.change(clean(draft.text.translate(_FULL_WIDTH)), Repair.FULL_WIDTH)


def _take_extension(draft: Draft, head: bytes | None) -> None:
    """Extensions and tails off the end, whatever their order ("… (1).pdf.pdf", "….pdf - Copy.PDF")."""
    seen: list[str] = []
    for _ in range(_MOST_ADDITIONS):
        draft.change(draft.text.rstrip(" ."), Repair.SPACES)
        stem, dot, last = draft.text.rpartition(".")
        kind = last.strip().lower()
        if dot and (kind == "pdf" or kind in _KNOWN):
            if seen or last != kind:
                draft.note(Repair.EXTENSION)
            seen.append(kind)
            draft.text = stem
        elif tail := _TAIL.search(draft.text, max(0, len(draft.text) - _TAIL_WINDOW)):
            if tail.start() == 0:
                break
            draft.change(draft.text[: tail.start()], Repair.TAIL)
        else:
            break
    kind = seen[0] if seen else ""
    draft.extension = f".{kind}" if kind else ""
    fault = _content_fault(kind, head)
    if fault:
        draft.faults.append(fault)


def _content_fault(kind: str, head: bytes | None) -> Fault | None:
    if kind in _IMAGES:
        return Fault.IMAGE
    if kind in _EDITABLE:
        return Fault.EDITABLE
    if kind in _ARCHIVES:
        return Fault.ARCHIVE
    if kind in _OTHERS:
        return Fault.NOT_PDF
    if head is not None and not head.startswith(b"%PDF-"):
        return Fault.NOT_PDF_INSIDE
    return None


def _tidy_separators(draft: Draft) -> None:
    text = draft.text
    if " " not in text:
        text = text.replace("_-_", " - ").replace("__", " - ").replace("_", " ")
        if text != draft.text:
            draft.change(text.strip(), Repair.SEPARATOR)
    else:
        draft.change(_UNDERSCORES.sub(" - ", text), Repair.SEPARATOR)
    dashed = _SPACED_DASH.sub(" - ", _HYPHENS.sub("-", draft.text)).strip(" -")
    draft.change(dashed, Repair.DASH)
    draft.change(_COMMAS.sub(", ", draft.text).strip(" ,"), Repair.SEPARATOR)


def _drop_heads(draft: Draft) -> None:
    draft.change(without_heads(draft.text), Repair.PREFIX)


def without_heads(text: str) -> str:
    """The text without list numbers, dates and "Copy of" in front; a text that is nothing else stays."""
    for _ in range(_MOST_ADDITIONS):
        match = _HEAD.match(text)
        if not match or match.end() == len(text):
            break
        text = text[match.end() :].strip(" -")
    return text
