"""The second half of a file name: which posts, which unit, in their right spelling.

Comma parts from the left are posts while they begin with a known one; the remainder, joined again, is the unit. Units
contain commas and dashes themselves (Phòng Kinh tế, Hạ tầng và Đô thị; Phòng Văn hóa - Xã hội).

Not here: the person (`filenames.py`), the lists (`name_words.py`), which unit is meant (`matching.py`).
"""

import re

from submissions.name_cleaning import Draft
from submissions.name_notes import Repair
from submissions.name_words import abbreviated_post, begins_unit, fold_words, leading_post, unit_phrase
from vietnamese.casing import title_case
from vietnamese.text import fold
from vietnamese.tones import tone_key

_TDP = re.compile(r"\bTDP\.? ?(?:số|so)? ?(\d)", re.IGNORECASE)
_TDP_ALONE = re.compile(r"\bTDP\b(?! số)", re.IGNORECASE)
_CELL = re.compile(r"^(CB|ĐB)\b", re.IGNORECASE)


def posts_and_unit(rest: str, draft: Draft, *, restore: bool, one_case: bool) -> tuple[tuple[str, ...], str | None]:
    """Posts and unit of what stands behind the name; repairs go to the draft.

    `restore`: the text lost its case or its accents, so known words get theirs back. `one_case`: it has capitals only
    or small letters only.
    """
    # Comma parts from the left while they begin with a known post; the remainder, joined again, is the unit.
    head, dash, tail = rest.partition(" - ")
    if dash and ", " not in head and leading_post(head) and begins_unit(tail):
        rest = f"{head}, {tail}"
        draft.note(Repair.SEPARATOR)
    parts = [part for part in rest.split(", ") if part]
    positions: list[str] = []
    while parts and (post := _post_of(parts[0], draft, restore=restore, one_case=one_case, is_last=len(parts) == 1)):
        spelling, remainder = post
        positions.append(spelling)
        parts[0:1] = [remainder] if remainder else []
    unit = ", ".join(parts)
    return tuple(positions), _unit_of(unit, draft, restore=restore, one_case=one_case) if unit else None


def _post_of(part: str, draft: Draft, *, restore: bool, one_case: bool, is_last: bool) -> tuple[str, str | None] | None:
    """A part read as a post, and the unit stuck to it when no comma stood between ("Bí thư Chi bộ 5")."""
    full = abbreviated_post(part)
    if full:
        draft.note(Repair.ABBREVIATION)
        return full, None
    found = leading_post(part)
    if found is None:
        return None
    words = part.split(" ")
    remainder, unit = " ".join(words[found.words :]), None
    if is_last and remainder:
        # The longest post may have swallowed the unit's first words ("Bí thư Chi bộ" + "Tổ dân phố số 5").
        for count in range(1, found.words + 1):
            behind = " ".join(words[count:])
            shorter = leading_post(" ".join(words[:count]))
            if shorter and shorter.words == count and begins_unit(behind, surely=True):
                draft.note(Repair.SEPARATOR)
                found, remainder, unit = shorter, "", behind
                break
    written = " ".join(words[: found.words])
    spelling = _respelled(written, found.spelling, draft, one_case=one_case)
    rest = _restored(remainder, one_case=one_case) if restore else remainder
    return " ".join(filter(None, (spelling, rest))), unit


def _respelled(written: str, right: str, draft: Draft, *, one_case: bool) -> str:
    """The post in its right spelling; a right one in the writer's own case and tone placement is left alone."""
    if tone_key(written) == tone_key(right):
        if one_case and written != right:
            draft.note(Repair.CASE)
            return right
        return written
    draft.note(Repair.UNACCENTED if draft.text.isascii() else Repair.POST_SPELLING)
    return right


def _unit_of(unit: str, draft: Draft, *, restore: bool, one_case: bool) -> str:
    expanded = _TDP.sub(r"Tổ dân phố số \1", unit)
    expanded = _TDP_ALONE.sub("Tổ dân phố", expanded)
    expanded = _CELL.sub(lambda match: "Chi bộ" if match[1].upper() == "CB" else "Đảng bộ", expanded)
    if expanded != unit:
        draft.note(Repair.UNIT_ALIAS)
    restored = _restored(expanded, one_case=one_case) if restore else expanded[:1].upper() + expanded[1:]
    if restored != expanded:
        draft.note(Repair.CASE if fold(restored) == fold(expanded) and not expanded.isascii() else Repair.UNACCENTED)
    return restored


def _restored(text: str, *, one_case: bool) -> str:
    """Case and accents of the words that units are made of; other words wait for the roster."""
    words = text.split(" ")
    keys = fold_words(words)
    done: list[str] = []
    index = 0
    while index < len(words):
        # An accented word is restored in case only: its accents are the writer's.
        phrase = unit_phrase(keys[index:])
        if phrase and _agrees(words[index : index + phrase.words], phrase.spelling):
            done.append(phrase.spelling)
            index += phrase.words
            continue
        done.append(title_case(words[index]) if one_case else words[index])
        index += 1
    restored = " ".join(done)
    return restored[:1].upper() + restored[1:]


def _agrees(words: list[str], spelling: str) -> bool:
    return all(
        word.isascii() or tone_key(word) == tone_key(meant)
        for word, meant in zip(words, spelling.split(" "), strict=True)
    )
