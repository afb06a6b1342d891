"""The words of a chasing letter and of a forwarding letter (`document-format.md` §6.3): neutral, by name, by the minute.

Nobody exempt is ever named: the lists hold only what is owed and not handed in.
Not here: gathering the facts (`services/chasing.py`, `services/bundling.py`), the summary report (`narrative.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from reports.annex_names import MISSING, duty_columns, duty_row, missing_row
from reports.format_profiles import FormatProfile
from reports.narrative import NO_NUMBER, about, basis_of
from reports.report_content import (
    Annex,
    AnnexRow,
    CellKind,
    Closing,
    Column,
    Letterhead,
    Level,
    Paragraph,
    ReportContent,
    Run,
)
from reports.report_facts import CommitteeFacts, DirectiveFacts, MissingFacts, ReportFacts, UnitFacts
from vietnamese.casing import lower_first
from vietnamese.dates import format_date, format_day_of_document, format_moment
from vietnamese.numbers import format_number, format_percent

MOST_ADDRESSEES: Final = 40  # more are not written to by name on page 1, but in the list that goes with the letter
UNITS: Final = (
    Column("STT", 7, CellKind.ORDINAL),
    Column("Tổ chức đảng", 35),
    Column("Khối", 15),
    Column("Phải nộp", 8, CellKind.NUMBER),
    Column("Đã nộp", 8, CellKind.NUMBER),
    Column("Chưa nộp", 8, CellKind.NUMBER),
    Column("Phụ trách cụm", 19),
)
_OVERDUE: Final = "Quá hạn"
_COUNT_COLUMN: Final = 5  # of UNITS: what the letter chases


@dataclass(frozen=True, slots=True)
class Earlier:
    """The letter before this one: its number ("" = none written), its day, how many units it chased.

    `is_overdue`: for what was overdue; else for all they had not handed in.
    """

    reference: str
    day: date
    late_units: int
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class Chase:
    """What a chasing letter says beside the figures.

    `duty` is the title of the one duty chased, "" for all of the paper; `deadline` its phrase as written,
    `last_day` the last allowed day; `new_last_day` the day asked for now; `channel` where to hand in; `contact` whom to
    call ("" = not said).
    """

    duty: str
    deadline: str
    last_day: date | None
    new_last_day: date | None
    channel: str
    contact: str
    leads: tuple[tuple[str, str], ...] = ()
    earlier: Earlier | None = None
    number: int | None = None


def chases_overdue(facts: ReportFacts) -> bool:
    """Whether the letter is about what is overdue; before the first last day is over, about all that is not handed in."""
    return facts.counted.overdue > 0


def chased_units(facts: ReportFacts) -> list[UnitFacts]:
    """Units that are written to: those with something overdue or, as long as nothing is, something missing; in printed order."""
    return [unit for unit in facts.units if _chased(unit, facts)]


def _chased(unit: UnitFacts, facts: ReportFacts) -> int:
    """How much of the unit the letter chases."""
    return unit.tally.overdue if chases_overdue(facts) else unit.tally.missing


def _chased_lines(facts: ReportFacts) -> list[MissingFacts]:
    return [one for one in facts.missing if one.is_overdue or not chases_overdue(facts)]


def compose_chase(facts: ReportFacts, chase: Chase, profile: FormatProfile) -> ReportContent:
    """The chasing letter on the figures of `facts.at`."""
    late = chased_units(facts)
    names = tuple(unit.name for unit in late)
    addressees = names if len(names) <= MOST_ADDRESSEES else ("Các tổ chức đảng có tên trong danh sách kèm theo",)
    leads = tuple(f"{name} ({cluster})," for name, cluster in chase.leads)
    committee = facts.committee
    return ReportContent(
        at=facts.at,
        letterhead=letterhead(committee, facts.at, chase.number, f"về việc đôn đốc {_what(facts, chase)}"),
        paragraphs=tuple(_chase_paragraphs(facts, chase, late, profile)),
        closing=_closing(committee, ("Thường trực Đảng ủy (để báo cáo),", *leads)),
        annexes=_annexes(facts, late, dict(chase.leads)),
        addressees=addressees,
    )


def letterhead(committee: CommitteeFacts, at: datetime, number: int | None, subject: str) -> Letterhead:
    """Head of a công văn of the committee; without a number the place is left open."""
    written = NO_NUMBER if number is None else f"{number:02d}"
    return Letterhead(
        superior=committee.superior,
        issuer=committee.name,
        number_line=f"Số {written}-CV/{committee.issuer_code}",
        place_and_date=f"{committee.place}, {format_day_of_document(at)}",
        kind_title="Công văn",
        subject=subject,
        is_letter=True,
    )


def _what(facts: ReportFacts, chase: Chase) -> str:
    """ "nộp bài thu hoạch học tập Nghị quyết số 02-NQ/TW"."""
    if not chase.duty:
        return f"thực hiện {facts.about_paper.kind} số {facts.about_paper.reference}"
    return f"{_handing_in(chase.duty)} theo {facts.about_paper.kind} số {facts.about_paper.reference}"


def _handing_in(duty: str) -> str:
    """ "nộp bài thu hoạch …"; a title that is a deed already ("Tổ chức sinh hoạt …") keeps its own verb."""
    verb = "" if duty.lower().startswith(("nộp", "gửi", "tổ chức", "xây dựng")) else "nộp "
    return f"{verb}{lower_first(duty)}"


def _chase_paragraphs(
    facts: ReportFacts, chase: Chase, late: list[UnitFacts], profile: FormatProfile
) -> Iterator[Paragraph]:
    committee = facts.committee
    yield _body(_order(facts, chase))
    if chase.earlier:
        with_number = f" số {chase.earlier.reference}" if chase.earlier.reference else ""
        yield _body(
            f"Ngày {format_date(chase.earlier.day)}, {committee.name} đã có Công văn{with_number} đôn đốc; khi đó còn "
            f"{format_number(chase.earlier.late_units)} tổ chức đảng "
            f"{'có việc quá hạn' if chase.earlier.is_overdue else 'chưa nộp đủ'}."
        )
    if chase.duty and facts.counted.overdue in (0, facts.counted.missing):
        yield _standing_of_one(facts, late)
    else:
        yield from _standing_of_several(facts, late)
    until = f", nộp đến hết ngày {format_date(chase.new_last_day)}" if chase.new_last_day else ""
    call = f" Cần trao đổi thêm, liên hệ {chase.contact}." if chase.contact else ""
    what = " các việc quá hạn" if chases_overdue(facts) and facts.counted.missing > facts.counted.overdue else ""
    yield _body(
        f"{committee.name} yêu cầu các tổ chức đảng có tên trên khẩn trương hoàn thành{what}{until}; nơi nộp: "
        f"{chase.channel}.{call}"
    )
    yield _body(
        "Bí thư cấp ủy các tổ chức đảng chịu trách nhiệm về kết quả thực hiện; kết quả là một căn cứ đánh giá, xếp loại "
        "tổ chức đảng cuối năm."
    )
    text = f"Đề nghị các tổ chức đảng nghiêm túc thực hiện{profile.body.end_mark}"
    yield Paragraph(Level.ENDING, (Run(text),))


def _standing_of_one(facts: ReportFacts, late: list[UnitFacts]) -> Paragraph:
    """Of one duty with one last day, which the order names."""
    return _body(
        f"{_done(facts)}; còn {format_number(len(late))} tổ chức đảng chưa nộp đủ với "
        f"{format_number(facts.counted.missing)} {_noun(facts)} (danh sách kèm theo)."
    )


def _standing_of_several(facts: ReportFacts, late: list[UnitFacts]) -> Iterator[Paragraph]:
    """Each duty with its last day; what is not due yet stands apart and accuses nobody."""
    counted, noun = facts.counted, _noun(facts)
    units = f"{format_number(len(late))} tổ chức đảng"
    coming = [one for one in facts.missing if not one.is_overdue]
    if not chases_overdue(facts):
        yield _body(
            f"{_done(facts)}; chưa có việc nào quá hạn, còn {units} chưa nộp {format_number(counted.missing)} {noun} "
            f"(danh sách kèm theo), gồm:"
        )
        yield from _duties(coming)
        return
    yield _body(
        f"{_done(facts)}; còn {units} có việc quá hạn, tổng số {format_number(counted.overdue)} {noun} (danh sách kèm "
        f"theo), gồm:"
    )
    yield from _duties(_chased_lines(facts))
    chased = {one.unit for one in _chased_lines(facts)}
    theirs = [one for one in coming if one.unit in chased]  # the others are not addressed
    if theirs:
        yield _body(
            f"Các tổ chức đảng này còn {format_number(len(theirs))} {noun} chưa nộp nhưng chưa đến hạn, không tính ở trên, "
            "thực hiện theo hạn đã giao:"
        )
        yield from _duties(theirs)


def _done(facts: ReportFacts) -> str:
    """Until when, and how many units have handed in everything asked of them, due or not."""
    owing = sum(1 for unit in facts.units if unit.tally.required)
    done = owing - sum(1 for unit in facts.units if unit.tally.missing)
    return (
        f"Đến {format_moment(facts.at)}, có {format_number(done)}/{format_number(owing)} tổ chức đảng hoàn thành "
        f"({format_percent(done, owing)})"
    )


def _duties(lines: Iterable[MissingFacts]) -> Iterator[Paragraph]:
    """One item a duty and last day, in the order of the days; those without a day last."""
    counts = Counter((one.last_day or date.max, one.duty, one.is_unit, _due_words(one)) for one in lines)
    for (_, duty, is_unit, until), count in sorted(counts.items()):
        what = "đơn vị" if is_unit else "bài"
        yield Paragraph(Level.ITEM, (Run(f"- {duty}: {format_number(count)} {what} chưa nộp, {until}."),))


def _due_words(line: MissingFacts) -> str:
    if line.last_day is None:
        return "chưa có ngày hết hạn"
    words = "dự kiến đến hết" if line.is_planned else "hạn đến hết" if line.is_overdue else "đến hạn"
    return f"{words} ngày {format_date(line.last_day)}"


def _noun(facts: ReportFacts) -> str:
    return "bài" if facts.counted_kind else "việc"


def _order(facts: ReportFacts, chase: Chase) -> str:
    directive = facts.about_paper
    day = f"Ngày {format_date(directive.issued_on)}, " if directive.issued_on else ""
    asked = f"yêu cầu {_handing_in(chase.duty)}" if chase.duty else "giao các tổ chức đảng thực hiện"
    when = f" {chase.deadline.strip()}" if chase.deadline and chase.duty else ""
    last = f" (đến hết ngày {format_date(chase.last_day)})" if chase.last_day and chase.duty else ""
    return (
        f"{day}{directive.issuer} ban hành {directive.kind} số {directive.reference} về {about(directive.subject)}, "
        f"{asked}{when}{last}."
    )


def _annexes(facts: ReportFacts, late: list[UnitFacts], leads: dict[str, str]) -> tuple[Annex, ...]:
    as_of = f"Số liệu lúc {format_moment(facts.at)}"
    by_unit = {missing.unit: missing.cluster_lead for missing in facts.missing}
    units = tuple(
        AnnexRow(
            (
                number,
                unit.name,
                unit.block,
                unit.tally.required,
                unit.tally.submitted,
                _chased(unit, facts),
                by_unit.get(unit.name, ""),
            )
        )
        for number, unit in enumerate(late, start=1)
    )
    is_overdue = chases_overdue(facts)
    columns = UNITS
    if is_overdue:
        columns = (*UNITS[:_COUNT_COLUMN], replace(UNITS[_COUNT_COLUMN], title=_OVERDUE), *UNITS[_COUNT_COLUMN + 1 :])
    title = "Danh sách tổ chức đảng có việc quá hạn" if is_overdue else "Danh sách tổ chức đảng chưa nộp đủ"
    return (
        Annex(1, title, "1 Tổ chức đảng", columns, units, landscape=False, remark=as_of),
        *_lists(facts, as_of),
    )


def _lists(facts: ReportFacts, as_of: str) -> Iterator[Annex]:
    """Who has not handed in: persons with their posts, then units' duties with their last days; either alone is annex 2."""
    lines, late = _chased_lines(facts), " quá hạn" if chases_overdue(facts) else ""
    persons = [one for one in lines if not one.is_unit]
    duties = [one for one in lines if one.is_unit]
    if persons:
        title = f"Danh sách đảng viên chưa nộp{late}" if duties else f"Danh sách chưa nộp{late}"
        rows = tuple(missing_row(number, one) for number, one in enumerate(persons, start=1))
        yield Annex(2, title, "2 Danh sách", MISSING, rows, landscape=False, remark=as_of)
    if duties:
        number = 3 if persons else 2
        rows = tuple(duty_row(number, one) for number, one in enumerate(duties, start=1))
        title = f"Việc của đơn vị chưa nộp{late}"
        yield Annex(
            number, title, f"{number} Việc của đơn vị", duty_columns(duties), rows, landscape=False, remark=as_of
        )


@dataclass(frozen=True, slots=True)
class Forwarding:
    """What a forwarding letter says: to whom, which round, how many papers of how many units, in which files."""

    committee: CommitteeFacts
    directive: DirectiveFacts
    duty: str
    at: datetime
    recipient: str
    round: int
    papers: int
    units: int
    pages: int
    number: int | None = None


def compose_forwarding(forwarding: Forwarding, profile: FormatProfile) -> ReportContent:
    """The letter that goes with a bundle."""
    committee = forwarding.committee
    again = f" (đợt {forwarding.round})" if forwarding.round > 1 else ""
    what = lower_first(forwarding.duty) or "hồ sơ kết quả thực hiện"
    noun = "bài" if forwarding.duty else "tệp"
    more = "bổ sung " if forwarding.round > 1 else ""
    pages = f", {format_number(forwarding.pages)} trang" if forwarding.pages else ""
    text = f"Kính đề nghị {forwarding.recipient} xem xét, tiếp nhận{profile.body.end_mark}"
    return ReportContent(
        at=forwarding.at,
        letterhead=letterhead(
            committee,
            forwarding.at,
            forwarding.number,
            f"về việc gửi {what} theo {forwarding.directive.reference}{again}",
        ),
        paragraphs=(
            _body(f"Thực hiện {basis_of(forwarding.directive)}, {committee.name} gửi {more}{what}{again} như sau:"),
            _body(
                f"Tổng số {format_number(forwarding.papers)} {noun} của {format_number(forwarding.units)} đơn vị{pages}, "
                f"đã được tiếp nhận và duyệt đến {format_moment(forwarding.at)}."
            ),
            _body(
                "Kèm theo: gói tệp PDF xếp theo đơn vị, danh mục (Excel và bản in), bản gộp có mục lục, bảng mã SHA-256 để "
                "đối chiếu."
            ),
            Paragraph(Level.ENDING, (Run(text),)),
        ),
        closing=_closing(committee, ("Thường trực Đảng ủy (để báo cáo),",)),
        addressees=(forwarding.recipient,),
    )


def _closing(committee: CommitteeFacts, between: tuple[str, ...]) -> Closing:
    return Closing(
        recipients=("Như trên,", *between, f"{committee.office},", "Lưu Văn phòng Đảng ủy."),
        authority=committee.authority,
        post=committee.signer_post,
        signer=committee.signer,
    )


def _body(text: str) -> Paragraph:
    return Paragraph(Level.BODY, (Run(text),))
