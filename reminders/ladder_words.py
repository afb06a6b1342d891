"""A ladder in words, and the days it gives for one deadline. Pure.

Not here: the ladder itself (`stages.py`), the form (`forms.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from directives.deadlines import WorkCalendar
from reminders.stages import Ladder, schedule, stage_words

LABELS: Final[Mapping[str, str]] = {
    "ask_after": "Nhắc xác nhận đã nhận văn bản",
    "before": "Trước hạn",
    "on_last_day": "Trong ngày cuối",
    "after": "Quá hạn",
    "weeks": "Sau đó mỗi tuần",
    "unit_from": "Báo bí thư từ",
    "cluster_from": "Báo phụ trách cụm từ",
    "call_from": "Đưa vào phiếu gọi từ",
}


def step_words(offset: int | None) -> str:
    """A step counted from the last day: "trước hạn 7 ngày", "không"."""
    if offset is None:
        return "không"
    if offset == 0:
        return "ngày cuối"
    return f"quá hạn {offset} ngày" if offset > 0 else f"trước hạn {-offset} ngày"


def _days(days: tuple[int, ...]) -> str:
    return f"{', '.join(str(day) for day in days)} ngày" if days else "không"


def in_words(ladder: Ladder) -> dict[str, str]:
    """Each part of a ladder in words, by its name."""
    return {
        "ask_after": f"sau {ladder.ask_after} ngày làm việc" if ladder.ask_after else "không",
        "before": _days(ladder.before),
        "on_last_day": "có" if ladder.on_last_day else "không",
        "after": _days(ladder.after),
        "weeks": f"nhiều nhất {ladder.weeks} lần" if ladder.weeks else "không",
        "unit_from": step_words(ladder.unit_from),
        "cluster_from": step_words(ladder.cluster_from),
        "call_from": step_words(ladder.call_from),
    }


@dataclass(frozen=True, slots=True)
class Rung:
    """One day of a ladder: when, which step, who is told."""

    day: date
    stage: str
    told: str


def rungs_for(last_day: date, ladder: Ladder, calendar: WorkCalendar) -> list[Rung]:
    """What a ladder gives for a deadline, day by day."""
    found = []
    for day, stage in schedule(last_day, ladder, calendar).items():
        told = ["đảng viên còn nợ"]
        told += ["bí thư, phó bí thư"] if ladder.tells_unit(stage) else []
        told += ["phụ trách cụm"] if ladder.tells_cluster(stage) else []
        found.append(Rung(day, stage_words(stage), ", ".join(told)))
    return found
