"""What the page of a report's words shows: heading by heading, the portal's sentences and the box of the office's text.

Not here: the verbs (`services/sentences.py`, `services/asking.py`), the report's own page (`report_page.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reports.narrative import OVERALL
from reports.outlines import Section
from reports.services.compiling import facts_of
from reports.services.sentences import Typed, sentences_of

if TYPE_CHECKING:
    from django.forms import BoundField

    from reports.forms import WordsForm
    from reports.models import ReplacedSentence, SummaryReport
    from reports.report_content import Paragraph

OVERALL_TITLE: Final = "Kết quả chung"
_OUTSIDE: Final = {Section.SUBJECT: "Câu mở đầu", Section.RECIPIENTS: "Câu kết"}
_MORE: Final = ": nhận xét thêm"


@dataclass(frozen=True, slots=True)
class SentenceBox:
    """A sentence of the portal with the box to say it otherwise; `replaced` is what stands for it now.

    `text` is what the box holds, `shown` what it holds or held when the page was asked for.
    """

    key: str
    machine: str
    text: str
    shown: str
    replaced: ReplacedSentence | None
    is_open: bool

    @property
    def has_changed(self) -> bool:
        """The portal's sentence reads otherwise than when it was replaced: its figures are others."""
        return self.replaced is not None and self.replaced.stood_for != self.machine


@dataclass(frozen=True, slots=True)
class WordsBlock:
    """A heading: the portal's sentences, which are printed first, and the box of the office's text (None without one)."""

    title: str
    field: BoundField | None
    sentences: tuple[SentenceBox, ...]
    field_first: bool = False
    """The box is printed above the sentences: the subject before the opening."""


@dataclass(frozen=True, slots=True)
class WordsPage:
    """`orphans`: replaced sentences that the portal no longer says, so that nothing is printed there."""

    blocks: tuple[WordsBlock, ...]
    orphans: tuple[ReplacedSentence, ...]


def words_page(report: SummaryReport, form: WordsForm, typed: Mapping[str, Typed], opened: str) -> WordsPage:
    """The page of `report`; `typed` is what came back in the boxes, `opened` the key of the one to be open.

    Raises ReportError when it cannot be composed.
    """
    machine = sentences_of(report, facts_of(report, with_names=False))
    rows = {row.sentence: row for row in report.replaced.select_related("by")}
    said = {one.sentence for block in machine.values() for one in block}

    def boxes(key: str) -> Iterator[SentenceBox]:
        for one in machine.get(key, ()):
            yield _box(one, rows.get(one.sentence), typed.get(one.sentence), opened)

    blocks = []
    for key in form.keys:
        if key == Section.STUDY and machine.get(OVERALL):
            blocks.append(WordsBlock(OVERALL_TITLE, None, tuple(boxes(OVERALL))))
        title = _OUTSIDE.get(key) or str(form[key].label).removesuffix(_MORE)
        blocks.append(WordsBlock(title, form[key], tuple(boxes(key)), field_first=key == Section.SUBJECT))
    return WordsPage(tuple(blocks), tuple(row for key, row in rows.items() if key not in said))


def _box(one: Paragraph, row: ReplacedSentence | None, typed: Typed | None, opened: str) -> SentenceBox:
    shown = typed.shown if typed else row.text if row else one.text
    text = typed.text if typed else shown
    return SentenceBox(
        one.sentence, one.text, text, shown, row, row is not None or opened == one.sentence or text != shown
    )
