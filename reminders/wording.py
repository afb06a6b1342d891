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
from reminders.stages import ACKNOWLEDGE, last_day_of
from vietnamese.dates import VIETNAM, format_short_date, format_time, format_weekday, local_day

_TITLE_LIMIT = 110
_NUMBERS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")


def goes_in_words(opens: datetime | None) -> str:
    """When a letter goes that is in the queue now: "đi từ 07:00 thứ Ba 28/4"; None: mail may go."""
    if opens is None:
        return "đi trong vài phút tới"
    return f"đi từ {format_time(opens)} {format_weekday(opens)} {format_short_date(opens)}"


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
    is_written: bool = False
    """It is answered by writing on the portal."""
    takes_a_file: bool = True
    """One file is a whole answer; else it is a lead's form, or asks for several kinds of files."""
    closes_at: datetime | None = None
    """From this instant (exclusive) nothing is taken but from whoever has a later deadline of his own."""


@dataclass(frozen=True, slots=True)
class Group:
    """Duties told as one paragraph: of one requirement and period, one deadline, one unit (None: the reader's own)."""

    ask: Ask
    unit_id: int | None
    duties: tuple[Duty, ...]
    is_watched: bool = False
    """Owed by a unit of the cluster the reader leads: told for his watch over it, not for him to hand in."""

    @property
    def lead(self) -> Duty:
        """Any one: all share period, deadline and kind."""
        return self.duties[0]

    @property
    def title(self) -> str:
        """What is owed, with its period: "Báo cáo công tác đảng, tháng 5/2026"; of a paper to be confirmed, the paper."""
        return self.ask.reference if self.asks_to_confirm else title_of_period(self.ask.title, self.lead.period)

    @property
    def asks_to_confirm(self) -> bool:
        """Whether the unit is only asked to confirm that it received the paper."""
        return self.lead.stage == ACKNOWLEDGE

    @property
    def is_list(self) -> bool:
        """Members are named (essays of a unit), rather than the unit's own duty."""
        return self.unit_id is not None and self.lead.member_id is not None


def groups_of(letter: Letter, asks: dict[int, Ask]) -> list[Group]:
    """The paragraphs of a letter: what the reader is to do, most urgent first, his own before those of units; then what
    units of his cluster owe; then the papers to be confirmed."""
    gathered: dict[tuple[int, str, datetime, bool, int | None, bool], list[Duty]] = {}
    told: list[tuple[Duty, int | None]] = [(duty, None) for duty in letter.own]
    told += [(duty, unit_id) for unit_id, duties in letter.of_units.items() for duty in duties]
    for duty, unit_id in told:
        confirms = duty.stage == ACKNOWLEDGE
        key = (duty.requirement_id, duty.period, duty.due_at, duty.is_returned, unit_id, confirms)
        gathered.setdefault(key, []).append(duty)
    groups = [
        Group(
            asks[requirement_id],
            unit_id,
            tuple(sorted(duties, key=lambda d: (d.member_sort_key, d.obligation_id))),
            is_watched=unit_id in letter.watched and not duties[0].is_of_leads,
        )
        for (requirement_id, _, _, _, unit_id, _), duties in gathered.items()
    ]
    return sorted(
        groups,
        key=lambda g: (
            g.asks_to_confirm,
            g.is_watched,
            g.lead.due_at,
            g.unit_id is not None,
            urgency(g.lead),
            g.unit_id or 0,
        ),
    )


def verb_of(kind: str) -> str:
    """What is asked for: a meeting is held, everything else is handed in."""
    return "tổ chức" if kind == "ACTIVITY" else "nộp"


def subject_head(group: Group, at: datetime) -> str:
    """The bracket at the head of a subject: the verb, then the date.

    One rule, in this order: a paper to be confirmed → "Cần xác nhận đã nhận" · owed by a unit of the reader's cluster →
    "Đơn vị trong cụm còn nợ, quá hạn từ 28/4" (or "…, hạn đến hết 27/4") · overdue → "Cần nộp ngay, quá hạn từ 28/4" (the first late day) · returned → "Cần nộp lại …" ·
    a stated hour → "Cần nộp trước 16:00 28/4" (or "đến 16:00 28/4" when the hour itself is in time) · written as "trước
    ngày X" (rule R1) and not extended → "Cần nộp trước X" · else → "Cần nộp đến hết X" with the last day.
    """
    if group.asks_to_confirm:
        return "Cần xác nhận đã nhận"
    due_at, ask = group.lead.due_at.astimezone(VIETNAM), group.ask
    if group.is_watched:
        owes = "còn nợ" if verb_of(ask.kind) == "nộp" else "chưa tổ chức"
        when = f"quá hạn từ {format_short_date(due_at)}" if due_at <= at else f"hạn {_until(due_at)}"
        return f"Đơn vị trong cụm {owes}, {when}"
    verb = verb_of(ask.kind) + (" lại" if group.lead.is_returned else "")
    if due_at <= at:
        return f"Cần {verb} ngay, quá hạn từ {format_short_date(due_at)}"
    if due_at.time() != time():
        return f"Cần {verb} {_until(due_at)}"
    if ask.rule == "R1" and ask.due_at == group.lead.due_at and not group.lead.is_returned:
        return f"Cần {verb} trước {format_short_date(due_at)}"
    return f"Cần {verb} {_until(due_at)}"


def _until(due_at: datetime) -> str:
    """The end in few words: "đến hết 27/4", with a stated hour "trước 16:00 28/4" or, when the hour is in time, "đến"."""
    if due_at.time() == time():
        return f"đến hết {format_short_date(last_day_of(due_at))}"
    before = due_at.second == 0 and due_at.microsecond == 0
    return f"{'trước' if before else 'đến'} {format_time(due_at)} {format_short_date(due_at)}"


def subject(groups: list[Group], at: datetime) -> str:
    """The subject of a letter, from its most urgent paragraph: "[Cần nộp trước 28/4] Bài thu hoạch …"."""
    lead = groups[0]
    title = lead.title if len(lead.title) <= _TITLE_LIMIT else lead.title[:_TITLE_LIMIT].rstrip() + "…"
    words = f"[{subject_head(lead, at)}] {title}"
    if lead.is_list:
        words += f": còn {len(lead.duties)} đồng chí"
    ottold_to_do = len(groups) - 1
    return f"{words}, và {ottold_to_do} việc khác" if ottold_to_do else words


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
    if group.asks_to_confirm:
        words = (
            "Mở văn bản và bấm “Đã nhận văn bản” để văn phòng biết đơn vị đã có. Việc gần nhất theo văn bản này có hạn "
        )
        return words, last_day_in_words(due_at)
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


_DEADLINES_SAID = 3
"""So many deadlines a reason tells apart; what has others is counted together."""


def reason(letter: Letter, groups: list[Group], at: datetime) -> str:
    """Why this person gets a letter, in one sentence for the office's list and the bell: by deadline, in the order of the
    paragraphs."""
    by_days: dict[int, list[Group]] = {}
    for group in groups:
        if not group.asks_to_confirm:
            days = (local_day(at) - last_day_of(group.lead.due_at)).days
            by_days.setdefault(days, []).append(group)
    said = list(by_days.items())
    parts = [f"{_when(days)}: {_counted(some)}" for days, some in said[:_DEADLINES_SAID]]
    if rest := [group for _, some in said[_DEADLINES_SAID:] for group in some]:
        parts.append(f"hạn khác: {_counted(rest)}")
    to_confirm = sum(group.asks_to_confirm for group in groups)
    if to_confirm:
        parts.append(f"{to_confirm} văn bản chưa xác nhận đã nhận")
    words = "; ".join(parts)
    return f"{words[:1].upper()}{words[1:]}."


def _when(days: int) -> str:
    """`days` since the last day in time."""
    return f"quá hạn {days} ngày" if days > 0 else "hôm nay là ngày cuối" if days == 0 else f"còn {-days} ngày"


def _counted(groups: list[Group]) -> str:
    """What these paragraphs ask, in numbers."""
    told_to_do = [group for group in groups if not group.is_watched]
    watched = [group for group in groups if group.is_watched]
    numbers = (
        (sum(group.unit_id is None for group in groups), "việc của bản thân"),
        (sum(group.unit_id is not None and not group.is_list for group in told_to_do), "việc của đơn vị"),
        (sum(len(group.duties) for group in told_to_do if group.is_list), "đồng chí trong đơn vị chưa nộp"),
        (sum(not group.is_list for group in watched), "việc các đơn vị trong cụm còn nợ"),
        (sum(len(group.duties) for group in watched if group.is_list), "đồng chí trong cụm chưa nộp"),
    )
    return ", ".join(f"{number} {words}" for number, words in numbers if number)
