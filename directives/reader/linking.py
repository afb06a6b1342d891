"""What stands in another paragraph than the duty: the date, the outline, the rule of the file, who is exempt.

Not here: the duties themselves (`duties.py`).
"""

from __future__ import annotations

import re

from directives.reader.candidates import Candidate
from directives.reader.clauses import sentences_of
from directives.reader.layout import Paragraph
from directives.reader.words import EMAIL, ESSAYS_GATHERED, EXEMPTION, FILE_RULE, OUTLINE_LEAD, TO_CELL, TO_OFFICE
from vietnamese.text import clean, fold

_EVERYBODY = re.compile(
    r"^(?:các |mọi |toàn thể )?(?:cá nhân|đồng chí|đơn vị|đảng viên)(?:,? (?:các )?(?:đơn vị|cá nhân|tổ chức|đồng chí))*$",
    re.IGNORECASE,
)
_COMMITTEE = re.compile(r"cấp ủy|cấp uỷ|chi ủy|chi uỷ", re.IGNORECASE)
_FIRST_ROUND = re.compile(r"\W*(?:kỳ|đợt|lần|vòng)\s(?:1|01|I|một|thứ nhất)(?!\w)", re.IGNORECASE)
_HANDED_IN = ("ESSAY", "REPORT", "ACTION_PLAN")
_MOST_OUTLINE = 30
_FORM_OF_LEAD = re.compile(
    r"(?<!\w)(?:phiếu (?:dự|nhận xét|quan sát|theo dõi|đánh giá)|(?:nhận xét|biên bản) (?:dự|buổi))", re.IGNORECASE
)
_ON_PAPERS = re.compile(
    r"\W*(?:các |mọi )?(?:báo cáo|hồ sơ|văn bản|tài liệu|bài)\s(?:[^.;:,]{0,40}\s)?(?:gửi|nộp|được)\s", re.IGNORECASE
)


def link(found: list[Candidate], paragraphs: list[Paragraph]) -> list[Candidate]:
    """The duties completed, in the order of the text; what only repeats another is dropped."""
    found = _merge_repeated(_drop_general_essays(_date_essays(found)))
    _hand_on_essay_dates(found)
    found = _date_forms_of_leads(_drop_rounds_announced(found))
    for paragraph in paragraphs:
        _take_outline(paragraph, found)
        _take_rules(paragraph, found)
    return sorted(found, key=lambda candidate: candidate.start)


def _date_essays(found: list[Candidate]) -> list[Candidate]:
    """ "đề nghị các cá nhân, đơn vị gửi bài thu hoạch … trước ngày X": the date of the essays listed above it."""
    kept = []
    for candidate in found:
        listed = [
            other
            for other in found
            if other.kind == "ESSAY"
            and not other.is_dated
            and other.section is candidate.section
            and other.start < candidate.start
        ]
        is_common = (
            candidate.kind == "ESSAY"
            and candidate.is_dated
            and (candidate.who is None or bool(_EVERYBODY.match(candidate.who)))
        )
        if not (is_common and listed):
            kept.append(candidate)
            continue
        for other in listed:
            other.reading, other.deadline_at = candidate.reading, candidate.deadline_at
            other.channel = other.channel or candidate.channel
            if other.route and candidate.route and other.route != candidate.route:
                other.other_destination = (candidate.start, candidate.end)
            other.route = other.route or candidate.route
    return kept


def _drop_rounds_announced(found: list[Candidate]) -> list[Candidate]:
    """ "… định kỳ 6 tháng một lần. Kỳ 1 hoàn thành trước 15/6, kỳ 2 …": the rounds have days of their own."""
    dated = {id(c.paragraph) for c in found if c.is_dated and _FIRST_ROUND.match(c.clause)}
    return [c for c in found if not (c.kind == "STANDING" and id(c.paragraph) in dated)]


def _drop_general_essays(found: list[Candidate]) -> list[Candidate]:
    """ "Chỉ đạo cán bộ, đảng viên viết bài thu hoạch" beside the sentences that say who hands in where."""
    kept = []
    for candidate in found:
        closer = [
            other
            for other in found
            if other is not candidate
            and other.kind == "ESSAY"
            and other.paragraph is candidate.paragraph
            and other.route
        ]
        if candidate.kind == "ESSAY" and not candidate.is_dated and candidate.route is None and closer:
            continue
        kept.append(candidate)
    return kept


def _merge_repeated(found: list[Candidate]) -> list[Candidate]:
    """A dated duty and, in the same paragraph, "mọi … gửi về …" for the same papers: one duty, perhaps two places."""
    kept: list[Candidate] = []
    for candidate in found:
        first = next(
            (c for c in kept if c.paragraph is candidate.paragraph and c.kind == candidate.kind and c.is_dated), None
        )
        if first is None or candidate.is_dated or not _same_papers(first, candidate):
            kept.append(candidate)
        elif first.channel and candidate.channel and first.channel != candidate.channel:
            first.other_destination = (candidate.start, candidate.end)
    return kept


def _same_papers(first: Candidate, second: Candidate) -> bool:
    every = re.match(r"\s*(?:mọi|tất cả|toàn bộ|các)\s+((?:\S+\s+){2})", second.clause, re.IGNORECASE)
    return every is not None and every[1].strip().lower() in first.clause.lower()


def _hand_on_essay_dates(found: list[Candidate]) -> None:
    """ "tập hợp bài thu hoạch của các đồng chí trong cấp ủy gửi về … trước ngày X" dates those essays too."""
    for candidate in found:
        gathered = ESSAYS_GATHERED.search(candidate.clause)
        if candidate.kind == "ESSAY" or not candidate.is_dated or not gathered:
            continue
        for other in found:
            same_people = _COMMITTEE.search(other.who or "") and _COMMITTEE.search(candidate.clause[gathered.start() :])
            if other.kind == "ESSAY" and not other.is_dated and same_people and other.section is candidate.section:
                other.reading, other.deadline_at = candidate.reading, candidate.deadline_at


def _date_forms_of_leads(found: list[Candidate]) -> list[Candidate]:
    """ "phụ trách cụm dự sinh hoạt …; gửi phiếu nhận xét … chậm nhất": the form is how watching over is answered."""
    kept: list[Candidate] = []
    for candidate in found:
        watching = next(
            (c for c in kept if c.kind == "OVERSIGHT" and not c.is_dated and c.paragraph is candidate.paragraph), None
        )
        if watching is None or candidate.kind != "REPORT" or not _FORM_OF_LEAD.search(candidate.clause):
            kept.append(candidate)
            continue
        watching.reading, watching.deadline_at = candidate.reading, candidate.deadline_at
        watching.channel = watching.channel or candidate.channel
        watching.end = max(watching.end, candidate.end)
    return kept


def _take_outline(paragraph: Paragraph, found: list[Candidate]) -> None:
    items = [
        clean(child.body).rstrip(" .;,")
        for child in paragraph.children
        if child.marker.startswith(("-", "+", "(", "a", "b"))
    ]
    items = items or [clean(child.body).rstrip(" .;,") for child in paragraph.children if child.marker]
    if len(items) < 2 or not OUTLINE_LEAD.search(paragraph.body):
        return
    owner = _owner(paragraph, found, ("REPORT",))
    if owner is not None and not owner.outline and not any(other.paragraph in paragraph.children for other in found):
        owner.outline = items[:_MOST_OUTLINE]


def _owner(paragraph: Paragraph, found: list[Candidate], kinds: tuple[str, ...]) -> Candidate | None:
    """The nearest duty of these kinds at or before the paragraph, within its section."""
    before = [c for c in found if c.kind in kinds and c.start <= paragraph.end]
    for candidate in sorted(before, key=lambda c: c.start, reverse=True):
        section = candidate.section
        if candidate.paragraph is paragraph or section is paragraph or section in paragraph.ancestors():
            return candidate
        if candidate.paragraph.parent is paragraph.parent:
            return candidate
    return None


def _take_rules(paragraph: Paragraph, found: list[Candidate]) -> None:
    for sentence in sentences_of(paragraph):
        exemption = EXEMPTION.search(sentence.text)
        if exemption and re.search(r"đảng viên|đồng chí", exemption[0], re.IGNORECASE):
            own = [c for c in found if c.kind == "ESSAY" and c.paragraph is paragraph]
            for candidate in own or _concerned(sentence.start, paragraph, found, ("ESSAY",)):
                candidate.exemption = candidate.exemption or clean(exemption[0]).strip(" (-,")
        if FILE_RULE.search(sentence.text) and not exemption:
            concerned = _concerned(sentence.start, paragraph, found, _HANDED_IN)
            if not concerned and _ON_PAPERS.match(sentence.text):
                concerned = _papers_before(paragraph, found)
                address = EMAIL.search(sentence.text)
                for candidate in concerned:
                    candidate.channel = candidate.channel or (address[0] if address else None)
            for candidate in concerned:
                said = _rule_words(sentence.text)
                if said and said not in (candidate.file_rule or ""):
                    candidate.file_rule = f"{candidate.file_rule} {said}" if candidate.file_rule else said


def _rule_words(sentence: str) -> str:
    """A sentence about the file, or the bracket of a longer sentence that is."""
    bracket = re.search(r"\(([^()]{3,200})\)", sentence)
    if bracket and FILE_RULE.search(bracket[1]):
        return clean(bracket[1])
    return (
        clean(sentence)
        if len(sentence) < 320 and not TO_OFFICE.search(sentence) and not TO_CELL.search(sentence)
        else ""
    )


def _papers_before(paragraph: Paragraph, found: list[Candidate]) -> list[Candidate]:
    """ "5. Báo cáo gửi bằng tệp Word …": an item of its own speaks of the papers the items before it collect."""
    papers = [
        candidate
        for candidate in found
        if candidate.kind in _HANDED_IN
        and candidate.start < paragraph.start
        and candidate.paragraph.parent is paragraph.parent
        and candidate.route == "OFFICE"
    ]
    # the office the papers go to sends none of them itself
    return [
        one for one in papers
        if not any(one.who and other is not one and fold(one.who) in fold(other.clause) for other in papers)
    ]  # fmt: skip


def _concerned(at: int, paragraph: Paragraph, found: list[Candidate], kinds: tuple[str, ...]) -> list[Candidate]:
    """Duties the sentence at `at` speaks of: its own paragraph's nearest, else all essays (or the last paper) of the section."""
    own = [c for c in found if c.kind in kinds and c.paragraph is paragraph and c.start <= at + 1]
    if own:
        return own[-1:]
    section = [
        c for c in found
        if c.kind in kinds and c.start < at and (c.section is paragraph or c.section in paragraph.ancestors())
    ]  # fmt: skip
    essays = [c for c in section if c.kind == "ESSAY"]
    return essays or section[-1:]
