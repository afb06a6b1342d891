"""From sentences to duties: what is asked, of whom, until when.

Not here: which times are deadlines (`timing.py`), deadlines, outlines and rules that stand in another paragraph
(`linking.py`), tables (`rows.py`).
"""

from __future__ import annotations

import re

from directives.deadlines import Certainty
from directives.deadlines.finding import FoundDeadline
from directives.reader.candidates import Candidate
from directives.reader.clauses import (
    Sentence,
    actor_in_heading,
    actor_of,
    masked,
    ordered_actor,
    sentences_of,
)
from directives.reader.kinds import is_oversight, kind_of_clause, without_time
from directives.reader.layout import LABEL_LEVEL, Paragraph
from directives.reader.timing import Clock, deadlines_in
from directives.reader.words import (
    ACTIVITY,
    ADVERB,
    AUDIENCE_LABEL,
    CHAIRS,
    EMAIL,
    ESSAY,
    ESSAYS_GATHERED,
    HANDING_IN,
    IN_WRITING,
    NARRATIVE,
    PLAN,
    PURPOSE,
    PURPOSES,
    REPORT,
    SENT_ON,
    TELLING,
    TIME_LABEL,
    TO_CELL,
    TO_OFFICE,
    TO_SUPERIOR,
    VERB,
)
from vietnamese.text import clean

LONGEST_WHAT = 240
_TRAILING = re.compile(
    r"(?:\s*[,:(\-]|\s+(?:và|trước|xong|chậm nhất|hạn cuối|hạn|là|vào|trong|đến|từ|để|hoàn thành|thời gian|dự kiến|muộn nhất))+$",
    re.IGNORECASE,
)
_SAYS_HOW_OFTEN = re.compile(
    r"thường xuyên|kịp thời|định kỳ|liên tục|hằng|hàng|dự kiến|theo kế hoạch|theo chương trình|khi|sẽ|chờ",
    re.IGNORECASE,
)
_TIME_HEADING = re.compile(r"(?:thời gian|phạm vi|thời hạn|tiến độ|hình thức)", re.IGNORECASE)
_WORDS_OF_LABELS = re.compile(
    r"hoàn thành|thực hiện|tổ chức|triển khai|dự kiến|tiến hành|trong|từ|đến|ngày|nộp|gửi|trước|chậm nhất|xong",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:[\s,;:.)\-+]|và\s|đồng thời\s|thực hiện\s(?=viết|gửi|nộp|báo))+", re.IGNORECASE)


class DutyReader:
    """Reads the paragraphs of a body in order; `found` grows."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.found: list[Candidate] = []
        self._lead_in: str | None = None
        self._previous: Sentence | None = None

    def read(self, paragraphs: list[Paragraph]) -> list[Candidate]:
        """All duties of these paragraphs."""
        for paragraph in paragraphs:
            self._read_paragraph(paragraph)
        return self.found

    def _read_paragraph(self, paragraph: Paragraph) -> None:
        if not paragraph.body.strip():
            return
        who: str | None = None
        self._previous = None
        for sentence in sentences_of(paragraph):
            chair = CHAIRS.fullmatch(sentence.text)
            if chair and self.found and self.found[-1].paragraph is paragraph and self.found[-1].who is None:
                self.found[-1].who = actor_in_heading(chair[1]) or self.found[-1].who
                continue
            times = deadlines_in(sentence.text, self.clock)
            who = self._dated(sentence, times, who) if times else self._undated(sentence, who)
            self._previous = sentence
        if not paragraph.marker and paragraph.body.rstrip().endswith(":"):
            self._lead_in = ordered_actor(paragraph.body) or self._lead_in

    def _dated(self, sentence: Sentence, times: list[FoundDeadline], who: str | None) -> str | None:
        """One duty a time; the words after the last time belong to the last duty."""
        if self._dates_its_children(sentence, times):
            return who
        begin = 0
        for index, time in enumerate(times):
            last = index == len(times) - 1
            end = len(sentence.text) if last else _clause_end(sentence.text, time.end)
            clause = sentence.text[begin:end]
            before = masked(sentence.text[begin : time.start])
            if index and not (VERB.search(before) or REPORT.search(before) or ":" in before):
                begin = end
                continue
            actor = actor_of(sentence.text[begin:]) if index else actor_of(sentence.text)
            who = actor.who if actor is not None and (actor.end <= end - begin) else who
            self._add(sentence, begin, end, clause, time, who)
            begin = end
        return who

    def _add(self, sentence: Sentence, begin: int, end: int, clause: str, time: FoundDeadline, who: str | None) -> None:
        labelled = TIME_LABEL.match(sentence.text) if begin == 0 else None
        governed = self._governor(sentence, time.start) if labelled else self._sent_on(sentence, begin)
        start = sentence.start + begin
        if governed is not None:
            clause_for_kind, what = governed.text, _what(governed.text, len(governed.text))
            if governed.paragraph is sentence.paragraph:
                start = governed.start
        else:
            clause_for_kind = without_time(clause, time.start - begin, time.end - begin)
            what = _what(clause, time.start - begin)
            heading = self._heading_of_label(sentence, clause_for_kind, before=sentence.text[begin : time.start])
            if heading:
                clause_for_kind, what = heading, f"{clean(heading).rstrip(' .:')}: {what}"
        who = (
            who
            or (_audience_beside(sentence.paragraph) if labelled else None)
            or self._who_above(sentence.paragraph, clause)
        )
        candidate = Candidate(
            kind_of_clause(clause_for_kind), who, what[:LONGEST_WHAT], start, sentence.start + end, clause,
            sentence.text, sentence.paragraph, time.reading, (sentence.start + time.start, sentence.start + time.end),
        )  # fmt: skip
        describe(candidate, clause)
        if governed is not None and governed.paragraph is sentence.paragraph:
            self.found = [found for found in self.found if found.start != start or found.is_dated]
        self.found.append(candidate)

    def _governor(self, sentence: Sentence, until: int) -> Sentence | None:
        """What a "Thời gian:" speaks of, unless it says so itself: the sentence before it, else the heading above."""
        if _says_what(sentence.text[:until]):
            return None
        if self._previous is not None:
            return self._previous
        for above in sentence.paragraph.ancestors():
            body = clean(above.body)
            if not _TIME_HEADING.match(body) and len(body) > 12:
                return Sentence(above.start + above.body_at, body, above)
        return None

    def _sent_on(self, sentence: Sentence, begin: int) -> Sentence | None:
        """ "Lập danh sách …; gửi Ban Xây dựng Đảng trước …": what is sent stands in the sentence before."""
        before = self._previous
        if begin or before is None or not SENT_ON.match(sentence.text) or NARRATIVE.search(masked(before.text)):
            return None
        dated = any(found.is_dated and found.paragraph is sentence.paragraph for found in self.found)
        return None if dated else before

    def _heading_of_label(self, sentence: Sentence, clause: str, *, before: str) -> str:
        """ "2. Đợt 19/5: trước ngày 25/4" under "Thời gian hoàn thành hồ sơ": the heading says what is asked."""
        plain = masked(before)
        if VERB.search(plain) or REPORT.search(plain) or ACTIVITY.search(plain) or TIME_LABEL.match(before):
            return ""
        if HANDING_IN.search(masked(clause)):
            return ""  # the sentence begins with its time and says afterwards what is sent
        for above in sentence.paragraph.ancestors():
            if REPORT.search(masked(above.body)) or PLAN.search(above.body) or ACTIVITY.search(masked(above.body)):
                return above.body
        return ""

    def _who_above(self, paragraph: Paragraph, clause: str) -> str | None:
        for above in paragraph.ancestors():
            who = actor_in_heading(above.body) or (_who_of_list(above.body) if above.level >= LABEL_LEVEL else None)
            if who:
                return who
        return self._lead_in

    def _dates_its_children(self, sentence: Sentence, times: list[FoundDeadline]) -> bool:
        """A short heading with a date and a list of deeds below gives its date to each of them."""
        paragraph = sentence.paragraph
        deeds = [child for child in paragraph.children if child.marker and VERB.match(masked(child.body))]
        heading = sentence.text[: times[0].start].split("(")[0]
        is_heading = paragraph.level < LABEL_LEVEL and len(paragraph.body) < 140 and not HANDING_IN.search(heading)
        if not (is_heading and deeds and len(times) == 1) or VERB.search(masked(heading)):
            return False
        time = times[0]
        for child in deeds:
            for piece in sentences_of(child):
                if not deadlines_in(piece.text, self.clock):
                    candidate = Candidate(
                        kind_of_clause(piece.text), actor_in_heading(heading), clean(piece.text).rstrip(" .;")[:LONGEST_WHAT],
                        piece.start, piece.end, piece.text, piece.text, child, time.reading,
                        (sentence.start + time.start, sentence.start + time.end),
                    )  # fmt: skip
                    describe(candidate, piece.text)
                    self.found.append(candidate)
        return True

    def _undated(self, sentence: Sentence, who: str | None) -> str | None:
        """A duty without a date: essays and papers to hand in, oversight, standing reports; else nothing."""
        text, plain = sentence.text, masked(sentence.text)
        paragraph = sentence.paragraph
        actor = actor_of(text)
        said = actor.who if actor is not None else None
        if actor is not None and actor.leads:
            who = actor.who
        if any(PURPOSES.search(above.body) for above in paragraph.ancestors()) or NARRATIVE.search(plain):
            return who
        if text.endswith(":") and paragraph.children:
            return who
        if any(found.paragraph is paragraph and found.start == sentence.start for found in self.found):
            return who
        reading = self.clock.read(text) if _SAYS_HOW_OFTEN.search(text) else None
        kind = self._undated_kind(text, plain, said)
        tentative = (
            reading is not None
            and reading.certainty is Certainty.TENTATIVE
            and bool(TIME_LABEL.search(plain) or ACTIVITY.search(plain[:80]))
        )
        if kind is None and not tentative:
            return who
        candidate = Candidate(
            kind or kind_of_clause(text), said or who or self._who_above(paragraph, text),
            _what(text, len(text)), sentence.start, sentence.end, text, text, paragraph,
            reading if kind is None or kind == "STANDING" else None,
        )  # fmt: skip
        describe(candidate, text)
        if kind == "OVERSIGHT":
            candidate.outline = _what_to_watch(paragraph.body)
        self.found.append(candidate)
        return who

    def _undated_kind(self, text: str, plain: str, said: str | None) -> str | None:
        if is_oversight(text):
            return "OVERSIGHT"
        essay = ESSAY.search(text)
        if essay and not ESSAYS_GATHERED.search(text):
            hands_in = re.search(
                r"(?:nộp|gửi)[^.;]{0,60}\s(?:về|cho|tại|qua)\s|chỉ đạo[^.;]{0,60}viết", text, re.IGNORECASE
            )
            if hands_in or (said and re.search(r"viết|nộp", text, re.IGNORECASE)):
                return None if re.search(r"không phải (?:viết|nộp)", text, re.IGNORECASE) and not hands_in else "ESSAY"
        hands_in = HANDING_IN.search(plain)
        adverb = ADVERB.search(plain)
        if (
            hands_in
            and not adverb
            and (TO_OFFICE.search(text) or TO_CELL.search(text))
            and not PURPOSE.search(plain[: hands_in.start()])
        ):
            return kind_of_clause(text)
        if adverb and said and (TELLING.search(plain) or adverb.start() - len(said) < 60):
            return "STANDING"
        if adverb and re.match(
            r"\s*(?:thường xuyên|kịp thời|định kỳ)\s+(?:báo cáo|phản ánh|gửi|cập nhật)", plain, re.IGNORECASE
        ):
            return "STANDING"
        return None


def _what_to_watch(text: str) -> list[str]:
    """The points after the colon of an oversight duty: "Chỉ đạo, quan sát …; nắm bắt …; đánh giá …"."""
    points = [clean(point).rstrip(" .;") for point in text.partition(":")[2].split(";")]
    return [point for point in points if point] if len(points) > 1 else []


def describe(candidate: Candidate, clause: str) -> None:
    """Where it goes and by which channel, as the clause says."""
    if TO_CELL.search(clause) and candidate.kind == "ESSAY":
        candidate.route = "UNIT"
    elif TO_OFFICE.search(clause) and candidate.kind not in ("ACTIVITY", "OVERSIGHT"):
        candidate.route = "OFFICE"
    candidate.to_superior = bool(TO_SUPERIOR.search(clause)) and candidate.route is None
    email = EMAIL.search(clause)
    if email:
        candidate.channel = email[0]
    elif IN_WRITING.search(clause):
        candidate.channel = "bằng văn bản"


def _clause_end(text: str, end: int) -> int:
    """Past the mark that closes a clause: the next begins with its own words."""
    while end < len(text) and text[end] in " ,;)":
        end += 1
    return end


def _what(clause: str, until: int) -> str:
    """The words between who acts and the time."""
    actor = actor_of(clause)
    begin = actor.end if actor is not None and actor.end < until else 0
    said = _LEADING.sub("", clean(clause[begin:until]))
    said = _TRAILING.sub("", said.rstrip(" .;"))
    if len(said) < 8:
        said = _TRAILING.sub("", _LEADING.sub("", clean(clause)).rstrip(" .;"))
    return said


def _says_what(words: str) -> bool:
    """A label that names its work: "Thời gian hoàn thành xây dựng chương trình hành động", "Thời gian giám sát:"."""
    label = re.match(r"\W*(?:thời (?:gian|hạn)|hạn(?: chót| cuối)?)\s+([^:]*)", words, re.IGNORECASE)
    named = _WORDS_OF_LABELS.sub("", label[1]) if label else ""
    return len(re.findall(r"[^\W\d_]{2,}", named)) > 1


def _audience_beside(paragraph: Paragraph) -> str | None:
    """The people named by a sibling: "Phạm vi triển khai: 100% chi bộ thực hiện"."""
    siblings = paragraph.parent.children if paragraph.parent is not None else []
    for sibling in siblings:
        label = AUDIENCE_LABEL.match(sibling.body)
        if label:
            said = clean(sibling.body[label.end() :]).rstrip(" .;")
            match = re.search(r"(?:toàn thể|100%|từng|các|mỗi|tất cả)\s.*", said, re.IGNORECASE)
            who = re.sub(r"\s+(?:thực hiện|tham gia|tổ chức)$", "", match[0] if match else said)
            return who if 3 < len(who) < 160 else None
    return None


def _who_of_list(body: str) -> str | None:
    """The actor of an enclosing list item: "Đối với chi bộ:"."""
    match = re.match(r"\s*(?:đối với|về phía)\s+(.{3,80}?)\s*:", body, re.IGNORECASE)
    return clean(match[1]) if match else None
