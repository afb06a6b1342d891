"""Joins the Tinos subsets into the four whole fonts that documents embed.

Tinos has the metrics of Times New Roman and all Vietnamese letters, but comes split into subsets, and
several files under one family name come out garbled in a PDF. Two signs that the office's texts use
and the subsets lack are mapped to a twin glyph: the no-break hyphen and the narrow no-break space.
Not here: who embeds them (`pdf.py`), where they lie (`FONT_DIR` in the settings).
"""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from typing import Final

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

from reports.errors import FontSourcesMissing

SUBSETS: Final = ("latin", "latin-ext", "vietnamese")
FACES: Final = {
    "Tinos-Regular": "400-normal",
    "Tinos-Bold": "700-normal",
    "Tinos-Italic": "400-italic",
    "Tinos-BoldItalic": "700-italic",
}
TWINS: Final = {0x2011: 0x002D, 0x202F: 0x0020}


def build_fonts(*, source: Path, target: Path) -> list[Path]:
    """Writes the four faces into `target` (made if needed) and returns their paths.

    `source` is the folder of the `@fontsource/tinos` files. Each face appears whole or not at all.
    Raises `FontSourcesMissing` when a subset is not there.
    """
    wanted = [source / f"tinos-{subset}-{face}.woff2" for face in FACES.values() for subset in SUBSETS]
    if not all(path.is_file() for path in wanted):
        raise FontSourcesMissing(source)
    target.mkdir(parents=True, exist_ok=True)
    return [_build_face(name, face, source, target) for name, face in FACES.items()]


def _build_face(name: str, face: str, source: Path, target: Path) -> Path:
    merger = Merger()
    font = merger.merge([_unpacked(source / f"tinos-{subset}-{face}.woff2") for subset in SUBSETS])
    for table in font["cmap"].tables:
        for missing, twin in TWINS.items():
            if twin in table.cmap:
                table.cmap.setdefault(missing, table.cmap[twin])
    font.recalcTimestamp = False  # the same sources give the same bytes
    path = target / f"{name}.ttf"
    handle, temporary = tempfile.mkstemp(dir=target, suffix=".part")
    with os.fdopen(handle, "wb") as out:
        font.save(out)
    Path(temporary).chmod(0o644)  # fonts are public, and another user may run the worker
    return Path(temporary).replace(path)


def _unpacked(path: Path) -> io.BytesIO:
    font = TTFont(path, recalcTimestamp=False)
    font.flavor = None
    unpacked = io.BytesIO()
    font.save(unpacked)
    unpacked.seek(0)
    return unpacked
