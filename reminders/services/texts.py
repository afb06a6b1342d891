"""The verbs on the words of letters: the ward's own, and a test letter to oneself.

Not here: which passages there are (`letter_texts.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

import audit.services as audit
from outbox.models import OutgoingMail
from outbox.services import MailDraft, enqueue_mail
from reminders.letter_texts import PASSAGES, texts_of
from reminders.letters import sample_letter
from reminders.models import LetterText
from units.models import Unit, User
from units.settings_areas import Area, changes
from units.settings_history import subject_of

_LABELS = {key: passage.title for key, passage in PASSAGES.items()}


@transaction.atomic
def set_texts(*, ward: Unit, words: Mapping[str, str], by: User | None, at: datetime) -> None:
    """The passages of the ward's letters; empty, or the same as the product's, means the product's words.

    Letters that wait are written with them when they go. Recorded as `settings.change` when something changed.
    """
    old = texts_of(ward)
    rows = []
    for key, passage in PASSAGES.items():
        said = words.get(key, "").strip().replace("\r\n", "\n")
        if said and said != passage.standard:
            rows.append(LetterText(ward=ward, key=key, words=said, changed_by=by, changed_at=at))
    LetterText.objects.filter(ward=ward).delete()
    LetterText.objects.bulk_create(rows)
    found = changes(old, texts_of(ward), _LABELS)
    if found:
        subject = subject_of(ward, Area.REMINDERS)
        audit.record(action="settings.change", actor=by, obj=subject, ward_id=ward.pk, detail={"changes": found}, at=at)


@transaction.atomic
def send_test_letter(*, ward: Unit, words: Mapping[str, str], by: User, at: datetime) -> OutgoingMail:
    """A sample letter with these words to the account's own address; nothing is kept of them but the mail."""
    written = sample_letter(ward, words, at)
    draft = MailDraft(
        to=by.email,
        to_name=by.full_name,
        subject=f"[Thư thử] {written.subject}",
        text=written.text,
        html=written.html,
        dedupe_key=f"test:{by.pk}:{at.isoformat()}",
        kind="reminders.test",
        ward_id=ward.pk,
    )
    return enqueue_mail(draft=draft, at=at)
