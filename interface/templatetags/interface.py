"""Template tags and filters of the portal: `{% load interface %}`; docs/interface.md shows each in use.

Not here: the words and widths themselves (`interface.states`, `interface.wording`, `interface.bars`, `vietnamese`).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from interface.bars import bar_parts
from interface.icons import draw_icon
from interface.states import state
from interface.wording import deadline_words, last_day_in_words, last_day_of, nearness, size_in_words
from vietnamese import dates, numbers

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "", extra_class: str = "") -> SafeString:
    """`{% icon "printer" %}`; with `label` where no word stands beside it."""
    return draw_icon(name, label=label, extra_class=extra_class)


@register.inclusion_tag("components/chip.html")
def chip(key: str, word: str = "", small: bool = False, href: str = "") -> dict[str, Any]:
    """`{% chip "overdue" "Quá 2 ngày" %}`: icon, word and colour of a display state; `word` replaces the usual one."""
    shown = state(key)
    return {"icon": shown.icon, "tone": shown.tone, "word": word or shown.word, "small": small, "href": href}


@register.inclusion_tag("components/deadline.html")
def deadline(
    due_at: datetime | None,
    now: datetime | None = None,
    phrase: str = "",
    verb: str = "Nộp",
    old_due_at: datetime | None = None,
    note: str = "",
    waiting: str = "",
    chip: bool = True,
    dense: bool = False,
    settled: bool = False,
) -> dict[str, Any]:
    """`{% deadline obligation.due_at now phrase=… %}`: phrase, last day, days left, exact instant on hover and focus.

    `settled`: already handed in, so neither days left nor red. `dense` is the form for table cells.
    """
    words = deadline_words(
        due_at, now or timezone.now(), phrase=phrase, verb=verb, old_due_at=old_due_at, note=note, waiting=waiting
    )
    return {"words": words, "with_chip": chip and not settled, "dense": dense, "settled": settled}


@register.inclusion_tag("components/date_block.html")
def date_block(
    due_at: datetime | None, now: datetime | None = None, settled: bool = False, undated: bool = False
) -> dict[str, Any]:
    """`{% date_block obligation.due_at now %}`: weekday, day and month of the last day.

    Without one an hourglass: the day follows an event, or (`undated`) nobody has set one.
    """
    words = deadline_words(due_at, now or timezone.now())
    tone = "" if settled else {"overdue": "late", "soon": "soon"}.get(words.state, "")
    return {"day": words.last_day, "tone": tone, "undated": undated}


@register.inclusion_tag("components/stacked_bar.html")
def stacked_bar(
    counts: Mapping[str, int],
    whole: int | None = None,
    thin: bool = False,
    base: str = "",
    links: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """`{% stacked_bar counts %}`: keys accepted, submitted, returned, overdue, soon, pending; `thin` without words.

    With `links` (key → end of an address that begins with `base`) each number opens the names behind it.
    """
    parts = bar_parts(counts, whole=whole)
    shown = [(part, f"{base}{links[part.key]}" if links and part.key in links else "") for part in parts]
    return {"parts": shown, "thin": thin}


@register.inclusion_tag("components/progress.html")
def progress(
    what: str, done: int, total: int, state: str = "running", unit: str = "", left: str = "", result_url: str = ""
) -> dict[str, Any]:
    """`{% progress "Đang lập phụ lục 2" 71 97 unit="đơn vị" left="còn khoảng 15 giây" %}`: state queued … failed."""
    return {"what": what, "done": done, "total": total, "state": state, "unit": unit, "left": left, "url": result_url}


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """`?…` of this page with some parameters changed (None or "" removes one) and the page dropped (number `trang`, last row before it `sau`)."""
    kept = context["request"].GET.copy()
    for name, value in {"trang": None, "sau": None, **changes}.items():
        if value in (None, ""):
            kept.pop(name, None)
        else:
            kept[name] = str(value)
    return f"?{urlencode(kept, doseq=True)}" if kept else "?"


@register.filter
def born(member: Any) -> str:
    """The year of birth small beside a name, where one must choose between people; "" when it is not known.

    Two of one name may stand in one unit: nothing else tells them apart (domain.md §2).
    """
    year = getattr(member, "birth_year", None)
    return format_html(' <span class="second small">{}</span>', year) if year else ""


@register.filter
def vi_number(value: int | float | Decimal | None) -> str:
    """3979 → 3.979; None → "–"."""
    return "–" if value is None else numbers.format_number(value)


@register.filter
def vi_percent(part: int | None, whole: int) -> str:
    """`{{ accepted|vi_percent:assigned }}` → 97,8%."""
    return "–" if part is None else numbers.format_percent(part, whole)


@register.filter
def vi_size(size: int) -> str:
    """Bytes of a file in words: 2,8 MB; 14 kB."""
    return size_in_words(size)


@register.filter
def vi_date(day: date | datetime | None) -> str:
    """27/4/2026; "" for None."""
    return dates.format_date(day) if day else ""


@register.filter
def vi_last_of(end: date | None) -> str:
    """The last day of a span whose stored end is the first day without: 31/1/2027 for 1/2/2027; "" for None."""
    return dates.format_date(end - timedelta(days=1)) if end else ""


@register.filter
def vi_short_date(day: date | datetime | None) -> str:
    """27/4; "" for None."""
    return dates.format_short_date(day) if day else ""


@register.filter
def vi_long_date(day: date | datetime | None) -> str:
    """thứ Hai ngày 27/4/2026; "" for None."""
    return dates.format_long_date(day) if day else ""


@register.filter
def vi_last_day(due_at: datetime | None) -> str:
    """ "hết thứ Hai ngày 27/4/2026" of an exclusive deadline; "" for None."""
    return last_day_in_words(due_at) if due_at else ""


@register.filter
def vi_last_date(due_at: datetime | None) -> str:
    """27/4/2026, the last day of an exclusive deadline, where there is no room for `vi_last_day`; "" for None."""
    return dates.format_date(last_day_of(due_at)) if due_at else ""


@register.filter
def vi_weekday(day: date | datetime | None) -> str:
    """thứ Hai; "" for None."""
    return dates.format_weekday(day) if day else ""


@register.filter
def vi_time(moment: datetime | None) -> str:
    """16:05; "" for None."""
    return dates.format_time(moment) if moment else ""


@register.filter
def vi_moment(moment: datetime | None) -> str:
    """16:05, thứ Sáu ngày 24/4/2026; "" for None."""
    return dates.format_moment(moment) if moment else ""


@register.filter
def vi_short_moment(moment: datetime | None) -> str:
    """16:05, 24/4/2026; "" for None: for table cells and receipts."""
    return dates.no_break(f"{dates.format_time(moment)}, {dates.format_date(moment)}") if moment else ""


@register.filter
def vi_exact_moment(moment: datetime | None) -> str:
    """16:05:12, ngày 24/4/2026; "" for None: where the second counts."""
    return f"{dates.format_time(moment, seconds=True)}, ngày {dates.format_date(moment)}" if moment else ""


@register.filter
def vi_day_of_document(day: date | datetime | None) -> str:
    """ngày 24 tháng 4 năm 2026, the dateline of papers; "" for None."""
    return dates.format_day_of_document(day) if day else ""


@register.filter
def vi_nearness(due_at: datetime | None, now: datetime) -> str:
    """State of something not yet handed in: overdue, soon or pending."""
    return nearness(due_at, now)


@register.filter
def with_stop(words: str) -> str:
    """What somebody wrote, closed with a full stop when it has no mark of its own: more words of ours follow it."""
    said = str(words).rstrip()
    return said if not said or said[-1] in ".!?…;:" else f"{said}."


@register.filter
def no_break(words: str) -> str:
    """Spaces made unbreakable: "Nghị quyết số 02-NQ/TW" stays on one line, hyphen included."""
    return dates.no_break(str(words)).replace("-", "\u2011")
