"""What annexes 4 to 6 list: sessions held, what units ask for, what the paper asks of whom.

Not here: the facts of annexes 1 to 3 (`gathering.py`), the tables (`annexes.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet

from directives.audience_words import audience_words
from directives.audiences import Audience
from directives.choices import ObligationState, RequirementKind
from directives.deadlines import last_day_of
from directives.deadlines.periods import title_of_period
from directives.models import Obligation, Requirement
from reports.figures import as_known_at
from reports.outlines import Section, section_of
from reports.report_facts import BookFacts, DirectiveFacts, OpinionFacts, SessionFacts
from reports.tallies import Tally
from reports.unit_words import authority_in, unit_reports
from submissions.models import ReportText
from units.models import Member, Unit
from vietnamese.dates import local_day
from vietnamese.numbers import format_number


def sessions(
    everything: QuerySet[Obligation], places: Mapping[int, tuple[int, str]], at: datetime
) -> Iterable[SessionFacts]:
    """Sessions held by then, with who came; the report is the unit's own on the same paper. Two queries.

    `places` says of each unit (id) where it stands in the printed order and its name.
    """
    known = as_known_at(everything.filter(member=None), at).filter(unit_then__in=places)
    reports = known.filter(requirement__kind=RequirementKind.REPORT, first_then__isnull=False).order_by("first_then")
    reported: dict[tuple[int, str], datetime] = {}
    for unit, of, first in reports.values_list("unit_then", "period", "first_then"):
        reported.setdefault((unit, of), first)
    held = known.filter(requirement__kind=RequirementKind.ACTIVITY, held_on__lte=local_day(at))
    rows = held.exclude(state_then=ObligationState.WAIVED).order_by("held_on", "requirement__order", "pk").values_list(
        "unit_then", "requirement__title", "period", "held_on", "session__recorded_at", "session__total",
        "session__present", "session__opinions",
    )  # fmt: skip
    for unit, title, of, day, recorded, *counts in sorted(rows, key=lambda row: places[row[0]][0]):
        total, present, opinions = counts if recorded and recorded <= at else (None, None, None)
        yield SessionFacts(
            places[unit][1], title_of_period(title, of), day, total, present, opinions, reported.get((unit, of))
        )


def visits(
    everything: QuerySet[Obligation], places: Mapping[int, tuple[int, str]], at: datetime
) -> Iterable[SessionFacts]:
    """Sessions of units that the leads of their clusters attended, by the forms that stand at `at`. Two queries."""
    known = as_known_at(everything, at).filter(first_then__isnull=False).exclude(state_then=ObligationState.WAIVED)
    debts = {
        pk: (unit, title_of_period(title, of), first)
        for pk, unit, title, of, first in known.values_list(
            "pk", "unit_then", "requirement__title", "period", "first_then"
        )
        if unit in places
    }
    forms = ReportText.objects.filter(version__submission__obligation__in=debts, version__received_at__lte=at)
    dated = forms.exclude(attended_on=None).order_by("version__number")
    attended = dict(dated.values_list("version__submission__obligation", "attended_on"))
    for debt, (unit, title, first) in sorted(debts.items(), key=lambda item: (places[item[1][0]][0], item[0])):
        if debt in attended:
            yield SessionFacts(places[unit][1], title, attended[debt], None, None, None, first)


def opinions(work: QuerySet[Obligation], at: datetime) -> Iterable[OpinionFacts]:
    """What units ask for under the heading about proposals, line by line."""
    for report in unit_reports(work, at):
        for heading, text in report.parts:
            if section_of(heading) == Section.PROPOSALS:
                for line in filter(None, (line.strip(" -+") for line in text.splitlines())):
                    yield OpinionFacts(line, report.unit, authority_in(line))


def book(
    requirements: Sequence[Requirement], tallies: Mapping[int, Tally], papers: Mapping[int, DirectiveFacts]
) -> Iterable[BookFacts]:
    """The requirements with whom they ask, until when, and how much is done; `papers` by directive id. Two queries."""
    rules = {requirement.pk: Audience.from_json(requirement.audience) for requirement in requirements}
    units = {pk for rule in rules.values() for pk in rule.units + rule.except_units}
    members = {pk for rule in rules.values() for pk in rule.members + rule.except_members}
    names = dict(Unit.objects.filter(pk__in=units).values_list("pk", "name"))
    people = dict(Member.objects.filter(pk__in=members).values_list("pk", "full_name"))
    for one in requirements:
        tally = tallies.get(one.pk, Tally())
        lead = audience_words(rules[one.pk], units=names, members=people, may_repeat=False, of_leads=one.is_of_leads)
        last_day = last_day_of(one.due_at) if one.due_at else None
        result = f"{format_number(tally.accepted)}/{format_number(tally.required)} đạt" if tally.required else ""
        yield BookFacts(one.title, last_day, lead, result, papers.get(one.directive_id))
