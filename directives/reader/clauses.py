"""Sentences of a paragraph, clauses of a sentence, and who acts in one.

Places are offsets in the reading text. Not here: what makes a clause a duty (`duties.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from directives.reader.layout import Paragraph
from directives.reader.words import ABBREVIATED, ACTOR, NAMES_WITH_VERBS, ORDERING, SENTENCE_END, VERB
from vietnamese.text import clean

LONGEST_WHO = 300
_ESSAY_OF = re.compile(r"bài (?:viết )?thu hoạch của ([^.;:]{3,120}?)(?= (?:nộp|gửi|được))", re.IGNORECASE)
_BOUNDARY = re.compile(r"[,;:(]\s+|\s-\s|(?<=\w)\s+(?:thì)\s+")
_ADDRESSED = re.compile(r"(?:các|mỗi|từng|chi bộ|đảng bộ)(?!\w)", re.IGNORECASE)
_SEGMENTS = re.compile(r"[,;]\s*")
_LEFT_OVER = re.compile(
    r"\s+(?:nào chưa|chưa|được|và|cùng|có|sẽ|thì|trực tiếp|đồng thời|nói chung|hằng năm|hằng tháng)$", re.IGNORECASE
)
# Which units: "các chi bộ chưa nộp hồ sơ khẩn trương …"; the verb of the order is one of those that cannot belong to it.
_RELATIVE = re.compile(
    r"[^.;:]{3,60}?\s(?:chưa|đã|còn nợ|bị)\s(?:(?!khẩn trương|phải|có trách nhiệm|nghiêm túc|tiếp tục|chủ động)[^.;:,]){3,60}?"
    r"(?=\s(?:khẩn trương|phải|có trách nhiệm|nghiêm túc|tiếp tục|chủ động)(?!\w))",
    re.IGNORECASE,
)
# "Đối với các chi bộ trực thuộc đảng bộ cơ sở: …"
_TOWARDS = re.compile(r"\s*(?:đối với|riêng|về phía)\s+(?=[^:.;]{3,120}:)", re.IGNORECASE)
# "Bước 2: Chi bộ họp …"
_STEP = re.compile(r"\s*bước\s+(?:\d{1,2}|một|hai|ba|bốn)\s*(?:\([^()]{1,60}\)\s*)?[:.]\s*", re.IGNORECASE)
# Where those who act may stand inside a sentence.
_SINGLED_OUT = re.compile(r"(?<!\w)(?:riêng|trong đó)\s+", re.IGNORECASE)
# Whoever "người" is, is told by more verbs: "Người có nghĩa vụ kê khai nộp".
_PERSON = re.compile(
    r"(?:những |các |mọi )?người\s(?!đứng đầu)[^.;:,]{3,80}?(?=\s(?:nộp|gửi|phải|báo cáo|hoàn thành|viết|có trách nhiệm)(?!\w))",
    re.IGNORECASE,
)
_LED_BY = re.compile(r"\s+do\s+(?:đồng chí|đ/c)\s.*$|\s*\((?:trừ|không kể|gồm)\s[^()]*\)?$", re.IGNORECASE)
_HAS_TASKS = re.compile(
    r"\s+(?:có (?:các )?(?:nhiệm vụ|trách nhiệm)|chịu trách nhiệm|có nhiệm vụ, quyền hạn|thực hiện(?: các)? (?:nhiệm vụ|nội dung))(?: sau| sau đây)?$",
    re.IGNORECASE,
)
_ANYBODY = re.compile(r"(?:các )?(?:đồng chí|đ/c)", re.IGNORECASE)  # those the paper is addressed to
_NOT_PEOPLE = re.compile(r"\d{1,2}/\d|\btrước ngày\b|\btrong tháng\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its place in the reading text and its paragraph."""

    start: int
    text: str
    paragraph: Paragraph

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def sentences_of(paragraph: Paragraph) -> list[Sentence]:
    """The sentences of a paragraph's words; a list of people before a colon is not cut at its semicolons."""
    text = paragraph.text
    start = paragraph.body_at
    colon = text.find(":", start)
    guarded = colon if colon >= 0 and ACTOR.match(text, start) else -1
    found = []
    for match in SENTENCE_END.finditer(text, start):
        if match.start() < start or (match[0] == ";" and match.start() < guarded):
            continue
        if match[0] == "." and ABBREVIATED.search(text[max(start, match.start() - 6) : match.start()]):
            continue
        if match[0] == ";" and _inside_bracket(text, start, match.start()):
            continue
        found.append((start, match.end()))
        start = match.end()
    found.append((start, len(text)))
    sentences = []
    for begin, end in found:
        piece = text[begin:end]
        lead = len(piece) - len(piece.lstrip())
        if piece.strip(" .;"):
            sentences.append(Sentence(paragraph.start + begin + lead, piece.strip(), paragraph))
    return sentences


def _inside_bracket(text: str, start: int, at: int) -> bool:
    opened = text.rfind("(", start, at)
    return opened >= 0 and text.rfind(")", opened, at) < 0 and 0 <= text.find(")", at) - at < 200


def masked(text: str) -> str:
    """The text with the verbs inside names of bodies blanked, its length kept."""
    return NAMES_WITH_VERBS.sub(lambda match: "_" * len(match[0]), text)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and where in the clause the words about it end."""

    who: str
    end: int
    leads: bool = False
    """The sentence opens with them, or they stand right behind "yêu cầu", "giao": what follows is theirs too."""


def actor_of(clause: str) -> Actor | None:
    """Who acts in the clause: the run of bodies or people right before a verb, or before a colon."""
    plain = masked(clause)
    author = _ESSAY_OF.match(clause)
    if author:
        return Actor(clean(author[1]), 0)
    ordered = {match.end() + 1 for match in ORDERING.finditer(plain)}
    towards = _TOWARDS.match(clause)
    if towards and ACTOR.match(clause, towards.end()):
        named = _actor(clause, towards.end(), clause.index(":", towards.end()), leads=True)
        if named is not None:
            return named
    step = _STEP.match(clause)
    if step:
        ordered.add(step.end())
    singled = {match.end() for match in _SINGLED_OUT.finditer(clause)}
    starts = [0, *(match.end() for match in _BOUNDARY.finditer(clause)), *ordered, *singled]
    for start in sorted(set(starts))[:12]:
        leads = start == 0 or start in ordered
        while start < len(clause) and clause[start] in " \t":
            start += 1
        if not ACTOR.match(clause, start):
            continue
        colon = clause.find(":", start, start + LONGEST_WHO)
        verb = VERB.search(plain, _after_relative(plain, start))
        if colon >= 0 and (verb is None or colon < verb.start() or _is_list(clause[start:colon])):
            return _actor(clause, start, colon, leads=leads)
        if verb is None or verb.start() - start > LONGEST_WHO:
            continue
        shares_out = verb[0].lower() == "phân công" and _ADDRESSED.match(clause, start)
        if ORDERING.fullmatch(verb[0]) and not shares_out and ACTOR.search(clause, verb.end()):
            continue
        found = _actor(clause, start, verb.start(), leads=leads)
        if found is not None and all(
            ACTOR.match(part) or len(part) < 3 or part == "quản lý" for part in _SEGMENTS.split(found.who)
        ):
            return found
    return None


def _after_relative(plain: str, start: int) -> int:
    """Where to look for the verb: behind "chưa nộp hồ sơ", "đã nộp nhưng bị trả lại", which only say which units."""
    told = _RELATIVE.match(plain, start) or _PERSON.match(plain, start)
    return told.end() if told else start


def _is_list(words: str) -> bool:
    return ";" in words and all(ACTOR.match(part) for part in words.split("; "))


def _actor(clause: str, start: int, end: int, *, leads: bool) -> Actor | None:
    who = _LED_BY.sub("", clean(clause[start:end]).strip(" ,;:.("))
    for _ in range(3):
        who = _LEFT_OVER.sub("", who).strip(" ,;")
    if len(who) < 3 or len(who) > LONGEST_WHO or _NOT_PEOPLE.search(who):
        return None
    return Actor(who, end, leads)


def actor_in_heading(text: str) -> str | None:
    """The body a heading names and nothing else: "7. Các tổ chức đảng trực thuộc", "- Văn phòng Đảng ủy:"."""
    words = _HAS_TASKS.sub("", clean(text.split("(")[0]).strip(" .:;,"))
    if not words or len(words) > 160 or not ACTOR.match(words) or VERB.search(masked(words)):
        return None
    return words


def ordered_actor(text: str) -> str | None:
    """Whom a lead-in addresses: "Đảng ủy phường yêu cầu các chi bộ thực hiện các nội dung sau:"."""
    plain = masked(text)
    for match in reversed(list(ORDERING.finditer(plain))):
        found = actor_of(text[match.end() :].lstrip())
        if found is not None:
            return None if _ANYBODY.fullmatch(found.who) else found.who
    return None
