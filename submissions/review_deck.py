"""One opened submission as the reviewer sees it: pages, checks, neighbours.

Not here: the list (`review_queue.py`), images (`services.page_images`), decisions (`services.reviewing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from interface.wording import size_in_words
from submissions.choices import PAGE_WIDTH, STRIP_WIDTH, THUMB_WIDTH, InspectionState, Verdict
from submissions.filenames import read_file_name
from submissions.inspection.hints import hint_sentence
from submissions.models import Decision, PageImage, Submission, SubmissionVersion, SubmittedFile
from submissions.people import ORDINARY_POST
from submissions.services.taking_back import UNDO_FOR
from submissions.twins import twins_of
from units.models import Appointment
from vietnamese.dates import local_day
from vietnamese.text import fold

if TYPE_CHECKING:
    from directives.models import Obligation
    from units.models import User

A4_HEIGHT_PER_WIDTH = 842 / 595
MOST_PAGES = 300


@dataclass(frozen=True, slots=True)
class DeckPage:
    """One page of the version: its file, its number within the file and within the deck (both from 1), its height."""

    file: SubmittedFile
    page: int
    number: int
    height: int
    """Pixels at PAGE_WIDTH; that of A4 while the page has not been drawn."""

    @property
    def thumb_height(self) -> int:
        """Pixels at THUMB_WIDTH."""
        return round(self.height * THUMB_WIDTH / PAGE_WIDTH)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of "Kiểm tra tự động": fine or worth a look, what was found, a word beside it."""

    is_fine: bool
    words: str
    aside: str = ""
    twin: int | None = None
    """A version to be laid beside this one."""


@dataclass(frozen=True, slots=True)
class Card:
    """One of the strip at the bottom: a submission and how it stands (a key of `interface.states`)."""

    submission: Submission
    state: str
    words: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Deck:
    """Everything shown of one version."""

    version: SubmissionVersion
    pages: list[DeckPage]
    checks: list[Check]
    posts: str
    """Post and unit as the roster had them on the day of receipt; the unit alone for papers of units."""
    other_posts: str
    """The posts that the file's name says where the roster knows none of them; "" when the two agree."""
    strip_height: int = STRIP_WIDTH // 3


def open_deck(submission: Submission, user: User) -> Deck:
    """The newest version of a submission, whose files are viewable, as `user` may see it."""
    version = submission.current
    if version is None:
        raise LookupError(submission.pk)
    files = list(version.files.select_related("blob__inspection").order_by("order"))
    posts, others = _posts(submission.obligation, files, local_day(version.received_at))
    return Deck(version, pages_of(files), _checks_of(submission, files, user, others), posts, others)


def version_before(submission: Submission) -> SubmissionVersion | None:
    """The version that the newest one corrects, when all of it can still be opened."""
    newest = submission.current
    if newest is None or newest.number == 1:
        return None
    before = submission.versions.filter(number__lt=newest.number).order_by("-number").first()
    if before is None or before.files.count() != before.files.viewable().filter(blob__destroyed_at=None).count():
        return None
    return before


def first_and_last_page(submission: Submission) -> list[DeckPage]:
    """The two pages a reviewer looks at first, to be fetched ahead."""
    version = submission.current
    files = version.files.select_related("blob__inspection").order_by("order") if version else []
    pages = pages_of(list(files))
    return [pages[0], pages[-1]] if len(pages) > 1 else pages


def pages_of(files: list[SubmittedFile]) -> list[DeckPage]:
    """All pages of some files, in order, with the height of their images."""
    drawn = PageImage.objects.filter(source__in=[file.blob_id for file in files], width=PAGE_WIDTH)
    heights = {(image.source_id, image.page): image.height for image in drawn}
    pages: list[DeckPage] = []
    for file in files:
        kept = 0 if file.blob.destroyed_at else file.blob.inspection.pages or 0
        for page in range(1, min(kept, MOST_PAGES) + 1):
            height = heights.get((file.blob_id, page)) or round(PAGE_WIDTH * A4_HEIGHT_PER_WIDTH)
            pages.append(DeckPage(file, page, len(pages) + 1, height))
    return pages


def _checks_of(submission: Submission, files: list[SubmittedFile], user: User, other_posts: str) -> list[Check]:
    checks = [check for file in files for check in _file_checks(file, other_posts)]
    return [*checks, *_twin_checks(submission, files, user), *(hint for file in files for hint in _hints(file))]


def _file_checks(file: SubmittedFile, other_posts: str) -> list[Check]:
    inspection = file.blob.inspection
    size = size_in_words(file.blob.size)
    if file.blob.destroyed_at:
        return [Check(is_fine=False, words=file.blob.destruction_sentence, aside=size)]
    words = f"Mở được, {inspection.pages} trang" if inspection.pages else inspection.sentence.rstrip(".")
    opened = [Check(is_fine=True, words=words, aside=size)]
    if inspection.state == InspectionState.FLAGGED:
        opened.append(Check(is_fine=False, words=inspection.sentence.removeprefix("Đã nhận. ")))
    if inspection.signature_fields:
        opened.append(Check(is_fine=True, words="Có chữ ký số", aside="giữ nguyên từng byte"))
    renamed = file.original_name.strip().casefold() != file.canonical_name.strip().casefold()
    known = "Họ tên khớp danh sách" if other_posts else "Tên khớp danh sách"
    return [*opened, Check(is_fine=True, words=known, aside="đã sửa tên" if renamed else "")]


def _twin_checks(submission: Submission, files: list[SubmittedFile], user: User) -> list[Check]:
    """Papers of others that are equal or look alike: told, never held against anybody."""
    found = [Check(is_fine=False, words=twin.words, twin=twin.version.pk) for twin in twins_of(submission, files, user)]
    return found or [Check(is_fine=True, words="Không trùng tệp nào")]


def _hints(file: SubmittedFile) -> list[Check]:
    return [
        Check(is_fine=False, words=hint_sentence(hint["code"], hint["page"]), aside="vẫn nhận")
        for hint in file.blob.inspection.hints
    ]


def _posts(obligation: Obligation, files: list[SubmittedFile], day: date) -> tuple[str, str]:
    """(post and unit by the roster of `day`, the file's own posts when the roster has none of them).

    Whoever holds no post in the unit is "đảng viên" there; a post held elsewhere in the ward is no contradiction.
    """
    if obligation.member_id is None:
        return obligation.unit.name, ""
    held = Appointment.objects.active(day).filter(member=obligation.member_id).order_by("position__order", "pk")
    known = list(held.values_list("unit_id", "position__title"))
    here = next((title for unit_id, title in known if unit_id == obligation.unit_id), ORDINARY_POST)
    written = read_file_name(files[0].canonical_name).positions if files else ()
    agreed = {fold(one) for one in (here, *(title for _, title in known))}
    differs = bool(written) and not any(fold(one) in agreed for one in written)
    return f"{here}, {obligation.unit.name}", ", ".join(written) if differs else ""


def last_decisions(user: User, at: datetime, *, most: int, but: Submission | None = None) -> list[Decision]:
    """What the reviewer decided last, newest first, at most `most`; not on `but`. One query."""
    decided = Decision.objects.filter(decided_by=user, decided_at__lte=at).select_related(
        "version__submission__obligation__member", "version__submission__obligation__unit"
    )
    if but is not None:
        decided = decided.exclude(version__submission=but)
    return list(decided.order_by("-decided_at", "-pk")[:most])


def undoable(decided: list[Decision], at: datetime) -> Decision | None:
    """The newest of these decisions when its key of undoing still works; of papers accepted together none does."""
    last = decided[0] if decided else None
    if last is None or last.verdict != Verdict.ACCEPT or at - last.decided_at >= UNDO_FOR:
        return None
    return None if len(decided) > 1 and decided[1].decided_at == last.decided_at else last


def strip(*, decided: list[Decision], submission: Submission, ahead: list[Submission]) -> list[Card]:
    """The strip: what the reviewer decided last (newest first), the opened one, what comes next."""
    done = [
        Card(decision.version.submission, "accepted" if decision.verdict == Verdict.ACCEPT else "returned")
        for decision in reversed(decided)
    ]
    return [*done, Card(submission, "submitted", "Đang xem", is_current=True), *(_waiting_card(one) for one in ahead)]


def _waiting_card(submission: Submission) -> Card:
    version = submission.current
    again = version is not None and version.number > 1
    return Card(submission, "submitted", f"Lần {version.number}" if again and version else "")
