"""The working calendar of 2026 that the tables of deadlines are read against.

Not here: the office's own table (`directives.models.DayOff`).
"""

from datetime import date

from directives.deadlines import WorkCalendar

ISSUED_ON = date(2026, 4, 21)  # a Tuesday

CALENDAR_2026 = WorkCalendar(
    days_off={
        date(2026, 4, 26): "Giỗ Tổ Hùng Vương",
        date(2026, 4, 27): "nghỉ bù Giỗ Tổ Hùng Vương",
        date(2026, 4, 30): "Ngày Chiến thắng",
        date(2026, 5, 1): "Quốc tế Lao động",
        date(2026, 8, 31): "nghỉ hoán đổi dịp Quốc khánh",
        date(2026, 9, 1): "Quốc khánh",
        date(2026, 9, 2): "Quốc khánh",
    },
    days_worked=frozenset({date(2026, 8, 22)}),
)
