"""What the page of what is due tells of a row, so that who confirms knows what he destroys: names, subjects, days.

Shown only, never kept: the record of destruction names rows by number and digest, or it would itself hold for ever
what is to go (`retention_classes.py`, `label`).
Not here: which rows are due, how they go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from privacy.choices import DataClass
from vietnamese.dates import format_date, local_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from allauth.usersessions.models import UserSession

    from outbox.models import OutgoingMail
    from submissions.models import PageImage, PhotoPage, StagedFile, SubmittedFile
    from units.models import Member, PersonalLink, RosterImport


def shown_of(key: DataClass, row: Any) -> str:
    """In one line what the row is; "" for a class whose label says it already."""
    said = _SHOWN.get(key)
    return said(row) if said else ""


def _paper(file: SubmittedFile) -> str:
    return file.canonical_name


def _staged(file: StagedFile) -> str:
    return f"{file.original_name}, tải lên ngày {format_date(local_day(file.uploaded_at))}"


def _photo(page: PhotoPage) -> str:
    return f"chụp ngày {format_date(local_day(page.uploaded_at))}"


def _image(page: PageImage) -> str:
    return f"vẽ ngày {format_date(local_day(page.image.created_at))}; vẽ lại được khi có người xem"


def _mail(mail: OutgoingMail) -> str:
    to_whom = mail.to_name or mail.to_address
    return f"“{mail.subject}”, gửi {to_whom}, lập ngày {format_date(local_day(mail.created_at))}"


def _session(session: UserSession) -> str:
    return f"{session.user.full_name}, dùng lần cuối ngày {format_date(local_day(session.last_seen_at))}"


def _contact(member: Member) -> str:
    gone = f", {member.get_status_display().lower()} từ ngày {format_date(member.status_since)}"
    what = " và ".join(word for word, value in (("thư điện tử", member.email), ("điện thoại", member.phone)) if value)
    return f"{what} của {member.full_name}{gone}"


def _link(link: PersonalLink) -> str:
    if link.revoked_at is not None:
        return f"của {link.member.full_name}, thu hồi ngày {format_date(local_day(link.revoked_at))}"
    return f"của {link.member.full_name}, hết hạn ngày {format_date(local_day(link.expires_at))}"


def _import(imported: RosterImport) -> str:
    return f"{imported.file_name}, tải lên ngày {format_date(local_day(imported.asked_at))}"


_SHOWN: Final[dict[DataClass, Callable[[Any], str]]] = {
    DataClass.PAPERS: _paper,
    DataClass.STAGED: _staged,
    DataClass.PHOTOS: _photo,
    DataClass.PAGE_IMAGES: _image,
    DataClass.MAILS: _mail,
    DataClass.SESSIONS: _session,
    DataClass.CONTACTS: _contact,
    DataClass.LINKS: _link,
    DataClass.IMPORTS: _import,
}
