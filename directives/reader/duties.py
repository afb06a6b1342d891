"""From sentences to duties: what is asked, of whom, until when.

Not here: the words of what is asked (`asked.py`), who acts when a clause does not say (`actors.py`), sentences without a day
(`undated.py`), which times are deadlines (`timing.py`), deadlines, outlines and rules that stand in another paragraph
(`linking.py`), tables (`rows.py`).
"""

from __future__ import annotations

import re
from itertools import pairwise

from directives.deadlines import Certainty
from directives.deadlines.finding import FoundDeadline
from directives.reader.actors import actor_leading, audience_beside, held_by, who_above
from directives.reader.asked import AS_WHAT, LEADING, LONGEST_WHAT, describe, says_what, what_is_asked, what_to_watch
from directives.reader.candidates import Candidate
from directives.reader.clauses import Sentence, actor_in_heading, actor_of, masked, ordered_actor, sentences_of
from directives.reader.kinds import HANDED_IN, kind_of_clause, without_time
from directives.reader.layout import LABEL_LEVEL, Paragraph
from directives.reader.several import kinds_in_one
from directives.reader.timing import Clock, deadlines_in
from directives.reader.undated import undated_kind, waiting_words
from directives.reader.words import (
    ACTIVITY,
    ADVERB,
    AIMS,
    ALL_ABOVE,
    CHAIRS,
    DECIDES,
    FILE_RULE,
    GROUNDS,
    HANDING_IN,
    NARRATIVE,
    PLAN,
    POINTS_BACK,
    PURPOSES,
    REPORT,
    SAME_TIME,
    SENT_ON,
    TIME_LABEL,
    TO_CELL,
    TO_OFFICE,
    VERB,
    WITHIN_CELL,
)
from vietnamese.text import clean

_TIME_OF_HOLDING = re.compile(r"\W*thời gian (?:tổ chức|diễn ra|khai mạc)(?!\w)", re.IGNORECASE)
_VAGUE = re.compile(
    r"\W*(?:tiếp tục|tăng cường|đẩy mạnh|thường xuyên|duy trì|quan tâm|chú trọng|nâng cao|phát huy)(?!\w)",
    re.IGNORECASE,
)
_MOST_LISTED = 30
_LONGEST_MONTH = 60
_OF_A_MONTH = re.compile(r"tháng|tuần", re.IGNORECASE)
_SAYS_HOW_OFTEN = re.compile(
    r"thường xuyên|kịp thời|định kỳ|liên tục|hằng|hàng|dự kiến|theo kế hoạch|theo chương trình|khi|sẽ|chờ",
    re.IGNORECASE,
)
_TIME_HEADING = re.compile(r"(?:thời gian|phạm vi|thời hạn|tiến độ|hình thức)", re.IGNORECASE)
_ANOTHER_IN_BRACKETS = re.compile(r"\s*\)\s*(?:,|;|và|hoặc)\s*(?:và\s)?[^.;:()]{2,30}\(\s*")


class DutyReader:
    """Reads the paragraphs of a body in order; `found` grows."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.found: list[Candidate] = []
        self._lead_in: str | None = None
        self._paragraphs: list[Paragraph] = []
        self._at = 0
        self._previous: Sentence | None = None

    def read(self, paragraphs: list[Paragraph]) -> list[Candidate]:
        """All duties of these paragraphs."""
        self._paragraphs = paragraphs
        for self._at, paragraph in enumerate(paragraphs):
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
            if self._closes_list(sentence) or self._shares_time(sentence):
                self._previous = sentence
                continue
            times = [] if _is_aim(sentence) else deadlines_in(sentence.text, self.clock) or self._month_alone(sentence)
            if times and not (times := _after_grounds(sentence, times)):
                continue
            who = self._dated(sentence, times, who) if times else self._undated(sentence, who)
            self._previous = sentence
        if not paragraph.marker and paragraph.body.rstrip().endswith(":"):
            self._lead_in = ordered_actor(paragraph.body) or self._lead_in

    def _closes_list(self, sentence: Sentence) -> bool:
        """ "Các báo cáo trên gửi về … trước ngày X": each paper listed above without a date is a duty with this one."""
        times = deadlines_in(sentence.text, self.clock) if ALL_ABOVE.match(sentence.text) else []
        if len(times) != 1:
            return False
        listed = self._papers_above()
        for item in listed:
            piece = sentences_of(item)[0]
            actor = actor_of(piece.text)
            candidate = Candidate(
                kind_of_clause(piece.text[actor.end :] if actor is not None else piece.text),
                actor.who if actor is not None else (who_above(item) or self._lead_in),
                what_is_asked(piece.text, len(piece.text))[:LONGEST_WHAT], piece.start, item.end, piece.text, piece.text, item,
                times[0].reading, (sentence.start + times[0].start, sentence.start + times[0].end),
            )  # fmt: skip
            describe(candidate, f"{piece.text} {sentence.text}")
            form = AS_WHAT.search(sentence.text) if FILE_RULE.search(sentence.text) else None
            candidate.file_rule = clean(form[0]) if form else None
            self.found.append(candidate)
        return bool(listed)

    def _papers_above(self) -> list[Paragraph]:
        """The items right above that name a paper and have no date of their own."""
        at = self._at
        listed: list[Paragraph] = []
        for above in reversed(self._paragraphs[max(at - _MOST_LISTED, 0) : at]):
            own = any(found.paragraph is above for found in self.found[-2 * _MOST_LISTED :])
            if not above.marker or above.level < 3 or own:
                break
            if REPORT.search(masked(above.body[:200])) and not above.body.rstrip().endswith(":"):
                listed.append(above)
        return listed[::-1]

    def _shares_time(self, sentence: Sentence) -> bool:
        """ "… chuẩn bị báo cáo giải trình gửi cùng thời hạn trên": the date of the duty before it."""
        same = SAME_TIME.search(sentence.text)
        dated = next((found for found in reversed(self.found) if found.is_dated), None)
        if same is None or dated is None or not HANDING_IN.search(masked(sentence.text)):
            return False
        actor = actor_of(sentence.text)
        candidate = Candidate(
            kind_of_clause(sentence.text[actor.end :] if actor is not None else sentence.text),
            actor.who if actor is not None else (who_above(sentence.paragraph) or self._lead_in),
            what_is_asked(sentence.text, same.start())[:LONGEST_WHAT], sentence.start, sentence.end, sentence.text, sentence.text,
            sentence.paragraph, dated.reading, dated.deadline_at,
        )  # fmt: skip
        describe(candidate, sentence.text)
        self.found.append(candidate)
        return True

    def _dated(self, sentence: Sentence, times: list[FoundDeadline], who: str | None) -> str | None:
        """One duty a time; the words after the last time belong to the last duty."""
        if self._dates_its_children(sentence, times):
            return who
        shared = _shared_words(sentence.text, times)
        begin = 0
        for index, time in enumerate(times):
            last = index == len(times) - 1
            end = len(sentence.text) if last else _clause_end(sentence.text, time.end)
            clause = sentence.text[begin:end]
            before = masked(sentence.text[begin : time.start])
            if shared:
                who = self._one_of_several(sentence, begin, end, time, shared, who)
                begin = end
                continue
            if index and (
                _TO_WHAT_END.match(before) or not (VERB.search(before) or REPORT.search(before) or ":" in before)
            ):
                begin = end
                continue
            actor = actor_of(sentence.text[begin:]) if index else actor_of(sentence.text)
            who = actor.who if actor is not None and (actor.end <= end - begin) else who
            asked = kinds_in_one(sentence.text, begin + (actor.end if actor is not None else 0), time)
            if asked:
                self._add_each(sentence, begin, end, asked, time, who)
            else:
                self._add(sentence, begin, end, clause, time, who)
            begin = end
        return who

    def _add_each(
        self,
        sentence: Sentence,
        begin: int,
        end: int,
        asked: list[tuple[str, int]],
        time: FoundDeadline,
        who: str | None,
    ) -> None:
        """Several kinds of duty that share one date and one place to send to."""
        starts = [begin, *(start for _, start in asked[1:])]
        for (kind, asks), start, stop in zip(asked, starts, [*starts[1:], end], strict=True):
            piece = sentence.text[start:stop]
            actor = actor_of(sentence.text[asks:stop])
            who = actor.who if actor is not None else who
            candidate = Candidate(
                kind, who or (who_above(sentence.paragraph) or self._lead_in), what_is_asked(sentence.text[asks:stop], min(stop, time.start) - asks),
                sentence.start + start, sentence.start + stop, piece, sentence.text, sentence.paragraph,
                time.reading, (sentence.start + time.start, sentence.start + time.end),
            )  # fmt: skip
            describe(candidate, piece)
            if candidate.route is None and kind not in ("ACTIVITY", "ESSAY"):
                candidate.route = "OFFICE" if TO_OFFICE.search(sentence.text[asks:end]) else None
            self.found.append(candidate)

    def _one_of_several(
        self, sentence: Sentence, begin: int, end: int, time: FoundDeadline, shared: str, who: str | None
    ) -> str | None:
        """One time of a list in brackets; what is asked at each of them stands before or behind the list."""
        actor = actor_of(shared)
        who = actor.who if actor is not None else who
        self._add(sentence, begin, end, f"{sentence.text[begin:end]} {shared}", time, who)
        said = LEADING.sub("", shared[actor.end :] if actor is not None else shared).strip(" .,;")
        which = clean(sentence.text[max(begin, time.start - 30) if begin else time.start : time.start]).strip(" ,;(")
        which = which or clean(sentence.text[time.start : time.end].split("(")[0])
        self.found[-1].what = clean(f"{said} ({which})")[:LONGEST_WHAT]
        return who

    def _add(self, sentence: Sentence, begin: int, end: int, clause: str, time: FoundDeadline, who: str | None) -> None:
        labelled = (TIME_LABEL.match(sentence.text) or POINTS_BACK.match(sentence.text)) if begin == 0 else None
        governed = self._governor(sentence, time.start) if labelled else self._sent_on(sentence, begin)
        start = sentence.start + begin
        if governed is not None:
            clause_for_kind, what = governed.text, what_is_asked(governed.text, len(governed.text))
            if governed.paragraph is sentence.paragraph:
                start = governed.start
        else:
            clause_for_kind = without_time(clause, time.start - begin, time.end - begin)
            what = what_is_asked(clause, time.start - begin)
            heading = self._heading_of_label(sentence, clause_for_kind, before=sentence.text[begin : time.start])
            if heading:
                clause_for_kind, what = heading, f"{clean(heading).rstrip(' .:')}: {what}"
        who = (
            who
            or (
                actor_leading(governed.text)
                if governed is not None and governed.paragraph is sentence.paragraph
                else None
            )
            or (held_by(governed.text) if governed is not None else None)
            or (audience_beside(sentence.paragraph) if labelled else None)
            or (who_above(sentence.paragraph) or self._lead_in)
        )
        kind = kind_of_clause(clause_for_kind)
        if labelled and _TIME_OF_HOLDING.match(sentence.text):
            kind = "ACTIVITY"
        if kind != "ESSAY" and WITHIN_CELL.search(clause) and not TO_OFFICE.search(clause):
            return
        candidate = Candidate(
            kind, who, what[:LONGEST_WHAT], start, sentence.start + end, clause,
            sentence.text, sentence.paragraph, time.reading, (sentence.start + time.start, sentence.start + time.end),
        )  # fmt: skip
        in_paragraph = governed is not None and governed.paragraph is sentence.paragraph
        describe(candidate, f"{governed.text} {clause}" if governed is not None and in_paragraph else clause)
        if in_paragraph:
            self.found = [found for found in self.found if found.start != start or found.is_dated]
        self.found.append(candidate)

    def _governor(self, sentence: Sentence, until: int) -> Sentence | None:
        """What a "Thời gian:" speaks of, unless it says so itself: the sentence before it, else the heading above."""
        if says_what(sentence.text[:until]):
            return None
        if self._previous is not None:
            return self._asked_before(sentence) or self._previous
        for above in sentence.paragraph.ancestors():
            body = clean(above.body)
            if not _TIME_HEADING.match(body) and len(body) > 12:
                return Sentence(above.start + above.body_at, body, above)
        return None

    def _asked_before(self, sentence: Sentence) -> Sentence | None:
        """The undated duty nearest before in the paragraph: a note on the paper's form may stand between it and its time."""
        last = self.found[-1] if self.found else None
        if last is None or last.paragraph is not sentence.paragraph or last.is_dated or last.kind not in HANDED_IN:
            return None
        between = (
            self._previous is not None
            and self._previous.start != last.start
            and VERB.match(masked(self._previous.text))
        )
        return None if between else Sentence(last.start, last.sentence, sentence.paragraph)

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

    def _dates_its_children(self, sentence: Sentence, times: list[FoundDeadline]) -> bool:
        """A short heading with a date and a list of deeds below gives its date to each of them."""
        paragraph = sentence.paragraph
        if len(times) == 1 and paragraph.children and _is_time_alone(sentence.text, times[0]):
            deeds = [child for child in paragraph.children if child.marker and _is_deed(child.body)]
            # whatever has a day of its own is read with it, and only it
            deeds = [child for child in deeds if not any(self.clock.find(part.text) for part in sentences_of(child))]
            self._give_date(sentence, times[0], "", deeds)
            return True
        deeds = [child for child in paragraph.children if child.marker and VERB.match(masked(child.body))]
        heading = sentence.text[: times[0].start].split("(")[0]
        is_heading = paragraph.level < LABEL_LEVEL and len(paragraph.body) < 140 and not HANDING_IN.search(heading)
        if not (is_heading and deeds and len(times) == 1) or VERB.search(masked(heading)):
            return False
        self._give_date(sentence, times[0], heading, deeds)
        return True

    def _month_alone(self, sentence: Sentence) -> list[FoundDeadline]:
        """ "Tháng 4/2026" alone above its items: a programme lists what is done by the end of each month."""
        if (
            not sentence.paragraph.children
            or len(sentence.text) > _LONGEST_MONTH
            or not _OF_A_MONTH.search(sentence.text)
        ):
            return []
        times = [time for time in self.clock.find(sentence.text) if time.reading.last_day and not time.names_year_only]
        return times if len(times) == 1 and _is_time_alone(sentence.text, times[0]) else []

    def _give_date(self, sentence: Sentence, time: FoundDeadline, heading: str, deeds: list[Paragraph]) -> None:
        for child in deeds:
            for piece in sentences_of(child):
                if not deadlines_in(piece.text, self.clock):
                    candidate = Candidate(
                        kind_of_clause(piece.text), actor_in_heading(heading) or actor_leading(piece.text), clean(piece.text).rstrip(" .;")[:LONGEST_WHAT],
                        piece.start, piece.end, piece.text, piece.text, child, time.reading,
                        (sentence.start + time.start, sentence.start + time.end),
                    )  # fmt: skip
                    describe(candidate, piece.text)
                    self.found.append(candidate)

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
        if text.endswith(":") and (paragraph.children or _OPENS_THE_PAPER.search(plain)):
            return who
        if any(found.paragraph is paragraph and found.start == sentence.start for found in self.found):
            return who
        reading = self.clock.read(text) if _SAYS_HOW_OFTEN.search(text) else None
        kind = undated_kind(text, plain, said)
        tentative = (
            reading is not None
            and reading.certainty is Certainty.TENTATIVE
            and bool(TIME_LABEL.search(plain) or ACTIVITY.search(plain[:80]))
        )
        if kind is None and not tentative:
            return who
        if kind is None and reading is not None:
            reading = waiting_words(text, self.clock) or reading
        candidate = Candidate(
            kind or kind_of_clause(text), said or who or (who_above(paragraph) or self._lead_in),
            what_is_asked(text, len(text)), sentence.start, sentence.end, text, text, paragraph,
            reading if kind is None or kind == "STANDING" else None,
        )  # fmt: skip
        describe(candidate, text)
        if kind == "OVERSIGHT":
            candidate.outline = what_to_watch(paragraph.body)
        self.found.append(candidate)
        return who


def _is_aim(sentence: Sentence) -> bool:
    """Under "Mục tiêu", "Chỉ tiêu": a date says how far one wants to be, unless something is to be sent."""
    aims = any(AIMS.search(above.body) and len(above.body) < 80 for above in sentence.paragraph.ancestors())
    return aims and not (TO_OFFICE.search(sentence.text) or TO_CELL.search(sentence.text))


# "Ban Xây dựng Đảng hướng dẫn viết và nộp bài thu hoạch như sau:"
_OPENS_THE_PAPER = re.compile(
    r"(?<!\w)(?:hướng dẫn|thông báo|ban hành)\s[^.;:]{0,160}(?:như sau|sau đây)\s*:$", re.IGNORECASE
)
# "…, gửi Văn phòng trước ngày 18/5 để trình hội nghị ngày 22/5": what the office does with it then
_TO_WHAT_END = re.compile(r"[\s,]*(?:để|nhằm|phục vụ|làm cơ sở|làm căn cứ)\s", re.IGNORECASE)
_WITHIN = re.compile(r"(?<!\w)(?:trong|thời gian|công tác|nhiệm vụ|trọng tâm|các|việc)(?!\w)", re.IGNORECASE)


def _is_time_alone(text: str, time: FoundDeadline) -> bool:
    rest = text[: time.start] + text[time.end :]
    return not re.search(r"[^\W\d_]", _WITHIN.sub("", rest))


def _is_deed(body: str) -> bool:
    """Something done once by somebody named, not "tiếp tục", "tăng cường" nor what recurs."""
    named = actor_of(body)
    if named is None or not named.leads or ADVERB.search(masked(body)):
        return False
    return not _VAGUE.match(masked(body)[named.end :]) and not CHAIRS.fullmatch(body)


def _after_grounds(sentence: Sentence, times: list[FoundDeadline]) -> list[FoundDeadline]:
    """ "Để chuẩn bị Hội nghị (dự kiến tuần cuối tháng 12/2026), Ban Thường vụ yêu cầu:": times of the grounds are no deadlines."""
    if not times or not sentence.text.rstrip().endswith(":") or not GROUNDS.match(sentence.text):
        return times
    decided = [match.start() for match in DECIDES.finditer(masked(sentence.text), 12)]
    return [time for time in times if decided and time.start > decided[-1]]


def _shared_words(text: str, times: list[FoundDeadline]) -> str:
    """ "Định kỳ 6 tháng (trước ngày 10/6), năm (trước ngày 05/12) báo cáo …": the words outside the list; "" for others."""
    if len(times) < 2:
        return ""
    for one, other in pairwise(times):
        between = text[one.end : other.start]
        if not _ANOTHER_IN_BRACKETS.fullmatch(between) or VERB.search(masked(between)):
            return ""
    shared = f"{text[: times[0].start]} {text[times[-1].end :].lstrip(' ),')}".strip()
    return shared if REPORT.search(masked(shared)) else ""


def _clause_end(text: str, end: int) -> int:
    """Past the mark that closes a clause: the next begins with its own words."""
    while end < len(text) and text[end] in " ,;)":
        end += 1
    return end
