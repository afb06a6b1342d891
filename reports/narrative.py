"""The words of a summary report (`document-format.md` §6.2): opening, sections with figures, closing.

What the portal knows it writes itself, each figure carrying the query of the page with the names behind it;
what only people know (meetings, opinion, tasks, proposals) is the office's own text, by section, and a section
without text is left out, so that nothing is ever printed as a blank to fill in.
Not here: gathering the facts (`gathering.py`), annex tables (`annexes.py`), how it is set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from reports.annexes import annexes_of
from reports.format_profiles import FormatProfile
from reports.report_content import Annex, Closing, Letterhead, Level, Paragraph, ReportContent, Run
from reports.report_facts import DirectiveFacts, ReportFacts, RequirementFacts
from reports.tallies import Figure
from vietnamese.casing import lower_first
from vietnamese.dates import format_date, format_day_of_document, format_moment
from vietnamese.numbers import format_number, format_percent

NAMED_UNITS: Final = 10
NO_BLOCK: Final = "-"  # in a link: the units of no khối
_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_FIGURES: Final = "figures"
_ESSAYS: Final = "loai=ESSAY"
NO_NUMBER: Final = "\u00a0" * 6  # room for a number written by hand


class Section(StrEnum):
    """The parts of the report that the office writes; the value is the key of its text."""

    SUBJECT = "subject"
    SITUATION = "situation"
    LEADERSHIP = "leadership"
    STUDY = "study"
    ESSAYS = "essays"
    ACTIVITIES = "activities"
    PROPAGANDA = "propaganda"
    PLANS = "plans"
    OPINION = "opinion"
    STRENGTHS = "strengths"
    LIMITS = "limits"
    TASKS = "tasks"
    PROPOSALS = "proposals"
    RECIPIENTS = "recipients"


@dataclass(frozen=True, slots=True)
class _Block:
    """A heading with what stands under it; without paragraphs it is left out."""

    title: str
    paragraphs: tuple[Paragraph, ...]


def compose(
    facts: ReportFacts, *, texts: Mapping[str, str], profile: FormatProfile, number: int | None = None
) -> ReportContent:
    """The whole report from facts and the office's `texts` (by `Section`; empty lines part paragraphs).

    `number` is the report's own number; without it the place is left open, to be written by hand.
    """
    parts = (
        _Block("Đặc điểm, tình hình", (*_situation(facts), *_own(texts, Section.SITUATION))),
        _Block("Công tác lãnh đạo, chỉ đạo", (*_leadership(facts), *_own(texts, Section.LEADERSHIP))),
        _Block("Kết quả thực hiện", tuple(_results(facts, texts))),
        _Block("Đánh giá", tuple(_assessment(facts, texts))),
        _Block("Nhiệm vụ, giải pháp thời gian tới", tuple(_own(texts, Section.TASKS))),
        _Block("Đề xuất, kiến nghị", tuple(_own(texts, Section.PROPOSALS))),
    )
    annexes = annexes_of(facts)
    return ReportContent(
        at=facts.at,
        letterhead=_letterhead(facts, texts, number),
        paragraphs=(
            _opening(facts),
            *_numbered_parts(parts, profile),
            *_enclosed(annexes),
            _ending(facts, texts, profile),
        ),
        closing=Closing(
            recipients=_lines(texts, Section.RECIPIENTS) or facts.committee.recipients,
            authority=facts.committee.authority,
            post=facts.committee.signer_post,
            signer=facts.committee.signer,
        ),
        annexes=annexes,
    )


def citation(directive: DirectiveFacts, *, with_issuer: bool = True) -> str:
    """First citation in full: "Công văn số 05-CV/ĐU, ngày 21/4/2026 của … về …" (a comma before "ngày")."""
    day = f", ngày {format_date(directive.issued_on)}" if directive.issued_on else ""
    issuer = f" của {directive.issuer}" if with_issuer else ""
    return f"{directive.kind} số {directive.reference}{day}{issuer} về {about(directive.subject)}"


def about(subject: str) -> str:
    """The subject inside a sentence, after "về": no "Về việc", no full stop, a small letter."""
    subject = subject.strip().rstrip(".;")
    for opening in ("Về việc ", "về việc ", "Về ", "về "):
        subject = subject.removeprefix(opening)
    return _inside(subject)


def _inside(phrase: str) -> str:
    """A small first letter, but for an abbreviation: "Trường học" → "trường học", "MTTQ" stays."""
    return phrase if phrase[:2].isupper() else lower_first(phrase)


def _letterhead(facts: ReportFacts, texts: Mapping[str, str], number: int | None) -> Letterhead:
    committee = facts.committee
    written = NO_NUMBER if number is None else f"{number:02d}"
    return Letterhead(
        superior=committee.superior,
        issuer=committee.name,
        number_line=f"Số {written}-BC/{committee.issuer_code}",
        place_and_date=f"{committee.place}, {format_day_of_document(facts.at)}",
        kind_title="Báo cáo",
        subject=_subject(facts, texts),
    )


def _subject(facts: ReportFacts, texts: Mapping[str, str]) -> str:
    own = texts.get(Section.SUBJECT, "").strip()
    directive = facts.directive
    return own or f"kết quả thực hiện {directive.kind} số {directive.reference} về {about(directive.subject)}"


def _opening(facts: ReportFacts) -> Paragraph:
    bases = [
        base.strip().rstrip(".;,").removeprefix("Căn cứ ").removeprefix("Thực hiện ") for base in facts.directive.bases
    ]
    basis = _joined(bases) if bases else citation(facts.directive)
    return _body(f"Thực hiện {basis}, {facts.committee.name} báo cáo kết quả như sau:")


def _enclosed(annexes: tuple[Annex, ...]) -> Iterator[Paragraph]:
    named = [
        f"Phụ lục {annex.number}. {annex.title}{'' if annex.is_printed else ' (tệp Excel)'}"
        for annex in annexes
        if annex.rows
    ]
    if named:
        yield _body(f"Kèm theo báo cáo: {'; '.join(named)}.")


def _ending(facts: ReportFacts, texts: Mapping[str, str], profile: FormatProfile) -> Paragraph:
    text = f"Trên đây là báo cáo {_subject(facts, texts)} của {facts.committee.name}{profile.body.end_mark}"
    return Paragraph(Level.ENDING, (Run(text),))


def _situation(facts: ReportFacts) -> Iterator[Paragraph]:
    yield _body(
        f"Đảng bộ có {format_number(facts.party_units)} tổ chức đảng với {format_number(facts.members)} đảng viên "
        f"(chính thức {format_number(facts.full)}, dự bị {format_number(facts.probationary)})."
    )


def _leadership(facts: ReportFacts) -> Iterator[Paragraph]:
    duties = len(facts.requirements)
    yield _body(
        f"{facts.committee.name} đã ban hành {citation(facts.directive, with_issuer=False)}, giao {duties:02d} nhiệm vụ cho "
        f"{format_number(len(facts.units))} đơn vị, cụ thể:"
    )
    for requirement in facts.requirements:
        until = f": hoàn thành đến hết ngày {format_date(requirement.last_day)}" if requirement.last_day else ""
        yield _item(f"{requirement.title}{until}.")


def _results(facts: ReportFacts, texts: Mapping[str, str]) -> Iterator[Paragraph]:
    essays = [one for one in facts.requirements if one.kind == "ESSAY"]
    activities = [one for one in facts.requirements if one.kind in {"ACTIVITY", "OVERSIGHT"}]
    plans = [one for one in facts.requirements if one.kind in {"ACTION_PLAN", "REPORT", "STANDING"}]
    blocks = (
        _Block("Nghiên cứu, học tập, quán triệt", tuple(_own(texts, Section.STUDY))),
        _Block("Viết bài thu hoạch", (*_essays(facts, essays), *_own(texts, Section.ESSAYS))),
        _Block("Sinh hoạt chuyên đề", (*_unit_duties(activities), *_own(texts, Section.ACTIVITIES))),
        _Block("Công tác thông tin, tuyên truyền", tuple(_own(texts, Section.PROPAGANDA))),
        _Block("Chương trình, kế hoạch hành động và báo cáo", (*_unit_duties(plans), *_own(texts, Section.PLANS))),
        _Block("Dư luận xã hội, tình hình tư tưởng", tuple(_own(texts, Section.OPINION))),
    )
    filled = [block for block in blocks if block.paragraphs]
    for n, block in enumerate(filled, start=1):
        yield Paragraph(Level.SECTION, (Run(f"{n}. {block.title}"),))
        yield from block.paragraphs


def _essays(facts: ReportFacts, essays: list[RequirementFacts]) -> Iterator[Paragraph]:
    if not essays:
        return
    tally, kind = facts.counted, _ESSAYS
    runs = [
        Run(f"Đến {format_moment(facts.at)}, toàn Đảng bộ có "),
        _figure(tally.required, Figure.REQUIRED, kind),
        Run(" bài thu hoạch phải viết"),
    ]
    if tally.waived:
        runs += [
            Run(" (không tính "),
            _figure(tally.waived, Figure.WAIVED, kind),
            Run(" trường hợp được miễn hoặc không còn thuộc diện)"),
        ]
    runs += [Run("; đã tiếp nhận "), _figure(tally.submitted, Figure.SUBMITTED, kind), Run(" bài")]
    if tally.submitted:
        runs += [Run(" ("), _figure(tally.on_time, Figure.ON_TIME, kind), Run(" bài đúng hạn")]
        if tally.late:
            runs += [Run(", "), _figure(tally.late, Figure.LATE, kind), Run(" bài nộp muộn")]
        runs += [Run(")")]
    runs += [
        Run(", trong đó "),
        _figure(tally.accepted, Figure.ACCEPTED, kind),
        Run(" bài đạt yêu cầu, đạt tỷ lệ "),
        Run(format_percent(tally.accepted, tally.required), f"so={Figure.ACCEPTED}&{kind}"),
    ]
    for count, figure, words in (
        (tally.waiting, Figure.WAITING, "bài đang chờ duyệt"),
        (tally.returned, Figure.RETURNED, "bài đang sửa theo góp ý"),
        (tally.missing, Figure.MISSING, "bài chưa nộp"),
    ):
        if count:
            runs += [Run("; "), _figure(count, figure, kind), Run(f" {words}")]
    yield Paragraph(Level.BODY, (*runs, Run(".")), _FIGURES)
    if len(essays) > 1:
        yield from (_duty(essay, "bài") for essay in essays)
    yield from _essays_by_block(facts)


def _essays_by_block(facts: ReportFacts) -> Iterator[Paragraph]:
    owing = [block for block in facts.blocks if block.tally.required]
    if len(owing) < 2:
        return
    yield _body("Kết quả theo khối:", _FIGURES)
    for block in sorted(owing, key=lambda one: (-(one.tally.rate or 0), one.name)):
        tally, where = block.tally, f"{_ESSAYS}&khoi={block.key or NO_BLOCK}"
        yield Paragraph(
            Level.ITEM,
            (
                Run(f"- Khối {_inside(block.name)}: đạt "),
                _figure(tally.accepted, Figure.ACCEPTED, where),
                Run("/"),
                _figure(tally.required, Figure.REQUIRED, where),
                Run(f" bài ({format_percent(tally.accepted, tally.required)}); "),
                Run(f"{format_number(block.complete_units)}/{format_number(block.units)} đơn vị hoàn thành."),
            ),
            _FIGURES,
        )


def _unit_duties(requirements: list[RequirementFacts]) -> Iterator[Paragraph]:
    yield from (_duty(requirement, "đơn vị") for requirement in requirements if requirement.tally.required)


def _duty(requirement: RequirementFacts, counted: str) -> Paragraph:
    tally, which = requirement.tally, f"yeu_cau={requirement.pk}"
    runs = [
        Run(f"- {requirement.title}: phải thực hiện "),
        _figure(tally.required, Figure.REQUIRED, which),
        Run(f" {counted}; đã nộp "),
        _figure(tally.submitted, Figure.SUBMITTED, which),
        Run("; đạt yêu cầu "),
        _figure(tally.accepted, Figure.ACCEPTED, which),
        Run(f" ({format_percent(tally.accepted, tally.required)})"),
    ]
    if tally.missing:
        runs += [Run("; chưa nộp "), _figure(tally.missing, Figure.MISSING, which)]
    if tally.overdue:
        runs += [Run(", trong đó quá hạn "), _figure(tally.overdue, Figure.OVERDUE, which)]
    return Paragraph(Level.ITEM, (*runs, Run(".")), _FIGURES)


def _assessment(facts: ReportFacts, texts: Mapping[str, str]) -> Iterator[Paragraph]:
    blocks = (
        _Block("Ưu điểm", (*_complete_units(facts), *_own(texts, Section.STRENGTHS))),
        _Block("Hạn chế, nguyên nhân", (*_late_units(facts), *_own(texts, Section.LIMITS))),
    )
    filled = [block for block in blocks if block.paragraphs]
    for n, block in enumerate(filled, start=1):
        yield Paragraph(Level.SECTION, (Run(f"{n}. {block.title}"),))
        yield from block.paragraphs


def _complete_units(facts: ReportFacts) -> Iterator[Paragraph]:
    complete = [unit.name for unit in facts.units if unit.tally.is_complete]
    if complete:
        owing = sum(1 for unit in facts.units if unit.tally.required)
        yield _body(
            f"Có {format_number(len(complete))}/{format_number(owing)} đơn vị hoàn thành 100%: {_named(complete)}.",
            _FIGURES,
        )


def _late_units(facts: ReportFacts) -> Iterator[Paragraph]:
    owing = sorted(
        (unit for unit in facts.units if unit.tally.missing), key=lambda unit: -unit.tally.missing
    )  # stable: equals stay in the order of the list
    if not owing:
        return
    what = "bài" if facts.counted_kind else "việc"
    names = [f"{unit.name} ({format_number(unit.tally.missing)} {what})" for unit in owing]
    yield _body(f"Còn {format_number(len(owing))} đơn vị chưa nộp đủ: {_named(names)}.", _FIGURES)


def _named(names: list[str]) -> str:
    """The first names, and how many more: an annex has them all."""
    if len(names) <= NAMED_UNITS:
        return ", ".join(names)
    return f"{', '.join(names[:NAMED_UNITS])} và {format_number(len(names) - NAMED_UNITS)} đơn vị khác"


def _joined(phrases: list[str]) -> str:
    return phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} và {phrases[-1]}"


def _numbered_parts(parts: Iterable[_Block], profile: FormatProfile) -> Iterator[Paragraph]:
    filled = [part for part in parts if part.paragraphs]
    for roman, part in zip(_ROMAN, filled, strict=False):
        yield Paragraph(Level.PART, (Run(f"{roman}{profile.body.part_mark}{part.title.upper()}"),))
        yield from part.paragraphs


def _own(texts: Mapping[str, str], section: Section) -> Iterator[Paragraph]:
    """The office's paragraphs of a section; a line that begins with a hyphen is an item."""
    for text in _lines(texts, section):
        level = Level.ITEM if text.startswith(("-", "+")) else Level.BODY
        yield Paragraph(level, (Run(text),), section)


def _lines(texts: Mapping[str, str], section: Section) -> tuple[str, ...]:
    return tuple(text for line in texts.get(section, "").splitlines() if (text := line.strip()))


def _figure(count: int, figure: Figure, where: str) -> Run:
    return Run(format_number(count), f"so={figure}&{where}")


def _body(text: str, origin: str = "") -> Paragraph:
    return Paragraph(Level.BODY, (Run(text),), origin)


def _item(text: str) -> Paragraph:
    return Paragraph(Level.ITEM, (Run(f"- {text}"),))
