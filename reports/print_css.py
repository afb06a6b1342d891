"""The print style sheet of official documents, made from a format profile.

Fixed table layout everywhere: it is what keeps long tables quick to lay out. Every length comes from the
profile. Not here: the numbers (`format_profiles.py`), the markup (`templates/documents/`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reports.format_profiles import Face, FormatProfile, Sheet
from reports.report_content import Annex

# The four faces are handed over in memory; no font of the machine is needed.
FONT_FAMILY: Final = "Tinos"
FONT_SCHEME: Final = "font:"
_NO_NUMBER: Final = "@top-center { content: none; }"
_FACES: Final = (
    ("Tinos-Regular", 400, "normal"),
    ("Tinos-Bold", 700, "normal"),
    ("Tinos-Italic", 400, "italic"),
    ("Tinos-BoldItalic", 700, "italic"),
)


def print_css(profile: FormatProfile, annexes: Iterable[Annex] = ()) -> str:
    """The whole style sheet for WeasyPrint; the fonts are named by `font:` addresses."""
    return "\n".join(
        (
            *font_faces(),
            _pages(profile),
            *(_annex_pages(profile, annex) for annex in annexes),
            _header(profile),
            _body(profile),
            _signature(profile),
            _tables(profile),
        )
    )


def foot_css(words: str) -> str:
    """A line at the foot of every page; "" for none. Raises ValueError for anything but plain words."""
    if not words:
        return ""
    if not words.replace(" ", "").replace("-", "").isalnum():
        raise ValueError("the foot of a page takes plain words only")
    return f'\n@page {{ @bottom-right {{ content: "{words}"; font-family: "{FONT_FAMILY}"; font-size: 9pt; color: #555; }} }}'


def font_faces() -> list[str]:
    """The rules that name the four faces; their bytes come by `font:` addresses."""
    return [
        f'@font-face {{ font-family: "{FONT_FAMILY}"; font-weight: {weight}; font-style: {style};'
        f' src: url("{FONT_SCHEME}{name}"); }}'
        for name, weight, style in _FACES
    ]


def _face(face: Face) -> str:
    return (
        f"font-size: {face.pt}pt; font-weight: {700 if face.bold else 400};"
        f" font-style: {'italic' if face.italic else 'normal'};"
        f" text-transform: {'uppercase' if face.caps else 'none'};"
        f" text-decoration: {'underline' if face.underline else 'none'};"
    )


def _pages(profile: FormatProfile) -> str:
    sheet = profile.sheet
    # The number's line box begins `page_number_top` below the edge of the sheet, over the text's middle.
    number = (
        f'@top-center {{ content: counter(page); font-family: "{FONT_FAMILY}"; {_face(profile.page_number)}'
        f" line-height: 1; vertical-align: top; padding-top: {profile.page_number_top}mm; }}"
    )
    rules = [
        f"@page {{ size: {sheet.width}mm {sheet.height}mm; {_margins(sheet)} {number} }}",
        f"@page :first {{ {_NO_NUMBER} }}",
    ]
    if sheet.two_sided:
        mirrored = f"margin-left: {sheet.right}mm; margin-right: {sheet.left}mm;"
        rules.append(f"@page :left {{ {mirrored} }}")
    return "\n".join(rules)


def _annex_pages(profile: FormatProfile, annex: Annex) -> str:
    """An appendix counts its pages from 1 again and shows no number on its first; a wide one lies on its side."""
    sheet, page = profile.sheet, f"annex-{annex.number}"
    width, height = (sheet.height, sheet.width) if annex.landscape else (sheet.width, sheet.height)
    return (
        f"@page {page} {{ size: {width}mm {height}mm; }}\n"
        f"@page :nth(1 of {page}) {{ counter-reset: page 1; {_NO_NUMBER} }}\n"
        f".{page} {{ page: {page}; }}"
    )


def _margins(sheet: Sheet) -> str:
    return f"margin: {sheet.top}mm {sheet.right}mm {sheet.bottom}mm {sheet.left}mm;"


def _header(profile: FormatProfile) -> str:
    header = profile.header
    return f"""
html {{ font-family: "{FONT_FAMILY}"; color: black; }}
body {{ margin: 0; {_face(profile.body.face)} line-height: {profile.body.line_pt}pt; }}
table {{ border-collapse: collapse; border-spacing: 0; table-layout: fixed; width: 100%; }}
td, th {{ padding: 0; vertical-align: top; }}
p {{ margin: 0; }}
.keep {{ white-space: nowrap; }}
.header {{ width: {header.left_width + header.right_width}mm; text-align: center; }}
.header .left {{ width: {header.left_width}mm; }}
.header .right {{ width: {header.right_width}mm; }}
.superior {{ {_face(header.superior)} }}
.issuer {{ {_face(header.issuer)} }}
.star {{ {_face(header.star)} }}
.reference {{ {_face(header.number)} }}
.party {{ {_face(header.party_title)} }}
.rule {{ width: {header.rule_length}mm; margin: 0.6mm auto 0; height: 0;
  border-top: {header.rule_pt}pt solid black; }}
.dateline {{ {_face(header.place_and_date)} margin-top: {profile.body.space_pt}pt; }}
.urgency {{ {_face(header.urgency)} }}
.letter-subject {{ {_face(profile.letter_subject)} line-height: 1.25; margin-top: 1mm; }}
.addressees {{ width: auto; max-width: 100%; table-layout: auto; margin: 8mm auto 6mm; }}
.addressees-label {{ {_face(profile.addressee_label)} white-space: nowrap; padding-right: 3mm; }}
.kind {{ {_face(profile.kind_title)} text-align: center; line-height: 1.3; margin-top: 8mm; }}
.subject {{ {_face(profile.subject)} text-align: center; margin: 0 10mm; }}
.subject-mark {{ {_face(profile.subject)} text-align: center; margin-bottom: 4mm; }}
"""


def _body(profile: FormatProfile) -> str:
    body = profile.body
    return f"""
.body, .item, .section, .part, .ending {{ text-align: justify; text-indent: {body.indent}mm;
  margin-bottom: {body.space_pt}pt; orphans: 2; widows: 2; }}
.part {{ {_face(body.part)} break-after: avoid; }}
.section {{ {_face(body.section)} break-after: avoid; }}
.ending {{ break-after: avoid; }}
"""


def _signature(profile: FormatProfile) -> str:
    signature = profile.signature
    return f"""
.closing {{ width: {signature.left_width + signature.right_width}mm; margin-top: 5mm; break-inside: avoid; }}
.closing .left {{ width: {signature.left_width}mm; }}
.closing .right {{ width: {signature.right_width}mm; text-align: center; }}
.recipients-label {{ {_face(signature.recipients_label)} }}
.recipients {{ {_face(signature.recipients)} line-height: 1.25; }}
.authority {{ {_face(signature.authority)} }}
.post {{ {_face(signature.post)} }}
.signer {{ {_face(signature.name)} margin-top: {signature.room}mm; }}
"""


def _tables(profile: FormatProfile) -> str:
    table = profile.table
    # Half a line on all four sides of each cell, and round the whole: two halves make the line. A box with four equal
    # sides is drawn in one stroke; with two it is clipped side by side, which took a seventh of the whole PDF's time.
    # Collapsed borders cost a sixth more.
    half = table.border_pt / 2
    return f"""
.annex {{ break-before: page; }}
.annex-number {{ {_face(profile.subject)} text-align: center; }}
.annex-title {{ {_face(profile.subject)} text-align: center; }}
.annex-remark {{ {_face(profile.letter_subject)} text-align: center; margin-bottom: 3mm; }}
.drawing {{ break-inside: avoid; margin: 2mm 0 5mm; text-align: center; }}
.drawing svg {{ display: block; width: 100%; height: auto; margin: 0 auto; }}
.caption {{ {_face(profile.letter_subject)} text-align: center; margin-top: 1mm; }}
.data {{ {_face(table.face)} line-height: 1.2; border-collapse: separate; border: {half:g}pt solid black;
  box-decoration-break: clone; }}
.data th, .data td {{ border: {half:g}pt solid black; padding: 1mm 1.2mm; overflow-wrap: break-word; }}
.data th {{ {_face(table.head)} text-align: center; vertical-align: middle; }}
.data tr {{ break-inside: avoid; }}
.data .number, .data .rate {{ text-align: right; font-size: inherit; }}
.data .day, .data .ordinal {{ text-align: center; }}
.data td.day {{ white-space: nowrap; }}
.data.together {{ break-inside: avoid; }}
.data .subtotal td, .data .total td {{ font-weight: 700; }}
"""
