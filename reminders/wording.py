"""The words of reminders: subjects, sentences, lists of names. Pure.

Not here: which duties are in a letter (`digests.py`), the page they stand on (`letters.py`, `templates/emails`).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from directives.deadlines.periods import title_of_period
from interface.wording import last_day_in_words
from reminders.digests import Duty, Letter, urgency
from reminders.stages import last_day_of
from vietnamese.dates import VIETNAM, format_short_date, format_time, local_day

_TITLE_LIMIT = 110
_NUMBERS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")


@dataclass(frozen=True, slots=True)
class Ask:
    """What a letter says of a requirement. `due_at` is the requirement's own deadline, before any extension."""

    requirement_id: int
    title: str
    kind: str
    reference: str
    phrase: str
    rule: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Group:
    """Duties told as one paragraph: of one requirement and period, one deadline, one unit (None: the reader's own)."""

    ask: Ask
    unit_id: int | None
    duties: tuple[Duty, ...]

    @property
    def lead(self) -> Duty:
        """Any one: all share period, deadline and kind."""
        return self.duties[0]

    @property
    def title(self) -> str:
        """What is owed, with its period: "Báo cáo công tác đảng, tháng 5/2026"."""
        return title_of_period(self.ask.title, self.lead.period)

    @property
    def is_list(self) -> bool:
        """Members are named (essays of a unit), rather than the unit's own duty."""
        return self.unit_id is not None and self.lead.member_id is not None


def groups_of(letter: Letter, asks: dict[int, Ask]) -> list[Group]:
    """The paragraphs of a letter, most urgent first, the reader's own before those of units."""
    gathered: dict[tuple[int, str, datetime, bool, int | None], list[Duty]] = {}
    told: list[tuple[Duty, int | None]] = [(duty, None) for duty in letter.own]
    told += [(duty, unit_id) for unit_id, duties in letter.of_units.items() for duty in duties]
    for duty, unit_id in told:
        key = (duty.requirement_id, duty.period, duty.due_at, duty.is_returned, unit_id)
        gathered.setdefault(key, []).append(duty)
    groups = [
        Group(asks[requirement_id], unit_id, tuple(sorted(duties, key=lambda d: (d.member_sort_key, d.obligation_id))))
        for (requirement_id, _, _, _, unit_id), duties in gathered.items()
    ]
    return sorted(groups, key=lambda g: (g.lead.due_at, g.unit_id is not None, urgency(g.lead), g.unit_id or 0))


def verb_of(kind: str) -> str:
    """What is asked for: a meeting is held, everything else is handed in."""
    return "tổ chức" if kind == "ACTIVITY" else "nộp"


def subject_head(group: Group, at: datetime) -> str:
    """The bracket at the head of a subject: the verb, then the date.

    One rule, in this order: overdue → "Cần nộp ngay, quá hạn từ 28/4" (the first late day) · returned → "Cần nộp lại …" ·
    a stated hour → "Cần nộp trước 16:00 28/4" (or "đến 16:00 28/4" when the hour itself is in time) · written as "trước
    ngày X" (rule R1) and not extended → "Cần nộp trước X" · else → "Cần nộp đến hết X" with the last day.
    """
    due_at, ask = group.lead.due_at.astimezone(VIETNAM), group.ask
    verb = verb_of(ask.kind) + (" lại" if group.lead.is_returned else "")
    if due_at <= at:
        return f"Cần {verb} ngay, quá hạn từ {format_short_date(due_at)}"
    if due_at.time() != time():
        before = due_at.second == 0 and due_at.microsecond == 0
        return f"Cần {verb} {'trước' if before else 'đến'} {format_time(due_at)} {format_short_date(due_at)}"
    if ask.rule == "R1" and ask.due_at == group.lead.due_at and not group.lead.is_returned:
        return f"Cần {verb} trước {format_short_date(due_at)}"
    return f"Cần {verb} đến hết {format_short_date(last_day_of(due_at))}"


def subject(groups: list[Group], at: datetime) -> str:
    """The subject of a letter, from its most urgent paragraph: "[Cần nộp trước 28/4] Bài thu hoạch …"."""
    lead = groups[0]
    title = lead.title if len(lead.title) <= _TITLE_LIMIT else lead.title[:_TITLE_LIMIT].rstrip() + "…"
    words = f"[{subject_head(lead, at)}] {title}"
    if lead.is_list:
        words += f": còn {len(lead.duties)} đồng chí"
    others = len(groups) - 1
    return f"{words}, và {others} việc khác" if others else words


def number_in_words(number: int) -> str:
    """Up to ten in words, as in running text; above in digits."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


def names_of(duties: Iterable[Duty]) -> list[str]:
    """Names in the given order; people of one name are told apart by their year of birth."""
    duties = list(duties)
    same = Counter(duty.member_name for duty in duties)
    return [
        f"{duty.member_name} ({duty.member_birth_year})"
        if same[duty.member_name] > 1 and duty.member_birth_year
        else duty.member_name
        for duty in duties
    ]


def deadline_sentence(group: Group) -> tuple[str, str]:
    """The deadline in words, split before the day, which is printed bold: ("Hạn “trước ngày 28/4/2026”, nộp đến ",
    "hết thứ Hai ngày 27/4/2026"). The phrase stands only while it still holds."""
    due_at, ask = group.lead.due_at, group.ask
    local = due_at.astimezone(VIETNAM)
    excludes_hour = local.time() != time() and local.second == 0 and local.microsecond == 0
    words = f"{verb_of(ask.kind)}{' lại' if group.lead.is_returned else ''} {'trước' if excludes_hour else 'đến'} "
    if group.lead.is_returned:
        words = f"Bài đã được trả lại để sửa, {words}"
    elif ask.due_at == due_at and ask.phrase:
        words = f"Hạn “{ask.phrase}”, {words}"
    elif ask.due_at is not None and ask.due_at != due_at:
        words = f"Hạn đã điều chỉnh: {words}"
    else:
        words = f"{words[0].upper()}{words[1:]}"
    return words, last_day_in_words(due_at)


def post_of(title: str, unit_name: str) -> str:
    """A post in a unit as people say it: "Bí thư Chi bộ Tổ dân phố số 5", "Chánh Văn phòng, Văn phòng Đảng ủy"."""
    if title.casefold().endswith("bí thư"):
        return f"{title} {unit_name}"
    if title.casefold().endswith("bí thư chi bộ") and unit_name.startswith("Chi bộ"):
        return f"{title[: -len(' chi bộ')]} {unit_name}"
    return f"{title}, {unit_name}"


def reason(letter: Letter, groups: list[Group], at: datetime) -> str:
    """Why this person gets a letter, in one sentence for the office's list."""
    days = (local_day(at) - last_day_of(groups[0].lead.due_at)).days
    when = f"quá hạn {days} ngày" if days > 0 else "hôm nay là ngày cuối" if days == 0 else f"còn {-days} ngày"
    own = sum(group.unit_id is None for group in groups)
    named = sum(len(group.duties) for group in groups if group.is_list)
    units_own = sum(group.unit_id is not None and not group.is_list for group in groups)
    parts = []
    if own:
        parts.append(f"{own} việc của bản thân")
    if units_own:
        parts.append(f"{units_own} việc của đơn vị")
    if named:
        parts.append(f"{named} đồng chí trong đơn vị chưa nộp")
    return f"{when[0].upper()}{when[1:]}: {', '.join(parts)}."
