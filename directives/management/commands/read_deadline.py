"""`read_deadline PHRASE… [--issued-on DAY]`: what each phrase says about the last day.

Not here: how it is understood (`directives.deadlines`).
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from directives.deadlines import WorkCalendar, read_deadline
from directives.deadlines.words import reading_words
from directives.working_days import proposed_calendar, work_calendar, years_around


class Command(BaseCommand):
    """JSON `[{phrase, rule, last_day, due_at, opens_on, recurrence, certainty, remark}]`, one entry a phrase."""

    help = "Đọc hạn từ cụm từ trong văn bản, ví dụ “trước ngày 28/4/2026”."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("phrases", nargs="+", metavar="PHRASE", help="Cụm từ nói về hạn")
        parser.add_argument("--issued-on", metavar="DAY", help="Ngày ban hành, 2026-04-21 (mặc định: hôm nay)")
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        issued_on = day_of_option(options["issued_on"])
        calendar = calendar_around(issued_on)
        readings = [read_deadline(phrase, issued_on=issued_on, calendar=calendar) for phrase in options["phrases"]]
        if options["json"]:
            self.stdout.write(json.dumps([reading.as_json() for reading in readings], ensure_ascii=False, indent=2))
            return
        for reading in readings:
            words = reading_words(reading).replace("\u00a0", " ")
            said = ". ".join(filter(None, (words, reading.remark)))
            self.stdout.write(f"“{reading.phrase}” [{reading.rule or '–'}] {said}")


def day_of_option(text: str | None) -> date:
    """The day of an ISO option, today when it is empty."""
    if not text:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” không phải ngày dạng 2026-04-21.", returncode=2) from error


def calendar_around(issued_on: date) -> WorkCalendar:
    """The office's calendar; on a machine without a database yet, the library's proposal."""
    try:
        return work_calendar(years_around(issued_on), ward=None)
    except DatabaseError:
        return proposed_calendar(years_around(issued_on))
