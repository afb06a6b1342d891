"""A letter as subject, plain text and HTML, ready to be sent or looked at.

Not here: who gets one (`planning.py`), its sentences (`wording.py`), its look (`templates/emails/digest.*`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from directives.models import Directive, Requirement
from interface.wording import left_in_words, nearness
from reminders.digests import Letter
from reminders.recipients import UnitFacts
from reminders.wording import Ask, Group, deadline_sentence, groups_of, names_of, number_in_words, reason, subject
from units.models import CommitteeProfile, Unit
from vietnamese.dates import format_date, format_time


@dataclass(frozen=True)
class WrittenLetter:
    """A letter in words."""

    subject: str
    text: str
    html: str
    reason: str


@dataclass(frozen=True)
class Paragraph:
    """One duty as the template shows it; `tone` is "late" or "soon", `deadline` ends where `last_day` begins."""

    left: str
    tone: str
    title: str
    unit: str
    source: str
    is_own: bool
    deadline: str
    last_day: str
    names: list[str]


def asks_of(requirements: Iterable[Requirement]) -> dict[int, Ask]:
    """What letters say of requirements (with their directive selected), by id."""
    return {
        requirement.pk: Ask(
            requirement_id=requirement.pk,
            title=requirement.title,
            kind=requirement.kind,
            reference=_reference(requirement.directive),
            phrase=requirement.deadline_phrase,
            rule=requirement.deadline_rule,
            due_at=requirement.due_at,
        )
        for requirement in requirements
    }


def _reference(directive: Directive) -> str:
    """ "Công văn số 53-CV/ĐU, ngày 21/4/2026": how a document is cited in full (`document-format.md` §2)."""
    words = f"{directive.get_kind_display()} số {directive.reference}"
    return f"{words}, ngày {format_date(directive.issued_on)}" if directive.issued_on else words


class LetterWriter:
    """Writes letters of one ward; reads the committee's profile once (one query)."""

    def __init__(self, *, ward: Unit, requirements: Iterable[Requirement], units: dict[int, UnitFacts]) -> None:
        self._asks = asks_of(requirements)
        self._units = units
        self.profile = CommitteeProfile.objects.filter(unit=ward).first() or CommitteeProfile(name=ward.name)

    def heading(self, letter: Letter, at: datetime) -> tuple[str, str]:
        """(subject, reason) without writing the letter: enough for a list."""
        groups = groups_of(letter, self._asks)
        return subject(groups, at), reason(letter, groups, at)

    def write(self, letter: Letter, at: datetime) -> WrittenLetter:
        """The letter as it reads at `at`."""
        groups = groups_of(letter, self._asks)
        title = subject(groups, at)
        context = {
            "subject": title,
            "person": letter.person,
            "is_mixed": bool(letter.own and letter.of_units),
            "intro": self._intro(letter, groups, at),
            "paragraphs": [self._paragraph(group, at) for group in groups],
            "button_url": self._door(letter),
            "through": letter.through,
            "button": "Mở việc của đơn vị" if letter.of_units else "Mở việc của tôi",
            "seen_at": format_time(at),
            "profile": self.profile,
        }
        return WrittenLetter(
            subject=title,
            text=render_to_string("emails/digest.txt", context).replace("\N{NO-BREAK SPACE}", " ").strip() + "\n",
            html=render_to_string("emails/digest.html", context),
            reason=reason(letter, groups, at),
        )

    def _door(self, letter: Letter) -> str:
        """The page behind the button; none for a member without an account, who hands in through his unit."""
        if not (letter.person.has_account or letter.of_units):
            return ""
        return settings.PUBLIC_URL.rstrip("/") + reverse("directives:my_work")

    def _intro(self, letter: Letter, groups: list[Group], at: datetime) -> str:
        """ "Tính đến 07:00 ngày 24/4/2026, Chi bộ Trường THCS Phúc Lợi còn hai việc cần hoàn thành." """
        names = [self._units[unit_id].name for unit_id in letter.of_units if unit_id in self._units]
        whose = names[0] if len(names) == 1 else "các đơn vị đồng chí phụ trách"
        if letter.own:
            whose = f"đồng chí và {whose}" if names else "đồng chí"
        number = number_in_words(len(groups))
        return f"Tính đến {format_time(at)} ngày {format_date(at)}, {whose} còn {number} việc cần hoàn thành."

    def _paragraph(self, group: Group, at: datetime) -> Paragraph:
        due_at = group.lead.due_at
        unit = self._units.get(group.unit_id) if group.unit_id is not None else None
        deadline, last_day = deadline_sentence(group)
        return Paragraph(
            left=left_in_words(due_at, at),
            tone="late" if nearness(due_at, at) == "overdue" else "soon",
            title=group.ask.title,
            unit=unit.name if unit else "",
            source=group.ask.reference,
            is_own=group.unit_id is None,
            deadline=deadline,
            last_day=last_day,
            names=names_of(group.duties) if group.is_list else [],
        )
