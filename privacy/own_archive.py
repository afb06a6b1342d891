"""One person's data as a ZIP: data.json for machines, a page for people, the person's own files under canonical names.

Written to a temporary file on disk, file by file, so that a hundred papers cost no memory.
Not here: what is in it (`own_data.py`).
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from datetime import datetime
from typing import IO

from django.template.loader import render_to_string
from django.utils import timezone

from privacy.own_data import OwnData
from vault.errors import VaultError
from vault.services import open_verified
from vault.staging import chunks_of


def write_archive(data: OwnData, *, mark: str, now: datetime) -> IO[bytes]:
    """An open temporary file at its beginning; the caller closes it, which deletes it. `mark` says who took it out.

    A file whose bytes are gone (destroyed by term, damaged) is named in `thieu-tep.txt` instead.
    """
    target = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
    missing: list[str] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("nguoi-xuat.txt", mark + "\n")
        packed.writestr("data.json", json.dumps({"exported": mark, **data.as_json()}, ensure_ascii=False, indent=2))
        packed.writestr(
            "du-lieu.html", render_to_string("privacy/documents/own_data.html", {"data": data, "mark": mark})
        )
        for number, file in enumerate(data.files, start=1):
            name = f"tep/{number:03d}/{file.canonical_name or file.original_name}"
            try:
                with (
                    open_verified(blob=file.blob, now=now) as content,
                    packed.open(
                        zipfile.ZipInfo(name, timezone.localtime(now).timetuple()[:6]), "w", force_zip64=True
                    ) as entry,
                ):
                    for chunk in chunks_of(content):
                        entry.write(chunk)
            except VaultError as gone:
                missing.append(f"{name}: {gone}")
        if missing:
            packed.writestr("thieu-tep.txt", "\n".join(missing) + "\n")
    target.seek(0)
    return target
