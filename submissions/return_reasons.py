"""The catalogue of reasons for sending a paper back, in the office's own polite words.

A ward that has written none of its own finds these; as soon as it has one active reason, only its own count.
Not here: sending back (`services.reviewing`), editing the catalogue (admin).
"""

from typing import Final

from submissions.models import ReturnReason
from units.models import Unit

PROPOSED: Final = (
    "Thiếu chữ ký của người viết",
    "Bản quét mờ hoặc thiếu trang, đề nghị quét lại",
    "Bài viết chưa đúng chủ đề của văn bản",
    "Chưa liên hệ với bản thân và đơn vị",
    "Thiếu họ tên, chức vụ hoặc nơi sinh hoạt",
    "Tệp là bài của người khác, đề nghị gửi đúng tệp",
)


def reasons_of(ward: Unit) -> list[str]:
    """Active reasons of the ward in its order; the proposed ones when it has none."""
    own = ReturnReason.objects.filter(ward=ward, is_active=True).values_list("text", flat=True)
    return list(own) or list(PROPOSED)
