"""Rows of the sheet "Tổ chức đảng" → `UnitRow`s that form one tree.

A unit's parent may stand further down in the sheet. A faulty unit is never passed over: its members
would lose their place.
Not here: rows of members (`member_rows`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from units.roster.columns import UNIT_LABELS, Header
from units.roster.faults import Faults
from units.roster.names import UnitIndex
from units.roster.records import ClosedList, UnitRow, Vocabulary
from units.roster.values import read_text

_LIMITS = {"code": 40, "name": 255, "kind": 60, "parent": 255, "block": 60, "cluster": 120, "aliases": 2000}
_LONGEST_ALIAS = 255


@dataclass(slots=True)
class _Draft:
    """A row before its parent is known."""

    row: int
    code: str
    name: str
    kind: str
    parent_text: str
    block: str
    cluster: str
    aliases: tuple[str, ...]


def read_units(
    rows: Iterable[tuple[int, Sequence]], header: Header, vocabulary: Vocabulary, faults: Faults
) -> tuple[UnitRow, ...]:
    """The units below the header; faulty ones are left out and named in `faults`."""
    drafts: list[_Draft] = []
    rows_of_code: dict[str, int] = {}
    rows_of_name: dict[str, int] = {}
    for row, cells in rows:
        if not any(str(cells[i]).strip() for i in header.columns.values() if i < len(cells)):
            continue
        draft = _read_row(row, cells, header, vocabulary, faults)
        for seen, text, column in ((rows_of_code, draft.code, "code"), (rows_of_name, draft.name, "name")):
            label = UNIT_LABELS[column]
            if not text:
                if row not in faults.rows_with_error:
                    faults.error(row, label, "", f"Chưa ghi {label.lower()}.")
            elif text in seen:
                faults.error(
                    row, label, text, f"{label} “{text}” đã dùng ở dòng {seen[text]}; mỗi đơn vị một {label.lower()}."
                )
            else:
                seen[text] = row
        drafts.append(draft)
    return _as_tree(drafts, vocabulary, faults)


def _read_row(row: int, cells: Sequence, header: Header, vocabulary: Vocabulary, faults: Faults) -> _Draft:
    texts: dict[str, str] = {}
    for field, label in UNIT_LABELS.items():
        index = header.columns.get(field)
        cell = cells[index] if index is not None and index < len(cells) else ""
        texts[field] = faults.take(row, label, cell, read_text(cell, _LIMITS[field]))
    kind = _closed(row, "kind", texts["kind"], vocabulary.kinds, faults)
    if not texts["kind"]:
        faults.error(row, UNIT_LABELS["kind"], "", "Chưa ghi loại đơn vị (chi bộ cơ sở, cơ quan…).")
    block = _closed(row, "block", texts["block"], vocabulary.blocks, faults)
    aliases = dict.fromkeys(part.strip() for part in texts["aliases"].split(";"))
    aliases.pop("", None)
    aliases.pop(texts["name"], None)  # the name itself is no other name
    if any(len(alias) > _LONGEST_ALIAS for alias in aliases):
        faults.error(row, UNIT_LABELS["aliases"], texts["aliases"], f"Tên gọi khác dài quá {_LONGEST_ALIAS} ký tự.")
    return _Draft(row, texts["code"], texts["name"], kind, texts["parent"], block, texts["cluster"], tuple(aliases))


def _closed(row: int, field: str, text: str, words: ClosedList, faults: Faults) -> str:
    """The stored value of a word of a closed list, "" when blank or unknown (then a fault)."""
    if not text:
        return ""
    value = words.find(text)
    if value is None:
        label = UNIT_LABELS[field]
        known = "; ".join(words.labels)
        faults.error(row, label, text, f"{label} “{text}” không có trong danh mục; chọn một trong: {known}.")
    elif not words.writes(text, value):
        faults.word(row, UNIT_LABELS[field], text, words.label_of(value))
    return value or ""


def _as_tree(drafts: list[_Draft], vocabulary: Vocabulary, faults: Faults) -> tuple[UnitRow, ...]:
    """Resolve parents by name, other name or code; refuse several roots, unknown parents and cycles."""
    named = [draft for draft in drafts if draft.code and draft.name]
    index = UnitIndex((draft.code, draft.name, draft.aliases) for draft in named)
    label = UNIT_LABELS["parent"]
    parents: dict[str, str] = {}
    roots: list[_Draft] = []
    for draft in named:
        if not draft.parent_text:
            roots.append(draft)
            continue
        match = index.find(draft.parent_text)
        if not match.code:
            near = _proposal(index.nearest(draft.parent_text))
            faults.error(
                draft.row,
                label,
                draft.parent_text,
                f"Không có đơn vị cấp trên “{draft.parent_text}” trong danh sách{near}.",
            )
            continue
        if not match.exact:
            name = index.name_of(match.code)
            faults.repair(
                draft.row,
                label,
                draft.parent_text,
                f"{label} viết khác tên đơn vị; đề nghị sửa thành “{name}”.",
                kind="unit_spelling",
                proposal=name,
            )
        parents[draft.code] = match.code
    for draft in roots:
        if draft.kind and draft.kind != vocabulary.ward_kind:
            faults.error(draft.row, label, "", f"“{draft.name}” chưa ghi đơn vị cấp trên.")
    wards = [draft for draft in roots if draft.kind == vocabulary.ward_kind]
    for draft in wards[1:]:
        faults.error(
            draft.row, label, "", f"Có hai đảng bộ phường (dòng {wards[0].row} và {draft.row}); mỗi tệp một phường."
        )
    if named and not wards:
        faults.error(0, UNIT_LABELS["kind"], "", "Danh sách chưa có đảng bộ phường (đơn vị gốc, không có cấp trên).")
    for draft in named:
        if _runs_in_circle(draft.code, parents):
            faults.error(draft.row, label, draft.parent_text, f"“{draft.name}” là cấp trên của chính mình (vòng lặp).")
    return tuple(
        UnitRow(d.row, d.code, d.name, d.kind, parents.get(d.code, ""), d.block, d.cluster, d.aliases)
        for d in named
        if d.row not in faults.rows_with_error
    )


def _proposal(names: list[str]) -> str:
    return "; gần nhất: " + ", ".join(f"“{name}”" for name in names) if names else ""


def _runs_in_circle(code: str, parents: dict[str, str]) -> bool:
    """Whether going up from `code` comes back to it."""
    seen = {code}
    above = parents.get(code)
    while above is not None and above not in seen:
        seen.add(above)
        above = parents.get(above)
    return above == code
