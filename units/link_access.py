"""Opening a personal link by its code, and the links a page shows.

Not here: handing links out (`services.links`), the page behind a link (app submissions).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from units.access import access_row
from units.choices import LEFT_STATUSES
from units.errors import LinkClosed
from units.link_codes import fingerprint, read_code
from units.link_models import PersonalLink
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from units.models import User


def open_link(text: str, *, at: datetime) -> PersonalLink:
    """The link of a code as typed or scanned, with its member and his ward.

    Raises LinkClosed: unknown, revoked, expired (`at` = `expires_at` is too late), its member has left the Party or
    belongs to no unit. A transfer changes nothing: the duties follow the person, and so does the link.
    """
    code = read_code(text)
    links = PersonalLink.objects.select_related("member__ward")
    link = links.filter(code_sha256=fingerprint(code)).first() if code else None
    if link is None:
        raise LinkClosed("unknown")
    if link.revoked_at is not None:
        raise LinkClosed("revoked", link)
    if not link.is_live(at):
        raise LinkClosed("expired", link)
    member = link.member
    if member.status in LEFT_STATUSES or not member.memberships.active(local_day(at)).exists():
        raise LinkClosed("left", link)
    return link


def access_link(user: User, pk: int, perm: str = "units.view_personallink") -> PersonalLink:
    """A link the account hands out (else Http404)."""
    return access_row(user, PersonalLink.objects.visible_to(user).select_related("member__ward"), pk, perm)
