"""Which duty a file of a mail answers: the sender's unit is the scope, the name decides, the subject breaks ties.

Nothing is guessed: what fits two duties, or none, is asked about. Not here: reading names (app submissions), handing
in (`services/ingesting.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from directives.deadlines.period_names import period_in
from directives.deadlines.periods import first_day_of, period_words, title_of_period
from directives.models import Obligation, Requirement
from directives.querysets import OPEN_STATES
from interface.wording import last_day_in_words
from mailbox.senders import Sender
from submissions.choices import MatchState
from submissions.desk_access import DeskPlace, place_of
from submissions.placing import Placer
from vietnamese.dates import local_day
from vietnamese.text import fold

ASK_WHICH = "Chưa rõ tệp trả lời việc nào; xin ghi tên việc vào tiêu đề thư."
NOTHING_OWED = "Đơn vị không có việc nào đang nhận bài."


@dataclass(slots=True)
class _Open:
    """A requirement that takes files from this sender, with its reader of names."""

    place: DeskPlace
    placer: Placer


class Matcher:
    """Everything the sender may answer at `at`; loaded once a mail."""

    def __init__(self, sender: Sender, at: datetime) -> None:
        self.open = [_Open(place, Placer(place, at)) for place in _places(sender, at)]

    def place_for(self, name: str, said: str) -> tuple[DeskPlace | None, str]:
        """The place for a file, or None with the sentence why nobody can tell. `said`: subject and words of the mail."""
        if not self.open:
            return None, NOTHING_OWED
        placements = [(one, one.placer.put(name)) for one in self.open]
        of_people = [one for one, found in placements if one.place.by_members and found.state == MatchState.MATCHED]
        if of_people:
            return _one_of(of_people, name, said)
        asking = [found for one, found in placements if one.place.by_members and found.message]
        of_units = [one for one, found in placements if not one.place.by_members and found.state == MatchState.MATCHED]
        named = _mentioned(of_units, name, said)
        if len({one.place.requirement.pk for one in named}) == 1:
            return _of_period(named, name, said)
        if not of_units and len(self.open) == 1:
            return self.open[0].place, ""  # the only duty: the desk itself asks or refuses
        if asking and not named:
            return None, asking[0].message
        return None, ASK_WHICH


def _one_of(found: list[_Open], name: str, said: str) -> tuple[DeskPlace | None, str]:
    if len({one.place.requirement.pk for one in found}) > 1:
        found = _mentioned(found, name, said) or found
    return _of_period(found, name, said) if len({one.place.requirement.pk for one in found}) == 1 else (None, ASK_WHICH)


def _of_period(found: list[_Open], name: str, said: str) -> tuple[DeskPlace | None, str]:
    """Of one requirement: the period that the file's name, else the mail names; the only one still owing needs no name."""
    for text in (name, said):
        named = period_in(text)
        if named is not None:
            fitting = [one for one in found if named.fits(one.place.period)]
            if len(fitting) == 1:
                return fitting[0].place, ""
            if found[0].place.period and not fitting:
                return None, f"Không có kỳ {named.words} đang nhận bài; xin ghi đúng kỳ vào tên tệp hoặc tiêu đề thư."
    owing = [one for one in found if any(debt.state in OPEN_STATES for debt in one.place.obligations)] or found[-1:]
    if len(owing) == 1:
        return owing[0].place, ""
    periods = ", ".join(period_words(one.place.period) for one in owing)
    return None, f"Chưa rõ tệp trả lời kỳ nào ({periods}); xin ghi kỳ vào tên tệp hoặc tiêu đề thư."


def _mentioned(found: list[_Open], name: str, said: str) -> list[_Open]:
    """Those whose title, number or kind is written: in the file's name first, else in the mail's words."""
    for text in (fold(name), fold(said)):
        for words in (_titles, _kinds):
            chosen = [one for one in found if any(word in text for word in words(one.place.requirement))]
            if chosen:
                return chosen
    return []


def _titles(requirement: Requirement) -> list[str]:
    titles = [fold(requirement.title), fold(requirement.directive.reference)]
    return [title for title in titles if len(title) > 4]


def _kinds(requirement: Requirement) -> list[str]:
    return {"ESSAY": ["bai thu hoach"], "REPORT": ["bao cao"], "ACTION_PLAN": ["ke hoach", "chuong trinh"]}.get(
        requirement.kind, []
    )


def _places(sender: Sender, at: datetime) -> list[DeskPlace]:
    if sender.unit is None:
        return []
    debts = Obligation.objects.in_force(at).of_unit(sender.unit)
    if sender.own_only:
        debts = debts.filter(member=_member_of(sender))
    asked = (
        Requirement.objects.filter(pk__in=debts.values("requirement")).select_related("directive__ward").order_by("pk")
    )
    places = []
    for requirement in asked:
        places += _of_periods(requirement, sender, at)
    return places


def _of_periods(requirement: Requirement, sender: Sender, at: datetime) -> list[DeskPlace]:
    """The desks of a requirement: of a series one for each period that has opened and is worth choosing."""
    first = place_of(requirement, sender.unit) if sender.unit else None
    if first is None or sender.unit is None:
        return []
    begun = [one.period for one in first.periods if first_day_of(one.period) <= local_day(at)]
    places = [place_of(requirement, sender.unit, period) for period in begun] if begun else [first]
    member = _member_of(sender)
    found = []
    for place in filter(None, places):
        if not sender.own_only:
            found.append(place)
        elif own := tuple(one for one in place.obligations if one.member_id == member):
            found.append(DeskPlace(place.requirement, place.unit, own, member))
    return found


def _member_of(sender: Sender) -> int | None:
    return sender.member.pk if sender.member else sender.user and sender.user.member_id


def only_place(sender: Sender, at: datetime) -> DeskPlace | None:
    """The one desk the sender can hand in at; None when there are several or none."""
    places = _places(sender, at)
    return places[0] if len(places) == 1 else None


def owed_lines(sender: Sender, now: datetime) -> list[str]:
    """What the sender still owes now, one line a duty and day: its title, the last day in words, how many."""
    if sender.unit is None:
        return []
    debts = Obligation.objects.owing(now).of_unit(sender.unit).of_those_below()
    if sender.own_only:
        debts = debts.filter(member=_member_of(sender))
    lines: dict[str, int] = {}
    told = ("requirement__title", "period", "owed_due_at", "requirement__deadline_phrase")
    for title, period, due_at, phrase in debts.order_by("due_at", "pk").values_list(*told):
        line = title_of_period(title, period)
        if due_at:
            line += f", nộp đến {last_day_in_words(due_at)}{', đã quá hạn' if due_at <= now else ''}"
        elif phrase:
            line += f" ({phrase})"
        lines[line] = lines.get(line, 0) + 1
    return [f"{line}: {count} bài" if count > 1 else line for line, count in lines.items()]
