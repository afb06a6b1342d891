"""Rows of the sheet "Đảng viên" → `MemberRow`s, repairs applied, every fault named once.

Rows arrive by the hundred thousand: what repeats (units, posts, statuses) is looked up once.
Not here: which of them are new or moved (`comparison`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType

from units.keys import name_key
from units.roster.columns import MEMBER_LABELS, Header, member_field
from units.roster.faults import Faults
from units.roster.names import UnitIndex
from units.roster.records import ExemptionRow, LeftOutRow, MemberRow, Post, Vocabulary
from units.roster.values import (
    FIRST_BIRTH_YEAR,
    YOUNGEST_AGE,
    Reading,
    Value,
    as_text,
    is_plain_name,
    read_day,
    read_email,
    read_name,
    read_phone,
    read_text,
    read_year,
)
from vietnamese.text import clean, fold

_LONGEST_TITLE, _LONGEST_DECISION, _LONGEST_POSTS = 160, 60, 2000
_SECRETARY = "bi thu"
_DIGITS = re.compile("[0-9]{1,9}")
_title_key = lru_cache(maxsize=10_000)(fold)
NO_CORRECTIONS: Mapping[int, Mapping[str, str]] = MappingProxyType({})
FIELDS = (
    "name", "unit", "birth_year", "since", "posts", "status", "decision", "exempt_from", "exempt_to", "email", "phone",
)  # fmt: skip


def _numbers(name: str) -> list[int]:
    return [int(digits) for digits in _DIGITS.findall(name)]


@dataclass(slots=True)
class MemberSheet:
    """What came out of the sheet."""

    members: list[MemberRow] = field(default_factory=list)
    left_out: list[LeftOutRow] = field(default_factory=list)


class MemberReader:
    """Reads the rows of one sheet against the units of the roster; `on` is the day of the reading."""

    def __init__(
        self,
        *,
        header: Header,
        index: UnitIndex,
        vocabulary: Vocabulary,
        faults: Faults,
        on: date,
        typed: bool,
        corrections: Mapping[int, Mapping[str, str]] = NO_CORRECTIONS,
    ) -> None:
        self._corrections = corrections
        self._has_status = "status" in header.columns
        # One call picks a row's cells in the order of FIELDS; a column the file lacks reads the blank put at the end.
        self._pick = itemgetter(*(header.columns.get(name, -1) for name in FIELDS))
        self._width = max(header.columns.values()) + 1
        self._index = index
        self._vocabulary = vocabulary
        self._faults = faults
        self._typed = self._is_typed = typed
        self._latest_birth = on.year - YOUNGEST_AGE
        self._usual_years = frozenset(map(float, range(FIRST_BIRTH_YEAR, self._latest_birth + 1)))
        self._posts: dict[tuple[str, str], tuple[Post, ...]] = {}
        self._statuses: dict[str, str] = {}
        self._headings: dict[object, bool] = {}
        self._people: dict[tuple[str, str], list[MemberRow]] = {}
        self._emails: dict[str, int] = {}
        self._secretaries: dict[str, MemberRow] = {}

    def read(self, rows: Iterable[tuple[int, Sequence]]) -> MemberSheet:
        """All rows below the header. A row with an error becomes a `LeftOutRow`."""
        sheet = MemberSheet()
        errors = self._faults.rows_with_error
        for row, cells in rows:
            picked = self._pick([*cells, *[""] * max(1, self._width + 1 - len(cells))])
            if picked[0] == "" and not any(str(cell).strip() for cell in picked):
                continue
            if self._is_header_again(*picked[:2]):
                continue
            if row in self._corrections:
                corrected = self._corrections[row]
                picked = tuple(corrected.get(name, cell) for name, cell in zip(FIELDS, picked, strict=True))
                self._typed = False  # what a person typed on the page is text by nature
            member = self._read_row(row, picked)
            self._typed = self._is_typed
            if row in errors:
                sheet.left_out.append(LeftOutRow(row, member.name, member.birth_year, member.unit))
            elif self._is_told_apart(member):
                sheet.members.append(member)
            elif row in errors:  # told apart from nobody: the fault was named just now
                sheet.left_out.append(LeftOutRow(row, member.name, member.birth_year, member.unit))
        return sheet

    def _is_header_again(self, name_cell: object, unit_cell: object) -> bool:
        """The second row of a header, or the header printed anew on the next page."""
        known = self._headings.get(unit_cell)
        if known is None:
            known = self._headings[unit_cell] = member_field(unit_cell) == "unit"
        return known and member_field(name_cell) == "name"

    def _take(self, row: int, name: str, cell: object, reading: Reading[Value]) -> Value:
        return self._faults.take(row, MEMBER_LABELS[name], cell, reading)

    def _read_row(self, row: int, cells: Sequence) -> MemberRow:
        """One row, cells in the order of FIELDS. Every cell has a short way for what is usual."""
        name_cell, unit_cell, year_cell, since_cell, posts_cell, status_cell = cells[:6]
        decision_cell, from_cell, to_cell, email_cell, phone_cell = cells[6:]
        match = self._index.find(unit_cell) if type(unit_cell) is str else None
        if match is not None and match.exact and is_plain_name(name_cell):
            name, unit = name_cell, match.code
        else:
            name, unit = self._read_name_and_unit(row, name_cell, unit_cell, posts_cell)
        year: int | None
        if type(year_cell) is float and year_cell in self._usual_years:
            year = int(year_cell)
        else:
            year = self._take(row, "birth_year", year_cell, read_year(year_cell, self._latest_birth, typed=self._typed))
        since = since_cell
        if type(since_cell) is not date:
            since = self._take(row, "since", since_cell, read_day(since_cell, typed=self._typed))
        posts = self._read_posts(row, posts_cell, unit) if posts_cell != "" else ()
        email = self._take(row, "email", email_cell, read_email(email_cell)) if email_cell != "" else ""
        phone = self._take(row, "phone", phone_cell, read_phone(phone_cell)) if phone_cell != "" else ""
        status = self._statuses.get(status_cell) or self._read_status(row, status_cell)
        exemption = None
        if decision_cell != "" or from_cell != "" or to_cell != "":
            exemption = self._read_exemption(row, decision_cell, from_cell, to_cell)
        return MemberRow(row, name, year, unit, posts, status, exemption, email, phone, since)

    # ---- name and unit ------------------------------------------------------------------------

    def _read_name_and_unit(
        self, row: int, name_cell: object, unit_cell: object, posts_cell: object
    ) -> tuple[str, str]:
        label = MEMBER_LABELS["unit"]
        text = unit_cell if isinstance(unit_cell, str) else as_text(unit_cell)
        match = self._index.find(text)
        if not match.code and self._are_swapped(name_cell, text):
            name = read_name(text).value
            unit = self._index.find(as_text(name_cell))
            self._faults.repair(
                row, MEMBER_LABELS["name"], name_cell,
                f"Họ tên và đơn vị ghi ngược cột; đề nghị sửa: họ tên “{name}”, đơn vị “{self._index.name_of(unit.code)}”.",
                kind="swapped",
            )  # fmt: skip
            return name, unit.code
        name = self._take(row, "name", name_cell, read_name(name_cell))
        if not clean(text):
            self._faults.error(row, label, text, "Chưa ghi đơn vị sinh hoạt.")
        elif not match.code:
            guess = self._guess(text, posts_cell)
            self._faults.error(
                row,
                label,
                text,
                self._unknown_unit(text, self._nearest(text, posts_cell)),
                kind="unknown_unit" if guess else "",
                proposal=guess,
            )
        elif not match.exact:
            own = self._index.name_of(match.code)
            self._faults.repair(
                row,
                label,
                text,
                f"Tên đơn vị viết khác danh sách; đề nghị sửa thành “{own}”.",
                kind="unit_spelling",
                proposal=own,
            )
        return name, match.code

    def _are_swapped(self, name_cell: object, unit_text: str) -> bool:
        return bool(self._index.find(as_text(name_cell)).code) and not read_name(unit_text).fault

    def _nearest(self, text: str, posts_cell: object = "") -> list[str]:
        """Units that may be meant, best first; the one where the person holds a post before all."""
        return list(dict.fromkeys([*self._held_in(posts_cell), *self._index.nearest(text)]))

    def _held_in(self, posts_cell: object) -> list[str]:
        """Names of the units in which a cell of posts says they are held."""
        codes = [self._index.find(part.partition("|")[2].strip()).code for part in as_text(posts_cell).split(";")]
        return [self._index.name_of(code) for code in codes if code]

    def _guess(self, text: str, posts_cell: object) -> str:
        """The one unit worth putting before a person as the answer: where a post is held, else the nearest with the same
        numbers ("số 9" is written nearly like "số 99" and is another unit). "" = none.
        """
        alike = [name for name in self._index.nearest(text) if _numbers(name) == _numbers(text)]
        return next(iter([*self._held_in(posts_cell), *alike]), "")

    @staticmethod
    def _unknown_unit(text: str, names: Sequence[str]) -> str:
        near = ", ".join(f"“{name}”" for name in names)
        proposal = f" Gần nhất: {near}." if near else ""
        return f"Không có đơn vị “{clean(text)}” trong danh sách tổ chức đảng.{proposal} Sửa ô này hoặc thêm đơn vị."

    # ---- posts, status, exemption -------------------------------------------------------------

    def _read_posts(self, row: int, cell: object, own_unit: str) -> tuple[Post, ...]:
        key = (as_text(cell), own_unit)
        posts = self._posts.get(key)
        if posts is None:
            before = len(self._faults.problems)
            posts = self._parse_posts(row, cell, own_unit)
            if len(self._faults.problems) == before:  # a faulty cell is reported in every row that has it
                self._posts[key] = posts
        return posts

    def _parse_posts(self, row: int, cell: object, own_unit: str) -> tuple[Post, ...]:
        label = MEMBER_LABELS["posts"]
        text = self._take(row, "posts", cell, read_text(cell, _LONGEST_POSTS))
        posts: dict[Post, None] = {}
        for part in filter(None, (part.strip() for part in text.split(";"))):
            title, bar, unit_text = (piece.strip() for piece in part.partition("|"))
            match = self._index.find(unit_text)
            if not title or len(title) > _LONGEST_TITLE:
                self._faults.error(row, label, cell, f"Chức vụ “{part}” thiếu tên chức vụ; ghi dạng “Bí thư|Chi bộ…”.")
            elif not bar and own_unit:
                own = self._index.name_of(own_unit)
                self._faults.repair(
                    row, label, cell, f"Chức vụ “{title}” thiếu đơn vị; đề nghị ghi “{title}|{own}”.", kind="post_unit"
                )
                posts[Post(title, own_unit)] = None
            elif not match.code:
                self._faults.error(row, label, cell, self._unknown_unit(unit_text, self._nearest(unit_text)))
            else:
                if not match.exact:
                    own = self._index.name_of(match.code)
                    self._faults.repair(
                        row,
                        label,
                        cell,
                        f"Đơn vị của chức vụ viết khác danh sách; đề nghị sửa thành “{own}”.",
                        kind="unit_spelling",
                    )
                posts[Post(title, match.code)] = None
        return tuple(posts)

    def _read_status(self, row: int, cell: object) -> str:
        text = as_text(cell)
        label = MEMBER_LABELS["status"]
        if not self._has_status:
            return self._vocabulary.default_status
        if not clean(text):
            self._faults.repair(
                row, label, text, "Chưa ghi tình trạng; đề nghị ghi “Chính thức”.", kind="status", proposal="Chính thức"
            )
            return self._vocabulary.default_status
        status = self._vocabulary.statuses.find(text)
        if status is None:
            known = "; ".join(self._vocabulary.statuses.labels)
            self._faults.error(
                row, label, text, f"Tình trạng “{text}” không có trong danh mục; chọn một trong: {known}."
            )
            return self._vocabulary.default_status
        if self._vocabulary.statuses.writes(text, status):
            self._statuses[text] = status
        else:  # named in every row that has it
            self._faults.word(row, label, text, self._vocabulary.statuses.label_of(status))
        return status

    def _read_exemption(
        self, row: int, decision_cell: object, from_cell: object, to_cell: object
    ) -> ExemptionRow | None:
        decision = self._take(row, "decision", decision_cell, read_text(decision_cell, _LONGEST_DECISION))
        first = self._take(row, "exempt_from", from_cell, read_day(from_cell, typed=self._typed))
        last = self._take(row, "exempt_to", to_cell, read_day(to_cell, typed=self._typed))
        if not decision and (first or last):
            self._faults.error(row, MEMBER_LABELS["decision"], "", "Có ngày miễn sinh hoạt nhưng chưa ghi số văn bản.")
        if first and last and last < first:
            self._faults.error(
                row, MEMBER_LABELS["exempt_to"], to_cell,
                f"Miễn sinh hoạt đến ngày {as_text(last)} trước cả ngày bắt đầu {as_text(first)}.",
            )  # fmt: skip
        return ExemptionRow(decision, first, last) if decision else None

    # ---- across rows --------------------------------------------------------------------------

    def _is_told_apart(self, member: MemberRow) -> bool:
        """Whether this row is somebody no earlier row was; else the fault is named.

        Homonyms in one unit are real people, told apart by year of birth or, failing that, by address and number.
        """
        key = (name_key(member.name), member.unit)
        earlier_rows = self._people.get(key)
        if earlier_rows is None:
            self._people[key] = [member]
        else:
            for earlier in earlier_rows:
                if not self._differs(member, earlier):
                    return False
            earlier_rows.append(member)
        if member.email and not self._has_own_address(member):
            return False
        return not member.posts or self._is_only_secretary(member)

    def _differs(self, member: MemberRow, earlier: MemberRow) -> bool:
        label = MEMBER_LABELS["name"]
        if member.birth_year != earlier.birth_year and member.birth_year and earlier.birth_year:
            return True
        if member.birth_year == earlier.birth_year and self._contents(member) == self._contents(earlier):
            self._faults.repair(
                member.row,
                label,
                member.name,
                f"Dòng lặp lại dòng {earlier.row} (cùng người, cùng đơn vị); đề nghị bỏ dòng này.",
                kind="duplicate",
            )
            return False
        if any(mine and theirs and mine != theirs for mine, theirs in self._addresses(member, earlier)):
            return True
        if member.birth_year == earlier.birth_year and member.birth_year and member.since != earlier.since:
            message = f"Trùng họ tên, năm sinh và đơn vị với dòng {earlier.row}, khác ngày vào sinh hoạt: được coi là hai người; nếu là một, hãy bỏ bớt một dòng."
            self._faults.notice(member.row, label, member.name, message)
            return True
        if member.birth_year == earlier.birth_year and member.birth_year:
            message = f"Trùng họ tên, năm sinh và đơn vị với dòng {earlier.row} nhưng nội dung khác; giữ một dòng cho mỗi người."
        else:
            message = f"Trùng họ tên và đơn vị với dòng {earlier.row}; ghi năm sinh của cả hai để phân biệt."
        self._faults.error(member.row, label, member.name, message)
        return False

    @staticmethod
    def _addresses(member: MemberRow, earlier: MemberRow) -> tuple[tuple[str, str], ...]:
        return (member.email, earlier.email), (member.phone, earlier.phone)

    @staticmethod
    def _contents(member: MemberRow) -> tuple:
        return (
            member.posts, member.status, member.exemption, member.email, member.phone, member.since
        )  # fmt: skip

    def _has_own_address(self, member: MemberRow) -> bool:
        first = self._emails.setdefault(member.email, member.row)
        if first != member.row:
            message = f"Địa chỉ thư “{member.email}” đã ghi cho người ở dòng {first}; mỗi người một địa chỉ."
            self._faults.error(member.row, MEMBER_LABELS["email"], member.email, message)
        return first == member.row

    def _is_only_secretary(self, member: MemberRow) -> bool:
        for post in member.posts:
            if _title_key(post.title) != _SECRETARY:
                continue
            first = self._secretaries.setdefault(post.unit, member)
            if first is not member:
                unit = self._index.name_of(post.unit)
                message = f"“{unit}” đã có Bí thư là {first.name} (dòng {first.row}); mỗi đơn vị một Bí thư."
                self._faults.error(member.row, MEMBER_LABELS["posts"], post.title, message)
                return False
        return True
