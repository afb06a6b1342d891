"""What the cold copy holds: for every duty where its paper lies in the tree, and a line of the index.

ward / directive / requirement / unit / canonical name. Every part is a name that Windows takes, and the whole path
stays short enough to be opened there. Only the newest version, only what passed its check.
Not here: writing (`cold_copy.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from directives.choices import DirectiveState
from directives.models import Directive, DirectiveAttachment, Obligation
from interface.wording import last_day_of
from submissions.models import SubmittedFile
from units.models import Unit
from vault.models import Blob
from vietnamese.dates import format_date, format_moment
from vietnamese.paths import safe_file_name

LONGEST_PART, LONGEST_NAME, LONGEST_EXTENSION = 40, 100, 8
"""Characters: four folders and a name stay below the 260 of Windows with room for where the tree stands."""
PAPERS = "Văn bản"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the tree: its path from the root, and its content."""

    path: str
    blob: Blob


@dataclass(frozen=True, slots=True)
class IndexLine:
    """One duty in the index; several files stand in `paths`, "" when nothing was handed in."""

    directive: str
    requirement: str
    unit: str
    member: str
    state: str
    received: str
    last_day: str
    receipt: str
    paths: tuple[str, ...]
    sha256: tuple[str, ...]


def part(text: str, longest: int = LONGEST_PART) -> str:
    """A folder's name."""
    return safe_file_name(text[:longest])


def file_part(name: str) -> str:
    """A file's name with its extension."""
    stem, _, extension = name.rpartition(".")
    if not stem.strip(" .") or not extension.isalnum() or len(extension) > LONGEST_EXTENSION:
        return safe_file_name(name[:LONGEST_NAME])
    return safe_file_name(stem[:LONGEST_NAME], f".{extension}")


class Tree:
    """Gives out each path once: a second file of one name gets " (2)"."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def place(self, *parts: str) -> str:
        """The path of the last part below the folders before it; names that differ only by case are one on Windows."""
        *folders, name = parts
        stem, dot, extension = name.rpartition(".")
        path, number = str(PurePosixPath(*folders, name)), 1
        while path.casefold() in self._taken:
            number += 1
            other = f"{stem} ({number}).{extension}" if dot else f"{name} ({number})"
            path = str(PurePosixPath(*folders, other))
        self._taken.add(path.casefold())
        return path


def kept_of(ward: Unit, root: str) -> tuple[list[Kept], list[IndexLine]]:
    """The files and the index of one ward, its folder being `root`; drafts are not part of it."""
    tree = Tree()
    kept = list(_papers(ward, tree, root))
    by_duty: dict[int, list[SubmittedFile]] = {}
    for file in _newest_files(ward):
        by_duty.setdefault(file.version.submission.obligation_id, []).append(file)
    lines = []
    duties = Obligation.objects.filter(ward=ward).exclude(requirement__directive__state=DirectiveState.DRAFT)
    order = ("requirement__directive__issued_on", "requirement__directive", "requirement__order", "unit__path", "pk")
    for duty in duties.select_related("requirement__directive", "unit", "member").order_by(*order):
        files = by_duty.get(duty.pk, [])
        folder = (root, _directive_part(duty.requirement.directive), part(duty.title), part(duty.unit.name))
        own = [Kept(tree.place(*folder, file_part(file.canonical_name)), file.blob) for file in files]
        kept += own
        lines.append(_line(duty, files, own))
    return kept, lines


def _papers(ward: Unit, tree: Tree, root: str) -> Iterator[Kept]:
    """What came with the directives themselves."""
    found = DirectiveAttachment.objects.filter(directive__ward=ward, blob__destroyed_at=None, blob__quarantined_at=None)
    for one in found.exclude(directive__state=DirectiveState.DRAFT).select_related("directive", "blob").order_by("pk"):
        yield Kept(tree.place(root, _directive_part(one.directive), PAPERS, file_part(one.name)), one.blob)


def _newest_files(ward: Unit) -> list[SubmittedFile]:
    current = SubmittedFile.objects.viewable().filter(
        version__submission__obligation__ward=ward, version__in=_current(ward), blob__destroyed_at=None
    )
    return list(current.select_related("blob", "version__submission", "version__deposit").order_by("version", "order"))


def _current(ward: Unit) -> object:
    return Obligation.objects.filter(ward=ward, submission__current__isnull=False).values("submission__current")


def _directive_part(directive: Directive) -> str:
    """With the day: one number can have two papers of different years."""
    return part(f"{directive.reference} {directive.issued_on or ''}")


def _line(duty: Obligation, files: list[SubmittedFile], own: list[Kept]) -> IndexLine:
    version = files[0].version if files else None
    return IndexLine(
        directive=duty.requirement.directive.reference,
        requirement=duty.title,
        unit=duty.unit.name,
        member=duty.member.full_name if duty.member else "",
        state=duty.get_state_display(),
        received=format_moment(version.received_at) if version else "",
        last_day=format_date(last_day_of(duty.due_at)) if duty.due_at else "",
        receipt=version.deposit.code if version else "",
        paths=tuple(one.path for one in own),
        sha256=tuple(one.blob.sha256 for one in own),
    )
