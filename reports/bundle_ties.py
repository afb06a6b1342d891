"""What a made forwarding bundle holds stays accepted: it may have gone out to the superior.

Called by `submissions`, which stands below, through `submissions.acceptance_ties`. Not here: making bundles
(`services.bundling`), taking an acceptance back (`submissions.services.taking_back`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.models import ForwardingBundle
from vietnamese.dates import format_date, format_time, local_day

if TYPE_CHECKING:
    from submissions.models import SubmissionVersion


def bundle_that_holds(version: SubmissionVersion) -> str:
    """The sentence about the first made bundle with a file of this version; "" when there is none. One query."""
    bundle = ForwardingBundle.objects.made().filter(items__file__version=version).order_by("made_at", "pk").first()
    if bundle is None or bundle.made_at is None:
        return ""
    made = f"lúc {format_time(bundle.made_at)} ngày {format_date(local_day(bundle.made_at))}"
    return (
        f"Bài đã nằm trong gói chuyển tiếp đợt {bundle.round}, lập {made}, gửi {bundle.recipient}, nên không thu hồi được. "
        "Nếu bài sai, báo nơi nhận bằng công văn đính chính; quyết định tiếp nhận giữ nguyên."
    )
