"""A scripted mail server and a queue to fill.

Not here: the server itself (`smtp_server.py`).
"""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from outbox.models import OutgoingMail
from outbox.services import MailDraft, enqueue_mail
from tests.outbox.smtp_server import Script, serving
from vietnamese.dates import VIETNAM

AT = datetime(2026, 4, 24, 7, 0, tzinfo=VIETNAM)


@pytest.fixture
def smtp(settings) -> Iterator[Script]:
    """The portal sends to a scripted server; a second of silence is a time-out."""
    script = Script()
    with serving(script) as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 1
        settings.OUTBOX_PER_MINUTE = 0
        yield script


@pytest.fixture
def queue(db) -> Callable[..., OutgoingMail]:
    """Put one mail in the queue: `queue("a@x.vn", check_name=…)`."""

    def put(to: str, **changes: object) -> OutgoingMail:
        not_before = changes.pop("not_before", None)
        fields = {
            "to": to,
            "subject": "[Cần nộp trước 28/4] Bài thu hoạch",
            "text": "Kính gửi đồng chí",
            "html": "<p>Kính gửi đồng chí</p>",
            "dedupe_key": f"test:{to}",
            "kind": "test",
            **changes,
        }
        return enqueue_mail(draft=MailDraft(**fields), at=AT, not_before=not_before)

    return put
