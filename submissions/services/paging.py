"""Photographed pages of one duty: taken in, put in order, turned, dropped, handed in as one PDF.

Pages lie CHƯA NỘP until the confirm. Foreign bytes are decoded by the inspection's child (`submissions.photos`).
Not here: what a confirm writes (`submitting.py`), the deposit desk (`staging.py`), who may (`personal_place`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from audit import services as audit
from directives.models import Obligation
from submissions.choices import Door, InspectionState
from submissions.desk_access import DeskPlace
from submissions.desk_rows import handed_in_bytes
from submissions.errors import (
    FileRefused,
    NothingToSubmit,
    PageGone,
    PagesChanged,
    PagesRefused,
    SameAgain,
    SecretPaper,
    SecretPapers,
)
from submissions.inspection.runner import Session, session
from submissions.models import Deposit, PhotoPage
from submissions.photos import JPEG, MOST_PAGES, bound_as_pdf, made_upright, must_be_photograph
from submissions.placing import Placer
from submissions.secret_papers import find_secret
from submissions.services.inspecting import inspect_now
from submissions.services.staging import Incoming, log_secret_papers
from submissions.services.submitting import Answer, FileToSubmit, hand_in
from units.models import Member
from units.services.links import holder_name
from vault.errors import VaultError
from vault.models import Blob
from vault.services import PDF, open_verified, place, put, read_verified, receive
from vault.staging import Staged
from vietnamese.paths import last_path_part
from vietnamese.text import clean

_LONGEST_NAME = 600


def add_pages(*, obligation: Obligation, incoming: Iterable[Incoming], by: Member, at: datetime) -> list[str]:
    """Take photographs (or one PDF) in behind the pages that lie there; returns a sentence for each that was refused.

    Each file stands for itself. Recorded once as `submission.stage`; a name with a secrecy stamp as
    `directive.refuse_secret`, and nothing of it is kept.
    """
    refused: list[str] = []
    secret: list[SecretPaper] = []
    taken: list[PhotoPage] = []
    with session() as talking:
        for number, one in enumerate(incoming, start=1):
            name = (clean(last_path_part(one.name)) or "ảnh không tên")[:_LONGEST_NAME]
            try:
                page = _taken_in(talking, obligation, one, name, at)
            except (VaultError, PagesRefused, FileRefused) as refusal:
                refused.append(str(refusal) if isinstance(refusal, FileRefused) else f"{name}: {refusal}")
                continue
            if isinstance(page, PhotoPage):
                taken.append(page)
            else:
                secret.append(SecretPaper(number, *page))
    if taken:
        _record_stage(obligation, taken, by, at)
    if secret:
        log_secret_papers(secret, ward=obligation.ward, by=holder_name(by), at=at)
        refused.append(str(SecretPapers(secret, kept=len(taken))))
    return refused


def _taken_in(
    talking: Session, obligation: Obligation, one: Incoming, name: str, at: datetime
) -> PhotoPage | tuple[str, str]:
    """The page, or (stamp, where it stands) of a paper that must not be kept: its bytes are wiped then."""
    if one.stream is None:
        raise PagesRefused(one.refusal)
    staged = receive(stream=one.stream, limit=settings.UPLOAD_FILE_LIMIT)
    try:
        found = find_secret(talking, one.name, staged)
        if found:
            return found
        is_pdf = staged.head.startswith(b"%PDF-")
        return _pdf_page(obligation, staged, name, at) if is_pdf else _photo_page(obligation, staged, name, at)
    finally:
        staged.discard()


def _pdf_page(obligation: Obligation, staged: Staged, name: str, at: datetime) -> PhotoPage:
    """A PDF is the whole paper: it stands alone, and is opened at once."""
    if obligation.photo_pages.exists():
        raise PagesRefused("Một bài là ảnh các trang hoặc một tệp PDF. Hãy bỏ những trang đang có rồi gửi lại.")
    blob = place(staged=staged, media_type=PDF, now=at)
    inspection = inspect_now(blob=blob, at=at)
    if inspection.state in (InspectionState.REJECTED, InspectionState.DEAD):
        raise FileRefused(name, inspection.sentence)
    return _laid_down(obligation, blob, None, name, at)


def _photo_page(obligation: Obligation, staged: Staged, name: str, at: datetime) -> PhotoPage:
    must_be_photograph(staged.head)
    with staged.path.open("rb") as content:
        made = made_upright(content)
    blob, thumb = _kept(made.jpeg, at), _kept(made.thumb, at)
    return _laid_down(obligation, blob, thumb, name, at, width=made.width, height=made.height, light=made.light)


@transaction.atomic
def _laid_down(
    obligation: Obligation, blob: Blob, thumb: Blob | None, name: str, at: datetime, **look: int
) -> PhotoPage:
    """Behind the last page; the duty's row is locked so that two telephones do not overtake each other."""
    lying = Obligation.objects.select_for_update(of=("self",)).get(pk=obligation.pk).photo_pages
    if lying.filter(thumb=None).exists() or (thumb is None and lying.exists()):
        raise PagesRefused("Đã có một tệp PDF cho bài này. Hãy bỏ tệp ấy rồi chụp từng trang.")
    if lying.count() >= MOST_PAGES:
        raise PagesRefused(f"Một bài nhận tối đa {MOST_PAGES} trang ảnh.")
    last = lying.aggregate(last=Max("order"))["last"] or 0
    return PhotoPage.objects.create(
        obligation=obligation, blob=blob, thumb=thumb, original_name=name, order=last + 1, uploaded_at=at, **look
    )


def _kept(content: bytes, at: datetime) -> Blob:
    return put(stream=BytesIO(content), media_type=JPEG, limit=settings.UPLOAD_FILE_LIMIT, now=at)


def _record_stage(obligation: Obligation, pages: Sequence[PhotoPage], by: Member, at: datetime) -> None:
    audit.record(
        action="submission.stage",
        actor=holder_name(by),
        obj=obligation.requirement,
        ward_id=obligation.ward_id,
        detail={"obligation": obligation.pk, "files": [page.pk for page in pages]},
        at=at,
    )


@transaction.atomic
def move_page(*, page: PhotoPage, by: Member, at: datetime, up: bool) -> None:
    """Change places with the page before (up) or after it; the first and last stay. Recorded as `submission.stage`.

    Raises PageGone."""
    pages = list(PhotoPage.objects.select_for_update().filter(obligation=page.obligation_id).order_by("order", "pk"))
    here = next((place for place, one in enumerate(pages) if one.pk == page.pk), None)
    if here is None:
        raise PageGone
    there = here - 1 if up else here + 1
    if not 0 <= there < len(pages):
        return
    pages[here], pages[there] = pages[there], pages[here]
    for order, one in enumerate(pages, start=1):
        one.order = order
    PhotoPage.objects.bulk_update(pages, ["order"])
    _record_stage(page.obligation, pages, by, at)


def turn_page(*, page: PhotoPage, by: Member, at: datetime) -> None:
    """A quarter turn to the right. Recorded as `submission.stage`. Raises PageGone."""
    with open_verified(blob=page.blob, now=at) as content:
        made = made_upright(content, turns=1)
    page.blob, page.thumb = _kept(made.jpeg, at), _kept(made.thumb, at)
    page.width, page.height = made.width, made.height
    with transaction.atomic():
        turned = {name: getattr(page, name) for name in ("blob", "thumb", "width", "height")}
        if not PhotoPage.objects.filter(pk=page.pk).update(**turned):
            raise PageGone
        _record_stage(page.obligation, [page], by, at)


@transaction.atomic
def drop_page(*, page: PhotoPage, by: Member, at: datetime) -> None:
    """Take a page away; its bytes are swept when nothing else needs them. Recorded as `submission.unstage`.

    Raises PageGone."""
    requirement, name = page.obligation.requirement, page.original_name
    if not page.delete()[0]:
        raise PageGone
    audit.record(
        action="submission.unstage",
        actor=holder_name(by),
        obj=requirement,
        ward_id=page.obligation.ward_id,
        detail={"files": [name]},
        at=at,
    )


def hand_in_pages(
    *, obligation: Obligation, page_ids: Sequence[int], member: Member, at: datetime, idempotency_key: str
) -> Deposit:
    """Bind the pages the confirm saw into one PDF, check it, and hand it in through the door LINK.

    The same key again gives the same deposit. Recorded by `hand_in`. Raises PagesChanged, NothingToSubmit,
    FileRefused, SameAgain, PagesRefused, and whatever `hand_in` raises; then nothing was handed in and the pages lie.
    """
    key = f"link:{obligation.pk}:{idempotency_key}"
    pages = list(obligation.photo_pages.select_related("blob"))
    answers: list[Answer] = []
    if not Deposit.objects.filter(idempotency_key=key).exists():
        answers = [Answer(obligation, (_bound(obligation, pages, page_ids, at),))]
    return _confirmed(obligation, answers, pages, member, at, key)


@transaction.atomic
def _confirmed(
    obligation: Obligation, answers: list[Answer], pages: Sequence[PhotoPage], member: Member, at: datetime, key: str
) -> Deposit:
    """Write the bound paper down if its pages still lie as they were bound: another telephone may have been faster."""
    # Locked before the key is looked up: a second confirm waits here until the first has written its deposit.
    lying = list(PhotoPage.objects.select_for_update().filter(obligation=obligation).values_list("pk", "blob"))
    if Deposit.objects.filter(idempotency_key=key).exists():
        answers = []
    elif lying != [(page.pk, page.blob_id) for page in pages]:
        raise PagesChanged
    deposit = hand_in(
        answers=answers,
        unit=obligation.unit,
        requirement=obligation.requirement,
        submitted_by=None,
        submitted_by_member=member,
        door=Door.LINK,
        received_at=at,
        idempotency_key=key,
    )
    if answers:
        PhotoPage.objects.filter(pk__in=[page.pk for page in pages]).delete()
    return deposit


def _bound(obligation: Obligation, pages: Sequence[PhotoPage], page_ids: Sequence[int], at: datetime) -> FileToSubmit:
    """The paper as a checked content under its canonical name; nothing of it is written to the duty yet."""
    if not pages and not page_ids:
        raise NothingToSubmit
    if [page.pk for page in pages] != list(page_ids):
        raise PagesChanged
    blob = pages[0].blob if pages[0].is_pdf else _paper(pages, at)
    name = Placer(DeskPlace(obligation.requirement, obligation.unit, (obligation,), obligation.member_id), at)
    canonical, original = name.name_of(obligation), pages[0].original_name
    inspection = inspect_now(blob=blob, at=at)
    if inspection.state in (InspectionState.REJECTED, InspectionState.DEAD):
        raise FileRefused(original, inspection.sentence)
    for other in handed_in_bytes([blob.pk])[blob.pk]:
        owner = other.version.submission.obligation
        if owner.pk == obligation.pk:
            raise SameAgain(other.version.deposit.code)
        if owner.member_id != obligation.member_id:
            raise SameAgain
    return FileToSubmit(blob, original, canonical)


def _paper(pages: Sequence[PhotoPage], at: datetime) -> Blob:
    content = bound_as_pdf([read_verified(blob=page.blob, now=at) for page in pages])
    if len(content) > settings.UPLOAD_FILE_LIMIT:
        raise PagesRefused("Các trang gộp lại quá 25 MB. Hãy bỏ bớt trang thừa, hoặc nhờ chi bộ quét thành PDF.")
    return put(stream=BytesIO(content), media_type=PDF, limit=settings.UPLOAD_FILE_LIMIT, now=at)
