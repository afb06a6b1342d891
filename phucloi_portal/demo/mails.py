"""The demo mailbox: mails of every state, taken in through the verbs of the poller.

Not here: the campaign they answer (`campaign.py`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from directives.choices import ObligationState, RequirementKind
from directives.models import Obligation
from mailbox.models import MailCase
from mailbox.services.deciding import not_ours, remember_sender
from mailbox.services.ingesting import claim, keep_mail, note_too_long, read_case
from mailbox.services.telling import tell_due
from phucloi_portal.demo.campaign import Cast
from phucloi_portal.demo.scans import essay_scan
from units.models import CommitteeProfile, User

_LEFT_ALONE = ("TDP05", "TR01")  # units of the demo secretaries: their work is left to them
_MEGABYTE = 1024 * 1024


def bring_mails(cast: Cast, *, seed: int, at: datetime) -> None:
    """What came in the last two days before `at`."""
    box = _Box(cast, at)
    first, second = box.owing(0), box.owing(1)
    sender = box.secretary(first)
    essay = box.essay(first, seed)
    # the accounts of these secretaries are closed: once they wrote, their addresses were noted as those of their units
    thanks = box.take(26, sender.email, sender.full_name, "Re: Nhắc nộp bài", "Chi bộ đã rõ, cảm ơn các đồng chí.")
    away = box.take(
        27, box.secretary(second).email, box.secretary(second).full_name, "Trả lời tự động: Vắng mặt",
        "Tôi đi công tác đến hết tuần.", automatic=True,
    )  # fmt: skip
    for case, debt in ((thanks, first), (away, second)):
        remember_sender(case=case, unit=debt.unit, by=cast.office, at=case.received_at + timedelta(hours=1))
    box.take(
        20, "chibo.vanhoa@truonghoc.example", "Văn thư trường", "Bài thu hoạch của trường",
        "Kính gửi Ban Xây dựng Đảng, trường gửi bài thu hoạch.", ("bai thu hoach 01.pdf", essay[1]),
    )  # fmt: skip
    box.take(
        8, box.secretary(second).email, box.secretary(second).full_name, "Gửi bài",
        "Tôi gửi bài quét từ máy của trường, nhờ các đồng chí xem giúp là của ai.",
        ("scan0001.pdf", box.essay(second, seed + 1)[1]), ("Danh sách.xlsx", b"PK\x03\x04 danh sach"),
    )  # fmt: skip
    box.take(
        5, box.secretary(second).email, box.secretary(second).full_name, "Hỏi về bài của đồng chí đi công tác",
        "Kính gửi Ban Xây dựng Đảng,\n\nChi bộ có đồng chí đi công tác nước ngoài đến hết tháng. Đồng chí ấy gửi bài "
        "chụp từ điện thoại về cho chi bộ nộp thay có được không?\n\nTrân trọng.",
    )  # fmt: skip
    box.take(
        3, sender.email, sender.full_name, "Nộp bài thu hoạch", "Chi bộ gửi bài của đồng chí trong chi bộ.", essay
    )  # fmt: skip
    tell_due(now=at)
    advert = box.take(
        31, "khuyenmai@cuahang.example", "Cửa hàng văn phòng phẩm", "Báo giá giấy in tháng này",
        "Kính mời quý cơ quan xem báo giá đính kèm.", ("bao-gia.pdf", box.essay(first, seed + 2)[1]),
    )  # fmt: skip
    not_ours(case=advert, by=cast.office, at=min(at, advert.received_at + timedelta(hours=1)))
    note_too_long(
        ward=cast.ward, account=box.address, key="demo/too-long", size=71 * _MEGABYTE,
        received_at=at - timedelta(hours=45), now=at - timedelta(hours=45),
    )  # fmt: skip


class _Box:
    """The office's address and who writes to it."""

    def __init__(self, cast: Cast, at: datetime) -> None:
        self._cast, self._at = cast, at
        self.address = CommitteeProfile.objects.get(unit=cast.ward).mailbox
        owed = Obligation.objects.filter(
            ward=cast.ward, state=ObligationState.PENDING, requirement__kind=RequirementKind.ESSAY,
            unit__in=list(cast.secretaries),
        ).exclude(unit__code__in=_LEFT_ALONE)  # fmt: skip
        first_of_each = {one.unit_id: one for one in owed.select_related("member", "unit").order_by("-pk")}
        self._owing = [first_of_each[unit] for unit in sorted(first_of_each)]

    def owing(self, number: int) -> Obligation:
        """An essay still owed, of one unit after the other."""
        return self._owing[number % len(self._owing)]

    def secretary(self, debt: Obligation) -> User:
        """Who hands in for the unit of the debt."""
        return self._cast.secretaries[debt.unit_id]

    def essay(self, debt: Obligation, seed: int) -> tuple[str, bytes]:
        """The file as it should be named, with a scan in it."""
        name, unit = (debt.member.full_name if debt.member else ""), debt.unit.name
        return f"{name} - Đảng viên, {unit}.pdf", essay_scan(name=name, post="Đảng viên", unit=unit, seed=seed)

    def take(
        self, hours_ago: int, address: str, name: str, subject: str, words: str, *files: tuple[str, bytes],
        automatic: bool = False,
    ) -> MailCase:  # fmt: skip
        """One mail from its arrival to its end."""
        came = self._at - timedelta(hours=hours_ago)
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = f'"{name}" <{address}>', self.address, subject
        message["Date"], message["Message-ID"] = format_datetime(came), f"<thu-{hours_ago}@minh-hoa.example>"
        if automatic:
            message["Auto-Submitted"] = "auto-replied"
        message.set_content(words)
        for file_name, content in files:
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=file_name)
        kept, _ = keep_mail(
            raw=message.as_bytes(), ward=self._cast.ward, account=self.address, key=f"demo/{hours_ago}",
            received_at=came, now=came + timedelta(minutes=2),
        )  # fmt: skip
        case = claim(pk=kept.pk, now=kept.kept_at)
        return read_case(case=case, now=kept.kept_at) if case else kept
