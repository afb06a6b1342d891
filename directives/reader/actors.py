"""Who acts when the clause itself does not say: the heading, the list, the item beside it.

Not here: who acts in a clause (`clauses.py`).
"""

from __future__ import annotations

import re

from directives.reader.clauses import actor_in_heading, actor_of, masked, ordered_actor
from directives.reader.layout import LABEL_LEVEL, Paragraph
from directives.reader.words import AUDIENCE_LABEL, ORDERING
from vietnamese.text import clean

_CONDITION = re.compile(r"\W*(?:trường hợp|nếu|khi|sau khi|riêng)\s", re.IGNORECASE)
_HELD_BY = re.compile(r"(?<!\w)do\s+([^.;:]{4,120}?)\s+(?:tổ chức|chủ trì|thực hiện)\W*$", re.IGNORECASE)


def _ordered_at_end(body: str) -> str | None:
    """ "… Giao Đảng ủy UBND phường chỉ đạo:" at the end of the item the list stands under."""
    if not body.rstrip().endswith(":") or len(body) > 1500:
        return None
    last = re.split(r"(?<=[.;])\s+", body.strip())[-1]
    return ordered_actor(last) if ORDERING.search(masked(last)) else None


def actor_leading(text: str) -> str | None:
    """Who acts in a sentence that opens with them."""
    actor = actor_of(text)
    return actor.who if actor is not None and (actor.leads or _CONDITION.match(text)) else None


def held_by(heading: str) -> str | None:
    """ "Hội nghị do các tổ chức đảng trực thuộc tổ chức": those who hold it, not those who come ("Thành phần")."""
    named = _HELD_BY.search(heading)
    return actor_in_heading(named[1]) if named else None


def audience_beside(paragraph: Paragraph) -> str | None:
    """The people named by a sibling: "Phạm vi triển khai: 100% chi bộ thực hiện"."""
    siblings = paragraph.parent.children if paragraph.parent is not None else []
    for sibling in siblings:
        label = AUDIENCE_LABEL.match(sibling.body)
        if label:
            said = clean(sibling.body[label.end() :]).rstrip(" .;")
            match = re.search(r"(?:toàn thể|100%|từng|các|mỗi|tất cả)\s.*", said, re.IGNORECASE)
            who = re.sub(r"\s+(?:thực hiện|tham gia|tổ chức)$", "", match[0] if match else said)
            return who if 3 < len(who) < 160 else None
    return None


def _who_of_list(body: str) -> str | None:
    """The actor of an enclosing list item: "Đối với chi bộ:"."""
    match = re.match(r"\s*(?:đối với|về phía)\s+(.{3,80}?)\s*:", body, re.IGNORECASE)
    return clean(match[1]) if match else None


def who_above(paragraph: Paragraph) -> str | None:
    """Who acts by the headings and list items the paragraph stands under."""
    for above in paragraph.ancestors():
        who = actor_in_heading(above.body) or (_who_of_list(above.body) if above.level >= LABEL_LEVEL else None)
        who = who or _ordered_at_end(above.body)
        if who:
            return who
    return None
