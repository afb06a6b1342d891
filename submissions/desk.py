"""The deposit desk as it is seen: files in their states, and what a confirm would do, in the words of the page.

Not here: which state a file is in (`desk_rows.py`), uploading and confirming (`services.staging`), who may stand here
(`desk_access.py`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from directives.choices import HANDED_IN_STATES, DirectiveState, ObligationState
from directives.deadlines.instants import last_day_of
from directives.deadlines.periods import opening_of, period_words
from directives.models import Obligation
from interface.states import state
from submissions.desk_access import DeskPlace
from submissions.errors import Closed, NotOpenYet
from submissions.models import StagedFile
from vault.errors import TooLarge
from vault.uploads import limit_of
from vietnamese.casing import lower_first
from vietnamese.dates import local_day, no_break
from vietnamese.numbers import format_number

_COUNTED = ("matched", "choose", "unknown", "exempt", "duplicate", "already", "locked", "refused")
NEW, AGAIN, VOLUNTARY = "new", "again", "voluntary"
_SENT = (*HANDED_IN_STATES, ObligationState.ACCEPTED)


@dataclass(frozen=True)
class Choice:
    """One person or unit a file may belong to."""

    obligation_id: int
    label: str


@dataclass(frozen=True)
class DeskRow:
    """One uploaded file. `state` is a key of `interface.states`; `outcome` is None for what a confirm leaves here."""

    staged: StagedFile
    state: str
    head: str
    """The person (or what is unclear), set in bold."""
    rest: str
    """What stands behind the dash of the canonical name; "" without one."""
    check: str
    opens: bool | None
    """None while it is not known."""
    answer: str
    choices: tuple[Choice, ...] = ()
    picks_from_all: bool = False
    outcome: str | None = None
    hints: tuple[str, ...] = ()
    """What a person should look at before handing in; no hint stops a file."""

    @property
    def shows_original(self) -> bool:
        """The name as it came differs from what stands above it."""
        return f"{self.head} - {self.rest}".removesuffix(" - ") != self.staged.original_name

    @property
    def is_left_out(self) -> bool:
        """No confirm will ever take it: the same again, accepted already, or not to be read."""
        return self.state in ("duplicate", "already", "locked", "refused")

    @property
    def tone(self) -> str:
        """Ground of the row: choose (amber), refused (red), out (grey) or none."""
        return {
            "choose": "choose", "unknown": "choose", "locked": "refused", "refused": "refused", "exempt": "out",
            "duplicate": "out", "already": "out",
        }.get(self.state, "")  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """The whole desk at one instant."""

    place: DeskPlace
    rows: tuple[DeskRow, ...]
    required: int
    sent: int
    due_at: datetime | None
    """Until when the first of what is open is owed."""
    own_due_at: datetime | None
    """The first deadline itself, whatever was returned since: the day a period opens is counted from it."""
    closed_at: datetime | None
    at: datetime

    @property
    def ready(self) -> tuple[DeskRow, ...]:
        """What a confirm hands in now."""
        return tuple(row for row in self.rows if row.outcome) if not self.shut else ()

    @property
    def shut(self) -> str:
        """The sentence of a shut door; "" while it is open."""
        if self.place.requirement.directive.state != DirectiveState.ISSUED:
            return str(Closed())
        period = self.place.period
        if period and self.own_due_at is not None:
            opens_on = opening_of(period, last_day_of(self.own_due_at))
            if local_day(self.at) < opens_on:
                return str(NotOpenYet(period_words(period), opens_on))
        return str(Closed(self.closed_at)) if self.closed_at is not None and self.at >= self.closed_at else ""

    @property
    def is_settled(self) -> bool:
        """Nobody here owes anything at the moment."""
        return self.sent >= self.required

    @property
    def counts(self) -> list[tuple[str, str]]:
        """(state, "4 khớp") in the order of the head line."""
        counted = Counter(row.state for row in self.rows)
        return [
            (key, no_break(f"{format_number(counted[key])} {lower_first(state(key).word)}"))
            for key in _COUNTED
            if counted[key]
        ]

    @property
    def bar(self) -> dict[str, int]:
        """Obligations by state, for the thin bar."""
        states = Counter(one.state for one in self.place.obligations)
        return {
            "accepted": states[ObligationState.ACCEPTED],
            "submitted": sum(states[one] for one in HANDED_IN_STATES),
            "returned": states[ObligationState.RETURNED],
        }

    @property
    def is_checking(self) -> bool:
        """Some file is still being looked at: the page asks again soon."""
        return any(row.opens is None for row in self.rows)

    @property
    def checking(self) -> int:
        """How many of the files that a confirm would hand in now are still being looked at."""
        return sum(row.opens is None for row in self.ready)

    @property
    def left_out(self) -> tuple[DeskRow, ...]:
        """Files that no confirm will take: they can be removed at once."""
        return tuple(row for row in self.rows if row.is_left_out)

    @property
    def unclear(self) -> tuple[DeskRow, ...]:
        """Files of which a person must say whose they are."""
        return tuple(row for row in self.rows if row.state in ("choose", "unknown"))

    @property
    def is_unsent(self) -> bool:
        """Something lies here that may still be handed in, now or once it is said whose it is."""
        return bool(self.ready or self.unclear)

    @property
    def too_large(self) -> list[tuple[str, int, str]]:
        """(end of the name, most bytes, what is said beyond): the door's own limits, for the page to say at once."""
        limits = [(end, limit_of(f"a{end}")) for end in (".zip", "")]
        return [(end, most, str(TooLarge(most))) for end, most in limits]

    @property
    def noun(self) -> str:
        """What is counted: essays, or files of a unit."""
        return "bài" if self.place.by_members else "tệp"

    @property
    def button(self) -> str:
        """What the confirm will do, with the count."""
        return f"Nộp {format_number(len(self.ready))} {self.noun}"

    @property
    def promise(self) -> str:
        """What the confirm will do: "Sẵn sàng nộp 5 bài", or what must be said before; what was sent before stands
        apart, in `details`."""
        if self.ready:
            return f"Sẵn sàng nộp {format_number(len(self.ready))} {self.noun}"
        if self.unclear and not self.shut:
            party = "đảng viên" if self.place.by_members else "đơn vị"
            return f"Chọn {party} cho {format_number(len(self.unclear))} tệp ở dòng vàng, rồi nộp"
        return "Chưa có tệp nào nộp được"

    @property
    def details(self) -> str:
        """What the files are, what stays and what was sent before: "3 bài mới, 1 bài thay bài bị trả lại. 2 tệp chờ chọn
        vẫn ở lại đây. Trước đây đã nộp 29/41 bài, nộp xong là 32/41."."""
        return " ".join(filter(None, (self._parts(), self._late(), self._staying(), self._sent())))

    def _sent(self) -> str:
        """How far the unit is without these files, and with them; "" where one files for oneself."""
        if self.place.own_member_id is not None or not self.place.by_members:
            return ""
        of_all = f"/{format_number(self.required)}"
        said = f"Trước đây đã nộp {format_number(self.sent)}{of_all} {self.noun}"
        after = self.sent + sum(row.outcome != VOLUNTARY and not is_sent(self._of(row)) for row in self.ready)
        return f"{said}, nộp xong là {format_number(after)}{of_all}." if after > self.sent else f"{said}."

    def _of(self, row: DeskRow) -> Obligation:
        found = self.place.obligation(row.staged.obligation_id)
        assert found is not None  # noqa: S101 - a ready row has its obligation on this desk
        return found

    def _parts(self) -> str:
        returned = sum(row.outcome == AGAIN and self._of(row).state == ObligationState.RETURNED for row in self.ready)
        kinds = Counter(row.outcome for row in self.ready)
        parts = (
            (kinds[NEW], "mới"),
            (returned, f"thay {self.noun} bị trả lại"),
            (kinds[AGAIN] - returned, f"thay {self.noun} đang chờ duyệt"),
            (kinds[VOLUNTARY], "tự nguyện"),
        )
        said = ", ".join(f"{count} {self.noun} {words}" for count, words in parts if count)
        return f"{said}." if said else ""

    def _late(self) -> str:
        late = sum(_is_late(self._of(row), self.at) for row in self.ready if row.outcome != VOLUNTARY)
        return f"{late} {self.noun} đã quá hạn, sẽ ghi nộp muộn." if late else ""

    def _staying(self) -> str:
        unclear = len(self.unclear)
        refused = sum(row.state in ("locked", "refused") for row in self.rows)
        said = [f"{unclear} tệp chờ chọn vẫn ở lại đây."] if unclear else []
        if refused:
            said.append(f"{refused} tệp không nhận được.")
        return " ".join(said)


def is_sent(obligation: Obligation) -> bool:
    """Handed in and not returned."""
    return obligation.state in _SENT


def _is_late(obligation: Obligation, at: datetime) -> bool:
    """Handing in for the first time after the deadline."""
    first = obligation.first_submitted_at or at
    return obligation.due_at is not None and first >= obligation.due_at
