"""Which state each uploaded file is in, looked up whenever the desk is drawn.

What was decided at the upload (whose file) is stored; everything else is read now, so that a file that was judged,
accepted or doubled meanwhile is never shown as it was. Worst first.
Not here: the words around the rows (`desk.py`), the decision at the upload (`services.staging`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from django.db.models import F

from directives.choices import HANDED_IN_STATES, ObligationState
from directives.deadlines.period_names import period_in
from directives.deadlines.periods import period_query, period_words, title_of_period
from directives.models import Obligation, Requirement
from submissions.choices import NOT_STANDING, InspectionState, Verdict
from submissions.desk import AGAIN, NEW, VOLUNTARY, Choice, Desk, DeskRow, is_sent
from submissions.desk_access import DeskPlace
from submissions.inspection.hints import COARSE, hint_sentence, pages_in_words
from submissions.models import Inspection, StagedFile, SubmittedFile
from submissions.name_cleaning import PDF
from submissions.services.submitting import VOLUNTARY_REASONS
from submissions.timeliness import closes_for_good_at
from units.models import Appointment, Unit
from vietnamese.dates import format_date, format_short_date, local_day
from vietnamese.numbers import format_number

_MOST_HINTS = 2
# What needs a person first, then what goes, then what is left out on purpose.
_ORDER = ("choose", "unknown", "locked", "refused", "matched", "exempt", "duplicate", "already")


def read_desk(place: DeskPlace, staged: Iterable[StagedFile], at: datetime) -> Desk:
    """The desk at `at`. `staged` comes with `blob__inspection`; three queries more, however many files."""
    files = list(staged)
    reader = _Reader(place, files, at)
    rows = sorted(
        (replace(reader.row(one), hints=(*_other_period(one), *_hints(one))) for one in files),
        key=lambda row: (_ORDER.index(row.state), row.staged.pk),
    )
    counted = [one for one in place.obligations if one.state != ObligationState.WAIVED]
    open_ones = [one for one in counted if not is_sent(one)] or counted
    deadlines = [one.due_at for one in open_ones if one.due_at]
    owed = [one.owed_until for one in open_ones if one.owed_until]
    closings = [
        closes_for_good_at(closes_at=place.requirement.closes_at, due_at=one.due_at, fix_by=one.fix_by)
        for one in open_ones
    ]
    shut = [instant for instant in closings if instant is not None]
    return Desk(
        place=place,
        rows=tuple(rows),
        required=len(counted),
        sent=sum(map(is_sent, counted)),
        due_at=min(owed, default=None),
        own_due_at=min(deadlines, default=None),
        closed_at=max(shut, default=None) if len(shut) == len(closings) else None,
        at=at,
    )


@dataclass(frozen=True, slots=True)
class UnsentDesk:
    """A desk on which files lie, as other pages tell of it: `files` that may still be sent, `left_out` that never will be
    (the same bytes again, an older file of the same person, one that cannot be read).
    """

    requirement: Requirement
    unit: Unit
    period: str
    files: int
    left_out: int

    @property
    def title(self) -> str:
        """What is answered, with its period."""
        return title_of_period(self.requirement.title, self.period)

    @property
    def query(self) -> str:
        """The end of the desk's address."""
        return period_query(self.period)


def unsent_desks(lying: Sequence[StagedFile], at: datetime) -> list[UnsentDesk]:
    """The desks of these files (from `access_unsent`), in their order. One query, however many desks and files."""
    known = handed_in_bytes([one.blob_id for one in lying if one.blob_id])
    found = []
    for (requirement, unit, period), group in groupby(lying, lambda one: (one.requirement, one.unit, one.period)):
        files = list(group)
        on_desk = [one for one in files if not one.slot]  # files in a slot stand beside one another, none is too many
        owed = tuple({one.obligation.pk: one.obligation for one in on_desk if one.obligation}.values())
        reader = _Reader(DeskPlace(requirement, unit, owed, None), on_desk, at, known=known)
        left_out = sum(reader.row(one).is_left_out for one in on_desk)
        in_slots = sum(_is_usable(one) for one in files if one.slot)
        found.append(UnsentDesk(requirement, unit, period, in_slots + len(on_desk) - left_out, left_out))
    return [one for one in found if one.files or one.left_out]


def options_of(place: DeskPlace) -> list[Choice]:
    """Everybody a file may be given to: those who still take one, by name; homonyms with year of birth."""
    labels = _labels(place, [one.pk for one in place.obligations if _takes(one)])
    return [Choice(pk, label) for pk, label in labels.items()]


def _takes(obligation: Obligation) -> bool:
    if obligation.state == ObligationState.WAIVED:
        return obligation.waiver_reason in VOLUNTARY_REASONS
    return obligation.state != ObligationState.ACCEPTED


def _labels(place: DeskPlace, pks: Sequence[int]) -> dict[int, str]:
    """Obligation → name; homonyms are told apart by year of birth and unit."""
    chosen = [one for one in place.obligations if one.pk in set(pks)]
    names = Counter(str(one.member or one.unit) for one in place.obligations)
    several_units = len({one.unit_id for one in place.obligations}) > 1
    labels = {}
    for one in chosen:
        name = str(one.member or one.unit)
        more = []
        if one.member and names[name] > 1 and one.member.birth_year:
            more.append(f"sinh {one.member.birth_year}")
        if one.member and several_units:
            more.append(one.unit.name)
        labels[one.pk] = ", ".join([name, *more])
    return labels


class _Reader:
    """Facts shared by all rows: whose bytes are known already, posts of homonyms."""

    def __init__(
        self,
        place: DeskPlace,
        files: list[StagedFile],
        at: datetime,
        *,
        known: Mapping[int, list[SubmittedFile]] | None = None,
    ) -> None:
        self.place = place
        self.at = at
        self.known = handed_in_bytes([one.blob_id for one in files if one.blob_id]) if known is None else known
        self.first_with_bytes: dict[int, StagedFile] = {}
        self.newest: dict[int, int] = {}
        for one in files:
            if one.blob_id and _is_usable(one):
                first = self.first_with_bytes.setdefault(one.blob_id, one)
                if one.obligation_id and first.pk == one.pk:
                    self.newest[one.obligation_id] = one.pk
        candidates = {pk for one in files for pk in one.candidates}
        self.differences = _differences(place, candidates, at)

    def row(self, staged: StagedFile) -> DeskRow:
        inspection: Inspection | None = getattr(staged.blob, "inspection", None) if staged.blob else None
        check, opens = _check(staged, inspection)
        head, rest = _name_parts(staged)
        if staged.blob is None or opens is False:
            is_locked = inspection is not None and inspection.reason == "password"
            sentence = staged.message if inspection is None else inspection.sentence
            return DeskRow(staged, "locked" if is_locked else "refused", head, rest, check, False, sentence)
        obligation = self.place.obligation(staged.obligation_id)
        if obligation is None:
            return self._unclear(staged, check, opens)
        state, answer, outcome = self._of_obligation(staged, obligation)
        return DeskRow(staged, state, head, rest, check, opens, answer, outcome=outcome)

    def _unclear(self, staged: StagedFile, check: str, opens: bool | None) -> DeskRow:
        asked = staged.message or f"{_name_parts(staged)[0]} không còn trong danh sách ở đây"
        choices = tuple(Choice(pk, self.differences[pk]) for pk in staged.candidates if pk in self.differences)
        if choices:
            return DeskRow(staged, "choose", asked, "", check, opens, "", choices)
        return DeskRow(staged, "unknown", asked, "", check, opens, "", picks_from_all=True)

    def _of_obligation(self, staged: StagedFile, obligation: Obligation) -> tuple[str, str, str | None]:
        """State, sentence and outcome of a file whose party is known."""
        if obligation.state == ObligationState.WAIVED and obligation.waiver_reason not in VOLUNTARY_REASONS:
            return "refused", f"{obligation.get_waiver_reason_display()}, không phải nộp", None
        if obligation.state == ObligationState.ACCEPTED:
            return "already", f"Đã duyệt{self._on(obligation.decided_at)}, không cần nộp lại", None
        double = self._double(staged, obligation)
        if double:
            return "duplicate", double, None
        if obligation.state == ObligationState.WAIVED:
            return "exempt", "Được miễn sinh hoạt, nhận là bài tự nguyện", VOLUNTARY
        number = self._next_number(obligation)
        if obligation.state == ObligationState.RETURNED:
            return "matched", f"Lần {number}, thay bài bị trả lại", AGAIN
        if obligation.state in HANDED_IN_STATES:
            return "matched", f"Lần {number}, thay bài đang chờ duyệt", AGAIN
        return "matched", "Bài mới" if self.place.by_members else "Tệp mới", NEW

    def _double(self, staged: StagedFile, obligation: Obligation) -> str:
        """Why a file is one too many: bytes known already, or a newer file of the same party; "" if it is not."""
        handed_in = self.known.get(staged.blob_id or 0, ())
        for other in handed_in:
            if other.version.submission.obligation_id == obligation.pk:
                return f"Giống hệt bài đã nộp{self._on(other.version.received_at)}, bỏ qua"
        for other in handed_in:
            owner = other.version.submission.obligation
            if (owner.member_id, owner.unit_id) == (obligation.member_id, obligation.unit_id):
                if owner.requirement_id == obligation.requirement_id:
                    return f"Giống hệt bài đã nộp cho {owner.period_name}: hãy thả đúng tệp của kỳ này"
                continue  # one paper may answer two requirements
            here = self.place.obligation(owner.pk)
            return f"Giống hệt bài của {here.member or here.unit if here else 'người khác'} đã nộp: hãy thả đúng tệp"
        first = self.first_with_bytes.get(staged.blob_id or 0, staged)
        if first.pk != staged.pk:
            return f"Giống hệt tệp “{first.original_name}”, bỏ qua"
        if self.newest.get(obligation.pk) != staged.pk:
            return (
                "Đã có tệp thả sau cho cùng người này, bỏ qua" if obligation.member_id else "Đã có tệp thả sau, bỏ qua"
            )
        return ""

    def _on(self, moment: datetime | None) -> str:
        if moment is None:
            return ""
        same_year = local_day(moment).year == local_day(self.at).year
        return f" ngày {format_short_date(moment) if same_year else format_date(moment)}"

    @staticmethod
    def _next_number(obligation: Obligation) -> int:
        submission = getattr(obligation, "submission", None)
        return (submission.current.number if submission and submission.current else 0) + 1


def _is_usable(staged: StagedFile) -> bool:
    inspection = getattr(staged.blob, "inspection", None) if staged.blob else None
    return staged.blob_id is not None and (
        inspection is None or inspection.state not in (InspectionState.REJECTED, InspectionState.DEAD)
    )


def _check(staged: StagedFile, inspection: Inspection | None) -> tuple[str, bool | None]:
    """What the column "mở được" says, and whether the file opens (None: not known yet)."""
    if staged.blob is None:
        return "Không nhận", False
    if inspection is None or not inspection.is_settled:
        return "Đang kiểm tra", None
    if not inspection.is_viewable:
        return "Không mở được" if inspection.reason in ("password", "damaged", "no-pages") else "Không nhận", False
    return f"{format_number(inspection.pages or 0)} trang", True


def _hints(staged: StagedFile) -> tuple[str, ...]:
    """What the look at the pages found; two at most, so that a row stays a row."""
    inspection: Inspection | None = getattr(staged.blob, "inspection", None) if staged.blob else None
    if inspection is None or not inspection.is_viewable:
        return ()
    pages: dict[str, list[int]] = {}  # one sentence for all pages that look alike
    for hint in inspection.hints:
        pages.setdefault(hint["code"], []).extend([hint["page"]] if hint["page"] else [])
    said = [_hint(staged, code, pages_in_words(found) or None) for code, found in pages.items()]
    return tuple(said) if len(said) <= _MOST_HINTS else (*said[: _MOST_HINTS - 1], f"và {len(said) - 1} lưu ý khác")


def _hint(staged: StagedFile, code: str, page: str | None) -> str:
    """The hint's sentence; who photographed pages has no scanner to set."""
    if code == COARSE and staged.is_of_photos:
        return "Ảnh chụp hơi nhỏ: nên chụp gần hơn cho đầy trang giấy, chữ rõ"
    return hint_sentence(code, page)


def _other_period(staged: StagedFile) -> tuple[str, ...]:
    """The name speaks of another period than the one the desk stands for."""
    said = period_in(staged.original_name)
    if not staged.period or said is None or said.fits(staged.period):
        return ()
    return (f"Tên tệp ghi {said.words}, đang nộp cho {period_words(staged.period)}",)


def _name_parts(staged: StagedFile) -> tuple[str, str]:
    """The canonical name as person (bold) and rest; the original name when nobody was recognised, and of a file that is
    no PDF and was not taken: nothing of it will ever bear the name of one.
    """
    is_kept_out = staged.blob is None and not staged.is_of_photos
    is_other = is_kept_out and not staged.original_name.lower().rstrip(" .").endswith(PDF)
    name = staged.original_name if is_other else staged.canonical_name or staged.original_name
    head, _, rest = name.partition(" - ")
    return head, rest


def handed_in_bytes(blob_ids: list[int]) -> dict[int, list[SubmittedFile]]:
    """Files of versions that stand: a returned, refused or replaced one leaves its bytes free for the right person."""
    known: dict[int, list[SubmittedFile]] = defaultdict(list)
    files = (
        SubmittedFile.objects.filter(blob__in=blob_ids, version=F("version__submission__current"))
        .exclude(version__decision__verdict__in=(Verdict.RETURN, *NOT_STANDING))
        .select_related("version__submission__obligation", "version__deposit")
    )
    for file in files.order_by("-version__received_at", "-pk"):
        known[file.blob_id].append(file)
    return known


def _differences(place: DeskPlace, pks: set[int], at: datetime) -> dict[int, str]:
    """What tells homonyms apart on their buttons: "Sinh 1985, Tổ trưởng"; a lone candidate by name."""
    chosen = [one for one in place.obligations if one.pk in pks]
    labels = _labels(place, list(pks))
    names = Counter(str(one.member) for one in chosen if one.member)
    if not any(count > 1 for count in names.values()):
        return labels
    posts: dict[int, str] = {}
    held = Appointment.objects.active(local_day(at)).filter(member__in=[one.member_id for one in chosen])
    for member_id, title in held.order_by("position__order", "pk").values_list("member_id", "position__title"):
        posts.setdefault(member_id, title)
    for one in chosen:
        if one.member and names[str(one.member)] > 1:
            told = [f"Sinh {one.member.birth_year}"] if one.member.birth_year else []
            told += [posts[one.member_id]] if one.member_id in posts else []
            told += [one.unit.name] if len({other.unit_id for other in chosen}) > 1 else []
            labels[one.pk] = ", ".join(told) or str(one.member)
    return labels
