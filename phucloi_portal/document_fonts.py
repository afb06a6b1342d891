"""Make the fonts that printed documents embed: Tinos, one whole file per style.

The npm package holds each style split into subsets by script; WeasyPrint garbles a text that needs
several subsets of one family name, so the subsets are joined. Tinos has the metrics of Times New Roman.
Run by `manage.py prepare` and by `python -m phucloi_portal.document_fonts`; does nothing when done.
Not here: the use of the fonts (`reports/`), the fonts of the screen (`static/css/fonts.css`).
"""

import sys
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules" / "@fontsource" / "tinos" / "files"
TARGET = ROOT / "build" / "fonts"
SUBSETS = ("latin", "latin-ext", "vietnamese")
STYLES = {
    "Tinos-Regular.ttf": "400-normal",
    "Tinos-Italic.ttf": "400-italic",
    "Tinos-Bold.ttf": "700-normal",
    "Tinos-BoldItalic.ttf": "700-italic",
}


def build(source: Path = SOURCE, target: Path = TARGET) -> list[Path]:
    """Join the subsets of each style from `source` into one TrueType file in `target`.

    Returns the files made now; a style whose file is newer than all its subsets is left alone.
    A file appears under its name only when whole. Raises FileNotFoundError when `npm ci` has not run.
    """
    target.mkdir(parents=True, exist_ok=True)
    made = []
    for name, style in STYLES.items():
        parts = [source / f"tinos-{subset}-{style}.woff2" for subset in SUBSETS]
        newest = max(part.stat().st_mtime for part in parts)
        file = target / name
        if file.exists() and file.stat().st_mtime >= newest:
            continue
        with tempfile.TemporaryDirectory(dir=target) as folder:
            plain = [_as_truetype(part, Path(folder)) for part in parts]
            merged = Merger().merge([str(part) for part in plain])
            whole = Path(folder) / name
            merged.save(whole)
            whole.replace(file)
        made.append(file)
    return made


def _as_truetype(part: Path, folder: Path) -> Path:
    """Uncompressed copy of one subset; `Merger` wants equal units and no compression."""
    font = TTFont(part)
    font.flavor = None
    plain = folder / f"{part.stem}.ttf"
    font.save(plain)
    return plain


def main() -> int:
    """Build what is missing and name it on stdout."""
    for file in build():
        sys.stdout.write(f"→ Phông chữ cho văn bản: {file.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
