"""Papers with a state-secret stamp among what comes in: found before a byte reaches the vault or a name the database.

Every door of files asks here: the desk, the terminal, and (through `settings.DOCUMENT_SCANNER`) the attachments of a
directive, which stand below this room. Not here: what counts as a stamp (`directives.secrecy`), reading text out of
files (`inspection.stamps`), the log entry (`directives.services.secret_papers`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from directives.secrecy import find_stamp
from submissions.inspection.runner import InspectionFailed, Session, session
from vault.staging import Staged


def stamp_in_name(name: str) -> str:
    """The stamp in a file's name, any folder before it included; "" when none."""
    parts = name.replace("\\", "/").split("/")
    return next(
        (stamp for part in parts for said in (part, part.rpartition(".")[0]) if (stamp := find_stamp(said))), ""
    )


def stamp_in_text(
    talking: Session, path: Path, size: int, *, meanwhile: Callable[[], object] = lambda: None
) -> str | None:
    """The stamp in the text of a file on disk; "" when none, None when it cannot be opened or no answer came.

    `meanwhile` is called while the child reads.
    """
    try:
        with path.open("rb") as content:
            return talking.find_stamp(content, size, meanwhile=meanwhile)
    except (InspectionFailed, FileNotFoundError):  # not there: its flush failed, and it will be kept nowhere
        return None


def scan_document(path: Path, size: int) -> str | None:
    """The stamp in the text of one file, read in a child process with limits; "" when none, None when not readable."""
    with session() as talking:
        return stamp_in_text(talking, path, size)


def find_secret(
    talking: Session, name: str, held: Staged | None, *, meanwhile: Callable[[], object] = lambda: None
) -> tuple[str, str] | None:
    """(stamp, where it stands) of a file that waits beside the vault, wiped then; None for an ordinary one.

    One that cannot be read passes here: its inspection, which opens it in the same child, refuses it.
    `meanwhile` is work that needs no answer from here; it is called while the child reads, if one reads.
    """
    stamp: str | None
    stamp, where = stamp_in_name(name), "tên tệp"
    if not stamp and held is not None:
        stamp, where = stamp_in_text(talking, held.path, held.size, meanwhile=meanwhile), "nội dung tệp"
    if not stamp:
        return None
    if held is not None:
        held.wipe()
    return stamp, where
