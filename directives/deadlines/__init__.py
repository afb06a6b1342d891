"""Deadlines: what a phrase of a directive says about the last day, and how that day is said back.

    reader       read_deadline: a phrase → one frozen DeadlineReading, never a guess, never an error
    rules        R1–R6, event_deadline, back_stop: days → exclusive instants
    recurrences  series of periods (R10)
    calendar     WorkCalendar: holidays, days off in lieu and swap days, given as values
    words        a reading said back: "Nộp đến hết thứ Hai ngày 27/4/2026", "chậm nhất 3 ngày sau ngày tổ chức"
    instants     day_start, day_end, last_day_of

The steps in between: lexing → (days, stretches, counts) → chunks → phrases, series → resolving → judging.
Rules R1–R12 are those of the requirement's table, after Bộ luật Dân sự 2015, articles 144–148.
Not here: the stored deadline of a requirement (`directives.services`), reminders. No Django, no I/O.
"""

from directives.deadlines.calendar import WorkCalendar
from directives.deadlines.instants import day_end, day_start, last_day_of
from directives.deadlines.reader import read_deadline
from directives.deadlines.readings import Certainty, DeadlineReading, DeadlineWarning, EventClock, WarningCode
from directives.deadlines.rules import back_stop, event_deadline

__all__ = [
    "Certainty",
    "DeadlineReading",
    "DeadlineWarning",
    "EventClock",
    "WarningCode",
    "WorkCalendar",
    "back_stop",
    "day_end",
    "day_start",
    "event_deadline",
    "last_day_of",
    "read_deadline",
]
