"""The words a handed-in PDF carries itself, read in the inspection's child. A scan carries none.

Not here: recognising letters in images (`submissions.paper_text`), what is done with the words (`comparison.py`).
"""

from collections.abc import Sequence
from datetime import datetime

from submissions.inspection.runner import DocumentRefused, InspectionFailed, PageUndrawable, session
from submissions.models import SubmittedFile
from vault.errors import VaultError
from vault.services import open_verified

FEWEST_LETTERS = 40
"""Less is a stamp or a page number that a scanner program wrote."""
MOST_LETTERS = 200_000


def text_of(files: Sequence[SubmittedFile], *, at: datetime) -> str:
    """The text of the files of a version, in order; "" when there is next to none or it cannot be read."""
    said = []
    with session() as talking:
        for file in files:
            try:
                with open_verified(blob=file.blob, now=at) as content:
                    said.append(talking.read_text(content)[0])
            except (DocumentRefused, PageUndrawable, InspectionFailed, VaultError):
                return ""
    text = "\n".join(said)
    return text if FEWEST_LETTERS <= len("".join(text.split())) <= MOST_LETTERS else ""
