"""What the ward owes its superior: entered, corrected, sent (with day and number), taken back; later periods of a series.

Not here: the inner day (`onward.py`), the report itself (app reports).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from audit import services as audit
from directives.choices import DirectiveState
from directives.deadlines.periods import periods_to_make, series_from_json
from directives.errors import DeadlineRefused, IllegalMove
from directives.models import Directive, OnwardDuty, Requirement
from directives.services.secret_papers import refuse_stamped
from directives.settling import settle
from units.models import User
from vietnamese.dates import format_date, local_day


@dataclass(frozen=True, slots=True)
class OnwardAsk:
    """What the entry form says of a duty to the superior; the deadline is read from its phrase."""

    title: str
    superior: str
    deadline_phrase: str
    slack_days: int = 3
    requirement: Requirement | None = None
    source_sentence: str = ""


@transaction.atomic
def add_onward_duty(*, directive: Directive, ask: OnwardAsk, by: User | None, at: datetime) -> OnwardDuty:
    """A duty of the ward under this directive. Recorded as `onward.add`.

    Raises DeadlineRefused when the phrase has no day, IllegalMove for a revoked directive, SecretMarked.
    """
    if directive.state == DirectiveState.REVOKED:
        raise IllegalMove("Văn bản đã thu hồi nên không ghi thêm việc với cấp trên.")
    duty = OnwardDuty(ward=directive.ward, directive=directive, created_at=at)
    _fill(duty, ask, at)
    duty.save()
    detail = {"title": duty.title, "due_at": duty.due_at, "phrase": duty.deadline_phrase}
    audit.record(action="onward.add", actor=by, obj=duty, ward_id=duty.ward_id, detail=detail, at=at)
    return duty


@transaction.atomic
def change_onward_duty(*, duty: OnwardDuty, ask: OnwardAsk, by: User | None, at: datetime) -> OnwardDuty:
    """Another wording or day; of a series, this period only when it is a later one, else the rule of those to come.

    Recorded as `onward.change` with the old instant. Raises as `add_onward_duty`, IllegalMove once it is sent.
    """
    duty = _locked(duty)
    if duty.done_at is not None:
        raise IllegalMove("Việc này đã gửi cấp trên. Bấm “Mở lại” trước khi sửa.")
    old = duty.due_at
    _fill(duty, ask, at)
    duty.save()
    detail = {"title": duty.title, "old": old, "new": duty.due_at}
    audit.record(action="onward.change", actor=by, obj=duty, ward_id=duty.ward_id, detail=detail, at=at)
    return duty


@transaction.atomic
def send_onward_duty(
    *, duty: OnwardDuty, sent_on: date, reference: str, note: str, by: User | None, at: datetime
) -> OnwardDuty:
    """Đã gửi cấp trên, by which paper, on which day. Recorded as `onward.send`.

    Raises IllegalMove when it was sent or its directive is a draft, DeadlineRefused for a day to come, SecretMarked.
    """
    duty = _locked(duty)
    if duty.done_at is not None:
        raise IllegalMove(f"Việc này đã ghi là gửi ngày {format_date(duty.sent_on)}. Hãy tải lại trang.")
    if duty.directive.state == DirectiveState.DRAFT:
        raise IllegalMove("Văn bản chưa ban hành. Ban hành rồi mới ghi đã gửi cấp trên.")
    if sent_on > local_day(at):
        raise DeadlineRefused("Ngày gửi ở tương lai. Ghi đúng ngày văn bản đã gửi đi.")
    refuse_stamped(reference, note)
    duty.sent_on, duty.sent_reference, duty.sent_note = sent_on, reference.strip(), note.strip()
    duty.done_at, duty.done_by = at, by
    duty.full_clean(exclude={"done_by", "series"})
    duty.save()
    detail = {"day": sent_on, "decision": duty.sent_reference, "note": duty.sent_note}
    audit.record(action="onward.send", actor=by, obj=duty, ward_id=duty.ward_id, detail=detail, at=at)
    return duty


@transaction.atomic
def reopen_onward_duty(*, duty: OnwardDuty, by: User | None, at: datetime) -> OnwardDuty:
    """It was not sent after all; what was written stays in the log. Recorded as `onward.reopen`. Raises IllegalMove."""
    duty = _locked(duty)
    if duty.done_at is None:
        raise IllegalMove("Việc này chưa ghi là đã gửi. Hãy tải lại trang.")
    detail = {"day": duty.sent_on, "decision": duty.sent_reference}
    duty.sent_on, duty.sent_reference, duty.sent_note, duty.done_at, duty.done_by = None, "", "", None, None
    duty.save()
    audit.record(action="onward.reopen", actor=by, obj=duty, ward_id=duty.ward_id, detail=detail, at=at)
    return duty


@transaction.atomic
def remove_onward_duty(*, duty: OnwardDuty, by: User | None, at: datetime) -> None:
    """It was entered by mistake. Of a series only the whole, and only while nothing of it was sent.

    Recorded as `onward.remove`. Raises IllegalMove.
    """
    duty = _locked(duty)
    if duty.series_id is not None:
        raise IllegalMove("Đây là một kỳ của việc lặp lại. Bỏ ở kỳ đầu, hoặc ghi đã gửi kỳ này.")
    if duty.done_at is not None or duty.later_periods.filter(done_at__isnull=False).exists():
        raise IllegalMove("Việc này đã có kỳ gửi cấp trên nên không bỏ được.")
    detail = {"title": duty.title, "due_at": duty.due_at}
    audit.record(action="onward.remove", actor=by, obj=duty, ward_id=duty.ward_id, detail=detail, at=at)
    duty.delete()


def onward_series_to_open(at: datetime) -> list[OnwardDuty]:
    """First rows of series of running directives of which a period is missing at `at`. Two queries."""
    firsts = OnwardDuty.objects.filter(series=None, directive__state=DirectiveState.ISSUED).exclude(recurrence={})
    return [one for one in firsts.prefetch_related("later_periods") if _missing(one, at)]


@transaction.atomic
def make_onward_periods(*, duty: OnwardDuty, at: datetime, by: User | str | None) -> list[OnwardDuty]:
    """The periods missing at `at`, in order; what became of an earlier one shifts none. Recorded as `onward.open_period`."""
    duty = _locked(duty)
    if duty.directive.state != DirectiveState.ISSUED or not duty.recurrence:
        return []
    made = []
    for occurrence in _missing(duty, at):
        later = OnwardDuty.objects.create(
            ward_id=duty.ward_id, directive=duty.directive, requirement_id=duty.requirement_id, title=duty.title,
            superior=duty.superior, deadline_phrase=duty.deadline_phrase, deadline_rule=duty.deadline_rule,
            certainty=duty.certainty, due_at=occurrence.due_at, slack_days=duty.slack_days,
            source_sentence=duty.source_sentence, series=duty, period=occurrence.period, created_at=at,
        )  # fmt: skip
        detail = {"period": later.period, "due_at": later.due_at}
        audit.record(action="onward.open_period", actor=by, obj=later, ward_id=duty.ward_id, detail=detail, at=at)
        made.append(later)
    return made


def _missing(duty: OnwardDuty, at: datetime) -> list:
    series, since = series_from_json(duty.recurrence)
    horizon = local_day(at) + timedelta(days=settings.PERIODS_AHEAD_DAYS)
    given = {duty.period, *(later.period for later in duty.later_periods.all())}
    return [one for one in periods_to_make(series, since=since, horizon=horizon) if one.period not in given]


def _fill(duty: OnwardDuty, ask: OnwardAsk, at: datetime) -> None:
    """The fields of the form, the deadline read from its phrase against the issue date. Raises as the verbs say."""
    refuse_stamped(ask.title, ask.superior, ask.source_sentence)
    directive = duty.directive
    if ask.requirement is not None and ask.requirement.directive_id != directive.pk:
        raise IllegalMove("Yêu cầu này thuộc văn bản khác.")
    settled = settle(
        ask.deadline_phrase, ward=directive.ward, issued_on=directive.issued_on or local_day(at), anchor=None
    )
    if settled.due_at is None:
        said = settled.reading.warnings[0].message if settled.reading.warnings else "Chưa hiểu hạn này thành ngày."
        raise DeadlineRefused(f"{said} Ghi một ngày cụ thể, ví dụ “trước ngày 28/4/2026”.")
    if settled.upcoming and duty.series_id is not None:
        raise DeadlineRefused("Đây là một kỳ: ghi hạn của riêng kỳ này, hoặc sửa hạn lặp lại ở kỳ đầu.")
    duty.title, duty.superior = ask.title.strip(), ask.superior.strip()
    duty.requirement, duty.slack_days = ask.requirement, ask.slack_days
    duty.source_sentence, duty.deadline_phrase = ask.source_sentence.strip(), ask.deadline_phrase.strip()
    duty.deadline_rule, duty.certainty, duty.due_at = settled.reading.rule or "", settled.certainty, settled.due_at
    if duty.series_id is None:
        duty.recurrence = settled.columns()["recurrence"]
        duty.period = settled.upcoming[0].period if settled.upcoming else ""
    duty.full_clean(exclude={"done_by", "series"})


def _locked(duty: OnwardDuty) -> OnwardDuty:
    return OnwardDuty.objects.select_for_update(of=("self",)).select_related("directive__ward").get(pk=duty.pk)
