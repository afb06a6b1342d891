"""The steps of the ladder as the office's list shows them: who still owes, by the latest stage that was reached. Pure.

Not here: the stages themselves (`stages.py`), reading rows (`chasing.py`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from reminders.stages import last_day_of, start_of


@dataclass(frozen=True)
class Step:
    """Debts whose last day lies `first` to `last` days (inclusive, None = open) before today; negative: still to come."""

    key: str
    word: str
    first: int | None
    last: int | None
    icon: str = ""

    def window(self, today: date) -> tuple[datetime | None, datetime | None]:
        """The window (start, end] of `due_at`; None = open."""
        start = start_of(today - timedelta(days=self.last)) if self.last is not None else None
        end = start_of(today - timedelta(days=self.first - 1)) if self.first is not None else None
        return start, end


STEPS: Final = (
    Step("qua-3", "Quá hạn từ 3 ngày", 3, None, "exclamation-triangle-fill"),
    Step("qua-1", "Quá hạn 1–2 ngày", 1, 2, "exclamation-triangle-fill"),
    Step("hom-nay", "Hôm nay là ngày cuối", 0, 0, "clock-fill"),
    Step("con-1", "Còn 1 ngày", -1, -1, "clock-fill"),
    Step("con-3", "Còn 2–3 ngày", -3, -2, "clock-fill"),
    Step("con-7", "Còn 4–7 ngày", -7, -4, "clock-fill"),
    Step("con-lau", "Còn hơn 7 ngày", None, -8),
)
STEP_BY_KEY: Final = {step.key: step for step in STEPS}


def step_of(due_at: datetime, today: date) -> Step:
    """The step in which a debt with this deadline stands today; there is exactly one."""
    late = (today - last_day_of(due_at)).days
    return next(
        step
        for step in STEPS
        if (step.first is None or late >= step.first) and (step.last is None or late <= step.last)
    )
