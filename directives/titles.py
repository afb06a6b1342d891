"""A short name for a duty that was read: "Nộp bài thu hoạch về Đảng ủy phường (qua …)" → "Bài thu hoạch của Ban Thường vụ".

Pure; a person may write another. Not here: reading (`reader`), what is kept (`services.proposals`).
"""

from __future__ import annotations

import re

from directives.audiences import Audience
from directives.choices import LEAD_KINDS, RequirementKind
from directives.reader import DraftRequirement
from directives.reader.words import PLAN, REPORT, TO_CELL, TO_OFFICE, TO_SUPERIOR
from units.choices import PositionGroup
from vietnamese.text import clean

LONGEST_TITLE = 120
_FEWEST = 12  # signs that must stay before what is cut off behind
_SENDING = re.compile(r"(?:(?:khẩn trương|nghiêm túc|hoàn thiện và|hoàn thiện,)\s+)*(?:gửi|nộp)\s+", re.IGNORECASE)
_HOLDING = re.compile(
    r"(?:tiếp tục\s+)?(?:tổ chức|tiến hành)\s+(?:(?:\d+ )?(?:đợt|buổi)\s+)?"
    r"(?=(?:sinh hoạt|hội nghị|học tập|tập huấn|tọa đàm|toạ đàm|lễ|đại hội|cuộc thi|hội thi)(?!\w))",
    re.IGNORECASE,
)
_WATCHING = re.compile(r"(?<!\w)dự(?! (?:thảo|kiến))(?!\w)[^:;.]{6,}", re.IGNORECASE)
_PAPER = re.compile(
    r"(?:Nghị quyết|Chỉ thị|Kết luận|Quy định|Nghị định)\s+(?:số\s+)?\d{1,4}-[A-ZĐ]{2,4}/[A-ZĐ]{2,8}", re.IGNORECASE
)
_LABEL = re.compile(
    r"^(?:Thời (?:gian|hạn)\s+(?:hoàn thành\s+)?(?=\w+ [^:]{4,})|Bước \d+[^:]{0,60}:\s*)", re.IGNORECASE
)
_LEFT_OVER = re.compile(r"(?:\s+(?:nội dung ngắn gọn|và|để|gửi|nộp|rồi|xong)|\s*[,;:(])+$", re.IGNORECASE)
_GROUP_NAMES = {
    PositionGroup.STANDING_COMMITTEE: "Ban Thường vụ",
    PositionGroup.EXECUTIVE_COMMITTEE: "Ban Chấp hành",
    PositionGroup.OFFICE_HEAD: "trưởng, phó phòng, ban, đơn vị",
    PositionGroup.CELL_SECRETARY: "bí thư, phó bí thư",
    PositionGroup.CELL_COMMITTEE: "chi ủy viên",
    PositionGroup.MEMBER: "đảng viên",
}

_COMMITTEES = {PositionGroup.CELL_SECRETARY.value, PositionGroup.CELL_COMMITTEE.value}


def title_of(requirement: DraftRequirement, audience: Audience) -> str:
    """One capital, at most `LONGEST_TITLE` signs, without where to and how it is sent."""
    said = clean(_LABEL.sub("", requirement.what))
    if requirement.kind == RequirementKind.ESSAY:
        said = _essay(requirement, audience)
    elif requirement.kind in LEAD_KINDS:
        watching = _WATCHING.search(said)
        said = watching[0] if watching else said
    elif requirement.kind == RequirementKind.ACTIVITY:
        said = _HOLDING.sub("", said, count=1) if _HOLDING.match(said) else said
    elif requirement.kind != RequirementKind.STANDING:
        said = _without_place(said)
    said = clean(said) or str(RequirementKind(requirement.kind).label)
    if len(said) > LONGEST_TITLE:
        said = f"{said[:LONGEST_TITLE].rsplit(' ', 1)[0]}…"
    return said[:1].upper() + said[1:]


def _without_place(said: str) -> str:
    sending = _SENDING.match(said)
    if sending and len(said) - sending.end() >= _FEWEST and not _place_at(said, sending.end()):
        said = said[sending.end() :]
    places = [match.start() for pattern in (TO_OFFICE, TO_CELL, TO_SUPERIOR) for match in pattern.finditer(said)]
    cut = min((at for at in places if at >= _FEWEST), default=len(said))
    kept = _LEFT_OVER.sub("", said[:cut].rstrip())
    return kept if len(kept) >= _FEWEST and (REPORT.search(kept) or PLAN.search(kept) or cut == len(said)) else said


def _place_at(said: str, at: int) -> bool:
    return any(pattern.match(said, at) for pattern in (TO_OFFICE, TO_CELL, TO_SUPERIOR))


def _essay(requirement: DraftRequirement, audience: Audience) -> str:
    paper = _PAPER.search(requirement.source.text)
    about = f" {clean(paper[0])}" if paper else ""
    whose = _whose(audience)
    return f"Bài thu hoạch{about}{f' của {whose}' if whose else ''}"


def _whose(audience: Audience) -> str:
    """Whose it is, when the rule says so in a few words: one group, several (key cadres), members."""
    if set(audience.groups) == _COMMITTEES:
        return "cấp ủy"
    if len(audience.groups) > 1:
        return "cán bộ chủ chốt"
    if audience.groups:
        return _GROUP_NAMES[PositionGroup(audience.groups[0])]
    return "đảng viên" if audience.blocks else ""
