"""A letter as subject, plain text and HTML, ready to be sent or looked at.

Not here: who gets one (`planning.py`), its sentences (`wording.py`), its look (`templates/emails/digest.*`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.module_loading import import_string

from directives.choices import RequirementKind
from directives.models import Directive, Requirement
from directives.report_fields import slots_of
from interface.wording import last_day_in_words, left_in_words, nearness
from reminders.digests import Letter, Person
from reminders.letter_texts import filled, texts_of
from reminders.progress import Progress, progress_of
from reminders.recipients import UnitFacts
from reminders.stages import last_day_of, start_of
from reminders.wording import Ask, Group, deadline_sentence, groups_of, names_of, number_in_words, reason, subject
from units.models import CommitteeProfile, Unit
from vietnamese.dates import format_date, format_short_date, format_time, local_day


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
    so_far: str = ""
    """Before the number of names: "đã nộp 31/41 bài, "."""
    is_whole: bool = True
    """The names are all who have not handed in."""
    begun: str = ""
    """ "Đơn vị đã viết 4/6 mục, chưa nộp.", with the page on which one goes on (none without an account)."""
    begun_url: str = ""


def page_address(name: str, *args: int) -> str:
    """The full address of a page, for a mail."""
    return settings.PUBLIC_URL.rstrip("/") + reverse(name, args=args)


def answers_are_taken(profile: CommitteeProfile) -> bool:
    """Whether a reply to the committee's letters is read here, so that a PDF in it counts."""
    return import_string(settings.MAIL_DOOR)(profile.mailbox)


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
            is_written=requirement.is_written,
            takes_a_file=not requirement.is_of_leads
            and sum(slot.is_required for slot in slots_of(requirement.slots)) < 2,
            closes_at=requirement.closes_at,
        )
        for requirement in requirements
    }


def _reference(directive: Directive) -> str:
    """ "Công văn số 53-CV/ĐU, ngày 21/4/2026": how a document is cited in full (`document-format.md` §2)."""
    words = f"{directive.get_kind_display()} số {directive.reference}"
    return f"{words}, ngày {format_date(directive.issued_on)}" if directive.issued_on else words


class LetterWriter:
    """Writes letters of one ward; reads the committee's profile and the ward's own words once, when they are needed."""

    def __init__(self, *, ward: Unit, requirements: Iterable[Requirement], units: dict[int, UnitFacts]) -> None:
        self._asks = asks_of(requirements)
        self._units = units
        self._ward = ward

    @cached_property
    def profile(self) -> CommitteeProfile:
        """The committee as it signs. One query."""
        return CommitteeProfile.objects.filter(unit=self._ward).first() or CommitteeProfile(name=self._ward.name)

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        return texts_of(self._ward)

    def heading(self, letter: Letter, at: datetime) -> tuple[str, str]:
        """(subject, reason) without writing the letter: enough for a list."""
        groups = groups_of(letter, self._asks)
        return subject(groups, at), reason(letter, groups, at)

    def write(self, letter: Letter, at: datetime) -> WrittenLetter:
        """The letter as it reads at `at`."""
        groups = groups_of(letter, self._asks)
        title, progress = subject(groups, at), progress_of(groups, at)
        context = {
            "subject": title,
            **_passages(self._texts, letter.person, self._whose(letter), groups, self.profile, at),
            "person": letter.person,
            "is_mixed": bool(letter.own and letter.of_units),
            "paragraphs": [self._paragraph(group, groups, progress, letter.person, at) for group in groups],
            "answers_count": any(_takes_a_reply(group, at) for group in groups) and answers_are_taken(self.profile),
            **self._doors(letter, groups),
            "through": letter.through,
            "profile": self.profile,
        }
        return WrittenLetter(
            subject=title,
            text=render_to_string("emails/digest.txt", context).replace("\N{NO-BREAK SPACE}", " ").strip() + "\n",
            html=render_to_string("emails/digest.html", context),
            reason=reason(letter, groups, at),
        )

    def _doors(self, letter: Letter, groups: Sequence[Group]) -> dict[str, str]:
        """The button and its page (none for a member without an account, who hands in through his unit), and that on
        which who has an account chooses how he is reminded."""
        has_page = letter.person.has_account or letter.of_units
        only_watches = bool(groups) and all(group.is_watched for group in groups)
        work = "Mở việc của đơn vị" if letter.of_units else "Mở việc của tôi"
        page = "reports:cluster" if only_watches else "directives:my_work"
        return {
            "button": "Mở cụm phụ trách" if only_watches else work,
            "button_url": page_address(page) if has_page else "",
            "choices_url": page_address("reminders:choices") if letter.person.has_account else "",
        }

    def _whose(self, letter: Letter) -> str:
        """Of whom the letter speaks: the reader, his one unit by name, or his units."""
        names = [self._units[unit_id].name for unit_id in letter.of_units if unit_id in self._units]
        whose = names[0] if len(names) == 1 else "các đơn vị đồng chí phụ trách"
        if letter.own:
            whose = f"đồng chí và {whose}" if names else "đồng chí"
        return whose

    def _paragraph(
        self, group: Group, groups: Sequence[Group], progress: Progress, reader: Person, at: datetime
    ) -> Paragraph:
        due_at = group.lead.due_at
        unit = self._units.get(group.unit_id) if group.unit_id is not None else None
        deadline, last_day = deadline_sentence(group)
        begun = progress.begun(group)
        goes_on = begun and reader.has_account and not group.is_watched
        return Paragraph(
            left="Chờ xác nhận" if group.asks_to_confirm else left_in_words(due_at, at),
            tone="late" if not group.asks_to_confirm and nearness(due_at, at) == "overdue" else "soon",
            title=group.title,
            unit=unit.name if unit else "",
            source=group.ask.reference,
            is_own=group.unit_id is None,
            deadline=deadline,
            last_day=last_day,
            names=names_of(group.duties) if group.is_list else [],
            so_far=progress.so_far(group, groups),
            is_whole=progress.is_whole(group, groups),
            begun=begun,
            begun_url=page_address("submissions:write", group.lead.obligation_id) if goes_on else "",
        )


def _takes_a_reply(group: Group, at: datetime) -> bool:
    """Whether the paragraph asks the reader for one file, and its door is open at `at`: a reply with a PDF answers it."""
    closes_at = group.ask.closes_at
    is_shut = closes_at is not None and at >= max(closes_at, group.lead.due_at)
    asks_a_file = not (group.asks_to_confirm or group.is_watched or group.ask.kind == RequirementKind.ACTIVITY)
    return asks_a_file and group.ask.takes_a_file and not is_shut


def _passages(
    texts: Mapping[str, str],
    person: Person,
    whose: str,
    groups: Sequence[Group],
    profile: CommitteeProfile,
    at: datetime,
) -> dict[str, str]:
    """The passages of the office filled for one letter. In plain text the post stands behind the name."""
    values = {
        "ten": person.name,
        "chuc_danh": person.post,
        "don_vi": whose,
        "so_viec": number_in_words(len(groups) or 1),
        "gio": format_time(at),
        "ngay": format_date(at),
        "han": format_date(last_day_of(groups[0].lead.due_at)) if groups else format_date(at),
        "co_quan": profile.office_name,
        "dien_thoai": profile.phone,
    }
    greeting = filled(texts["greeting"], values)
    behind = f"{greeting.rstrip(',')} ({person.post})," if person.post else greeting
    intro, closing = filled(texts["intro"], values), filled(texts["closing"], values)
    return {"greeting": greeting, "text_greeting": behind, "intro": intro, "closing": closing}


SAMPLE_NAMES = ["Nguyễn Văn An", "Hoàng Thị Bình"]


def sample_letter(ward: Unit, texts: Mapping[str, str], at: datetime) -> WrittenLetter:
    """A letter to nobody, with these words, for the office to look at: one duty, due in three days. One query."""
    profile = CommitteeProfile.objects.filter(unit=ward).first() or CommitteeProfile(name=ward.name)
    person = Person("mau@phuong.example", "Trần Thị Bích Ngọc", "Bí thư Chi bộ Tổ dân phố số 5", has_account=True)
    due_at = start_of(local_day(at)) + timedelta(days=4)
    deadline = f"Hạn “trước ngày {format_date(due_at)}”, nộp đến "
    paragraph = Paragraph(
        left=left_in_words(due_at, at), tone="soon", title="Bài thu hoạch Nghị quyết", unit="Chi bộ Tổ dân phố số 5",
        source="Công văn số 53-CV/ĐU", is_own=False, deadline=deadline, last_day=last_day_in_words(due_at),
        names=SAMPLE_NAMES, so_far="đã nộp 31/33 bài, ",
    )  # fmt: skip
    context = {
        "subject": f"[Cần nộp trước {format_short_date(due_at)}] Bài thu hoạch Nghị quyết: còn 2 đồng chí",
        "person": person,
        "paragraphs": [paragraph],
        "button_url": page_address("directives:my_work"),
        "choices_url": page_address("reminders:choices"),
        "button": "Mở việc của đơn vị",
        "profile": profile,
        "answers_count": answers_are_taken(profile),
        **_passages(texts, person, "Chi bộ Tổ dân phố số 5", [], profile, at),
    }
    text = render_to_string("emails/digest.txt", context).replace("\N{NO-BREAK SPACE}", " ").strip() + "\n"
    return WrittenLetter(context["subject"], text, render_to_string("emails/digest.html", context), "")
