"""The official layout of Party documents as versioned data: every size, place and mark in one table.

`hd05_2026` is Hướng dẫn 05-HD/VPTW (27/05/2026) under Quy định 399-QĐ/TW; `hd36_2018` is Hướng dẫn
36-HD/VPTW (03/04/2018), kept for documents issued before. Lengths are millimetres, type sizes points.
A văn thư can correct single values without a release: `corrected()` overlays them on a profile.
Not here: how a size becomes CSS (`print_css.py`) or Word XML (`word_template.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final

from reports.errors import UnknownFormatProfile, WrongCorrection


@dataclass(frozen=True, slots=True)
class Face:
    """How one element is set: size in points and style."""

    pt: float
    bold: bool = False
    italic: bool = False
    caps: bool = False
    underline: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """Paper and margins in mm; `two_sided` mirrors the side margins on verso pages."""

    width: float = 210
    height: float = 297
    top: float = 20
    bottom: float = 20
    left: float = 30
    right: float = 15
    two_sided: bool = False

    @property
    def text_width(self) -> float:
        return self.width - self.left - self.right

    @property
    def landscape_text_width(self) -> float:
        """Text width of a turned sheet; the margins stay on their sides (top is again 20 mm)."""
        return self.height - self.left - self.right


@dataclass(frozen=True, slots=True)
class Header:
    """The two borderless columns at the head of page 1; their widths add up to the text width."""

    left_width: float = 77
    right_width: float = 88
    superior: Face = Face(14, caps=True)
    issuer: Face = Face(14, bold=True, caps=True)
    star: Face = Face(14)
    number: Face = Face(14)
    party_title: Face = Face(15, bold=True, caps=True)
    party_title_text: str = "ĐẢNG CỘNG SẢN VIỆT NAM"
    rule_length: float = 72.9  # as long as the party title set in its face
    rule_pt: float = 0.75
    place_and_date: Face = Face(14, italic=True)
    urgency: Face = Face(14, bold=True, caps=True)


@dataclass(frozen=True, slots=True)
class Body:
    """Running text: justified, exact line spacing, first-line indent."""

    face: Face = Face(14)
    indent: float = 10
    line_pt: float = 18  # "exactly 18–22 pt"
    space_pt: float = 6  # at least 6 pt between paragraphs
    part: Face = Face(14, bold=True, caps=True)
    section: Face = Face(14, bold=True)
    part_mark: str = ". "
    end_mark: str = "."


@dataclass(frozen=True, slots=True)
class Signature:
    """Recipients at the left, signing block at the right."""

    left_width: float = 73
    right_width: float = 92
    authority: Face = Face(14, bold=True, caps=True)
    post: Face = Face(14, caps=True)
    name: Face = Face(14, bold=True)
    room: float = 30  # empty height for signature and seal
    recipients_label: Face = Face(14, underline=True)
    recipients: Face = Face(12)


@dataclass(frozen=True, slots=True)
class DataTable:
    """Tables of figures and names: all borders, repeated head row, rows never split."""

    face: Face = Face(11)
    head: Face = Face(11, bold=True)
    border_pt: float = 0.5


@dataclass(frozen=True, slots=True)
class FormatProfile:
    """One edition of the layout rules, complete."""

    key: str
    title: str
    source: str
    font: str = "Times New Roman"
    sheet: Sheet = Sheet()
    page_number: Face = Face(14)
    page_number_top: float = 10  # from the edge of the sheet, centred over the text, none on page 1
    header: Header = Header()
    kind_title: Face = Face(16, bold=True, caps=True)
    subject: Face = Face(14, bold=True)
    subject_mark: str = "-----"
    letter_subject: Face = Face(12, italic=True)
    addressee_label: Face = Face(14, italic=True)
    body: Body = Body()
    signature: Signature = Signature()
    table: DataTable = DataTable()


HD05_2026: Final = FormatProfile(
    key="hd05_2026",
    title="Hướng dẫn 05-HD/VPTW (2026)",
    source="Quy định 399-QĐ/TW, ngày 09/01/2026; Hướng dẫn 05-HD/VPTW, ngày 27/05/2026",
)

# The 2018 rules share paper and sizes; what the documents of that time show differently is the
# hyphen after the roman number, the post set bold and the closing "./.".
HD36_2018: Final = replace(
    HD05_2026,
    key="hd36_2018",
    title="Hướng dẫn 36-HD/VPTW (2018)",
    source="Quy định 66-QĐ/TW, ngày 06/02/2017; Hướng dẫn 36-HD/VPTW, ngày 03/04/2018",
    body=replace(HD05_2026.body, part_mark="- ", end_mark="./."),
    signature=replace(HD05_2026.signature, post=Face(14, bold=True, caps=True)),
)

PROFILES: Final[Mapping[str, FormatProfile]] = {profile.key: profile for profile in (HD05_2026, HD36_2018)}
DEFAULT_PROFILE: Final = HD05_2026.key


def profile_named(key: str, corrections: Mapping[str, object] | None = None) -> FormatProfile:
    """The profile `key` (empty = default) with the office's corrections on top.

    Raises `UnknownFormatProfile` for another key, `WrongCorrection` for a bad path or value.
    """
    try:
        profile = PROFILES[key or DEFAULT_PROFILE]
    except KeyError:
        raise UnknownFormatProfile(key) from None
    return corrected(profile, corrections or {})


def corrected(profile: FormatProfile, corrections: Mapping[str, object]) -> FormatProfile:
    """`profile` with single values replaced, each named by its path: `{"body.line_pt": 20}`.

    A value keeps its type (a whole number may stand for a length). Raises `WrongCorrection`.
    """
    for path, value in corrections.items():
        profile = _with_value(profile, path.split("."), value, path)
    return profile


def _with_value(part: Any, names: list[str], value: object, path: str) -> Any:
    name, *rest = names
    known = {field.name for field in fields(part)} if is_dataclass(part) else set()
    if name not in known:
        raise WrongCorrection(path, "không có giá trị này")
    old = getattr(part, name)
    if rest:
        return replace(part, **{name: _with_value(old, rest, value, path)})
    if isinstance(old, bool) or isinstance(value, bool):
        fits = isinstance(old, bool) and isinstance(value, bool)
    elif isinstance(old, int | float):
        fits = isinstance(value, int | float) and value >= 0
    else:
        fits = isinstance(old, str) and isinstance(value, str)
    if not fits:
        raise WrongCorrection(path, f"giá trị {value!r} không dùng được, đang là {old!r}")
    return replace(part, **{name: value})
