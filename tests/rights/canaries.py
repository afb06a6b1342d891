"""Words that stand in every text of the other ward, and must never be read in ours.

Each free text of each row gets two of them: one to search by and one to find, since a page repeats what was searched.
Not here: where they are looked for (`test_canaries.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from django.apps import apps
from django.db import models

from audit.models import AuditEntry
from tests.architecture.source import APPS
from vietnamese.text import fold

SEARCHED = "Đàđiểuxanh"
FOUND = "Kìlânđỏngoại"
PHONE = "0912345999"
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_KEYS = ("folded", "sort_key", "tone_key")

# Texts that a machine reads, or that are made of others: no person wrote anything into them.
MACHINE = {
    "mailbox.MailCase.key", "mailbox.MailCase.sha256", "mailbox.MailFile.sha256", "mailbox.MailFile.source_sha256",
    "mailbox.MailFile.verdict", "mailbox.MailFile.receipt", "reports.ChasingLetter.format_profile",
    "audit.*", "vault.*", "units.Unit.path", "units.Unit.code", "units.User.password", "units.CommitteeProfile.issuer_code",
    "units.CommitteeProfile.format_profile", "units.Term.name", "units.PersonalLink.code_sha256",
    "units.PersonalLink.sheet", "units.Invitation.token_hash", "units.RosterImport.token", "units.NoticeText.sha256",
    "units.NoticeAcceptance.sha256", "directives.Requirement.deadline_rule", "directives.Amendment.deadline_rule", "directives.Amendment.deadline_phrase", "units.ColumnName.field", "units.CommitteeProfile.form_of_address", "directives.Obligation.period",
    "directives.DirectiveAttachment.media_type", "submissions.Inspection.verdict_class", "submissions.Inspection.reason",
    "submissions.Deposit.code", "submissions.Deposit.idempotency_key", "submissions.Receipt.code",
    "submissions.Receipt.sha256", "submissions.ReportDraft.printed_digest", "submissions.ReportText.digest", "reports.SummaryReport.format_profile", "reports.SummaryReport.period", "reports.GatheredParagraph.key", "reports.ReplacedSentence.sentence", "reports.CountedWork.period", "reports.Job.dedupe_key",
    "reports.ForwardingBundle.format_profile", "reminders.LetterText.key", "reminders.CalendarLink.secret_hash", "reminders.Reminder.stage",
    "submissions.StagedPhoto.taken_at", "submissions.LongScan.period", "submissions.StagedFile.period", "submissions.PendingUpload.period", "submissions.PageTrace.digits", "submissions.ReviewBatch.seed", "submissions.PageImage.trace",
    "directives.OnwardDuty.deadline_rule", "directives.OnwardDuty.period", "reports.BundleItem.sha256", "outbox.Notice.kind",
    "units.RosterImport.digest", "reports.FormatCorrection.profile", "reports.FormatCorrection.path", "units.ImportLine.part", "units.ImportLine.change",
    "units.ImportProblem.severity", "units.ImportProblem.about", "units.ImportProblem.kind", "units.RosterImport.work",
    "outbox.OutgoingMail.kind", "outbox.OutgoingMail.dedupe_key", "outbox.OutgoingMail.message_id",
    "outbox.OutgoingMail.check_name", "units.Member.phone", "units.CommitteeProfile.phone",
}  # fmt: skip


def rows_after(marks: dict[str, int]) -> Iterator[models.Model]:
    """Rows of our apps that are younger than the marks of `highest`, the log left out."""
    for model in _models():
        yield from model._base_manager.filter(pk__gt=marks[model._meta.label])


def highest() -> dict[str, int]:
    """The highest number of each table."""
    return {model._meta.label: model._base_manager.aggregate(top=models.Max("pk"))["top"] or 0 for model in _models()}


def plant(row: models.Model) -> int:
    """Put both words into each free text of the row; how many texts hold them now."""
    texts, changes = 0, {}
    for field in row._meta.concrete_fields:
        label = f"{row._meta.label}.{field.name}"
        if not isinstance(field, models.CharField | models.TextField) or field.choices or field.name in _KEYS:
            continue
        if label in MACHINE or f"{row._meta.app_label}.*" in MACHINE:
            continue
        changes[field.attname] = _with_words(row, field)
        texts += 1
    if not changes:
        return 0
    names = {field.name for field in row._meta.concrete_fields}
    for key in names & set(_KEYS):
        changes[key] = f"{fold(SEARCHED)} {fold(FOUND)} {getattr(row, key)}"[: row._meta.get_field(key).max_length]
    if "phone" in names:
        changes["phone"] = PHONE
    type(row)._base_manager.filter(pk=row.pk).update(**changes)
    row.refresh_from_db()
    return texts


def _with_words(row: models.Model, field: models.Field) -> str:
    if isinstance(field, models.EmailField):
        return f"{fold(SEARCHED)}.{fold(FOUND)}.{row.pk}@ngoai.example"
    text = f"{SEARCHED} {FOUND} {row.pk} {getattr(row, field.attname)}"
    assert not field.max_length or field.max_length > len(SEARCHED) + len(FOUND) + 6, f"{field} is too short: MACHINE?"
    return text[: field.max_length] if field.max_length else text


def _models() -> list[type[models.Model]]:
    found = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    return [m for m in found if m is not AuditEntry and isinstance(m._meta.pk, models.AutoField)]


def flat(text: str) -> str:
    """The text without marks, composed or not, and without case; JSON's escapes and a calendar's folded lines undone."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text.replace("\r\n ", "")).lower().replace("đ", "d")
    return unicodedata.normalize("NFD", plain).encode("ascii", "ignore").decode()
