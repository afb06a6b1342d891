"""Attendance of a session as values: what adds up, and the words beside the declared day. Pure.

Not here: the row (`models_sessions.py`), how many members the roster has on the day (`services.attendance`).
"""

from __future__ import annotations

from dataclasses import dataclass

from vietnamese.numbers import format_number, format_percent


@dataclass(frozen=True, slots=True)
class Attendance:
    """Numbers of one session; present + excused + unexcused = the members of the day."""

    present: int
    excused: int = 0
    unexcused: int = 0
    guests: int = 0
    opinions: int | None = None
    """None: nobody wrote it down, which is not the same as nobody having spoken."""
    note: str = ""


def attendance_fault(told: Attendance, total: int) -> str:
    """Why the numbers cannot be right for a unit of `total` members; "" when they add up."""
    if told.present > total:
        return (
            f"Tổng số dự ({format_number(told.present)}) lớn hơn số đảng viên ({format_number(total)}). "
            f"Ghi số từ 0 đến {format_number(total)}; khách mời, quần chúng ghi ở ô bên cạnh."
        )
    added = told.present + told.excused + told.unexcused
    if added != total:
        return (
            f"Có mặt + vắng = {format_number(added)}, nhưng danh sách có {format_number(total)} đảng viên trong ngày này. "
            "Sửa cho khớp; danh sách sai thì báo Ban Xây dựng Đảng."
        )
    return ""


def attendance_words(told: Attendance, total: int) -> str:
    """ "Có mặt 35/36 (97,2%), vắng 1, trong đó có lý do 1; quần chúng dự 2; 8 ý kiến"."""
    words = f"Có mặt {format_number(told.present)}/{format_number(total)}"
    if total:
        words += f" ({format_percent(told.present, total)})"
    if told.excused or told.unexcused:
        words += f", vắng có lý do {format_number(told.excused)}, không lý do {format_number(told.unexcused)}"
    more = [f"quần chúng dự {format_number(told.guests)}"] if told.guests else []
    more += [f"{format_number(told.opinions)} ý kiến"] if told.opinions else []
    return "; ".join([words, *more])
