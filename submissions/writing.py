"""The page on which a unit answers with words and several files: everything it shows of one obligation at one instant.

Not here: changes (`services.writing`), the words as values (`report_words.py`), who may stand here (`access`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from directives.choices import DirectiveState, ObligationState
from directives.models import Obligation
from directives.querysets import OPEN_STATES
from directives.report_fields import SIGNED, NumberField, Slot, number_fields, slots_of, sum_faults
from submissions.choices import InspectionState, Verdict
from submissions.errors import Closed
from submissions.models import ReportDraft, ReportText, StagedFile, SubmittedFile
from submissions.report_words import Fault, Number, Part, ReportWords, faults_of, filled, words_of
from submissions.timeliness import closes_for_good_at
from vietnamese.dates import local_day


@dataclass(frozen=True, slots=True)
class SlotRow:
    """One slot with what lies in it: newly uploaded files, else those of the last version that would stay."""

    slot: Slot
    staged: tuple[StagedFile, ...]
    kept: tuple[SubmittedFile, ...]

    @property
    def usable(self) -> int:
        """Files that would be handed in here: those the check did not refuse."""
        return sum(_is_usable(one) for one in self.staged) + len(self.kept)

    @property
    def refused(self) -> int:
        """Files that lie here and cannot be handed in."""
        return len(self.staged) + len(self.kept) - self.usable

    @property
    def is_filled(self) -> bool:
        """Something would be handed in here."""
        return self.usable > 0

    @property
    def said(self) -> str:
        """How many files the slot has, counting what cannot be taken: "Có 2 tệp", "1 trong 2 tệp dùng được"."""
        if self.refused:
            return f"{self.usable} trong {self.usable + self.refused} tệp dùng được"
        return f"Có {self.usable} tệp" if self.is_filled else "Còn thiếu"


@dataclass(frozen=True, slots=True)
class WritingDesk:
    """One obligation, its draft and its files."""

    obligation: Obligation
    draft: ReportDraft | None
    words: ReportWords
    fields: tuple[NumberField, ...]
    slots: tuple[SlotRow, ...]
    last: ReportText | None
    """The unit's report of the last period with the same outline, offered as a start."""
    at: datetime

    @property
    def has_form(self) -> bool:
        """There are sections or numbers to fill in."""
        return bool(self.words.parts or self.words.numbers or self.words.asks_day)

    @property
    def revision(self) -> int:
        """What a saving has to name; 0 before the first."""
        return self.draft.revision if self.draft else 0

    @property
    def progress(self) -> tuple[int, int]:
        """(filled in, asked for)."""
        return filled(self.words)

    @property
    def shut(self) -> str:
        """Why nothing is taken; "" while the door is open."""
        requirement, found = self.obligation.requirement, self.obligation
        if requirement.directive.state != DirectiveState.ISSUED:
            return str(Closed())
        shut_at = closes_for_good_at(closes_at=requirement.closes_at, due_at=found.due_at, fix_by=found.fix_by)
        return str(Closed(shut_at)) if shut_at is not None and self.at >= shut_at else ""

    @property
    def takes(self) -> bool:
        """Something may be handed in: still owed, or sent and not yet decided on."""
        return not self.shut and self.obligation.state in (*OPEN_STATES, ObligationState.SUBMITTED)

    @property
    def divides_scans(self) -> bool:
        """Several kinds of files are asked of a unit: one long scan may be divided among them (`DeskPlace.scan_slots`)."""
        return len(self.obligation.requirement.slots) > 1 and not self.obligation.requirement.is_of_leads

    @property
    def faults(self) -> list[Fault]:
        """What keeps it from being handed in; a report by its files alone has no words to miss."""
        said = list(faults_of(self.words, self.fields, local_day(self.at))) if self.has_form else []
        where = " ở bước 2" if self.has_form else ""
        for row in self.slots:
            if row.refused:
                of_all = f"{row.refused} trong {row.refused + row.usable} tệp không dùng được"
                said.append(Fault("tep", f"{row.slot.name}: {of_all}. Bỏ tệp ấy, tải tệp khác lên{where}."))
            elif row.slot.is_required and not row.is_filled:
                said.append(Fault("tep", f"{row.slot.name}: chưa có tệp. Tải tệp lên{where}."))
        return said

    @property
    def sum_faults(self) -> list[str]:
        """Sums that do not hold, told while one writes."""
        values = [one.value for one in self.words.numbers]
        return [f"{self.fields[one.place].label}: {one.sentence}" for one in sum_faults(self.fields, values)]

    @property
    def checking(self) -> int:
        """Files that are still being looked at."""
        return sum(
            one.blob is not None and not one.blob.inspection.is_settled for row in self.slots for one in row.staged
        )

    @property
    def files_shown(self) -> str:
        """Which files lie here, as a hand-in names them: it takes those that were on its page."""
        return " ".join(f"{one.pk}.{one.blob_id or 0}" for row in self.slots for one in row.staged)

    @property
    def is_printed_now(self) -> bool:
        """The paper printed last says what stands here now."""
        return bool(self.draft and self.draft.printed_digest == self.words.digest)

    @property
    def is_changed_since_printing(self) -> bool:
        """A paper was printed, and the words were changed afterwards: what was signed is not what stands here."""
        return bool(self.draft and self.draft.printed_digest and not self.is_printed_now)

    @property
    def paper_warning(self) -> str:
        """What the reviewer will be told of the signed paper, said to the sender before he hands in; "" while words and
        paper are one, or no file lies here yet."""
        if not self.has_form or self.is_printed_now or not any(row.is_filled for row in self.slots):
            return ""
        if self.is_changed_since_printing:
            return "Nội dung đã sửa sau lần in gần nhất nên có thể khác bản giấy đã ký: in và ký lại rồi hãy nộp."
        return "Chưa in từ cổng, người duyệt sẽ phải so từng mục với bản giấy đã ký. Nên in từ cổng, ký rồi tải lên."

    @property
    def may_be_nil(self) -> bool:
        """A report may say that there is nothing to report."""
        return self.has_form and self.obligation.state in OPEN_STATES and not self.words.asks_day

    @property
    def offers_last(self) -> bool:
        """Some section is empty that the last period filled."""
        empty = any(not part.text for part in self.words.parts)
        return self.last is not None and not self.last.is_nil and empty


def _is_usable(staged: StagedFile) -> bool:
    if staged.blob is None:
        return False
    return staged.blob.inspection.state not in (InspectionState.REJECTED, InspectionState.DEAD)


def slots_asked(obligation: Obligation) -> tuple[Slot, ...]:
    """The slots of the requirement; the signed scan alone when it names none (an observer may do without)."""
    must = not obligation.requirement.is_of_leads
    return slots_of(obligation.requirement.slots) or (Slot(SIGNED, is_required=must, takes_word=False),)


def read_writing(obligation: Obligation, at: datetime) -> WritingDesk:
    """The page of a visible obligation (with requirement and directive); six queries at most."""
    requirement = obligation.requirement
    fields = number_fields(requirement.numbers)
    draft = ReportDraft.objects.select_related("edited_by").filter(obligation=obligation).first()
    words = draft_words(obligation, draft, fields)
    staged = StagedFile.objects.filter(obligation=obligation).exclude(slot="").select_related("blob__inspection")
    lying: dict[str, list[StagedFile]] = {}
    for one in staged.order_by("pk"):
        lying.setdefault(one.slot, []).append(one)
    kept = kept_files(obligation)
    slots = tuple(
        SlotRow(slot, tuple(lying.get(slot.name, ())), () if slot.name in lying else tuple(kept.get(slot.name, ())))
        for slot in slots_asked(obligation)
    )
    return WritingDesk(obligation, draft, words, fields, slots, last_report(obligation), at)


def draft_words(obligation: Obligation, draft: ReportDraft | None, fields: tuple[NumberField, ...]) -> ReportWords:
    """The words of a draft, or of an empty one."""
    return words_of(
        outline=obligation.requirement.outline,
        fields=fields,
        texts=draft.texts if draft else (),
        numbers=draft.numbers if draft else (),
        begun_with=draft.begun_with if draft else (),
        attended_on=draft.attended_on if draft else None,
        asks_day=obligation.requirement.is_of_leads,
        printed_digest=draft.printed_digest if draft else "",
    )


def words_kept(kept: ReportText) -> ReportWords:
    """The words of a version as values."""
    return ReportWords(
        parts=tuple(Part(one["heading"], one["text"], one["unchanged"]) for one in kept.parts),
        numbers=tuple(Number(one["label"], one["value"], one["is_sum"]) for one in kept.numbers),
        is_nil=kept.is_nil,
        attended_on=kept.attended_on,
        asks_day=kept.attended_on is not None,
    )


def kept_files(obligation: Obligation) -> dict[str, list[SubmittedFile]]:
    """Slot → files of the newest version that stands: they stay when a new version brings nothing for the slot.

    A requirement with one slot keeps nothing: a new version without a new file would be the old one.
    """
    if len(obligation.requirement.slots) < 2:
        return {}
    files = SubmittedFile.objects.filter(version__submission__obligation=obligation).exclude(slot="")
    newest = files.order_by("-version__number").values_list("version", flat=True).first()
    found: dict[str, list[SubmittedFile]] = {}
    standing = files.filter(version=newest).exclude(version__decision__verdict=Verdict.REJECTED_BY_CHECK)
    for one in standing.select_related("blob__inspection").order_by("order"):
        if one.blob.inspection.state not in ("REJECTED", "DEAD"):
            found.setdefault(one.slot, []).append(one)
    return found


def last_report(obligation: Obligation) -> ReportText | None:
    """The unit's latest other report with the same sections: an earlier period, or a like requirement."""
    earlier = (
        ReportText.objects.filter(
            version__submission__obligation__unit=obligation.unit_id,
            version__submission__obligation__member=None,
            version__submission__obligation__requirement__outline=obligation.requirement.outline,
            version__submission__obligation__requirement__kind=obligation.requirement.kind,
        )
        .exclude(version__submission__obligation=obligation)
        .exclude(version__decision__verdict__in=(Verdict.REJECTED_BY_CHECK, Verdict.WITHDRAWN))
    )
    return earlier.select_related("version").order_by("-version__received_at", "-pk").first()


def progress_of(obligations: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Obligation id → (filled in, asked for) of reports that were begun. One query.

    Called through `settings.WRITTEN_PROGRESS` by the page of work, which stands below this room.
    """
    drafts = ReportDraft.objects.filter(obligation__in=obligations).select_related("obligation__requirement")
    return {
        one.obligation_id: filled(draft_words(one.obligation, one, number_fields(one.obligation.requirement.numbers)))
        for one in drafts
    }
