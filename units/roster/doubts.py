"""Where the file and the roster may mean two different persons or units: what is asked, instead of taken for granted.

Pure. A question is a `Problem` whose kind is a key of `records.QUESTIONS`; until a person answered it, nothing of its row
is applied. Not here: who is paired with whom (`comparison`), where the answers are kept (`units.services.imports`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from units.roster.columns import MEMBER_LABELS, UNIT_LABELS
from units.roster.names import loose_key
from units.roster.records import (
    ABOUT_MEMBER,
    ABOUT_UNIT,
    ERROR,
    OTHER_NAME,
    TWIN_UNIT,
    WHO,
    MemberRow,
    Problem,
    UnitRow,
)

if TYPE_CHECKING:
    from units.roster.comparison import MemberState, UnitState


def may_be_another(state: MemberState, row: MemberRow, *, stays: bool) -> bool:
    """Whether a namesake of the roster may be somebody else: both years of birth are known and differ, or he would be
    taken over from another unit, the year of one of the two is not known (domain §2: the year tells homonyms apart) or
    nothing but name and year says that it is he.

    A common name and a year are borne by several people of a ward. They are enough where the file is the whole list and
    has him nowhere else; they are not where he `stays` if the row is somebody else's (the file is a part, or he belongs
    nowhere now), nor where the file speaks against it: other contacts, or a first day there
    that lies before his first day in the other unit. One e-mail or number in common proves it.
    """
    if state.birth_year != row.birth_year:
        return bool(state.birth_year and row.birth_year) or state.unit != row.unit
    if state.unit == row.unit or _is_proved(state, row):
        return False
    return stays or _speaks_against(state, row)


def _is_proved(state: MemberState, row: MemberRow) -> bool:
    return bool(row.email and row.email == state.email) or bool(row.phone and row.phone == state.phone)


def _speaks_against(state: MemberState, row: MemberRow) -> bool:
    other_contacts = bool(row.email and state.email) or bool(row.phone and state.phone)
    was_there_before = row.since is not None and state.since is not None and row.since < state.since
    return other_contacts or was_there_before


def who_is_it(
    state: MemberState, row: MemberRow, names: Mapping[str, str] | None = None, moved_on: str = ""
) -> Problem:
    """The question about such a pair. `names`: code → name of the unit; `moved_on`: the day of the transfer in words."""
    units = names or {}
    stored, written = _born(state.birth_year), _born(row.birth_year)
    where = f" ở “{units.get(state.unit, state.unit)}”" if state.unit else ", nay không ở đơn vị nào"
    here = units.get(row.unit, row.unit)
    value = f"{written} (danh bạ: {stored})"
    if state.unit == row.unit:
        said, same = f"tệp ghi {written}", "thì năm sinh được sửa theo tệp"
    elif state.birth_year == row.birth_year:
        said = f"tệp ghi cùng năm sinh, ở “{here}”, ngoài tên và năm không có gì cho biết là một người"
        same = f"thì chuyển đến “{here}” từ {moved_on}, các ô khác lấy theo tệp"
        value = f"{written}, {row.unit} (danh bạ: {state.unit or 'không ở đơn vị nào'})"
    else:
        said = f"tệp ghi {written}, ở “{here}”, cùng thư điện tử hoặc điện thoại"
        same = f"thì chuyển đến “{here}” từ {moved_on}, các ô khác lấy theo tệp"
    message = (
        f"Danh bạ có {state.name}, {stored}{where}; {said}. Là cùng một người, {same}; là người khác trùng tên, thì dòng này "
        "thành người mới, không dùng tài khoản của người trong danh bạ. Chưa trả lời thì chưa nhập gì của dòng này."
    )
    value = value[:1].upper() + value[1:]
    column = MEMBER_LABELS["birth_year"]
    return Problem("", row.row, column, value, message, ERROR, ABOUT_MEMBER, WHO, whose=state.pk)


def may_be_another_unit(state: UnitState, row: UnitRow) -> bool:
    """Whether a unit of the same code bears a name that none of its names, as stored and as written, has in common.
    The root is never asked about: a file of another ward is refused before.
    """
    if state.name == row.name or not row.parent:
        return False
    return _names_of(state).isdisjoint(_names_of(row))


def is_it_renamed(state: UnitState, row: UnitRow) -> Problem:
    """The question about such a unit."""
    message = (
        f"Mã {row.code} trong danh bạ là “{state.name}”, trong tệp là “{row.name}”. Nếu đơn vị đổi tên, chọn “Đổi tên” (hoặc "
        "ghi tên cũ ở cột Tên gọi khác): người, việc và kết quả của đơn vị theo tên mới. Nếu là đơn vị khác, ghi mã khác "
        "trong tệp rồi tải lên lại."
    )
    value = f"{row.name} (danh bạ: {state.name})"
    return Problem("", row.row, UNIT_LABELS["name"], value, message, ERROR, ABOUT_UNIT, OTHER_NAME)


def is_it_another(state: UnitState, row: UnitRow) -> Problem:
    """The question about a new unit that bears the name of one that would close."""
    message = (
        f"Danh bạ đã có “{state.name}” với mã {state.code}, tệp ghi mã {row.code}. Nếu là một đơn vị, ghi mã {state.code} "
        f"trong tệp rồi tải lên lại: việc và kết quả giữ nguyên. Nếu là đơn vị khác, chọn “Đơn vị khác”: đơn vị mã {state.code} "
        "giải thể, đơn vị mới bắt đầu từ đầu."
    )
    value = f"{row.name} ({row.code}; danh bạ: {state.code})"
    return Problem("", row.row, UNIT_LABELS["name"], value, message, ERROR, ABOUT_UNIT, TWIN_UNIT)


def _names_of(unit: UnitState | UnitRow) -> set[str]:
    return {loose_key(name) for name in (unit.name, *unit.aliases)}


def _born(year: int | None) -> str:
    return f"sinh năm {year}" if year else "chưa ghi năm sinh"
