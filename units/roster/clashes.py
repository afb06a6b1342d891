"""What a file and the roster may not both have: a second secretary of a unit, a second unit of one name; and the questions.

Within the file the sheets' readers see to it; here is what comes of a file that speaks for a part, so that whoever it
does not name stays. Pure. Not here: who is who (`comparison`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from units.roster.columns import MEMBER_LABELS, UNIT_LABELS
from units.roster.comparison import Difference, MemberState, UnitState, first_day_there
from units.roster.doubts import is_it_another, is_it_renamed, who_is_it
from units.roster.names import loose_key
from units.roster.posts import is_committee_post
from units.roster.records import ABOUT_MEMBER, ABOUT_UNIT, ERROR, ClosedList, MemberRow, Post, Problem, Roster
from units.roster.secretary import is_secretary


def clashes(
    difference: Difference,
    roster: Roster,
    *,
    units: Iterable[UnitState],
    members: Iterable[MemberState],
    on: date,
    statuses: ClosedList,
    probationary: str,
    seats: Mapping[int, str],
) -> tuple[Problem, ...]:
    """Rows that would make a second secretary beside one who stays, or a second open unit of one name, or put somebody on
    probation (`probationary` is the stored word for it) into a committee; and every question of the difference, answered or
    not, whose transfers would begin on `on` where the file does not say. `seats`: what members (by their keys) hold in a
    committee and would go on holding, in words.
    """
    stored = tuple(units)
    return (
        *(is_it_renamed(state, row) for state, row in difference.units_doubted),
        *_units_of_one_name(difference, roster, stored),
        *_homonyms(difference, roster, stored, on),
        *_second_secretaries(difference, roster, stored, members),
        *_committee_posts_on_probation(difference, probationary),
        *_back_on_probation(difference, statuses, probationary, seats),
    )


def _homonyms(difference: Difference, roster: Roster, units: Iterable[UnitState], on: date) -> Iterator[Problem]:
    names = _names(units, roster) if difference.members_doubted else {}
    for state, row in difference.members_doubted:
        day = first_day_there(state, row, on)
        yield who_is_it(state, row, names, f"{day.day}/{day.month}/{day.year}")


def _names(units: Iterable[UnitState], roster: Roster) -> dict[str, str]:
    return {unit.code: unit.name for unit in units} | {unit.code: unit.name for unit in roster.units}


def _units_of_one_name(difference: Difference, roster: Roster, units: Iterable[UnitState]) -> Iterator[Problem]:
    written = {row.code for row in roster.units}
    going = {state.code for state in difference.units_closed}
    closing = {loose_key(state.name): state for state in difference.units_closed}
    staying = {unit.name: unit for unit in units if not unit.is_closed and unit.code not in written | going}
    for row in difference.units_new:
        state = staying.get(row.name)
        if state:
            message = (
                f"Danh bạ đã có “{row.name}” với mã {state.code}. Nếu là một đơn vị, ghi mã {state.code} trong tệp; "
                "nếu không, đổi tên một trong hai."
            )
            yield Problem("", row.row, UNIT_LABELS["name"], row.name, message, ERROR, ABOUT_UNIT)
        elif closing and (twin := closing.get(loose_key(row.name))):
            yield is_it_another(twin, row)


def _second_secretaries(
    difference: Difference, roster: Roster, units: Iterable[UnitState], members: Iterable[MemberState]
) -> Iterator[Problem]:
    ended = {(state.pk, post) for state, post in difference.appointments_ended}
    sitting: dict[str, MemberState] = {}
    asked = {state.pk for state, _ in difference.members_asked}  # whether they stay is not known yet
    for state in members:
        if state.pk in asked:
            continue
        for post in state.posts:
            if is_secretary(post.title) and (state.pk, post) not in ended:
                sitting.setdefault(post.unit, state)
    if not sitting:
        return
    names = _names(units, roster)
    for row, post in _new_posts(difference):
        state = sitting.get(post.unit) if is_secretary(post.title) else None
        if state:
            unit = names.get(post.unit, post.unit)
            message = (
                f"“{unit}” đang có Bí thư là {state.name}, người này vẫn giữ chức sau khi nhập; mỗi đơn vị một Bí thư. "
                "Bỏ chức ở dòng này, hoặc đổi bí thư trong danh bạ trước."
            )
            yield Problem("", row.row, MEMBER_LABELS["posts"], post.title, message, ERROR, ABOUT_MEMBER)


def _committee_posts_on_probation(difference: Difference, probationary: str) -> Iterator[Problem]:
    """What was so before the file is left alone: a roster taken out comes in again without a word."""
    for row, post in _new_posts(difference):
        if row.status == probationary and is_committee_post(post.title):
            message = (
                f"{row.name} là đảng viên dự bị, chưa được bầu vào cấp ủy (Điều 3 Điều lệ Đảng). Bỏ chức “{post.title}” ở "
                "dòng này, hoặc ghi tình trạng Chính thức nếu đã được công nhận."
            )
            yield Problem("", row.row, MEMBER_LABELS["posts"], post.title, message, ERROR, ABOUT_MEMBER)


def on_probation_now(difference: Difference, probationary: str) -> Iterator[tuple[MemberState, MemberRow]]:
    """Whom the file puts on probation who is not."""
    for state, row in (*difference.members_changed, *difference.members_moved):
        if row.status == probationary != state.status:
            yield state, row


def _back_on_probation(
    difference: Difference, statuses: ClosedList, probationary: str, seats: Mapping[int, str]
) -> Iterator[Problem]:
    for state, row in on_probation_now(difference, probationary):
        if held := seats.get(state.pk):
            before, after = statuses.label_of(state.status), statuses.label_of(probationary)
            message = (
                f"Tệp ghi {row.name} là {after}, danh bạ ghi {before} và người này đang giữ: {held}. Đảng viên dự bị chưa "
                f"được bầu vào cấp ủy (Điều 3 Điều lệ Đảng). Sửa ô này thành {before} nếu tệp ghi nhầm; nếu đúng là {after}, "
                "bỏ qua dòng này, ghi thôi giữ chức vụ, vai trò ấy trong danh bạ rồi nhập lại."
            )
            yield Problem("", row.row, MEMBER_LABELS["status"], after, message, ERROR, ABOUT_MEMBER, proposal=before)


def _new_posts(difference: Difference) -> Iterator[tuple[MemberRow, Post]]:
    for row in difference.members_new:
        for post in row.posts:
            yield row, post
    pairs = (*difference.members_changed, *difference.members_moved, *difference.members_same)
    taking = {state.pk for state, _ in difference.appointments_new}
    row_of = {state.pk: row for state, row in pairs if state.pk in taking}
    for state, post in difference.appointments_new:
        if state.pk in row_of:
            yield row_of[state.pk], post
