"""Photographs on the deposit desk: those of one paper are bound into one PDF, and bound anew whenever they change.

A row of the desk (`StagedFile`) stands for the paper, so that everything of the desk (whose it is, checks, the confirm)
is the same as for a file that came as PDF.
Not here: which photographs belong together (`photo_groups.py`), decoding and binding (`photos.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from audit import services as audit
from directives.models import Obligation
from submissions.choices import MatchState
from submissions.desk_access import DeskPlace
from submissions.errors import PageGone, PagesRefused
from submissions.inspection.runner import PhotographData
from submissions.models import StagedFile, StagedPhoto
from submissions.photo_groups import Group, group_of, in_order
from submissions.photos import JPEG, MOST_PAGES, TOO_BIG_TOGETHER, bound_as_pdf, made_upright
from submissions.placing import Placer
from submissions.services.inspecting import await_inspection
from units.models import User
from vault.models import Blob
from vault.services import PDF, open_verified, put, read_verified
from vietnamese.paths import last_path_part
from vietnamese.text import clean

_LONGEST_NAME = 600
_UNBOUND = "Ảnh chưa ghép xong. Hãy bỏ rồi thả lại các ảnh này."


@dataclass(frozen=True, slots=True)
class TakenPhoto:
    """One photograph as it came: its path, and what the child made of it."""

    path: str
    made: PhotographData


def lay_photos(
    *, place: DeskPlace, placer: Placer, photos: Sequence[TakenPhoto], batch: str, by: User, at: datetime
) -> list[StagedFile]:
    """Put each with its fellows, in order, and bind them; returns the rows touched.

    A photograph that lies there already is not laid down twice; more than `MOST_PAGES` begin a new paper. Of a paper
    whose name tells its person later drops bring more pages; any other (a camera's folder, a name that two people bear)
    is made of one drop, since the next may be another person's.
    Recorded once as `submission.stage`.
    """
    touched: dict[int, StagedFile] = {}
    for photo in photos:
        blob, thumb = _kept(photo.made.jpeg, at), _kept(photo.made.thumb, at)
        row = _lay_one(place, placer, photo, batch, (blob, thumb), by, at)
        touched[row.pk] = row
    rows = [bind(staged=row, at=at) for row in touched.values()]
    if rows:
        audit.record(
            action="submission.stage",
            actor=by,
            obj=place.requirement,
            ward_id=place.requirement.directive.ward_id,
            detail={"unit": place.unit.pk, "files": [row.pk for row in rows]},
            at=at,
        )
    return rows


@transaction.atomic
def _lay_one(
    place: DeskPlace, placer: Placer, photo: TakenPhoto, batch: str, blobs: tuple[Blob, Blob], by: User, at: datetime
) -> StagedFile:
    # One after the other for one sender: of two requests with the first pages of a paper each would begin its own.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    alike = group_of(photo.path, batch)
    placed = placer.put(f"{alike.name}.pdf")
    of = batch[:40] if placed.obligation is None else str(place.whose.pk) if place.whose else ""
    group = replace(alike, key=f"{of}/{alike.key}"[:120]) if of else alike
    lying = StagedFile.objects.visible_to(by).at_desk(place.requirement, place.unit, place.period)
    known = lying.filter(Q(origin__photos=group.key) | Q(origin__photos__endswith=f"/{alike.key}"))
    rows = list(known.select_for_update(of=("self",)).order_by("pk"))
    for row in rows:
        if row.photos.filter(blob=blobs[0]).exists():
            return row
    rows = [row for row in rows if row.origin["photos"] == group.key]
    named = placed.obligation
    of_it = [one for one in reversed(rows) if named is None or one.obligation_id == named.pk]  # not given to another
    row = next((one for one in of_it if one.photos.count() < MOST_PAGES), None) or _new_row(
        place, placer, group, by, at
    )
    _put_page(row, photo, blobs)
    return row


def _put_page(row: StagedFile, photo: TakenPhoto, blobs: tuple[Blob, Blob]) -> None:
    """One page more, in its place; last once somebody ordered them by hand."""
    pages = list(row.photos.all())
    made = photo.made
    page = StagedPhoto(
        staged=row,
        blob=blobs[0],
        thumb=blobs[1],
        original_name=(clean(last_path_part(photo.path)) or "ảnh không tên")[:_LONGEST_NAME],
        taken_at=made.taken_at,
        width=made.width,
        height=made.height,
        light=made.light,
        order=len(pages) + 1,
    )
    page.save()
    if not row.origin.get("by_hand"):
        _renumber(in_order([*pages, page]))


def lay_in_slot(
    *, obligation: Obligation, slot: str, name: str, photos: Sequence[TakenPhoto], by: User, at: datetime
) -> list[StagedFile]:
    """Photographs for a named slot: pages of the paper the sender has begun there, bound into one PDF called `name`.

    The same page twice is one; more than `MOST_PAGES` begin a second paper. Recorded once as `submission.stage`.
    """
    touched: dict[int, StagedFile] = {}
    for photo in photos:
        blobs = _kept(photo.made.jpeg, at), _kept(photo.made.thumb, at)
        row = _lay_in_slot(obligation, slot, name, photo, blobs, by, at)
        touched[row.pk] = row
    rows = [bind(staged=row, at=at) for row in touched.values()]
    if rows:
        audit.record(
            action="submission.stage",
            actor=by,
            obj=obligation.requirement,
            ward_id=obligation.ward_id,
            detail={"files": [row.pk for row in rows], "obligation": obligation.pk},
            at=at,
        )
    return rows


@transaction.atomic
def _lay_in_slot(
    obligation: Obligation,
    slot: str,
    name: str,
    photo: TakenPhoto,
    blobs: tuple[Blob, Blob],
    by: User,
    at: datetime,
) -> StagedFile:
    Obligation.objects.select_for_update(of=("self",)).get(pk=obligation.pk)  # two requests begin no two papers
    mine = StagedFile.objects.filter(obligation=obligation, slot=slot, uploaded_by=by, origin__has_key="photos")
    rows = list(mine.order_by("pk"))
    for row in rows:
        if row.photos.filter(blob=blobs[0]).exists():
            return row
    row = next((one for one in reversed(rows) if one.photos.count() < MOST_PAGES), None) or StagedFile.objects.create(
        uploaded_by=by,
        requirement=obligation.requirement,
        unit=obligation.unit,
        period=obligation.period,
        original_name="ảnh chụp",
        size=0,
        match_state=MatchState.MATCHED,
        obligation=obligation,
        slot=slot,
        canonical_name=name,
        message=_UNBOUND,
        origin={"photos": f"slot:{obligation.pk}", "count": 0},
        uploaded_at=at,
    )
    _put_page(row, photo, blobs)
    return row


def _new_row(place: DeskPlace, placer: Placer, group: Group, by: User, at: datetime) -> StagedFile:
    placed = placer.put(f"{group.name}.pdf")
    return StagedFile.objects.create(
        uploaded_by=by,
        requirement=place.requirement,
        unit=place.unit,
        period=place.period,
        original_name=group.name[:_LONGEST_NAME],
        size=0,
        match_state=placed.state if placed.state != MatchState.REFUSED else MatchState.UNKNOWN,
        obligation=placed.obligation,
        candidates=[obligation.pk for obligation in placed.candidates],
        canonical_name=placed.canonical,
        message=placed.message or _UNBOUND,
        origin={"photos": group.key, "count": 0},
        uploaded_at=at,
    )


def _kept(content: bytes, at: datetime) -> Blob:
    return put(stream=BytesIO(content), media_type=JPEG, limit=settings.UPLOAD_FILE_LIMIT, now=at)


def _renumber(pages: Iterable[StagedPhoto]) -> None:
    numbered = list(pages)
    for order, page in enumerate(numbered, start=1):
        page.order = order
    StagedPhoto.objects.bulk_update(numbered, ["order"])


@transaction.atomic
def bind(*, staged: StagedFile, at: datetime) -> StagedFile:
    """Make the row's PDF of its photographs as they lie now; a row without any goes. The same pages, the same bytes."""
    row = StagedFile.objects.select_for_update(of=("self",)).filter(pk=staged.pk).first()
    if row is None:
        raise PageGone
    pages = list(row.photos.select_related("blob"))
    if not pages:
        row.delete()
        return row
    content = bound_as_pdf([read_verified(blob=page.blob, now=at) for page in pages])
    row.origin = {**row.origin, "count": len(pages)}
    row.size = len(content)
    if len(content) > settings.UPLOAD_FILE_LIMIT:
        row.blob = None
        row.message = TOO_BIG_TOGETHER
    else:
        row.blob = put(stream=BytesIO(content), media_type=PDF, limit=settings.UPLOAD_FILE_LIMIT, now=at)
        row.message = "" if row.message == _UNBOUND else row.message
        await_inspection(blob=row.blob, at=at)
    row.save()
    return row


def change_photo(*, photo: StagedPhoto, act: str, by: User, at: datetime) -> StagedFile:
    """`up`, `down`, `turn`, `drop`, or `split`: this one and those after it become a paper of their own.

    Returns the row of the photograph, bound anew (deleted when it was its last). Recorded as `submission.stage`, a drop as
    `submission.unstage`. Raises PageGone, PagesRefused.
    """
    turned = _turned(photo, at) if act == "turn" else None
    with transaction.atomic():
        row = StagedFile.objects.select_for_update(of=("self",)).filter(pk=photo.staged_id).first()
        pages = list(row.photos.all()) if row else []
        here = next((place for place, one in enumerate(pages) if one.pk == photo.pk), None)
        if row is None or here is None:
            raise PageGone
        row.origin = {**row.origin, "by_hand": True}
        row.save(update_fields=["origin"])
        if act in ("up", "down"):
            _moved(pages, here, here - 1 if act == "up" else here + 1)
        elif act == "turn" and turned:
            blob, thumb, made = turned
            size = {"width": made.width, "height": made.height}
            StagedPhoto.objects.filter(pk=photo.pk).update(blob=blob, thumb=thumb, **size)
        elif act == "drop":
            photo.delete()
        elif act == "split":
            _split(row, pages, here, at)
        subject = {"actor": by, "obj": row.requirement, "ward_id": row.unit.ward_id, "at": at}
        if act == "drop":
            audit.record(action="submission.unstage", detail={"files": [photo.original_name]}, **subject)
        else:
            audit.record(action="submission.stage", detail={"unit": row.unit_id, "files": [row.pk]}, **subject)
    return bind(staged=row, at=at)


def _turned(photo: StagedPhoto, at: datetime) -> tuple[Blob, Blob, PhotographData]:
    with open_verified(blob=photo.blob, now=at) as content:
        made = made_upright(content, turns=1)
    return _kept(made.jpeg, at), _kept(made.thumb, at), made


def _moved(pages: list[StagedPhoto], here: int, there: int) -> None:
    if 0 <= there < len(pages):
        pages[here], pages[there] = pages[there], pages[here]
        _renumber(pages)


def _split(row: StagedFile, pages: Sequence[StagedPhoto], here: int, at: datetime) -> None:
    """The photographs from `here` on go to a new row that belongs to nobody yet."""
    if row.slot:
        raise PagesRefused("Ảnh này thuộc một loại tệp đã chọn nên không tách được. Hãy bỏ ảnh rồi tải lên đúng chỗ.")
    if here == 0:
        raise PagesRefused("Đây là ảnh đầu, không có gì phía trước để tách. Hãy chọn ảnh đầu của bài sau.")
    new = StagedFile.objects.create(
        uploaded_by=row.uploaded_by,
        requirement=row.requirement,
        unit=row.unit,
        period=row.period,
        original_name=f"{row.original_name} (tách từ ảnh {here + 1})"[:_LONGEST_NAME],
        size=0,
        match_state=MatchState.UNKNOWN,
        message="Chưa rõ bài của ai",
        origin={"photos": f"{row.origin['photos']}/{pages[here].pk}"[:120], "count": 0, "by_hand": True},
        uploaded_at=at,
    )
    StagedPhoto.objects.filter(pk__in=[one.pk for one in pages[here:]]).update(staged=new)
    bind(staged=new, at=at)
