"""Taking the roster out in the shape it came in; recorded in the audit log.

Not here: how the file is written (`units.roster_workbook`), who may (`rules.py`).
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import IO, TYPE_CHECKING, Any

from django.db import transaction

from audit import services as audit
from units.choices import MembershipKind, MemberStatus
from units.models import Appointment, Exemption, Membership, Unit
from units.roster_workbook import MEMBER_HEAD, UNIT_HEAD, write_csv, write_workbook

if TYPE_CHECKING:
    from units.models import User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
CHUNK = 2000
_NOT_EXEMPT = ("", None, None)
_STATUS_WORDS = dict(MemberStatus.choices)


@dataclass(frozen=True)
class Exported:
    """A file to hand out; the stream is at its beginning and vanishes when it is closed."""

    stream: IO[bytes]
    name: str
    media_type: str


@transaction.atomic
def export_roster(*, ward: Unit, what: str, on: date, by: User | str | None, at: datetime) -> Exported:
    """The ward's open units and its members as of `on`: `what` is "xlsx" (both sheets), "units" or "members" (CSV).

    Reading the file in again changes nothing. Former members and closed units are history and not in it; of a member's
    exemptions the one in force (else the next) is. Recorded as `roster.export`.
    """
    out: IO[bytes] = tempfile.TemporaryFile(prefix="roster-export-")  # noqa: SIM115 (handed to the answer, which closes it)
    stem = f"Danh sach {ward.code} {on:%Y-%m-%d}"
    if what == "xlsx":
        write_workbook(out, units=unit_rows(ward), members=member_rows(ward, on=on))
        exported = Exported(out, f"{stem}.xlsx", XLSX)
    else:
        text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=False)
        if what == "units":
            write_csv(text, UNIT_HEAD, unit_rows(ward))
        else:
            write_csv(text, MEMBER_HEAD, member_rows(ward, on=on))
        text.flush()
        text.detach()
        exported = Exported(out, f"{stem} {'to chuc dang' if what == 'units' else 'dang vien'}.csv", CSV)
    out.seek(0)
    audit.record(action="roster.export", actor=by, obj=ward, ward_id=ward.pk, detail={"what": what, "on": on}, at=at)
    return exported


def unit_rows(ward: Unit) -> Iterator[Sequence[Any]]:
    """Open units in the order of the tree."""
    units = list(Unit.objects.filter(ward=ward, closed_on=None).select_related("cluster").prefetch_related("aliases"))
    names = {unit.path: unit.name for unit in units}
    for unit in units:
        yield (
            unit.code,
            unit.name,
            unit.get_kind_display(),
            names.get(unit.path[: -Unit.steplen], ""),
            unit.get_block_display() if unit.block else "",
            unit.cluster.name if unit.cluster else "",
            "; ".join(sorted(alias.name for alias in unit.aliases.all())),
        )


def member_rows(ward: Unit, *, on: date) -> Iterator[Sequence[Any]]:
    """Members who belong somewhere, unit by unit in the order of the tree, inside by Vietnamese name; read chunk by chunk.

    Posts and exemptions in force, which few members have, are read at once. Four queries.
    """
    names = dict(Unit.objects.filter(ward=ward).values_list("pk", "name"))
    posts, exemptions = _posts(ward, names), _exemptions(ward, on)
    places = (
        Membership.objects.filter(member__ward=ward, kind=MembershipKind.REGULAR, valid_to=None)
        .order_by("unit__path", "member__sort_key", "member_id")
        .values_list(
            "member_id", "member__full_name", "member__birth_year", "unit_id", "member__status", "member__email",
            "member__phone", "valid_from",
        )
    )  # fmt: skip
    for member, name, year, unit, status, email, phone, since in places.iterator(chunk_size=CHUNK):
        decision, first, last = exemptions.get(member, _NOT_EXEMPT)
        yield (
            name, year, names[unit], posts.get(member, ""), "", _STATUS_WORDS.get(status, ""), decision, first, last,
            email, phone, since,
        )  # fmt: skip


def _posts(ward: Unit, names: dict[int, str]) -> dict[int, str]:
    """Member → the posts held, as the cell says them; only those who hold one."""
    posts: dict[int, str] = {}
    held = Appointment.objects.filter(member__ward=ward, valid_to=None).order_by("pk")
    for member, title, unit in held.values_list("member_id", "position__title", "unit_id"):
        post = f"{title}|{names.get(unit, '')}"
        posts[member] = f"{posts[member]}; {post}" if member in posts else post
    return posts


def _exemptions(ward: Unit, on: date) -> dict[int, tuple[str, date | None, date | None]]:
    """Member → the exemption that has not ended by `on`, the earliest first."""
    found: dict[int, tuple[str, date | None, date | None]] = {}
    rows = Exemption.objects.filter(member__ward=ward).exclude(valid_to__lte=on).order_by("valid_from", "pk")
    for member, decision, first, end in rows.values_list("member_id", "decision", "valid_from", "valid_to"):
        last = end - timedelta(days=1) if end else None
        if member not in found:
            found[member] = (decision, first, last)
    return found
