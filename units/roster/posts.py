"""A title and the unit it is held in → position group, and the order in which posts are named.

Groups are those audiences name (`domain.md` §2); which titles belong to "trưởng, phó phòng, ban, đơn
vị" is common practice, so the office may move a position to another group afterwards.
Not here: who holds what (`units.models.Appointment`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vietnamese.text import fold

# The order of naming: the Party post first (`domain.md` §2), the higher body before the lower.
_ORDER = (
    ("bi thu", 10),
    ("pho bi thu thuong truc", 12),
    ("pho bi thu", 14),
    ("uy vien ban thuong vu", 20),
    ("uy vien ban chap hanh", 22),
    ("chi uy vien", 30),
    ("dang uy vien", 30),
    ("chu tich", 40),
    ("pho chu tich", 42),
    ("chu nhiem", 44),
    ("truong", 46),
    ("chanh van phong", 46),
    ("giam doc", 46),
    ("hieu truong", 46),
    ("chi huy truong", 46),
    ("pho", 48),
    ("uy vien", 60),
)
_OTHER_ORDER = 100
_HEAD = re.compile(
    r"(?:pho )?(?:truong|giam doc|chanh|chu nhiem|chu tich|hieu truong|chi huy truong|tram truong|vien truong|doi truong"
    r"|tong bien tap|bi thu doan)\b"
)
_OF_AN_ASSOCIATION = r"(?! (?:lien )?(?:doan|chi doan|cong doan|hoi|chi hoi)\b)"  # their committees are not the Party's
_SECRETARY = re.compile(r"(?:pho )?bi thu\b" + _OF_AN_ASSOCIATION)
_STANDING = re.compile(r"(?:uy vien (?:ban thuong vu|btv)\b|uvbtv\b)" + _OF_AN_ASSOCIATION)
_EXECUTIVE = re.compile(r"(?:uy vien (?:ban chap hanh|bch)\b|uvbch\b|dang uy vien\b)" + _OF_AN_ASSOCIATION)
_CELL_COMMITTEE = re.compile(r"(?:chi|dang) uy vien\b|cap uy vien\b")


@dataclass(frozen=True, slots=True)
class Groups:
    """The stored names of the groups, handed in so that this rule stays free of the database."""

    standing_committee: str
    executive_committee: str
    office_head: str
    cell_secretary: str
    cell_committee: str
    member: str


def position_group(title: str, *, at_ward: bool, is_enterprise: bool, groups: Groups) -> str:
    """The group of `title` held in a unit.

    `at_ward`: the unit is the ward's own Party committee; its secretaries sit in the Standing
    Committee (Điều lệ Đảng, điều 24) and its members are ĐUV. Elsewhere the same words mean the cell's or
    the base committee's. `is_enterprise`: a company's directors are nobody's "trưởng, phó đơn vị".
    A joined title ("Phó Bí thư, Chủ tịch UBND phường") takes the group of its first part that has one.
    """
    for part in title.split(","):
        words = fold(part)
        if _STANDING.match(words):
            return groups.standing_committee if at_ward else groups.cell_committee
        if _EXECUTIVE.match(words):
            return groups.executive_committee if at_ward else groups.cell_committee
        if _SECRETARY.match(words):
            return groups.standing_committee if at_ward else groups.cell_secretary
        if _CELL_COMMITTEE.match(words):
            return groups.cell_committee
        if _HEAD.match(words) and not is_enterprise:
            return groups.office_head
    return groups.member


def is_committee_post(title: str) -> bool:
    """The title, or a part of a joined one, is that of a member of a Party committee (cấp ủy): secretaries, their deputies,
    members. Nobody on probation may be elected to one (Điều lệ Đảng, điều 3).
    """
    kinds = (_STANDING, _EXECUTIVE, _SECRETARY, _CELL_COMMITTEE)
    return any(kind.match(fold(part)) for part in title.split(",") for kind in kinds)


def naming_order(title: str) -> int:
    """Rank in which posts of one person are named; lower first."""
    words = fold(title)
    matches = [(len(beginning), rank) for beginning, rank in _ORDER if words.startswith(beginning)]
    return max(matches)[1] if matches else _OTHER_ORDER
