"""What a member's move did to the open duties, in one sentence for whoever made the move.

Not here: the rule (`services.following`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vietnamese.dates import format_date
from vietnamese.numbers import format_number

if TYPE_CHECKING:
    from datetime import date

    from directives.services.following import Followed
    from units.models import Member, Unit


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


def told_of_all(people: int, followed: Followed, *, to: Unit, on: date, today: date) -> str:
    """ "Đã chuyển 18 đảng viên sang Chi bộ 2 từ ngày 01/12/2026. 20 việc đang mở của họ đã chuyển theo." """
    said = [f"Đã chuyển {format_number(people)} đảng viên sang {to.name} từ ngày {format_date(on)}."]
    if followed.moved:
        said.append(f"{format_number(len(followed.moved))} việc đang mở của họ đã chuyển theo.")
    elif on > today:
        said.append("Việc đang mở của họ chuyển theo đúng ngày ấy.")
    return " ".join(said)
