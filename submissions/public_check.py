"""What a receipt code proves to whoever holds it: that these bytes came in then. No person is named.

Not here: the receipt itself (`receipt_paper.py`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile

from audit import context
from directives.deadlines.periods import title_of_period
from submissions.models import Deposit, Receipt
from submissions.receipt_paper import (
    bare_replaced_words,
    period_of,
    replaced_words,
    short_hash,
    timeliness_in_words,
    unit_then,
    withdrawn_words,
)

TOO_MANY_REQUESTS = 429
_ASKED_A_MINUTE = 30  # codes of 40 bits cannot be found by trying; this spares the machine


@dataclass(frozen=True)
class ProvenFile:
    """One file as its digest proves it."""

    sha256: str
    size: int
    pages: int | None
    withdrawn: str
    """That its sender took it back, and when; "" while it stands."""
    replaced: str
    """That a later hand-in stands in its place, and when that came; "" while it stands."""
    destroyed: str
    """That the bytes were destroyed by term, and when; "" while they are kept."""

    @property
    def short_hash(self) -> str:
        """As printed on the receipt."""
        return short_hash(self.sha256)


@dataclass(frozen=True)
class ProvenReceipt:
    """A receipt without its names."""

    code: str
    received_at: datetime
    unit: str
    requirement: str
    timeliness: str
    files: tuple[ProvenFile, ...]
    replaced: str = ""
    """Of an answer without a file: that a later hand-in stands in its place, and when that came."""


def check_receipt(code: str) -> ProvenReceipt | None:
    """The receipt of a deposit or of one file; None for an unknown code."""
    receipts = Receipt.objects.with_file().in_order()
    found = list(receipts.filter(deposit__code=code)) or list(receipts.filter(code=code))
    deposit = found[0].deposit if found else Deposit.objects.filter(code=code, versions__report__isnull=False).first()
    if deposit is None:
        return None
    replaced = replaced_words(found)
    return ProvenReceipt(
        code=code,
        received_at=deposit.received_at,
        unit=unit_then(code, deposit, found),
        requirement=title_of_period(deposit.requirement.title, period_of(deposit, found)),
        timeliness=timeliness_in_words(
            [one.timeliness for one in found] or list(deposit.versions.values_list("timeliness", flat=True))
        ),
        files=tuple(
            ProvenFile(
                one.sha256,
                one.size,
                one.pages,
                withdrawn=withdrawn_words(one),
                replaced=replaced.get(one.pk, ""),
                destroyed=one.file.blob.destruction_sentence,
            )
            for one in found
        ),
        replaced="" if found else bare_replaced_words(deposit),
    )


@dataclass(frozen=True)
class Compared:
    """What a file is to a receipt: the number of the file it equals (from 1), or why it does not; never its name."""

    number: int | None
    sentence: str


def compare(found: ProvenReceipt, given: UploadedFile | None) -> Compared:
    """Hash a file and look for it on the receipt. Nothing of it is kept."""
    if given is None:
        return Compared(None, "Chưa chọn tệp nào. Hãy chọn tệp rồi bấm “So tệp này”.")
    refusal = getattr(given, "refusal", None)
    if refusal is not None:
        return Compared(None, f"Không so được tệp này: {refusal}")
    digest = hashlib.sha256()
    for chunk in given.chunks():
        digest.update(chunk)
    code = digest.hexdigest()
    number = next((at for at, file in enumerate(found.files, start=1) if file.sha256 == code), None)
    if number:
        return Compared(number, f"Khớp: đây đúng là tệp số {number} trên phiếu, giống từng bit.")
    return Compared(None, "Không khớp: tệp này không phải tệp nào trên phiếu, hoặc đã bị sửa sau khi nộp.")


def may_ask(at: datetime) -> bool:
    """Counts one question of the address that asks; False when it has asked too often in this minute."""
    key = f"receipt-check:{context.current().ip}:{at:%Y%m%d%H%M}"
    cache.add(key, 0, timeout=120)
    return cache.incr(key) <= _ASKED_A_MINUTE
