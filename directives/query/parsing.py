"""Reading a line of the query bar into terms, with or without marks; what is not understood is named, with the word that
was probably meant. Pure.

A word that says nothing known is looked for in names. "đạt", "miễn", "muộn" after such a word belong to the name
(Nguyễn Văn Đạt); in quotation marks every word does.
Not here: what the terms select (`directives.query_conditions`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Final

from directives.deadlines.period_names import wanted_period
from directives.query.lexing import Word, split_comparison, tidy, words_of
from directives.query.terms import Asks, Fault, Query, Term
from directives.query.vocabulary import (
    CLOSED,
    DATED,
    ENDED_PHRASES,
    ENDED_WORDS,
    KEY_BY_PHRASE,
    KEY_WORDS,
    LESS,
    OVERDUE_KEYS,
    STATE_BY_PHRASE,
    STATE_WORDS,
    STATES,
    VALUE_BY_PHRASE,
)
from directives.query.when import read_day_term
from vietnamese.text import fold

MOST_TERMS: Final = 20
_LONGEST_PHRASE: Final = 6
_CLOSE: Final = 0.8
_NAMES_OF_UNITS: Final = frozenset({"dang bo", "chi bo", "dang uy", "chi uy", "dang bo co so", "chi bo co so"})
"""What names of Party units begin with: "Đảng bộ" is near "đang nợ", and means no state."""


def read_query(text: str, *, today: date) -> Query:
    """The query in `text`; days without a year are of the year of `today`. Never raises."""
    line = tidy(text)
    reader = _Reader(line, words_of(line), today)
    reader.read()
    return Query(line, tuple(reader.terms), " ".join(reader.names), tuple(reader.faults))


@dataclass
class _Reader:
    line: str
    words: list[Word]
    today: date
    terms: list[Term] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    runs: list[list[str]] = field(default_factory=lambda: [[]])  # unquoted names, run by run between the terms

    @property
    def loose(self) -> list[str]:
        """Unquoted names since the last term."""
        return self.runs[-1]

    def read(self) -> None:
        place = 0
        while place < len(self.words) and len(self.terms) + len(self.faults) < MOST_TERMS:
            place += self._keyed(place) or self._state(place) or self._bare(place) or self._name(place)
        self._hint()

    # --- one way of reading each; the number of words taken, 0 when it is something else

    def _keyed(self, place: int) -> int:
        """ "cụm:3", "đơn vị:thcs", "hạn<7ngày", "quá hạn>10ngày"."""
        for width in (1, 2, 3):
            taken = self.words[place : place + width]
            if len(taken) < width or any(word.quoted for word in taken[:-1]):
                break
            less, joined = self._less(taken)
            key, sign, value = split_comparison(joined)
            asks, source = KEY_BY_PHRASE.get(fold(key)), " ".join(word.source for word in taken)
            if not sign:
                continue
            if fold(key) in OVERDUE_KEYS and sign != ":":
                self._day(Asks.DUE, sign, value, source, less, overdue=True)
                return width
            if asks in DATED:
                return width + self._dated(asks, sign, value, source, less, place + width)
            if asks is Asks.PERIOD:
                return width + self._period(value, source, less, place + width, taken[-1].quoted)
            if asks in CLOSED:
                return width + self._closed(asks, value, source, less, place + width, taken[-1].quoted)
            if asks is not None:
                self._open(asks, value, source, less, quoted=taken[-1].quoted)
                return width
            if width == 1:
                self._unknown_key(key, source)
                return 1
            break
        return 0

    def _less(self, taken: list[Word]) -> tuple[bool, str]:
        first = taken[0]
        if len(taken) > 1 and not first.less and fold(first.text) in LESS:
            return True, " ".join(word.text for word in taken[1:])
        return first.less, " ".join(word.text for word in taken)

    def _state(self, place: int) -> int:
        """ "chưa nộp", "-miễn", "trừ miễn"."""
        for width in range(min(_LONGEST_PHRASE, len(self.words) - place), 0, -1):
            taken = self.words[place : place + width]
            if any(word.quoted or (word.less and index) for index, word in enumerate(taken)):
                continue
            less, phrase = self._less(taken)
            if fold(phrase) in ENDED_PHRASES:
                source = " ".join(word.source for word in taken)
                self._add(Term(Asks.ENDED, source, ENDED_WORDS[0], ("ended",), negated=less))
                return width
            state = STATE_BY_PHRASE.get(fold(phrase))
            if state is None or (" " not in phrase and not less and self.loose):
                continue
            source = " ".join(word.source for word in taken)
            self._add(Term(Asks.STATE, source, STATE_WORDS[state], (state,), negated=less))
            return width
        return 0

    def _bare(self, place: int) -> int:
        """ "cụm 3", "khối trường học": a key without its colon, where what follows can mean nothing else."""
        word = self.words[place]
        asks = None if word.quoted else KEY_BY_PHRASE.get(fold(word.text))
        if asks is None or place + 1 >= len(self.words) or self.words[place + 1].less:
            return 0
        if asks is Asks.CLUSTER and self.words[place + 1].text.replace(",", "").isdigit():
            value = self.words[place + 1].text
            self._open(asks, value, f"{word.source}:{value}", word.less)
            return 2
        if asks is Asks.BLOCK:
            for width in range(min(_LONGEST_PHRASE, len(self.words) - place - 1), 0, -1):
                phrase = " ".join(one.text for one in self.words[place + 1 : place + 1 + width])
                value = VALUE_BY_PHRASE[asks].get(fold(phrase))
                if value:
                    self._add_closed(asks, (value,), f'{word.source}:"{phrase}"', word.less)
                    return 1 + width
        return 0

    def _name(self, place: int) -> int:
        word = self.words[place]
        if word.less:
            self._add(Term(Asks.PERSON, word.source, f"tên có “{word.text}”", (word.text,), negated=True))
            return 1
        self.names.append(f'"{word.text}"' if word.quoted else word.text)
        if not word.quoted:
            self.loose.append(word.text)
        return 1

    # --- values

    def _open(self, asks: Asks, value: str, source: str, less: bool, *, quoted: bool = False) -> None:
        """Any text; without quotation marks a comma parts alternatives. "Cụm 3" is the cụm "3"."""
        parts = [part.strip() for part in ([value] if quoted else value.split(","))]
        if asks is Asks.CLUSTER:
            parts = [part[4:].strip() if fold(part).startswith("cum ") else part for part in parts]
        values = tuple(part for part in parts if part)
        if not values:
            self._fault(f"Sau “{source}” còn thiếu giá trị, ví dụ “{KEY_WORDS[asks]}:{_EXAMPLES[asks]}”.")
            return
        self._add(Term(asks, source, f"{_SAID[asks]} {' hoặc '.join(values)}", values, negated=less))

    def _closed(self, asks: Asks, value: str, source: str, less: bool, after: int, quoted: bool) -> int:
        """A value of a closed list, with as many of the words after it as belong to it; how many that are."""
        known = VALUE_BY_PHRASE[asks]
        room = 0 if quoted else min(_LONGEST_PHRASE, len(self.words) - after)
        for width in range(room, -1, -1):
            following = self.words[after : after + width]
            phrase = " ".join((value, *(word.text for word in following))).strip()
            parts = [phrase] if fold(phrase) in known else phrase.split(",")
            if any(word.less or word.quoted for word in following) or not all(fold(part) in known for part in parts):
                continue
            key, sign, _ = split_comparison(source)
            self._add_closed(
                asks, (known[fold(part)] for part in parts), f'{key}{sign}"{phrase}"' if width else source, less
            )
            return width
        typed = fold(value.split(",")[-1])
        near = [phrase for phrase in known if typed and phrase.startswith(typed)] or get_close_matches(
            typed, known, n=1
        )
        part = f'{KEY_WORDS[asks]}:"{CLOSED[asks][known[near[0]]][0]}"' if near else ""
        shown = ", ".join(phrases[0] for phrases in CLOSED[asks].values())
        self._fault(f"Không có {_SAID[asks]} “{value}”. Có thể chọn: {shown}.", source, part)
        return 0

    def _add_closed(self, asks: Asks, values: Iterable[str], source: str, less: bool) -> None:
        found = tuple(dict.fromkeys(values))
        said = " hoặc ".join(CLOSED[asks][value][0] for value in found)
        self._add(Term(asks, source, f"{_SAID[asks]} {said}", found, negated=less))

    def _period(self, value: str, source: str, less: bool, after: int, quoted: bool) -> int:
        """A period, with as many of the words after it as name it ("quý II", "6 tháng đầu năm 2026"); how many."""
        room = 0 if quoted else min(_LONGEST_PHRASE, len(self.words) - after)
        for width in range(room, -1, -1):
            following = self.words[after : after + width]
            if any(word.less or word.quoted for word in following):
                continue
            phrase = " ".join((value, *(word.text for word in following))).strip()
            period = wanted_period(phrase)
            if period is None or (width and wanted_period(" ".join(phrase.split()[:-1])) == period):
                continue  # not a period, or the last word adds nothing to it
            key, sign, _ = split_comparison(source)
            said = f'{key}{sign}"{phrase}"' if width else source
            self._add(Term(Asks.PERIOD, said, f"kỳ {period.words}", (period.pattern,), negated=less))
            return width
        self._fault(f"Không hiểu kỳ trong “{source}”. Hãy viết như “kỳ:5/2026”, “kỳ:quý II/2026” hoặc “kỳ:2026”.")
        return 0

    def _dated(self, asks: Asks, sign: str, value: str, source: str, less: bool, after: int) -> int:
        """A day, taking "nay" of "hôm nay" from the words after it; how many were taken."""
        if after < len(self.words) and not self.words[after].less:
            longer = f"{value} {self.words[after].text}"
            if read_day_term(sign, longer, self.today):
                key, sign_, _ = split_comparison(source)
                self._day(asks, sign, longer, f'{key}{sign_}"{longer}"', less)
                return 1
        self._day(asks, sign, value, source, less)
        return 0

    def _day(self, asks: Asks, sign: str, value: str, source: str, less: bool, *, overdue: bool = False) -> None:
        found = read_day_term(sign, value, self.today, overdue=overdue, past=asks is Asks.HANDED_IN)
        if found is None:
            example = "quá hạn>10ngày" if overdue else f"{KEY_WORDS[asks]}<7ngày” hoặc “{KEY_WORDS[asks]}<=28/4/2026"
            self._fault(f"Không hiểu ngày trong “{source}”. Hãy viết như “{example}”.")
            return
        words = found.words if overdue else f"{KEY_WORDS[asks]} {found.words}"
        self._add(
            Term(asks, source, words, negated=less, first=found.first, last=found.last, state="overdue" * overdue)
        )

    # --- what goes wrong

    def _unknown_key(self, key: str, source: str) -> None:
        close = get_close_matches(fold(key), [*KEY_BY_PHRASE, *OVERDUE_KEYS], n=1, cutoff=0.6)
        word = KEY_WORDS[KEY_BY_PHRASE[close[0]]] if close and close[0] in KEY_BY_PHRASE else ""
        part = word + source.removeprefix("-")[len(key) :] if word else ""
        known = ", ".join(f"{word}:" for word in KEY_WORDS.values())
        self._fault(f"Không hiểu “{source}”. Có thể dùng: {known}", source, part)

    def _hint(self) -> None:
        """Names that look like a misspelt state: "chua nopp"."""
        for run in self.runs:
            pieces = [run[start : start + width] for width in (2, 3) for start in range(len(run) - width + 1)]
            for typed in map(" ".join, pieces):
                if fold(typed) in _NAMES_OF_UNITS:
                    continue
                close = get_close_matches(fold(typed), STATE_BY_PHRASE, n=1, cutoff=_CLOSE)
                if close and typed in self.line:
                    said = f"“{typed}” đang được tìm trong tên người, tên đơn vị."
                    self._fault(said, typed, STATES[STATE_BY_PHRASE[close[0]]][0], is_hint=True)
                    return

    def _fault(self, words: str, source: str = "", part: str = "", *, is_hint: bool = False) -> None:
        better = self.line.replace(source, part, 1) if source and part else ""
        self.runs.append([])
        self.faults.append(Fault(words, better, part, is_hint))

    def _add(self, term: Term) -> None:
        self.runs.append([])
        self.terms.append(term)


_SAID: Final = {
    Asks.CLUSTER: "cụm",
    Asks.BLOCK: "khối",
    Asks.UNIT: "đơn vị",
    Asks.PERSON: "tên có",
    Asks.PAPER: "văn bản",
    Asks.TASK: "việc",
    Asks.KIND: "loại",
    Asks.POSITION: "chức vụ",
}
_EXAMPLES: Final = {
    Asks.CLUSTER: "3",
    Asks.UNIT: '"tổ dân phố số 5"',
    Asks.PERSON: '"Nguyễn Văn An"',
    Asks.PAPER: "128",
    Asks.TASK: '"thu hoạch"',
}
