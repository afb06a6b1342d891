"""What a member's move did to the open duties, in one sentence for whoever made the move.

Not here: the rule (`services.following`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from directives.services.following import Followed
    from units.models import Member


def told(member: Member, followed: Followed) -> str:
    """ "Đã ghi. 3 việc đang mở của Nguyễn Văn An chuyển sang Chi bộ 2, có trong lịch sử từng việc." """
    said = ["Đã ghi."]
    if followed.moved:
        to = followed.moved[0].to_unit.name
        said.append(f"{len(followed.moved)} việc đang mở của {member.full_name} đã chuyển sang {to}.")
    if followed.exempted:
        said.append(f"{len(followed.exempted)} việc còn nợ của {member.full_name} được cho miễn, không nhắc nữa.")
    if followed.released:
        said.append(f"{len(followed.released)} việc còn nợ của {member.full_name} được cho miễn.")
    if followed.taken_back:
        said.append(f"{len(followed.taken_back)} việc đã cho miễn được tính lại.")
    return " ".join(said)
