"""The mail to whoever asked for long work on a roster file: it has ended, this is what to do now.

Nobody waits at the screen for minutes; what ends sooner is seen there and sends nothing.
Not here: the work itself (`services.import_work`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from outbox.services import is_address
from units.account_mails import mail_owner
from units.choices import ImportState
from units.models import RosterImport

LONG = timedelta(minutes=1)
_ENDS = {
    ImportState.COLUMNS: ("Cần khớp cột của tệp", "Cổng chưa chắc cột nào là gì. Mở trang để chọn, rồi cổng đọc tiếp."),
    ImportState.SHOWN: ("Đã đọc xong tệp", "Danh bạ chưa thay đổi. Mở trang để xem thay đổi, rồi nhập."),
    ImportState.APPLIED: ("Đã nhập xong tệp", "Danh bạ đã được cập nhật. Nếu nhầm, có thể hoàn tác trên trang này."),
    ImportState.UNDONE: ("Đã hoàn tác tệp", "Danh bạ đã trở về như trước lần nhập."),
    ImportState.REFUSED: (
        "Không đọc được tệp",
        "Danh bạ không thay đổi. Mở trang để xem vì sao, rồi tải tệp khác lên.",
    ),
}


def tell_end(imported: RosterImport, *, at: datetime) -> None:
    """Queue the mail that the work of this import has ended, once, when it took longer than a minute.

    To be called in the transaction that ends the work. What hinders the work is said first; names of people are not.
    """
    to, since = imported.worked_by, imported.waits_since
    if to is None or since is None or at - since <= LONG or not is_address(to.email):
        return
    subject, next_step = _ENDS.get(ImportState(imported.state), ("Việc với tệp đã dừng", "Mở trang để xem tiếp."))
    mail_owner(
        user=to,
        kind="import",
        subject=f"{subject} “{imported.file_name}”",
        paragraphs=[imported.remark, next_step] if imported.remark else [next_step],
        link=settings.PUBLIC_URL + reverse("units:roster_import", args=[imported.pk]),
        link_words="Mở lần nhập này",
        once=f"import:{imported.pk}:{imported.turn}",
        at=at,
    )
