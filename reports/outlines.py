"""The parts of a summary report: the standard ones (`document-format.md` §6.2) or a superior's own outline. Pure.

A line of any outline is about one `Section`; by that, what a unit wrote under its outline finds its place in ours.
Not here: the words (`narrative.py`), which reports there are (`narratives.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from vietnamese.text import clean, fold

MOST_LINES: Final = 20
LONGEST_LINE: Final = 200


class Section(StrEnum):
    """The parts of the report that the office writes; the value is the key of its text."""

    SUBJECT = "subject"
    SITUATION = "situation"
    LEADERSHIP = "leadership"
    STUDY = "study"
    ESSAYS = "essays"
    ACTIVITIES = "activities"
    PROPAGANDA = "propaganda"
    PLANS = "plans"
    OPINION = "opinion"
    STRENGTHS = "strengths"
    LIMITS = "limits"
    TASKS = "tasks"
    PROPOSALS = "proposals"
    RECIPIENTS = "recipients"


TITLES: Final[Mapping[Section, str]] = {
    Section.SITUATION: "Đặc điểm, tình hình",
    Section.LEADERSHIP: "Công tác lãnh đạo, chỉ đạo",
    Section.STUDY: "Nghiên cứu, học tập, quán triệt",
    Section.ESSAYS: "Viết bài thu hoạch",
    Section.ACTIVITIES: "Sinh hoạt chuyên đề",
    Section.PROPAGANDA: "Công tác thông tin, tuyên truyền",
    Section.PLANS: "Chương trình, kế hoạch hành động và báo cáo",
    Section.OPINION: "Dư luận xã hội, tình hình tư tưởng",
    Section.STRENGTHS: "Ưu điểm",
    Section.LIMITS: "Hạn chế, nguyên nhân",
    Section.TASKS: "Nhiệm vụ, giải pháp thời gian tới",
    Section.PROPOSALS: "Đề xuất, kiến nghị",
}
"""Headings of the standard outline that hold text, in its order."""

# Looked for in this order: "dư luận trước, trong và sau buổi sinh hoạt" is about opinion, not about the session.
_WORDS: Final[tuple[tuple[Section, tuple[str, ...]], ...]] = (
    (Section.PROPOSALS, ("de xuat", "kien nghi")),
    (Section.OPINION, ("du luan", "tu tuong")),
    (Section.LIMITS, ("han che", "ton tai", "nguyen nhan", "kho khan", "vuong mac")),
    (Section.ACTIVITIES, ("khong khi", "thao luan", "sinh hoat", "thoi gian to chuc")),
    (Section.STRENGTHS, ("uu diem", "danh gia", "noi bat", "tieu bieu")),
    (Section.TASKS, ("phuong huong", "giai phap", "thoi gian toi", "nhiem vu trong tam")),
    (Section.PROPAGANDA, ("tuyen truyen",)),
    (Section.ESSAYS, ("bai thu hoach",)),
    (Section.PLANS, ("chuong trinh hanh dong", "ke hoach hanh dong", "ke hoach thuc hien")),
    (Section.STUDY, ("hoc tap", "quan triet", "hoi nghi")),
    (Section.LEADERSHIP, ("lanh dao", "chi dao")),
    (Section.SITUATION, ("dac diem", "tinh hinh")),
)


def section_of(line: str) -> Section:
    """What a line of an outline is about; a line that tells nothing is about the session it reports on."""
    folded = fold(line)
    return next((one for one, words in _WORDS if any(word in folded for word in words)), Section.ACTIVITIES)


def own_key(place: int) -> str:
    """The key of the text under the line at `place` (from 0) of an outline of one's own."""
    return f"o{place}"


def headings(outline: Sequence[str]) -> dict[str, str]:
    """Key → heading, in printed order: of the outline of one's own, or of the standard one when that is empty."""
    if outline:
        return {own_key(place): title for place, title in enumerate(outline)}
    return {section.value: title for section, title in TITLES.items()}


def place_for(line: str, outline: Sequence[str]) -> str:
    """The key under which a unit's text with the heading `line` goes: the equal heading, else the one about the same."""
    found, about = headings(outline), section_of(line)
    if not outline:
        return about.value
    equal = next((key for key, title in found.items() if fold(title) == fold(line)), None)
    return equal or next((key for key, title in found.items() if section_of(title) == about), next(iter(found)))


def rehomed(texts: Mapping[str, str], before: Sequence[str], after: Sequence[str]) -> dict[str, str]:
    """The texts under another outline: nothing is lost, texts that come under one heading stand in their order."""
    old = headings(before)
    moved: dict[str, str] = {}
    for key, text in texts.items():
        target = place_for(old[key], after) if key in old else key
        moved[target] = "\n".join(filter(None, (moved.get(target), text)))
    return moved


def lines_of(text: str) -> tuple[str, ...]:
    """An outline as typed, one heading a line, without numbering in front."""
    lines = (clean(line).lstrip("-+• ").strip() for line in text.splitlines())
    return tuple(_unnumbered(line)[:LONGEST_LINE] for line in lines if line)[:MOST_LINES]


def _unnumbered(line: str) -> str:
    head, mark, rest = line.partition(" ")
    bare = head.rstrip(".-)")
    is_number = bare.isdecimal() or (bare != "" and set(bare) <= set("IVX"))
    return rest.strip() if mark and bare != head and is_number else line
