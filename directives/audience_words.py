"""An audience said in the office's words: "Ủy viên Ban Thường vụ; khối Trường học; Chi bộ 5".

Not here: the rule (`audiences.py`), whom it covers today (`coverage.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

from directives.audiences import Audience
from units.choices import Block, PositionGroup, UnitKind
from vietnamese.casing import lower_first

_MOST_NAMES = 5


def audience_words(
    audience: Audience,
    *,
    units: Mapping[int, str] | None = None,
    members: Mapping[int, str] | None = None,
    may_repeat: bool = True,
    of_leads: bool = False,
) -> str:
    """All parts of the rule; more than five names of one sort are only counted. "Chưa chọn đối tượng" when empty.

    `may_repeat`: an earlier requirement asks members for the same, so that leaving those out says something.
    `of_leads`: the leads of clusters answer for it, about every unit in a cluster when none is named.
    """
    parts = [PositionGroup(group).label for group in audience.groups]
    parts += [f"khối {_block(block)}" for block in audience.blocks]
    parts += [UnitKind(kind).label for kind in audience.unit_kinds]
    parts += _names(audience.units, units or {}, "đơn vị")
    parts += _names(audience.members, members or {}, "đảng viên")
    if not parts:
        return "Phụ trách cụm, về mọi đơn vị trong cụm" if of_leads else "Chưa chọn đối tượng"
    left_out = _names(audience.except_units, units or {}, "đơn vị")
    left_out += _names(audience.except_members, members or {}, "đảng viên")
    left_out += ["người đã có bài ở yêu cầu trên"] if audience.without_earlier and may_repeat else []
    words = "; ".join(parts)
    return words[:1].upper() + words[1:] + (f" (trừ {', '.join(left_out)})" if left_out else "")


def _block(block: str) -> str:
    """Its name inside a sentence: "trường học", "cơ quan Đảng, MTTQ, đoàn thể"."""
    return lower_first(Block(block).label)


def _names(keys: tuple[int, ...], names: Mapping[int, str], noun: str) -> list[str]:
    if len(keys) > _MOST_NAMES or any(key not in names for key in keys):
        return [f"{len(keys)} {noun} nêu tên"]
    return [names[key] for key in keys]
