"""From the words of a paper to an audience rule: "Các đồng chí Ủy viên Ban Chấp hành; Bí thư chi bộ" → groups.

A proposal: the page shows the words beside it and a person decides. Words that name nobody known give an empty rule.
Not here: the rule itself (`audiences.py`), whom it covers (`coverage.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from directives.audiences import Audience
from directives.choices import LEAD_KINDS, MEMBER_KINDS
from units.choices import CELL_KINDS, GRASSROOTS_KINDS, Block, PositionGroup, UnitKind
from vietnamese.text import fold

_BLOCK_WORDS = {
    Block.RESIDENTIAL: r"dan cu|to dan pho|\btdp\b|khu pho|\bthon\b",
    Block.PARTY_OFFICES: r"co quan dang|khoi dang|doan the",
    Block.ADMINISTRATION: r"hanh chinh|su nghiep",
    Block.SCHOOL: r"truong hoc|khoi truong|\btruong (?:mam non|tieu hoc|thcs|thpt)|giao duc",
    Block.ENTERPRISE: r"doanh nghiep",
    Block.POLICE: r"cong an",
    Block.MILITARY: r"quan su",
    Block.HEALTH: r"y te",
}
_GROUP_WORDS = {
    PositionGroup.STANDING_COMMITTEE: r"ban thuong vu|\bbtv\b|\buvtv\b|\buvbtv\b|thuong truc dang",
    PositionGroup.EXECUTIVE_COMMITTEE: r"ban chap hanh|\bbch\b|dang uy vien|\bduv\b",
    PositionGroup.OFFICE_HEAD: r"truong, pho|truong phong|pho truong|truong pho|lanh dao (?:cac )?(?:phong|ban|co quan|don vi)|thu truong|nguoi dung dau",
    PositionGroup.CELL_SECRETARY: r"bi thu|cap uy(?! vien)|(?<!dong )chi uy",
    PositionGroup.CELL_COMMITTEE: r"(?<!dong )chi uy|cap uy(?! vien)",
}
_KEY_CADRES = (
    PositionGroup.STANDING_COMMITTEE, PositionGroup.EXECUTIVE_COMMITTEE, PositionGroup.OFFICE_HEAD, PositionGroup.CELL_SECRETARY
)  # fmt: skip
_GRASSROOTS = re.compile(
    r"dang bo|chi, |to chuc (?:co so )?dang|co so dang|tccsd|don vi|cac chi bo,? truc thuoc|cap uy|cap chi bo|truc thuoc dang uy"
)
_CELLS = re.compile(r"chi bo")
_OFFICES = re.compile(r"co quan|phong, ban|cac ban|van phong|uy ban|mat tran|ubnd|mttq|trung tam|ban xay dung")


def propose_audience(
    who: str | None, *, kind: str, units: Mapping[str, int] | None = None, after_another: bool = False
) -> Audience:
    """The rule the words name. `units` are open units by folded name; `after_another`: an earlier requirement of this
    kind stands before, so whoever has that one is left out (one essay a head).
    """
    words = fold(who or "")
    if not words:
        return Audience()
    named = tuple(pk for name, pk in (units or {}).items() if _is_named(name, words))
    blocks = tuple(block.value for block, pattern in _BLOCK_WORDS.items() if re.search(pattern, words))
    if kind in LEAD_KINDS:
        return Audience(units=named)  # the words name who watches; without units every unit in a cluster is watched
    if kind in MEMBER_KINDS:
        return _of_members(words, blocks, named, after_another=after_another)
    if blocks:
        return Audience(blocks=blocks, units=named)
    if named:
        return Audience(units=named)
    if _GRASSROOTS.search(words):
        return Audience(unit_kinds=tuple(kind.value for kind in GRASSROOTS_KINDS))
    if _CELLS.search(words):
        return Audience(unit_kinds=tuple(kind.value for kind in CELL_KINDS))
    if _OFFICES.search(words):
        return Audience(unit_kinds=(UnitKind.OFFICE.value,))
    return Audience()


def _of_members(words: str, blocks: tuple[str, ...], named: tuple[int, ...], *, after_another: bool) -> Audience:
    if "chu chot" in words:
        groups = set(_KEY_CADRES)
    else:
        groups = {group for group, pattern in _GROUP_WORDS.items() if re.search(pattern, words)}
    if "thuong vu" in words and "chap hanh" not in words and "bi thu" not in words:
        groups = {PositionGroup.STANDING_COMMITTEE}
    if blocks or named:
        return Audience(blocks=blocks, units=named, without_earlier=after_another)
    if not groups and re.search(r"dang vien|can bo|ca nhan|dong chi|chi bo", words):
        groups = {PositionGroup.MEMBER}
    return Audience(
        groups=tuple(sorted(group.value for group in groups)), without_earlier=after_another and bool(groups)
    )


def _is_named(name: str, words: str) -> bool:
    """The whole name of the unit stands in the words."""
    return len(name) > 6 and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) is not None
