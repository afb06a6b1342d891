"""The drawings of a summary report: progress, khối, cụm; black and grey, as they go on paper. Pure.

Not here: the values (`report_facts.py`), the lines and bars (`trend_chart.py`, `charts_svg.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from reports.charts_svg import Bar, paper_bars_svg
from reports.report_content import Drawing
from reports.report_facts import ReportFacts
from reports.tallies import Tally, bar_counts
from reports.trend_chart import PAPER, draw_trend
from vietnamese.dates import local_day

FEWEST_COMPARED = 2  # groups below which bars compare nothing


def drawings_of(facts: ReportFacts) -> tuple[Drawing, ...]:
    """Progress against the last day, then khối and cụm where there are several; numbered in that order."""
    made = [*_progress(facts), *_bars("khối", ((one.name, one.tally) for one in facts.blocks))]
    made += _bars("cụm", ((one.name, one.tally) for one in facts.clusters))
    return tuple(Drawing(f"Hình {number}. {words}", svg) for number, (words, svg) in enumerate(made, start=1))


def _progress(facts: ReportFacts) -> Iterator[tuple[str, str]]:
    noun = "bài" if facts.counted_kind else "việc"
    svg = draw_trend(
        facts.progress, today=local_day(facts.at), last_day=_last_day(facts), canvas=PAPER, noun=noun, on_paper=True
    )
    if svg:
        yield f"Tiến độ: tỷ lệ {noun} đạt yêu cầu theo ngày", svg


def _last_day(facts: ReportFacts) -> date | None:
    """The latest last day of what is counted."""
    counted = [one for one in facts.requirements if one.kind == facts.counted_kind or not facts.counted_kind]
    return max((one.last_day for one in counted if one.last_day), default=None)


def _bars(what: str, groups: Iterable[tuple[str, Tally]]) -> Iterator[tuple[str, str]]:
    bars = [Bar(name, bar_counts(tally), tally.required) for name, tally in groups if tally.required]
    if len(bars) >= FEWEST_COMPARED:
        title = f"Kết quả theo {what}"
        yield title, paper_bars_svg(bars, title=title)
