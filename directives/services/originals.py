"""The file a paper was read from: it waits in the vault with a signed token, until its draft is saved.

A token is good for its user and `TOKEN_AGE`, shorter than the sweep of orphan bytes (24 h), which takes what nobody saved.
Not here: reading the file (`papers.py`), attaching by hand (`drafts.attach_file`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction

from audit import services as audit
from directives.models import Directive, DirectiveAttachment
from units.models import User
from vault.models import Blob
from vietnamese.text import clean

TOKEN_AGE = timedelta(hours=12)
_SALT = "directives.original"


def token_of(*, blob: Blob, name: str, by: User) -> str:
    """What the page carries; it holds for this user alone."""
    return signing.dumps({"sha256": blob.sha256, "name": clean(name)[-200:], "user": by.pk}, salt=_SALT)


@transaction.atomic
def attach_original(*, directive: Directive, token: str, by: User, at: datetime) -> DirectiveAttachment | None:
    """Keep the file with its draft. None when the token is forged, too old or another's, or the bytes are gone.

    Recorded as `directive.change`.
    """
    try:
        said = signing.loads(token, salt=_SALT, max_age=TOKEN_AGE)
    except signing.BadSignature:
        return None
    blob = Blob.objects.filter(sha256=said["sha256"], destroyed_at=None).first() if said["user"] == by.pk else None
    if blob is None:
        return None
    attachment = DirectiveAttachment.objects.create(
        directive=directive, blob=blob, name=said["name"], media_type=blob.media_type, added_at=at
    )
    detail = {"attached": said["name"], "sha256": blob.sha256}
    audit.record(action="directive.change", actor=by, obj=directive, detail=detail, at=at)
    return attachment
