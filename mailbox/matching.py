"""Which duty a file of a mail answers: the sender's unit is the scope, the name decides, the subject breaks ties.

Nothing is guessed: what fits two duties, or none, is asked about. Not here: reading names (app submissions), handing
in (`services/ingesting.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from directives.models import Obligation, Requirement
from mailbox.senders import Sender
from submissions.choices import MatchState
from submissions.desk_access import DeskPlace, place_of
from submissions.placing import Placer
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
        if len(named) == 1:
            return named[0].place, ""
        if not of_units and len(self.open) == 1:
            return self.open[0].place, ""  # the only duty: the desk itself asks or refuses
        if asking and not named:
            return None, asking[0].message
        return None, ASK_WHICH


def _one_of(found: list[_Open], name: str, said: str) -> tuple[DeskPlace | None, str]:
    if len(found) > 1:
        found = _mentioned(found, name, said) or found
    return (found[0].place, "") if len(found) == 1 else (None, ASK_WHICH)


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
        place = place_of(requirement, sender.unit)
        if place and sender.own_only:
            member = _member_of(sender)
            own = tuple(one for one in place.obligations if one.member_id == member)
            place = DeskPlace(place.requirement, place.unit, own, member) if own else None
        if place:
            places.append(place)
    return places


def _member_of(sender: Sender) -> int | None:
    return sender.member.pk if sender.member else sender.user and sender.user.member_id


def owed_lines(sender: Sender, now: datetime) -> list[str]:
    """What the sender still owes now, one line a duty: its title, how many, the last day."""
    if sender.unit is None:
        return []
    debts = Obligation.objects.owing(now).of_unit(sender.unit)
    if sender.own_only:
        debts = debts.filter(member=_member_of(sender))
    lines: dict[str, int] = {}
    for title, phrase in debts.order_by("due_at", "pk").values_list(
        "requirement__title", "requirement__deadline_phrase"
    ):
        line = f"{title}{f' ({phrase})' if phrase else ''}"
        lines[line] = lines.get(line, 0) + 1
    return [f"{line}: {count} bài" if count > 1 else line for line, count in lines.items()]
