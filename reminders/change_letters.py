"""The words of letters about changes, ready to be sent.

Not here: who gets one, and when (`changes.py`), its look (`templates/emails/changes.*`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from django.template.loader import render_to_string

from directives.choices import NoticeKind
from directives.models import ChangeNotice
from interface.wording import last_day_in_words
from reminders.digests import Duty, Letter
from reminders.letters import WrittenLetter, page_address
from units.models import CommitteeProfile, Unit
from vietnamese.dates import format_date

_SEVERAL: Final[dict[str, str]] = {
    NoticeKind.MOVED: "đổi hạn",
    NoticeKind.OWED: "lại phải thực hiện",
    NoticeKind.RELEASED: "không phải thực hiện nữa",
    NoticeKind.REFUSED: "đề nghị không được đồng ý",
}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change as a letter tells it: of the reader himself (`unit` ""), or of a unit with the names it concerns."""

    title: str
    source: str
    what: str
    why: str
    unit: str
    names: tuple[str, ...]

    @property
    def whose(self) -> str:
        """Told where one duty stands twice: " của đồng chí", " của 11 đảng viên Chi bộ 5", " của Chi bộ 5"."""
        if not self.unit:
            return " của đồng chí"
        return f" của {len(self.names)} đảng viên {self.unit}" if self.names else f" của {self.unit}"


class ChangeWriter:
    """Writes the letters of one ward about these changes (their obligations selected); two queries."""

    def __init__(self, ward: Unit, notices: Sequence[ChangeNotice]) -> None:
        self._notices = {notice.obligation_id: notice for notice in notices}
        asked = {notice.obligation.unit_id for notice in notices}
        self._names = dict(Unit.objects.filter(pk__in=asked).values_list("pk", "name"))
        self.profile = CommitteeProfile.objects.filter(unit=ward).first() or CommitteeProfile(name=ward.name)

    def heading(self, letter: Letter) -> tuple[str, str]:
        """(subject, what changed and why): enough for a notice."""
        lines = self._lines_of(letter)
        title = lines[0].title if len(lines) == 1 else f"{len(lines)} việc"
        kinds = {self._notices[duty.obligation_id].kind for duty in _duties_of(letter)}
        several = " hoặc ".join(words for kind, words in _SEVERAL.items() if kind in kinds)
        what = lines[0].what if len(lines) == 1 else several
        titles = Counter(line.title for line in lines)
        told = (f"{line.title}{line.whose if titles[line.title] > 1 else ''}: {line.what}" for line in lines)
        detail = "; ".join(told) if len(lines) > 1 else lines[0].why
        return f"[Thay đổi] {title}: {what}", f"{detail}."

    def write(self, letter: Letter) -> WrittenLetter:
        """The letter in full."""
        subject, detail = self.heading(letter)
        person = letter.person
        context = {
            "subject": subject,
            "person": person,
            "lines": self._lines_of(letter),
            "button_url": page_address("directives:my_work") if person.has_account or letter.of_units else "",
            "button": "Mở việc của đơn vị" if letter.of_units else "Mở việc của tôi",
            "choices_url": page_address("reminders:choices") if person.has_account else "",
            "profile": self.profile,
        }
        text = render_to_string("emails/changes.txt", context).strip() + "\n"
        return WrittenLetter(subject, text, render_to_string("emails/changes.html", context), detail)

    def _lines_of(self, letter: Letter) -> list[ChangeLine]:
        lines = self._lines(letter.own, "")
        for unit_id, duties in letter.of_units.items():
            lines += self._lines(duties, self._names[unit_id])
        return lines

    def _lines(self, duties: Iterable[Duty], unit: str) -> list[ChangeLine]:
        """One line a change of a paper; members of a unit with the same one stand together, by given name."""
        groups: dict[tuple[object, ...], list[Duty]] = defaultdict(list)
        for duty in duties:
            notice = self._notices[duty.obligation_id]
            paper = notice.obligation.requirement.directive_id
            groups[paper, notice.obligation.title, _what(notice), notice.words].append(duty)
        return [self._line(same, unit) for same in groups.values()]

    def _line(self, same: list[Duty], unit: str) -> ChangeLine:
        notice = self._notices[same[0].obligation_id]
        directive = notice.obligation.requirement.directive
        day = f" ngày {format_date(directive.issued_on)}" if directive.issued_on else ""
        named = sorted(same, key=lambda duty: (duty.member_sort_key, duty.obligation_id))
        names = tuple(duty.member_name for duty in named if duty.member_name) if unit else ()
        source = f"{directive.get_kind_display()} số {directive.reference}{day}"
        return ChangeLine(notice.obligation.title, source, _what(notice), notice.words, unit, names)


def _duties_of(letter: Letter) -> Iterable[Duty]:
    return chain(letter.own, *letter.of_units.values())


def _what(notice: ChangeNotice) -> str:
    if notice.kind == NoticeKind.RELEASED:
        return "không phải thực hiện nữa"
    if notice.kind == NoticeKind.REFUSED:
        due_at = notice.obligation.due_at  # it may have been moved a moment before
        stays = f"hạn vẫn là {last_day_in_words(due_at)}" if due_at else "hạn giữ nguyên"
        return f"đề nghị không được đồng ý, {stays}"
    if notice.kind == NoticeKind.OWED:
        due = f", hạn {last_day_in_words(notice.new_due_at)}" if notice.new_due_at else ""
        return f"lại phải thực hiện{due}"
    new = last_day_in_words(notice.new_due_at) if notice.new_due_at else ""
    old = f" (trước đó: {last_day_in_words(notice.old_due_at)})" if notice.old_due_at else ""
    return f"hạn mới {new}{old}"
