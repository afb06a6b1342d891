"""The state a waived debt has when it is owed again: as it stood, or as what came in meanwhile answers it.

Not here: when a waiver is lifted (`services.following`, `services.releasing`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils.module_loading import import_string

from directives.choices import ObligationState

if TYPE_CHECKING:
    from directives.models import Obligation


WORDS: Final[Mapping[str, str]] = {
    ObligationState.PENDING: "Việc này lại phải thực hiện theo hạn cũ và được nhắc như thường.",
    ObligationState.RETURNED: "Bài đã nộp đang bị trả lại: lại phải sửa và nộp lại, được nhắc như thường.",
    ObligationState.SUBMITTED: "Bài đã nộp tự nguyện là bài của việc này, đang chờ duyệt; không phải nộp lần nữa.",
    ObligationState.FORWARDED: "Bài đã nộp tự nguyện là bài của việc này, đang chờ duyệt; không phải nộp lần nữa.",
    ObligationState.ACCEPTED: "Bài đã nộp tự nguyện đã đạt và là bài của việc này; không phải nộp lần nữa.",
}
"""What a lifted waiver means for whoever it was given, by the state without it."""


def states_when_owed_again(debts: Sequence[Obligation]) -> dict[int, str]:
    """Debt id → its state without the waiver: PENDING when nothing was handed in, else what the room above knows of it.

    A voluntary paper handed in under the waiver answers the debt: accepted, waiting or returned as it is by now.
    """
    sent = [one.pk for one in debts if one.first_submitted_at is not None]
    known: Mapping[int, str] = import_string(settings.STANDING_ANSWERS)(sent) if sent else {}
    stood = {one.pk: ObligationState.PENDING for one in debts}
    return stood | {pk: known.get(pk, ObligationState.RETURNED) for pk in sent}
