"""The file-name rule "Họ và tên - chức vụ, đơn vị": one reader for every incoming name, one maker of outgoing ones.

`read_file_name` is total (any text of any length gets an answer, never an exception) and linear. It knows words, not
people: whether the person exists and is meant uniquely is answered by `matching.py`, which takes a reading.

Not here: characters, decoding, tails (`name_cleaning.py`), posts and units (`name_posts.py`), the office's words (`name_words.py`), sentences
(`name_notes.py`), bytes and their verdict (`inspection`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from submissions.name_cleaning import PDF, Draft, clean_name, without_heads
from submissions.name_notes import ABOUT_THE_NAME, ASKED_BACK, Fault, NameVerdict, Repair
from submissions.name_posts import posts_and_unit
from submissions.name_words import (
    FAMILY_NAMES,
    abbreviated_post,
    begins_report,
    begins_unit,
    folded,
    is_subject,
    leading_post,
    strip_honorific,
    subject_words,
)
from vietnamese.casing import is_one_case, title_case
from vietnamese.paths import safe_file_name
from vietnamese.tones import tone_key

_NAME_WORD = re.compile(r"[^\W\d_]+(?:['’.\-][^\W\d_]+)*\.?$")
_LONGEST_NAME_WORD = 20  # letters; "Khai-Anh" is one word
_AND = re.compile(r",? (?:và|va|&|\+) ", re.IGNORECASE)
_HYPHENED_TITLE = re.compile(r"^[đd]\s?[-–]\s?c[.:]?\s+(?=[^\W_])", re.IGNORECASE)
"""At the beginning: Windows takes no "đ/c" in a name of a file, and a hyphen would part the name there."""
_LETTERS_LOST = re.compile("[?\ufffd]")
_LATIN = re.compile("[a-zA-Z\u00c0-\u024f\u1e00-\u1eff]")
_NOT_LATIN = re.compile("[^\x00-\x7f\u00c0-\u024f\u1e00-\u1eff]")
_MOST_HYPHENS = 8

_Meaning = tuple[str | None, tuple[str, ...], str | None]
_NOBODY: _Meaning = (None, (), None)


@dataclass(frozen=True, slots=True)
class NameReading:
    """What one file name says."""

    original: str
    extension: str
    """As read, lower case with its dot, or empty."""
    full_name: str | None
    positions: tuple[str, ...]
    unit: str | None
    repairs: tuple[Repair, ...]
    faults: tuple[Fault, ...]

    @property
    def verdict(self) -> NameVerdict:
        """ok, fix, ask or no, before anybody was looked up."""
        return verdict_of(self.repairs, self.faults)

    @property
    def canonical(self) -> str | None:
        """The name the file would get from what it says itself; None without a person."""
        if self.full_name is None:
            return None
        return canonical_name(full_name=self.full_name, positions=self.positions, unit=self.unit)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Faults, then repairs, in Vietnamese."""
        return (*(fault.value for fault in self.faults), *(repair.value for repair in self.repairs))


def verdict_of(repairs: Sequence[Repair], faults: Sequence[Fault], *, sender_known: bool = False) -> NameVerdict:
    """Faults decide before repairs. With a known sender a fault of the name alone asks instead of refusing."""
    asking = ASKED_BACK | ABOUT_THE_NAME if sender_known else ASKED_BACK
    if any(fault not in asking for fault in faults):
        return NameVerdict.NO
    if faults:
        return NameVerdict.ASK
    return NameVerdict.FIX if repairs else NameVerdict.OK


def canonical_name(*, full_name: str, positions: Sequence[str], unit: str | None, extension: str = PDF) -> str:
    """The one maker of outgoing names: `Họ và tên - chức vụ, đơn vị.pdf`, safe everywhere, at most 255 bytes.

    A paper of a whole unit passes the unit as `full_name` and its title as `unit`:
    "Chi bộ Tổ dân phố số 5 - Báo cáo kết quả.pdf".
    """
    rest = ", ".join([*positions, *([unit] if unit else [])])
    return safe_file_name(f"{full_name} - {rest}" if rest else full_name, extension)


def read_file_name(name: str, *, head: bytes | None = None) -> NameReading:
    """Read one incoming name. `head`: the first bytes of the content, when they are known."""
    draft = clean_name(name, head)
    stem = draft.text
    full_name, positions, unit = _NOBODY
    if not {Fault.MACHINE_NAME, Fault.TOO_LONG} & set(draft.faults):
        full_name, positions, unit = _understand(draft)
    # One clear reason: what is wrong with the content comes first and is enough.
    faults = tuple(draft.faults[:1])
    reading = NameReading(name, draft.extension, full_name, positions, unit, tuple(draft.repairs), faults)
    if reading.verdict is NameVerdict.OK and reading.canonical != f"{stem}{PDF}":
        return NameReading(name, draft.extension, full_name, positions, unit, (Repair.FORM,), ())
    return reading


def _understand(draft: Draft) -> _Meaning:
    """Steps 5–6: who, which posts, which unit."""
    if _LETTERS_LOST.search(draft.text):
        draft.faults.append(Fault.LETTERS_LOST)
        return _NOBODY
    draft.change(_HYPHENED_TITLE.sub("", draft.text), Repair.HONORIFIC)
    segments = _without_subjects(draft)
    if not segments:
        draft.faults.append(Fault.SUBJECT_ONLY)
        return _NOBODY
    found = _person_and_rest(segments, draft)
    shown = found[0] if found else draft.text
    if _NOT_LATIN.search(shown) and any(char.isalpha() and not _LATIN.match(char) for char in shown):
        draft.faults.insert(0, Fault.MIXED_SCRIPT)
    if found is None:
        return _NOBODY
    name, rest = found
    one_case = is_one_case(draft.text)
    plain = draft.text.isascii()
    if plain:
        draft.note(Repair.UNACCENTED)
    draft_name = title_case(name)
    if draft_name != name:
        draft.note(Repair.CASE)
    positions, unit = posts_and_unit(rest, draft, restore=one_case or plain, one_case=one_case)
    if not positions:
        draft.note(Repair.NO_POST)
    if not unit:
        draft.note(Repair.NO_UNIT)
    return draft_name, positions, unit


def _without_subjects(draft: Draft) -> list[str]:
    """The " - " parts without those that name the paper; a subject in front of the name goes too."""
    segments = draft.text.split(" - ")
    kept = [segment for segment in segments if not is_subject(without_heads(strip_honorific(segment)))]
    if kept and len(kept) < len(segments):
        draft.note(Repair.SUBJECT)
    if kept and (words := subject_words(kept[0])):
        kept[0] = " ".join(kept[0].split(" ")[words:]).strip(" -_,.:")
        draft.note(Repair.SUBJECT)
    if kept and (bare := without_heads(kept[0])) != kept[0]:  # "Bài thu hoạch - 05. Nguyễn Văn An"
        kept[0] = bare
        draft.note(Repair.PREFIX)
    return [segment for segment in kept if segment]


def _person_and_rest(segments: list[str], draft: Draft) -> tuple[str, str] | None:
    """The person's name and what stands behind it, or None with the fault noted."""
    first, others = segments[0], " - ".join(segments[1:])
    left = strip_honorific(first)
    if left != first:
        draft.note(Repair.HONORIFIC)
    numbered, left = left, strip_honorific(without_heads(left))  # "Đ/c 05. Nguyễn Văn An"
    if left != numbered:
        draft.note(Repair.PREFIX)
    if begins_report(left) or (begins_unit(left) and begins_report(others)):
        draft.faults.append(Fault.REPORT)
        return None
    split = _split_at_hyphen(left, others, draft)
    if split:
        return split
    if others and _may_be_person(left):
        return left, others
    listed = [strip_honorific(part) for part in _AND.sub(", ", left).split(", ")]
    if len(listed) > 1 and _is_person(listed[0]) and _is_person(listed[1]):
        draft.faults.append(Fault.TWO_PERSONS)
        return None
    if len(listed) > 1 and _may_be_person(listed[0]) and _is_post_or_unit(listed[1]):
        draft.note(Repair.SEPARATOR)
        return listed[0], ", ".join([*left.split(", ")[1:], *([others] if others else [])])
    return _joined_without_dash(left, others, draft) or _in_another_order(segments, draft)


def _split_at_hyphen(left: str, others: str, draft: Draft) -> tuple[str, str] | None:
    """ "Nguyễn Văn An-Bí thư": what follows must be a post or a unit ("Khai-Anh" is a name)."""
    for match in list(re.finditer("-", left))[:_MOST_HYPHENS]:
        name, rest = left[: match.start()].strip(" -"), left[match.end() :].strip(" -")
        if _may_be_person(name) and _is_post_or_unit(rest):
            draft.note(Repair.DASH)
            return name, ", ".join(filter(None, (rest, others)))
    return None


def _joined_without_dash(left: str, others: str, draft: Draft) -> tuple[str, str] | None:
    """ "Nguyễn Văn An Bí thư Chi bộ 5" without any sign between, or a name alone."""
    words = left.split(" ")
    for count in range(2, min(len(words), 7)):
        name, rest = " ".join(words[:count]), " ".join(words[count:])
        post = leading_post(rest)
        is_sure = post and post.words > 1 and (count > 2 or post.words < len(rest.split(" ")))
        spelled = post and (left.isascii() or tone_key(rest).startswith(tone_key(post.spelling)))
        if _is_person(name) and ((is_sure and spelled) or begins_unit(rest, surely=True)):
            draft.note(Repair.SEPARATOR)
            return name, ", ".join(filter(None, (rest, others)))
    return (left, others) if _is_person(left) else None


def _in_another_order(segments: list[str], draft: Draft) -> tuple[str, str] | None:
    """ "Chi bộ 5 - Nguyễn Văn An": exactly one part is surely a person, the others are posts and units."""
    parts = [part for segment in segments for part in _AND.sub(", ", segment).split(", ")]
    persons = [index for index, part in enumerate(parts) if _is_person(strip_honorific(part))]
    if len(persons) > 1:
        draft.faults.append(Fault.TWO_PERSONS)
        return None
    others = [part for index, part in enumerate(parts) if index not in persons]
    if not persons:
        draft.faults.append(Fault.NO_PERSON)
        return None
    draft.note(Repair.ORDER)
    return strip_honorific(parts[persons[0]]), ", ".join(sorted(others, key=lambda part: leading_post(part) is None))


def _may_be_person(text: str) -> bool:
    """Whether a text standing where the name belongs can be one: two to seven words of letters, no post, no unit."""
    words = text.split(" ")
    if not 2 <= len(words) <= 7:
        return False
    if not all(len(word) <= _LONGEST_NAME_WORD and _NAME_WORD.match(word) for word in words):
        return False
    post = leading_post(text)
    return not begins_unit(text) and (post is None or post.words < 2) and not is_subject(text)


def _is_person(text: str) -> bool:
    """`_may_be_person`, and it begins with a family name that Vietnamese bear."""
    return _may_be_person(text) and folded(text.split(" ")[0]) in FAMILY_NAMES and not begins_report(text)


def _is_post_or_unit(text: str) -> bool:
    part = text.split(", ")[0]
    return leading_post(part) is not None or abbreviated_post(part) is not None or begins_unit(part)
