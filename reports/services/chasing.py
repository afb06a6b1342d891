"""Chasing letters: asking for one, and the work of making it. Once made it never changes; the next one cites it.

Not here: the words (`reports.letter_words`), the list of who owes (app reminders).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Final

from django.conf import settings
from django.db import transaction

from audit import services as audit
from directives.deadlines import last_day_of
from directives.models import Directive, Obligation, Requirement
from reports.choices import REPORTABLE, JobKind
from reports.errors import PdfEngineMissing, ReportRefused
from reports.format_profiles import DEFAULT_PROFILE
from reports.gathering import gather
from reports.jobs import Holder
from reports.letter_words import Chase, Earlier, chased_units, chases_overdue, compose_chase
from reports.models import ChasingLetter, Job
from reports.pdf import html_to_pdf
from reports.rendering import render_html
from reports.report_content import ReportContent
from reports.report_facts import ReportFacts
from reports.services.compiling import DOCX, PDF, letter_template_for, put_document
from reports.services.numbers import take
from reports.ward_format import ward_profile
from reports.word import to_docx
from units.choices import Role
from units.models import Cluster, CommitteeProfile, RoleGrant, Unit, User
from vault.models import Blob
from vietnamese.dates import local_day

Advance = Callable[[str, int], None]
CV: Final = "CV"


@transaction.atomic
def request_letter(
    *,
    directive: Directive,
    requirement: Requirement | None,
    at: datetime | None,
    new_last_day: date | None,
    number: int | None,
    by: User | None,
    now: datetime,
) -> Job:
    """A job that writes the chasing letter on the figures of `at` (None = `now`).

    Whoever asks for what is being written already gets that job. Recorded as `letter.request`. Raises ReportRefused
    for a paper that gave no work, an instant ahead, a day that is over, a number that is taken.
    """
    key = f"letter:{directive.pk}:{requirement.pk if requirement else 0}:{at.isoformat() if at else 'now'}"
    Unit.objects.select_for_update(of=("self",)).get(
        pk=directive.ward_id
    )  # two at once: the second finds the first's job
    if job := Job.objects.unfinished().filter(dedupe_key=key).first():
        return job
    letter = new_letter(
        directive=directive,
        requirement=requirement,
        at=at or now,
        new_last_day=new_last_day,
        number=number,
        by=by,
        now=now,
    )
    job = Job.objects.create(
        kind=JobKind.CHASING_LETTER,
        ward_id=directive.ward_id,
        directive=directive,
        letter=letter,
        params={"number": number} if number else {},
        dedupe_key=key,
        asked_by=by,
        asked_at=now,
    )
    audit.record(
        action="letter.request",
        actor=by,
        obj=letter,
        ward_id=letter.ward_id,
        detail={"job": job.pk, **job.params},
        at=now,
    )
    return job


@transaction.atomic
def new_letter(
    *,
    directive: Directive,
    requirement: Requirement | None,
    at: datetime,
    new_last_day: date | None,
    number: int | None,
    by: User | None,
    now: datetime,
) -> ChasingLetter:
    """The row of a letter that is still to be written; it follows the last one of the same duty. Raises ReportRefused."""
    if directive.state not in REPORTABLE:
        raise ReportRefused("Văn bản chưa ban hành hoặc đã thu hồi, không có gì để đôn đốc.")
    if at > now:
        raise ReportRefused("Thời điểm lấy số liệu chưa tới. Chọn lúc này hoặc trước đó.")
    if new_last_day is not None and new_last_day < local_day(at):
        raise ReportRefused("Hạn mới đã qua. Chọn một ngày từ hôm nay trở đi, hoặc để trống.")
    before = ChasingLetter.objects.made().filter(directive=directive, requirement=requirement, at__lt=at)
    profile = CommitteeProfile.objects.filter(unit=directive.ward_id).first()
    letter = ChasingLetter.objects.create(
        ward_id=directive.ward_id,
        directive=directive,
        requirement=requirement,
        previous=before.order_by("-at", "-pk").first(),
        at=at,
        new_last_day=new_last_day,
        format_profile=profile.format_profile if profile else "",
        created_by=by,
        created_at=now,
    )
    if number is not None:
        letter.outgoing = take(letter, number=number, by=by, at=now)
        letter.save(update_fields=["outgoing"])
    return letter


def write_letter_for(job: Job, holder: Holder) -> None:
    """The work of a job of kind CHASING_LETTER."""
    letter = ChasingLetter.objects.select_related("directive__ward", "requirement", "previous").get(pk=job.letter_id)
    write_letter(letter=letter, by=job.asked_by, clock=holder.clock, advance=holder.advance, holder=holder)


def write_letter(
    *,
    letter: ChasingLetter,
    by: User | None,
    clock: Callable[[], datetime],
    advance: Advance,
    holder: Holder | None = None,
) -> ChasingLetter:
    """Writes the letter: both papers at once, its figures kept. Recorded as `letter.make`.

    Raises ReportRefused when nobody owes any more or it was written already.
    """
    if letter.made_at is not None:
        raise ReportRefused("Công văn này đã lập rồi; số liệu của công văn không đổi nữa.")
    advance("Đang lấy số liệu", 5)
    facts = gather(directive=letter.directive, at=letter.at, counted=chased(letter))
    if not facts.counted.missing:
        raise ReportRefused("Lúc ấy không còn đơn vị nào chưa nộp, không cần công văn đôn đốc.")
    content = content_of_letter(letter, facts)
    profile = ward_profile(letter.ward_id, letter.format_profile or DEFAULT_PROFILE)
    advance("Đang lập bản Word", 25)
    columns = tuple((annex.slot or annex.number, annex.columns, annex.landscape) for annex in content.annexes)
    docx = put_document(BytesIO(to_docx(content, letter_template_for(profile, columns))), DOCX, clock())
    advance("Đang trình bày bản PDF", 40)
    pdf, note = _pdf_of(content, letter, clock())
    advance("Đang lưu", 95)
    return _store_letter(letter, facts, (pdf, docx, note), by, clock(), holder)


def chased(letter: ChasingLetter) -> object:
    """The obligations the letter is about: of its duty, or of the whole paper (what the ward owes its superior is no obligation).

    It goes to units: what the leads of clusters owe is chased with them.
    """
    obligations = Obligation.objects.filter(requirement__directive=letter.directive).of_those_below()
    return obligations.filter(requirement=letter.requirement) if letter.requirement_id else obligations


def content_of_letter(letter: ChasingLetter, facts: ReportFacts) -> ReportContent:
    """The letter's words and lists."""
    requirement, previous = letter.requirement, letter.previous
    committee = CommitteeProfile.objects.get(unit=letter.ward_id)
    mailbox = f", hoặc hộp thư {committee.mailbox}" if committee.mailbox else ""
    chase = Chase(
        duty=requirement.title if requirement else "",
        deadline=requirement.deadline_phrase if requirement else "",
        last_day=last_day_of(requirement.due_at) if requirement and requirement.due_at else None,
        new_last_day=letter.new_last_day,
        channel=f"Cổng theo dõi chỉ đạo {settings.PUBLIC_URL}{mailbox}",
        contact=", điện thoại ".join(filter(None, (committee.contact_name, committee.phone))),
        leads=_leads(letter, facts),
        earlier=_earlier(previous, facts) if previous else None,
        number=letter.number,
    )
    return compose_chase(facts, chase, ward_profile(letter.ward_id, letter.format_profile or DEFAULT_PROFILE))


def _earlier(previous: ChasingLetter, facts: ReportFacts) -> Earlier:
    written = f"{previous.number:02d}-{CV}/{facts.committee.issuer_code}" if previous.number else ""
    kept = previous.figures
    return Earlier(
        written, local_day(previous.at), int(kept.get("late_units", 0)), is_overdue=bool(kept.get("is_overdue"))
    )


def _leads(letter: ChasingLetter, facts: ReportFacts) -> tuple[tuple[str, str], ...]:
    """Who leads the clusters of the late units, as "Đ/c …" with what they lead."""
    codes = [unit.code for unit in chased_units(facts)]
    clusters = Cluster.objects.filter(units__code__in=codes, ward=letter.ward_id).distinct()
    grants = (
        RoleGrant.objects.active(local_day(letter.at))
        .of_role(Role.CLUSTER_LEAD)
        .filter(cluster__in=clusters)
        .order_by("cluster__order", "user__full_name", "pk")
        .values_list("user__full_name", "cluster__name")
    )
    return tuple((f"Đ/c {name}", f"phụ trách {cluster}") for name, cluster in grants)


def _pdf_of(content: ReportContent, letter: ChasingLetter, at: datetime) -> tuple[Blob | None, str]:
    profile = ward_profile(letter.ward_id, letter.format_profile or DEFAULT_PROFILE)
    try:
        made = html_to_pdf(render_html(content, profile), font_dir=settings.FONT_DIR)
    except PdfEngineMissing as missing:
        return None, str(missing)
    return put_document(BytesIO(made), PDF, at), ""


@transaction.atomic
def _store_letter(
    letter: ChasingLetter,
    facts: ReportFacts,
    papers: tuple[Blob | None, Blob, str],
    by: User | None,
    at: datetime,
    holder: Holder | None,
) -> ChasingLetter:
    pdf, docx, note = papers
    if holder is not None:
        holder.finish(note=note)
    letter = ChasingLetter.objects.select_for_update().get(pk=letter.pk)
    if letter.made_at is not None:
        raise ReportRefused("Công văn này đã lập rồi; số liệu của công văn không đổi nữa.")
    late = chased_units(facts)
    letter.figures = {
        "total": facts.counted.as_json(),
        "units": sum(1 for unit in facts.units if unit.tally.required),
        "late_units": len(late),
        "missing": facts.counted.missing,
        "is_overdue": chases_overdue(facts),
        "late": [
            {"code": unit.code, "name": unit.name, "missing": unit.tally.missing, "overdue": unit.tally.overdue}
            for unit in late
        ],
    }
    letter.pdf, letter.docx, letter.made_at = pdf, docx, at
    letter.save()
    audit.record(
        action="letter.make",
        actor=by,
        obj=letter,
        ward_id=letter.ward_id,
        detail={"at": letter.at, "late_units": len(late), "missing": facts.counted.missing},
        at=at,
    )
    return letter
