"""The words of a summary report (`document-format.md` §6.2): opening, sections with figures, closing.

What the portal knows it writes itself, each figure carrying the query of the page with the names behind it;
what only people know (meetings, opinion, tasks, proposals) is the office's own text, by section, and a section
without text is left out, so that nothing is ever printed as a blank to fill in.
Not here: gathering the facts (`gathering.py`), annex tables (`annexes.py`), how it is set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from reports.annexes import annexes_of
from reports.format_profiles import FormatProfile
from reports.outlines import TITLES, Section, headings, section_of
from reports.report_content import Annex, Closing, Letterhead, Level, Paragraph, ReportContent, Run
from reports.report_facts import DirectiveFacts, ReportFacts, RequirementFacts
from reports.tallies import Figure, Tally, total_of
from vietnamese.casing import lower_first
from vietnamese.dates import format_date, format_day_of_document, format_moment
from vietnamese.numbers import format_number, format_percent
from vietnamese.text import fold

NAMED_UNITS: Final = 10
NO_BLOCK: Final = "-"  # in a link: the units of no khối
ROMAN: Final = tuple("I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX".split())  # noqa: SIM905
OVERALL: Final = "overall"  # of a report about a span: all its duties together
_FIGURES: Final = "figures"
OWN: Final = "own"  # the origin of words that stand for a sentence of the portal
_ESSAYS: Final = "loai=ESSAY"
# Of a report about a span of the calendar, by its kind.
_SPAN_SUBJECTS: Final = {"PERIODIC": "thực hiện nhiệm vụ", "OVERSIGHT": "kiểm tra, giám sát"}
_SPAN_OPENINGS: Final = {
    "PERIODIC": "Thực hiện chế độ báo cáo định kỳ",
    "OVERSIGHT": "Thực hiện nhiệm vụ kiểm tra, giám sát",
}
LONGEST_KEY: Final = 80  # of a sentence
_BEFORE_DAY: Final = re.compile(r"(\d+-[^\s,/]+/[^\s,]+) ngày(?= \d)")
NO_NUMBER: Final = "\u00a0" * 6  # room for a number written by hand


@dataclass(frozen=True, slots=True)
class _Block:
    """A heading with what stands under it; without paragraphs it is left out."""

    title: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """A paragraph out of a unit's report; `origin` names it on the page."""

    text: str
    origin: str


def compose(
    facts: ReportFacts,
    *,
    texts: Mapping[str, str],
    profile: FormatProfile,
    number: int | None = None,
    outline: Sequence[str] = (),
    gathered: Mapping[str, Sequence[Gathered]] = MappingProxyType({}),
    replaced: Mapping[str, str] = MappingProxyType({}),
) -> ReportContent:
    """The whole report from facts, the office's `texts` and what was `gathered` from units (both by heading's key).

    `replaced` are the office's words that stand for a sentence of the portal, by the sentence's key.

    Under an outline of one's own (a superior's) the portal's figures stand under the heading that is about them.
    `number` is the report's own number; without it the place is left open, to be written by hand.
    """
    written = _Written(texts, gathered)
    parts = _own_parts(facts, written, outline) if outline else _standard_parts(facts, written)
    annexes = annexes_of(facts)
    return ReportContent(
        at=facts.at,
        letterhead=_letterhead(facts, texts, number),
        paragraphs=tuple(
            _with_own_words(
                (
                    _opening(facts),
                    *_numbered_parts(parts, profile),
                    *_enclosed(annexes),
                    _ending(facts, texts, profile),
                ),
                replaced,
            )
        ),
        closing=Closing(
            recipients=_lines(texts.get(Section.RECIPIENTS, "")) or facts.committee.recipients,
            authority=facts.committee.authority,
            post=facts.committee.signer_post,
            signer=facts.committee.signer,
        ),
        annexes=annexes,
    )


@dataclass(frozen=True, slots=True)
class _Written:
    """What people wrote, by the key of its heading: the office's words first, then those of the units."""

    texts: Mapping[str, str]
    gathered: Mapping[str, Sequence[Gathered]]

    def under(self, key: str) -> Iterator[Paragraph]:
        """The paragraphs of a heading; a line that begins with a hyphen is an item."""
        yield from _set(self.texts.get(key, ""), key)
        for one in self.gathered.get(key, ()):
            yield from _set(one.text, one.origin)


def _standard_parts(facts: ReportFacts, written: _Written) -> tuple[_Block, ...]:
    blocks = _figures_by_section(facts)
    whole = _Block("Kết quả chung", blocks.get(OVERALL, ()))

    def section(key: Section) -> tuple[Paragraph, ...]:
        return (*blocks.get(key, ()), *written.under(key))

    def sections(*keys: Section) -> tuple[Paragraph, ...]:
        return tuple(_numbered_sections([whole, *(_Block(TITLES[key], section(key)) for key in keys)]))

    judged = [_Block(TITLES[key], section(key)) for key in (Section.STRENGTHS, Section.LIMITS)]
    return (
        _Block(TITLES[Section.SITUATION], section(Section.SITUATION)),
        _Block(TITLES[Section.LEADERSHIP], section(Section.LEADERSHIP)),
        _Block(
            "Kết quả thực hiện",
            sections(
                Section.STUDY, Section.ESSAYS, Section.ACTIVITIES, Section.PROPAGANDA, Section.PLANS, Section.OPINION
            ),
        ),
        _Block("Đánh giá", tuple(_numbered_sections(judged))),
        _Block(TITLES[Section.TASKS], section(Section.TASKS)),
        _Block(TITLES[Section.PROPOSALS], section(Section.PROPOSALS)),
    )


def machine_sentences(
    facts: ReportFacts, *, texts: Mapping[str, str], profile: FormatProfile, outline: Sequence[str] = ()
) -> dict[str, tuple[Paragraph, ...]]:
    """What the portal writes itself, by the key of the heading it stands under, in printed order.

    The opening stands under `Section.SUBJECT`, the closing sentence under `Section.RECIPIENTS`, what is about all duties
    of a span under `OVERALL` unless an outline of one's own takes it. The list of annexes is no sentence of this kind.
    """
    blocks = _figures_under(facts, outline) if outline else _figures_by_section(facts)
    found: dict[str, tuple[Paragraph, ...]] = {Section.SUBJECT.value: (_opening(facts),)}
    found |= {key: tuple(blocks[key]) for key in (OVERALL, *headings(outline)) if blocks.get(key)}
    return found | {Section.RECIPIENTS.value: (_ending(facts, texts, profile),)}


def _with_own_words(paragraphs: Iterable[Paragraph], replaced: Mapping[str, str]) -> Iterator[Paragraph]:
    """The same, each sentence that was replaced in the office's words; the last line keeps the place before the signature."""
    for one in paragraphs:
        own = _lines(replaced.get(one.sentence, "")) if one.sentence else ()
        if not own:
            yield one
        for place, line in enumerate(own, start=1):
            level = Level.ITEM if line.startswith(("-", "+")) else Level.BODY
            if one.level is Level.ENDING and place == len(own):
                level = Level.ENDING
            yield Paragraph(level, (Run(line),), OWN, one.sentence)


def _own_parts(facts: ReportFacts, written: _Written, outline: Sequence[str]) -> tuple[_Block, ...]:
    figures = _figures_under(facts, outline)
    return tuple(_Block(title, (*figures[key], *written.under(key))) for key, title in headings(outline).items())


def _figures_under(facts: ReportFacts, outline: Sequence[str]) -> dict[str, list[Paragraph]]:
    """Figures by key of heading; those no heading asks for stand under the one about results, else under the first."""
    keys, blocks = headings(outline), _figures_by_section(facts)
    home = {section: key for key, title in reversed(keys.items()) for section in [section_of(title)]}
    results = next((key for key, title in keys.items() if "kết quả" in title.lower()), next(iter(keys)))
    figures: dict[str, list[Paragraph]] = {key: [] for key in keys}
    for section, paragraphs in blocks.items():
        if section in home or section not in (Section.SITUATION, Section.LEADERSHIP):
            figures[home.get(section, results)].extend(paragraphs)
    return figures


def _figures_by_section(facts: ReportFacts) -> dict[str, tuple[Paragraph, ...]]:
    """What the portal writes itself, by what it is about (`Section`, or `OVERALL`), in printed order."""
    essays = [one for one in facts.requirements if one.kind == "ESSAY"]
    activities = [one for one in facts.requirements if one.kind in {"ACTIVITY", "OVERSIGHT"}]
    plans = [one for one in facts.requirements if one.kind in {"ACTION_PLAN", "REPORT", "STANDING"}]
    return {
        Section.SITUATION: tuple(_situation(facts)),
        Section.LEADERSHIP: tuple(_leadership(facts) if facts.directive else _issued(facts)),
        OVERALL: () if facts.directive else tuple(_overall(facts)),
        Section.ESSAYS: tuple(_essays(facts, essays)),
        Section.ACTIVITIES: tuple(_unit_duties(activities)),
        Section.PLANS: tuple(_unit_duties(plans)),
        Section.STRENGTHS: tuple(_complete_units(facts)),
        Section.LIMITS: tuple(_late_units(facts)),
    }


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
    first = phrase[:2]
    return phrase if first.isalpha() and first.isupper() and len(first) > 1 else lower_first(phrase)


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
    if directive is None:
        return own or f"kết quả {_SPAN_SUBJECTS[facts.kind]} {facts.period}"
    period = f" {facts.period}" if facts.period else ""
    return own or f"kết quả{period} thực hiện {directive.kind} số {directive.reference} về {about(directive.subject)}"


def _opening(facts: ReportFacts) -> Paragraph:
    if facts.directive is None:
        return _body(
            f"{_SPAN_OPENINGS[facts.kind]}, {facts.committee.name} báo cáo kết quả {facts.period} như sau:",
            sentence="opening",
        )
    return _body(
        f"Thực hiện {basis_of(facts.about_paper)}, {facts.committee.name} báo cáo kết quả như sau:", sentence="opening"
    )


def basis_of(directive: DirectiveFacts) -> str:
    """What the directive carries out: its own citations, each with the comma before "ngày"; without any, itself."""
    bases = [
        _BEFORE_DAY.sub(r"\1, ngày", base.strip().rstrip(".;,").removeprefix("Căn cứ ").removeprefix("Thực hiện "))
        for base in directive.bases
    ]
    return _joined(bases) if bases else citation(directive)


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
    return Paragraph(Level.ENDING, (Run(text),), sentence="ending")


def _situation(facts: ReportFacts) -> Iterator[Paragraph]:
    yield _body(
        f"Đảng bộ có {format_number(facts.party_units)} tổ chức đảng với {format_number(facts.members)} đảng viên "
        f"(chính thức {format_number(facts.full)}, dự bị {format_number(facts.probationary)}).",
        sentence="situation",
    )


def _leadership(facts: ReportFacts) -> Iterator[Paragraph]:
    duties = len(facts.requirements)
    yield _body(
        f"{facts.committee.name} đã ban hành {citation(facts.about_paper, with_issuer=False)}, giao {duties:02d} nhiệm vụ cho "
        f"{format_number(len(facts.units))} đơn vị, cụ thể:",
        sentence="leadership",
    )
    for requirement in facts.requirements:
        until = f": hoàn thành đến hết ngày {format_date(requirement.last_day)}" if requirement.last_day else ""
        yield _item(f"{requirement.title}{until}.", sentence=f"asked-{requirement.pk}")


def _issued(facts: ReportFacts) -> Iterator[Paragraph]:
    """Of a span: the papers issued in it, and what fell due."""
    papers = {one.paper for one in facts.requirements}
    if facts.papers:
        said = f"Trong {facts.period} có {len(facts.papers):02d} văn bản giao việc được ban hành:"
        yield _body(said, sentence="issued")
        yield from (
            _item(f"{citation(one)}.", sentence=_key("issued", one.reference, one.issued_on, one.issuer))
            for one in facts.papers
        )
    if facts.requirements:
        yield _body(
            f"Đến hạn trong {facts.period} có {len(facts.requirements):02d} nhiệm vụ của {len(papers):02d} văn bản.",
            sentence="due",
        )


def _overall(facts: ReportFacts) -> Iterator[Paragraph]:
    """Of a span: all its duties together, and khối by khối (an oversight: cụm by cụm)."""
    tally, is_oversight = facts.counted, facts.kind == "OVERSIGHT"
    if not tally.required:
        none = "phiếu dự sinh hoạt" if is_oversight else "việc"
        yield _body(f"Trong {facts.period} không có {none} nào đến hạn.", _FIGURES, sentence="overall")
        return
    what = "phiếu dự sinh hoạt" if is_oversight else "việc"
    runs = [Run(f"Đến {format_moment(facts.at)}, phải thực hiện "), _figure(tally.required, Figure.REQUIRED, "")]
    runs += [Run(f" {what}; đã nộp "), _figure(tally.submitted, Figure.SUBMITTED, "")]
    if tally.submitted:
        runs += [Run(" ("), _figure(tally.on_time, Figure.ON_TIME, ""), Run(" đúng hạn")]
        runs += [Run(", "), _figure(tally.late, Figure.LATE, ""), Run(" muộn")] if tally.late else []
        runs += [Run(")")]
    runs += [
        Run("; đạt yêu cầu "),
        _figure(tally.accepted, Figure.ACCEPTED, ""),
        Run(f" ({format_percent(tally.accepted, tally.required)})"),
    ]
    for count, figure, words in (
        (tally.waiting, Figure.WAITING, "đang chờ duyệt"),
        (tally.returned, Figure.RETURNED, "đang sửa theo góp ý"),
        (tally.missing, Figure.MISSING, "chưa nộp"),
    ):
        if count:
            runs += [Run("; "), _figure(count, figure, ""), Run(f" {words}")]
    if tally.overdue:
        runs += [Run(", trong đó quá hạn "), _figure(tally.overdue, Figure.OVERDUE, "")]
    yield Paragraph(Level.BODY, (*runs, Run(".")), _FIGURES, "overall")
    blocks = [(f"Khối {_inside(one.name)}", one.tally, f"khoi={one.key or NO_BLOCK}") for one in facts.blocks]
    groups = [(one.name, one.tally, "") for one in facts.clusters] if is_oversight else blocks
    owing = [group for group in groups if group[1].required]
    if len(owing) > 1:
        for name, of_group, where in sorted(owing, key=lambda one: (-(one[1].rate or 0), one[0])):
            said = (Run(f"- {name}: đạt "), *_share(of_group, where), Run("."))
            yield Paragraph(Level.ITEM, said, _FIGURES, _key("overall", name))


def _share(tally: Tally, where: str) -> tuple[Run, ...]:
    """ "32/35 (91,4%)"; with `where` each number opens its names."""
    percent = Run(f" ({format_percent(tally.accepted, tally.required)})")
    if not where:
        return (Run(f"{format_number(tally.accepted)}/{format_number(tally.required)}"), percent)
    return (
        _figure(tally.accepted, Figure.ACCEPTED, where), Run("/"), _figure(tally.required, Figure.REQUIRED, where), percent,
    )  # fmt: skip


def _numbered_sections(blocks: Iterable[_Block]) -> Iterator[Paragraph]:
    filled = [block for block in blocks if block.paragraphs]
    for n, block in enumerate(filled, start=1):
        yield Paragraph(Level.SECTION, (Run(f"{n}. {block.title}"),))
        yield from block.paragraphs


def _essays(facts: ReportFacts, essays: list[RequirementFacts]) -> Iterator[Paragraph]:
    if not essays:
        return
    tally, kind = facts.counted if facts.counted_kind else total_of(one.tally for one in essays), _ESSAYS
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
    yield Paragraph(Level.BODY, (*runs, Run(".")), _FIGURES, "essays")
    if len(essays) > 1:
        yield from (_duty(essay, "bài") for essay in essays)
    yield from _essays_by_block(facts)


def _essays_by_block(facts: ReportFacts) -> Iterator[Paragraph]:
    owing = [block for block in facts.blocks if block.tally.required]
    if len(owing) < 2 or not facts.counted_kind:
        return
    yield _body("Kết quả theo khối:", _FIGURES, sentence="by-block")
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
            _key("block", block.key or "khac"),
        )


def _unit_duties(requirements: list[RequirementFacts]) -> Iterator[Paragraph]:
    yield from (_duty(requirement, "đơn vị") for requirement in requirements if requirement.tally.required)


def _duty(requirement: RequirementFacts, counted: str) -> Paragraph:
    tally, which = requirement.tally, f"yeu_cau={requirement.pk}"
    deed = "tổ chức" if requirement.kind == "ACTIVITY" else "nộp"  # a session is held; its record is no paper
    runs = [
        Run(f"- {requirement.named}: phải thực hiện "),
        _figure(tally.required, Figure.REQUIRED, which),
        Run(f" {counted}; đã {deed} "),
        _figure(tally.submitted, Figure.SUBMITTED, which),
        Run("; đạt yêu cầu "),
        _figure(tally.accepted, Figure.ACCEPTED, which),
        Run(f" ({format_percent(tally.accepted, tally.required)})"),
    ]
    if tally.missing:
        runs += [Run(f"; chưa {deed} "), _figure(tally.missing, Figure.MISSING, which)]
    if tally.overdue:
        runs += [Run(", trong đó quá hạn "), _figure(tally.overdue, Figure.OVERDUE, which)]
    return Paragraph(Level.ITEM, (*runs, Run(".")), _FIGURES, f"duty-{requirement.pk}")


def _complete_units(facts: ReportFacts) -> Iterator[Paragraph]:
    complete = [unit.name for unit in facts.units if unit.tally.is_complete]
    if complete:
        owing = sum(1 for unit in facts.units if unit.tally.required)
        done = "đã được dự sinh hoạt đủ" if facts.kind == "OVERSIGHT" else "hoàn thành 100%"
        yield _body(
            f"{_about_essays(facts, 'có')} {format_number(len(complete))}/{format_number(owing)} đơn vị {done}: {_named(complete)}.",
            _FIGURES,
            sentence="complete",
        )


def _late_units(facts: ReportFacts) -> Iterator[Paragraph]:
    owing = sorted(
        (unit for unit in facts.units if unit.tally.missing), key=lambda unit: -unit.tally.missing
    )  # stable: equals stay in the order of the list
    if not owing:
        return
    is_oversight = facts.kind == "OVERSIGHT"
    what = "phiếu" if is_oversight else "bài" if facts.counted_kind else "việc"
    names = [f"{unit.name} ({format_number(unit.tally.missing)} {what})" for unit in owing]
    lacking = "chưa được dự sinh hoạt đủ" if is_oversight else "chưa nộp đủ"
    yield _body(
        f"{_about_essays(facts, 'còn')} {format_number(len(owing))} đơn vị {lacking}: {_named(names)}.",
        _FIGURES,
        sentence="late",
    )


def _about_essays(facts: ReportFacts, opening: str) -> str:
    """The first words of a sentence on units, which counts essays alone where the paper asks for them beside other duties."""
    if facts.counted_kind and any(one.kind != facts.counted_kind for one in facts.requirements):
        return f"Về bài thu hoạch, {opening}"
    return opening.capitalize()


def _named(names: list[str]) -> str:
    """The first names, and how many more: an annex has them all."""
    if len(names) <= NAMED_UNITS:
        return ", ".join(names)
    return f"{', '.join(names[:NAMED_UNITS])} và {format_number(len(names) - NAMED_UNITS)} đơn vị khác"


def _joined(phrases: list[str]) -> str:
    return phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} và {phrases[-1]}"


def _numbered_parts(parts: Iterable[_Block], profile: FormatProfile) -> Iterator[Paragraph]:
    filled = [part for part in parts if part.paragraphs]
    for roman, part in zip(ROMAN, filled, strict=False):
        yield Paragraph(Level.PART, (Run(f"{roman}{profile.body.part_mark}{part.title.upper()}"),))
        yield from part.paragraphs


def _set(text: str, origin: str) -> Iterator[Paragraph]:
    for line in _lines(text):
        level = Level.ITEM if line.startswith(("-", "+")) else Level.BODY
        yield Paragraph(level, (Run(line),), origin)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _figure(count: int, figure: Figure, where: str) -> Run:
    return Run(format_number(count), f"so={figure}&{where}" if where else f"so={figure}")


def _body(text: str, origin: str = "", *, sentence: str = "") -> Paragraph:
    return Paragraph(Level.BODY, (Run(text),), origin, sentence)


def _item(text: str, *, sentence: str = "") -> Paragraph:
    return Paragraph(Level.ITEM, (Run(f"- {text}"),), "", sentence)


def _key(about: str, *names: object) -> str:
    """A sentence's key out of what it is about: "issued-05-cv-du-2026-04-21"."""
    words = "-".join(str(name) for name in (about, *names) if name)
    return "-".join("".join(letter if letter.isalnum() else " " for letter in fold(words)).split())[:LONGEST_KEY]
