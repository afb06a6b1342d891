"""Forwarding bundles: asking for one, and the work: papers, archives, lists, joined PDF, cover letter.

A later round holds only what no made bundle of the same duty holds yet. Everything is made before a row is written.
Not here: layout and writing of the files (`reports.bundle_plan`, `reports.bundle_files`).
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from audit import services as audit
from directives.choices import LEAD_KINDS, ObligationState
from directives.models import Directive, Requirement
from reports.bundle_files import index_annex, write_archive, write_joined, write_list
from reports.bundle_plan import MEGABYTE, Paper, Placed, manifest, placed, split_by_size
from reports.choices import REPORTABLE, JobKind, PartKind
from reports.errors import PdfEngineMissing, ReportRefused
from reports.format_profiles import DEFAULT_PROFILE, FormatProfile
from reports.gathering import committee_facts, directive_facts
from reports.jobs import Holder
from reports.letter_words import Forwarding, compose_forwarding
from reports.models import BundleItem, BundlePart, ForwardingBundle, Job
from reports.pdf import html_to_pdf
from reports.rendering import render_html
from reports.report_content import ReportContent
from reports.services.compiling import DOCX, PDF, XLSX, letter_template_for
from reports.services.numbers import take
from reports.ward_format import ward_profile
from reports.word import to_docx
from reports.workbook import to_xlsx
from submissions.choices import Verdict
from submissions.models import SubmittedFile
from units.models import Appointment, CommitteeProfile, Unit, User
from vault import services as vault
from vault.models import Blob
from vietnamese.dates import local_day

ZIP: Final = "application/zip"
TEXT: Final = "text/plain; charset=utf-8"
BIGGEST: Final = 8 * 1024 * MEGABYTE
_HEAD_ROOM: Final = 64 * 1024  # an archive's own directory, beside its files
_ENTRY: Final = 400  # bytes an archive needs for one more file

Advance = Callable[[str, int], None]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made, with what it is, its name and its media type."""

    kind: PartKind
    path: Path
    name: str
    media_type: str


@transaction.atomic
def request_bundle(
    *,
    directive: Directive,
    requirement: Requirement | None,
    recipient: str,
    limit_mb: int,
    number: int | None,
    by: User | None,
    now: datetime,
) -> Job:
    """A job that makes the next bundle of the duty. Whoever asks for what is being made already gets that job.

    Recorded as `bundle.request`. Raises ReportRefused when there is nothing new, or the number is taken.
    """
    key = f"bundle:{directive.pk}:{requirement.pk if requirement else 0}"
    Unit.objects.select_for_update(of=("self",)).get(
        pk=directive.ward_id
    )  # two at once: the second finds the first's job
    if job := Job.objects.unfinished().filter(dedupe_key=key).first():
        return job
    bundle = new_bundle(
        directive=directive, requirement=requirement, recipient=recipient, limit_mb=limit_mb, number=number, at=now,
        by=by, now=now,
    )  # fmt: skip
    job = Job.objects.create(
        kind=JobKind.FORWARDING_BUNDLE, ward_id=directive.ward_id, directive=directive, bundle=bundle,
        params={"number": number} if number else {}, dedupe_key=key, asked_by=by, asked_at=now,
    )  # fmt: skip
    detail = {"job": job.pk, **job.params}
    audit.record(action="bundle.request", actor=by, obj=bundle, ward_id=bundle.ward_id, detail=detail, at=now)
    return job


@transaction.atomic
def new_bundle(
    *,
    directive: Directive,
    requirement: Requirement | None,
    recipient: str,
    limit_mb: int,
    number: int | None,
    at: datetime,
    by: User | None,
    now: datetime,
) -> ForwardingBundle:
    """The row of the next round, its files still to be made. Raises ReportRefused."""
    if directive.state not in REPORTABLE:
        raise ReportRefused("Văn bản chưa ban hành hoặc đã thu hồi, chưa có gì để chuyển.")
    rounds = ForwardingBundle.objects.made().filter(directive=directive, requirement=requirement).count()
    bundle = ForwardingBundle(
        ward_id=directive.ward_id, directive=directive, requirement=requirement, round=rounds + 1, at=at,
        recipient=recipient.strip(), limit_mb=limit_mb, created_by=by, created_at=now,
    )  # fmt: skip
    if not new_papers(bundle).exists():
        raise ReportRefused(_nothing_new(bundle, rounds))
    bundle.full_clean(exclude=["created_by"])
    bundle.save()
    if number is not None:
        bundle.outgoing = take(bundle, number=number, by=by, at=now)
        bundle.save(update_fields=["outgoing"])
    return bundle


def new_papers(bundle: ForwardingBundle) -> QuerySet[SubmittedFile]:
    """Accepted files of the duty at the bundle's instant that no made bundle of the same duty holds, by unit and name.

    A bundle of the whole paper holds what units and members handed in; what the leads of clusters wrote about units is
    counted apart everywhere, so it goes up only in a bundle of its own duty.
    """
    earlier = BundleItem.objects.filter(
        bundle__made_at__isnull=False, bundle__directive=bundle.directive_id, bundle__requirement=bundle.requirement_id
    )
    obligation = "version__submission__obligation__"
    files = SubmittedFile.objects.viewable().filter(
        version__decision__verdict=Verdict.ACCEPT,
        version__decision__decided_at__lte=bundle.at,
        version__submission__obligation__state=ObligationState.ACCEPTED,
        version__submission__obligation__requirement__directive=bundle.directive_id,
        blob__destroyed_at=None,
    )
    if bundle.requirement_id:
        files = files.filter(version__submission__obligation__requirement=bundle.requirement_id)
    else:
        files = files.exclude(version__submission__obligation__requirement__kind__in=LEAD_KINDS)
    return files.exclude(pk__in=earlier.values("file")).order_by(
        f"{obligation}unit__path", f"{obligation}requirement__order", f"{obligation}member__sort_key", "order", "pk"
    )


def _nothing_new(bundle: ForwardingBundle, rounds: int) -> str:
    said = "Từ đợt trước chưa có bài nào mới được duyệt." if rounds else "Chưa có bài nào được duyệt để chuyển."
    of_leads = bundle.requirement_id is None and bundle.directive.requirements.filter(kind__in=LEAD_KINDS).exists()
    return f"{said} Phiếu dự sinh hoạt của phụ trách cụm gửi bằng gói riêng: chọn việc ấy." if of_leads else said


def bundle_for(job: Job, holder: Holder) -> None:
    """The work of a job of kind FORWARDING_BUNDLE."""
    bundle = ForwardingBundle.objects.select_related("directive__ward", "requirement").get(pk=job.bundle_id)
    make_bundle(bundle=bundle, by=job.asked_by, clock=holder.clock, advance=holder.advance, holder=holder)


def make_bundle(
    *, bundle: ForwardingBundle, by: User | None, clock: Clock, advance: Advance, holder: Holder | None = None
) -> ForwardingBundle:
    """Makes every file and stores them at once. Recorded as `bundle.make`. Raises ReportError, vault errors."""
    advance("Đang lấy bài", 1)
    files = list(
        new_papers(bundle).select_related(
            "blob__inspection", "version__submission__obligation__member", "version__submission__obligation__unit"
        )
    )
    if not files:
        raise ReportRefused("Mọi bài của gói này đã chuyển ở đợt khác, không còn bài nào để lập.")
    papers = placed(_papers(files, bundle))
    with tempfile.TemporaryDirectory(prefix="bundle-") as name:
        folder = Path(name)
        with_paths = _copy_out(papers, files, folder, clock, advance)
        made = _make_files(bundle, with_paths, folder, advance)
        advance("Đang lưu", 92)
        parts = [(one, _store(one, clock())) for one in made]
    return _write_rows(bundle, papers, parts, by, clock(), holder)


def _papers(files: Sequence[SubmittedFile], bundle: ForwardingBundle) -> list[Paper]:
    members = [file.version.submission.obligation.member_id for file in files]
    posts = _posts([pk for pk in members if pk], bundle.at)
    papers = []
    for file in files:
        obligation = file.version.submission.obligation
        member = obligation.member
        inspection = getattr(file.blob, "inspection", None)
        papers.append(
            Paper(
                file_id=file.pk,
                unit=obligation.unit.name,
                party=member.full_name if member else obligation.unit.name,
                posts=posts.get(member.pk, "Đảng viên") if member else "",
                name=file.canonical_name,
                sha256=file.blob.sha256,
                size=file.blob.size,
                pages=inspection.pages if inspection else None,
                received_at=file.version.received_at,
                birth_year=member.birth_year if member else None,
            )
        )
    return papers


def _posts(members: Sequence[int], at: datetime) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    rows = (
        Appointment.objects.active(local_day(at))
        .filter(member__in=members)
        .order_by("position__order", "position__title", "pk")
        .values_list("member_id", "position__title")
    )
    for member, title in rows:
        if title not in found.setdefault(member, []):
            found[member].append(title)
    return {member: ", ".join(titles) for member, titles in found.items()}


def _copy_out(
    papers: Sequence[Placed], files: Sequence[SubmittedFile], folder: Path, clock: Clock, advance: Advance
) -> list[tuple[Placed, Path]]:
    """Each paper verified and copied once; archive and joined PDF read the copies."""
    found = []
    for number, (one, file) in enumerate(zip(papers, files, strict=True)):
        path = folder / f"paper-{number}.pdf"
        with vault.open_verified(blob=file.blob, now=clock()) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target, MEGABYTE)
        found.append((one, path))
        if number % 10 == 0:
            advance(f"Đang lấy bài {number + 1}/{len(papers)}", 2 + 28 * number // len(papers))
    return found


def _make_files(
    bundle: ForwardingBundle, papers: list[tuple[Placed, Path]], folder: Path, advance: Advance
) -> list[Made]:
    profile = ward_profile(bundle.ward_id, _profile_key(bundle))
    stem = f"{bundle.directive.reference.replace('/', '-')} đợt {bundle.round}"
    only = [one for one, _ in papers]
    advance("Đang lập danh mục", 31)
    attached = _papers_about(bundle, only, folder, profile, stem)
    sums = [(one.path, one.paper.sha256) for one in only] + [(made.name, _hash(made.path)) for made in attached]
    listing = folder / "manifest.txt"
    listing.write_text(manifest(sums), encoding="utf-8")
    attached.append(Made(PartKind.MANIFEST, listing, "SHA256SUMS.txt", TEXT))
    limit = bundle.limit_mb * MEGABYTE
    archives = _archives(bundle, papers, attached, folder, limit, stem, advance)
    advance("Đang gộp thành một tệp PDF", 62)
    joined = write_joined(papers, folder, "joined", limit)
    merged = [
        Made(PartKind.MERGED, path, f"Bản gộp {stem}{_part(number, len(joined))}.pdf", PDF)
        for number, path in enumerate(joined, start=1)
    ]
    return [*archives, *merged, *attached]


def _profile_key(bundle: ForwardingBundle) -> str:
    profile = CommitteeProfile.objects.filter(unit=bundle.ward_id).first()
    return (profile.format_profile if profile else "") or DEFAULT_PROFILE


def _papers_about(
    bundle: ForwardingBundle, papers: list[Placed], folder: Path, profile: FormatProfile, stem: str
) -> list[Made]:
    """Cover letter, printed list, index. A machine without Pango leaves out the two PDFs."""
    cover, at = _cover(bundle, papers, profile), bundle.at
    made = [Made(PartKind.COVER_WORD, folder / "cover.docx", f"Công văn chuyển {stem}.docx", DOCX)]
    made[0].path.write_bytes(to_docx(cover, letter_template_for(profile, ())))
    index = Made(PartKind.INDEX, folder / "index.xlsx", f"Danh mục {stem}.xlsx", XLSX)
    with index.path.open("wb") as target:
        to_xlsx(_with_index(cover, papers, at), target)
    made.append(index)
    try:
        letter = Made(PartKind.COVER, folder / "cover.pdf", f"Công văn chuyển {stem}.pdf", PDF)
        letter.path.write_bytes(html_to_pdf(render_html(cover, profile), font_dir=settings.FONT_DIR))
        printed = Made(PartKind.LIST, folder / "list.pdf", f"Danh mục {stem}.pdf", PDF)
        write_list(papers, at, profile, settings.FONT_DIR, printed.path)
    except PdfEngineMissing:
        return made
    return [letter, printed, *made]


def _cover(bundle: ForwardingBundle, papers: list[Placed], profile: FormatProfile) -> ReportContent:
    forwarding = Forwarding(
        committee=committee_facts(bundle.directive.ward, local_day(bundle.at)),
        directive=directive_facts(bundle.directive),
        duty=bundle.requirement.title if bundle.requirement else "",
        at=bundle.at,
        recipient=bundle.recipient,
        round=bundle.round,
        papers=len(papers),
        units=len({one.folder for one in papers}),
        pages=sum(one.paper.pages or 0 for one in papers),
        number=bundle.number,
    )
    return compose_forwarding(forwarding, profile)


def _with_index(cover: ReportContent, papers: list[Placed], at: datetime) -> ReportContent:
    return ReportContent(at, cover.letterhead, (), cover.closing, (index_annex(papers, at),))


def _archives(
    bundle: ForwardingBundle, papers: list[tuple[Placed, Path]], attached: list[Made], folder: Path, limit: int,
    stem: str, advance: Advance,
) -> list[Made]:  # fmt: skip
    """The ZIPs, each with the papers about the bundle; split so that none is larger than `limit` bytes."""
    about = [(made.name, made.path) for made in attached]
    head = sum(path.stat().st_size + _ENTRY for _, path in about) + _HEAD_ROOM
    room = max(limit - head, 1) if limit else 0
    ranges = split_by_size((path.stat().st_size + _ENTRY for _, path in papers), room)
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if done % 20 == 0:
            advance(f"Đang nén bài {done}/{len(papers)}", 32 + 28 * done // len(papers))

    made = []
    for number, (first, end) in enumerate(ranges, start=1):
        target = folder / f"archive-{number}.zip"
        write_archive(target, about, papers[first:end], bundle.at, tick)
        made.append(Made(PartKind.ARCHIVE, target, f"Gói bài {stem}{_part(number, len(ranges))}.zip", ZIP))
    return made


def _part(number: int, count: int) -> str:
    return f" phần {number}" if count > 1 else ""


def _hash(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _store(made: Made, at: datetime) -> Blob:
    with made.path.open("rb") as source:
        return vault.put(stream=source, media_type=made.media_type, limit=BIGGEST, now=at)


@transaction.atomic
def _write_rows(
    bundle: ForwardingBundle,
    papers: Sequence[Placed],
    parts: Sequence[tuple[Made, Blob]],
    by: User | None,
    at: datetime,
    holder: Holder | None,
) -> ForwardingBundle:
    if holder is not None:
        holder.finish()
    bundle = ForwardingBundle.objects.select_for_update().get(pk=bundle.pk)
    if bundle.made_at is not None:
        raise ReportRefused("Gói này đã lập rồi.")
    # an acceptance that is taken back takes this lock too: what was read as accepted above still is
    Directive.objects.select_for_update(of=("self",), no_key=True).get(pk=bundle.directive_id)
    files = SubmittedFile.objects.filter(pk__in=[p.paper.file_id for p in papers])
    if files.filter(version__decision__verdict=Verdict.ACCEPT).count() != len(papers):
        raise ReportRefused("Trong lúc lập gói có bài vừa thu hồi tiếp nhận. Bấm “Làm lại” để lập gói không có bài ấy.")
    held = Blob.objects.select_for_update().filter(pk__in=files.values("blob"))
    if any(blob.destroyed_at for blob in held.order_by("sha256")):
        raise ReportRefused(
            "Trong lúc lập gói có bài đã hủy theo thời hạn lưu trữ. Bấm “Làm lại” để lập gói không có bài ấy."
        )
    BundleItem.objects.bulk_create(
        BundleItem(
            bundle=bundle, file_id=one.paper.file_id, folder=one.folder, name=one.name, sha256=one.paper.sha256,
            pages=one.paper.pages, order=number,
        )
        for number, one in enumerate(papers, start=1)
    )  # fmt: skip
    BundlePart.objects.bulk_create(
        BundlePart(bundle=bundle, kind=made.kind, order=number, name=made.name, blob=blob)
        for number, (made, blob) in enumerate(parts, start=1)
    )
    bundle.made_at = at
    bundle.save(update_fields=["made_at"])
    detail = {"round": bundle.round, "papers": len(papers), "parts": len(parts)}
    audit.record(action="bundle.make", actor=by, obj=bundle, ward_id=bundle.ward_id, detail=detail, at=at)
    return bundle
