"""Whether a mail is answered, and the words of the answer. Pure: built from values.

One mail for one mail; never to machines, lists and ourselves, never twice within an hour to one address (RFC 3834).
Not here: sending (app outbox), what became of the files (`services/`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from mailbox.choices import FileState

BETWEEN_ANSWERS = timedelta(hours=1)
_MOST_OWED = 12


@dataclass(frozen=True, slots=True)
class ToldFile:
    """A file as the answer tells of it."""

    name: str
    state: str
    receipt: str
    reason: str


def why_no_answer(*, automatic: str, sender: str, own: Sequence[str], is_forged: bool, answered_lately: bool) -> str:
    """Why this mail gets no answer; "" when it gets one."""
    if automatic:
        return f"Không trả lời {automatic}."
    if not sender:
        return "Không đọc được địa chỉ người gửi."
    if sender in own:
        return "Thư do chính cổng gửi."
    if is_forged:
        return "Máy chủ thư báo địa chỉ người gửi có thể bị giả."
    if answered_lately:
        return "Đã trả lời địa chỉ này trong vòng một giờ qua."
    return ""


def subject_of(subject: str) -> str:
    """The subject of the answer."""
    return f"Trả lời: {subject or 'thư của đồng chí'}"


def words_of(
    *, name: str, files: Sequence[ToldFile], owed: Sequence[str], is_known: bool, portal_url: str, office: str
) -> str:
    """The text: file by file, then what the unit still owes. `owed` is one line a duty."""
    lines = [f"Kính gửi {name or 'đồng chí'},", "", f"{office} đã nhận được thư của đồng chí."]
    lines += _group("Đã nhận:", files, FileState.ACCEPTED)
    lines += _group("Chưa rõ, cán bộ sẽ xem và báo lại:", files, FileState.UNCLEAR)
    lines += _group("Không nhận được:", files, FileState.REFUSED)
    if not any(one.state != FileState.PASSED_OVER for one in files):
        lines += [
            "",
            "Thư không có tệp đính kèm nào để nhận. Nếu đồng chí định gửi bài, xin đính kèm tệp PDF rồi gửi lại.",
        ]
    if not is_known:
        lines += ["", "Địa chỉ này chưa có trong danh bạ nên bài chưa được ghi nhận ngay; cán bộ sẽ xem và liên hệ."]
    if owed:
        lines += ["", "Hiện còn phải nộp:"] + [f"- {one}" for one in owed[:_MOST_OWED]]
        if len(owed) > _MOST_OWED:
            lines.append(f"- và {len(owed) - _MOST_OWED} việc khác")
    elif is_known:
        lines += ["", "Hiện không còn việc nào phải nộp."]
    if any(one.state in (FileState.UNCLEAR, FileState.REFUSED) for one in files):
        lines += ["", f"Đồng chí có thể nộp trực tiếp và tự chọn đúng việc tại {portal_url}"]
    return "\n".join([*lines, "", "Trân trọng,", office])


def _group(head: str, files: Sequence[ToldFile], state: str) -> list[str]:
    chosen = [one for one in files if one.state == state]
    if not chosen:
        return []
    return ["", head, *(f"- {one.name or 'tệp không tên'}{_tail(one)}" for one in chosen)]


def _tail(one: ToldFile) -> str:
    receipt = f": mã phiếu tiếp nhận {one.receipt}" if one.receipt else ""
    return f"{receipt}{': ' + one.reason if one.reason and not receipt else ''}"
