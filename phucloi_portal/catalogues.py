"""Building the Vietnamese catalogues: each `.po` under a locale folder into the `.mo` that Django reads.

Needs no gettext on the machine: the formats are small (GNU gettext manual, "The Format of PO Files" and
"The Format of GNU MO Files").
Not here: when it runs (`preparation.py`), what the messages say (`locale/`).
"""

from __future__ import annotations

import ast
import os
import re
import struct
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

_FIELD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)\s+(".*")$')
_MAGIC = 0x950412DE
_CONTEXT_END, _PLURAL_END = "\x04", "\x00"


class CatalogueBroken(ValueError):
    """A line of a `.po` file is neither a field nor the rest of one."""


def read_entries(text: str) -> Iterator[dict[str, str]]:
    """The entries of a `.po` file: field name → text. Obsolete (`#~`) and fuzzy entries are left out."""
    entry: dict[str, str] = {}
    field, is_fuzzy = "", False
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        line = line.strip()
        match = _FIELD.match(line)
        begins_anew = not line or line.startswith("#") or (match and match[1] in ("msgctxt", "msgid"))
        if begins_anew and "msgstr" in field:
            if not is_fuzzy:
                yield entry
            entry, field, is_fuzzy = {}, "", False
        if line.startswith("#"):
            is_fuzzy = is_fuzzy or (line.startswith("#,") and "fuzzy" in line)
        elif match:
            field = match[1]
            entry[field] = ast.literal_eval(match[2])
        elif line.startswith('"') and field:
            entry[field] += ast.literal_eval(line)
        elif line:
            raise CatalogueBroken(f"line {number}: {line[:60]}")


def messages(entries: Iterable[dict[str, str]]) -> dict[str, str]:
    """Key of the `.mo` → translation; untranslated entries are left out, so that the next catalogue is asked."""
    table: dict[str, str] = {}
    for entry in entries:
        key = entry["msgid"]
        if "msgctxt" in entry:
            key = entry["msgctxt"] + _CONTEXT_END + key
        forms = [entry[name] for name in sorted(entry) if name.startswith("msgstr")]
        if "msgid_plural" in entry:
            key += _PLURAL_END + entry["msgid_plural"]
        if all(forms):
            table[key] = _PLURAL_END.join(forms)
    return table


def mo_bytes(table: dict[str, str]) -> bytes:
    """The binary catalogue: header, two tables of (length, offset), originals sorted by bytes, translations."""
    pairs = sorted((key.encode(), value.encode()) for key, value in table.items())
    count = len(pairs)
    originals_at, translations_at = 28, 28 + 8 * count
    offset = 28 + 16 * count
    tables: list[bytes] = []
    data: list[bytes] = []
    for column in (0, 1):
        for pair in pairs:
            text = pair[column]
            tables.append(struct.pack("<II", len(text), offset))
            data.append(text + b"\0")
            offset += len(text) + 1
    header = struct.pack("<7I", _MAGIC, 0, count, originals_at, translations_at, 0, 0)
    return b"".join((header, *tables, *data))


def build_catalogues(folder: Path) -> list[Path]:
    """Write the `.mo` beside each `.po` below `folder` that is newer; returns the files written.

    Each file appears whole or not at all, so several processes may build at once. Raises CatalogueBroken.
    """
    written = []
    for source in sorted(folder.rglob("*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        content = mo_bytes(messages(read_entries(source.read_text(encoding="utf-8"))))
        handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".mo.part")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(target)
        written.append(target)
    return written
