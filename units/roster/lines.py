"""A difference as lines to look at: who or what, from → to, field by field. Pure.

Not here: what differs (`comparison`), how the lines are stored and shown (`units.services`, pages).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from json.encoder import encode_basestring
from typing import NamedTuple

from units.roster.columns import MEMBER_LABELS, UNIT_LABELS
from units.roster.comparison import Difference, MemberState, UnitState, first_day_there
from units.roster.records import (
    ExemptionRow,
    LeftOutRow,
    MemberRow,
    Post,
    Problem,
    Roster,
    UnitRow,
    Vocabulary,
    storable,
)

UNIT, MEMBER = "unit", "member"
NEW, MOVED, LEFT, CLOSED, CHANGED, DOUBTFUL, UNCHANGED = (
    "new", "moved", "left", "closed", "changed", "doubtful", "unchanged",
)  # fmt: skip

_BIRTH_YEAR, _STATUS, _EMAIL, _PHONE, _SINCE = (
    MEMBER_LABELS[field] for field in ("birth_year", "status", "email", "phone", "since")
)
_POSTS, _EXEMPT = "Chức vụ", "Miễn sinh hoạt"
_WHO_IS_IT = "trùng tên với người trong danh bạ: cùng một người, hay người khác?"

_USUAL_VALUES = 5_000  # years, days, statuses: more different ones than any roster has


class Line(NamedTuple):
    """One unit or member of the difference. `row` 0 = not in the file; `pk` None = not stored; `changes` as `told` says them."""

    part: str
    change: str
    row: int
    name: str
    unit: str
    pk: int | None
    changes: Sequence[str]


def told(what: str, old: str, new: str) -> str:
    """One change as JSON: [what, old, new], as `json.dumps` writes it, a third faster for short texts."""
    quoted = encode_basestring
    return f"[{quoted(storable(what))},{quoted(storable(old))},{quoted(storable(new))}]"


class LineMaker:
    """Puts codes and stored values back into the office's words."""

    def __init__(self, vocabulary: Vocabulary, roster: Roster, units: Iterable[UnitState], on: date) -> None:
        self._vocabulary = vocabulary
        self._on = on
        self._units = {unit.code: unit.name for unit in units} | {unit.code: unit.name for unit in roster.units}
        # What comes again and again among the new is put into words once.
        usual = lru_cache(maxsize=_USUAL_VALUES)
        self._born = usual(lambda year: told(_BIRTH_YEAR, "", str(year)))
        self._of_status = usual(lambda status: told(_STATUS, "", vocabulary.statuses.label_of(status)))
        self._there_since = usual(lambda day: told(_SINCE, "", _day(day)))

    def lines(self, difference: Difference, roster: Roster) -> Iterator[Line]:
        """Units first, then members; doubtful rows with what is wrong with them."""
        yield from self._unit_lines(difference)
        yield from self._member_lines(difference)
        problems: Mapping[int, list[Problem]] = defaultdict(list)
        for problem in roster.problems:
            if problem.about == MEMBER:
                problems[problem.row].append(problem)
        for row in roster.left_out:
            yield self._left_out(row, problems[row.row])
        for state, asked in difference.members_asked:
            question = told("Vì sao", _WHO_IS_IT, "chờ trả lời")
            yield self._of_pair(DOUBTFUL, state, asked, (question, *self._differing(state, asked)))
        for state in difference.members_spared:
            reason = told("Vì sao", "không có trong tệp, nhưng một dòng bị bỏ qua có thể là người này", "giữ nguyên")
            yield self._of_state(DOUBTFUL, state, (reason,))

    def _unit_lines(self, difference: Difference) -> Iterator[Line]:
        for row in difference.units_new:
            facts = self._unit_facts(row)
            yield Line(UNIT, NEW, row.row, row.name, self._unit(row.parent), None, _gained(facts))
        for state, row in difference.units_changed:
            changes = _differing(self._unit_facts(state), self._unit_facts(row))
            if state.is_closed:
                changes = (told("Trạng thái", "đã giải thể", "mở lại"), *changes)
            yield Line(UNIT, CHANGED, row.row, row.name, self._unit(row.parent), state.pk, changes)
        for state, row in difference.units_asked:
            question = told("Vì sao", "cùng mã, tên khác hẳn: đổi tên, hay đơn vị khác?", "chờ trả lời")
            changes = _differing(self._unit_facts(state), self._unit_facts(row))
            yield Line(UNIT, DOUBTFUL, row.row, row.name, self._unit(row.parent), state.pk, (question, *changes))
        for state in difference.units_closed:
            yield Line(UNIT, CLOSED, 0, state.name, self._unit(state.parent), state.pk, ())
        for state, row in difference.units_same:
            yield Line(UNIT, UNCHANGED, row.row, row.name, self._unit(row.parent), state.pk, ())

    def _member_lines(self, difference: Difference) -> Iterator[Line]:
        extra = self._posts_and_exemptions(difference)
        for row in difference.members_new:
            yield Line(MEMBER, NEW, row.row, row.name, self._unit(row.unit), None, self._of_new(row))
        for state, row in difference.members_moved:
            day = _day(first_day_there(state, row, self._on))
            moved = told(MEMBER_LABELS["unit"], self._unit(state.unit), f"{self._unit(row.unit)} (từ {day})")
            yield self._of_pair(MOVED, state, row, (moved, *self._differing(state, row), *extra.get(state.pk, ())))
        for state, row in difference.members_changed:
            first: tuple[str, ...] = ()
            if row.since and row.since != state.since:
                first = (told(_SINCE, _day(state.since), _day(row.since)),)
            yield self._of_pair(CHANGED, state, row, (*self._differing(state, row), *first, *extra.get(state.pk, ())))
        for state in difference.members_left:
            yield self._of_state(LEFT, state, tuple(extra.get(state.pk, ())))
        for state, row in difference.members_same:
            changes = tuple(extra.get(state.pk, ()))
            yield self._of_pair(CHANGED if changes else UNCHANGED, state, row, changes)

    def _posts_and_exemptions(self, difference: Difference) -> Mapping[int, list[str]]:
        """By member: posts taken and left, exemptions begun, changed and ended."""
        found: Mapping[int, list[str]] = defaultdict(list)
        for state, post in difference.appointments_ended:
            found[state.pk].append(told(_POSTS, self._post(post), "thôi giữ"))
        for state, post in difference.appointments_new:
            found[state.pk].append(told(_POSTS, "", self._post(post)))
        for state, exemption in difference.exemptions_new:
            found[state.pk].append(told(_EXEMPT, "", _exemption(exemption)))
        for stored, exemption in difference.exemptions_changed:
            old = _exemption(ExemptionRow(stored.decision, stored.first_day, stored.last_day))
            found[stored.member].append(told(_EXEMPT, old, _exemption(exemption)))
        for stored in difference.exemptions_ended:
            old = _exemption(ExemptionRow(stored.decision, stored.first_day, stored.last_day))
            found[stored.member].append(told(_EXEMPT, old, f"kết thúc ngày {_day(self._on)}"))
        return found

    def _left_out(self, row: LeftOutRow, problems: Iterable[Problem]) -> Line:
        reasons = tuple(told("Vì sao", problem.message, "bỏ qua dòng") for problem in problems)
        return Line(MEMBER, DOUBTFUL, row.row, row.name or "(chưa ghi họ tên)", self._unit(row.unit), None, reasons)

    def _of_pair(self, change: str, state: MemberState, row: MemberRow, changes: tuple[str, ...]) -> Line:
        return Line(MEMBER, change, row.row, row.name, self._unit(row.unit), state.pk, changes)

    def _of_state(self, change: str, state: MemberState, changes: tuple[str, ...]) -> Line:
        return Line(MEMBER, change, 0, state.name, self._unit(state.unit), state.pk, changes)

    def _differing(self, state: MemberState, row: MemberRow) -> tuple[str, ...]:
        return _differing(self._member_facts(state), self._member_facts(row))

    def _of_new(self, row: MemberRow) -> list[str]:
        facts = [self._born(row.birth_year)] if row.birth_year else []
        facts.append(self._of_status(row.status))
        if row.email:
            facts.append(told(_EMAIL, "", row.email))
        if row.phone:
            facts.append(told(_PHONE, "", row.phone))
        if row.since:
            facts.append(self._there_since(row.since))
        if row.posts:
            facts.append(told(_POSTS, "", "; ".join(map(self._post, row.posts))))
        if row.exemption:
            facts.append(told(_EXEMPT, "", _exemption(row.exemption)))
        return facts

    def _member_facts(self, member: MemberState | MemberRow) -> dict[str, str]:
        return {
            MEMBER_LABELS["name"]: member.name,
            _BIRTH_YEAR: str(member.birth_year or ""),
            _STATUS: self._vocabulary.statuses.label_of(member.status),
            _EMAIL: member.email,
            _PHONE: member.phone,
        }

    def _unit_facts(self, unit: UnitState | UnitRow) -> dict[str, str]:
        return {
            UNIT_LABELS["code"]: unit.code,
            UNIT_LABELS["name"]: unit.name,
            UNIT_LABELS["kind"]: self._vocabulary.kinds.label_of(unit.kind),
            UNIT_LABELS["parent"]: self._unit(unit.parent),
            UNIT_LABELS["block"]: self._vocabulary.blocks.label_of(unit.block),
            UNIT_LABELS["cluster"]: unit.cluster,
            UNIT_LABELS["aliases"]: "; ".join(sorted(unit.aliases)),
        }

    def _post(self, post: Post) -> str:
        return f"{post.title}, {self._unit(post.unit)}"

    def _unit(self, code: str) -> str:
        return self._units.get(code, code)


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(told(what, old[what], new[what]) for what in old if old[what] != new[what])


def _gained(facts: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(told(what, "", text) for what, text in facts.items() if text)


def _day(day: date | None) -> str:
    return f"{day.day}/{day.month}/{day.year}" if day else ""


def _exemption(row: ExemptionRow) -> str:
    days = "".join(
        (
            f" từ {_day(row.first_day)}" if row.first_day else "",
            f" đến hết {_day(row.last_day)}" if row.last_day else "",
        )
    )
    return f"{row.decision}{days}"
