"""Whether a mail is answered, and the words of the answer. Pure: built from values.

One mail for one mail, and one more when the office decided later; never to machines, lists and ourselves, never twice
within an hour to one address (RFC 3834): what is due sooner waits and goes in one letter.
Not here: sending (app outbox), what became of the files (`services/`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from mailbox.choices import FileState

BETWEEN_ANSWERS = timedelta(hours=1)
WHILE_DECIDING = timedelta(minutes=10)
"""How long a decision by hand waits for the next one, so that ten files attached one by one are one letter."""
ANSWERED_LATELY = "Đã trả lời địa chỉ này trong vòng một giờ qua."
_MOST_OWED = 12
_ANSWERED = re.compile(r"^(\s*(re|fw|fwd|trả lời|tra loi|chuyển tiếp)\s*:\s*)+", re.IGNORECASE)
_GROUPS = (
    ("Đã nhận", "ok", FileState.ACCEPTED),
    ("Chưa rõ, cán bộ sẽ xem", "soon", FileState.UNCLEAR),
    ("Không nhận được", "late", FileState.REFUSED),
)
_OPEN_THE_PORTAL = "Với tệp chưa rõ hoặc không nhận được, đồng chí có thể mở cổng, tự chọn đúng việc rồi nộp."
_NAME_AND_SEND_AGAIN = (
    "Với tệp chưa rõ hoặc không nhận được, xin đặt tên tệp PDF theo mẫu “Họ và tên - Chức vụ, Tên chi bộ” "
    "rồi trả lời thư này kèm tệp."
)

_UNKNOWN_WAITS = "Địa chỉ này chưa có trong danh bạ nên bài chưa được ghi nhận ngay; cán bộ sẽ xem."
_UNKNOWN_DONE = "Địa chỉ này chưa có trong danh bạ nên thư không kể việc còn phải nộp; xin báo cán bộ ghi địa chỉ."


@dataclass(frozen=True, slots=True)
class ToldFile:
    """A file as the answer tells of it."""

    name: str
    state: str
    receipt: str
    reason: str
    told: str = ""
    """The state the sender was told before; "" when he was told nothing."""

    @property
    def is_news(self) -> bool:
        """Whether a later letter tells it: never told, or come to an end since."""
        if self.state == FileState.PASSED_OVER or self.state == self.told:
            return False
        return not self.told or self.state in (FileState.ACCEPTED, FileState.REFUSED)


@dataclass(frozen=True, slots=True)
class Line:
    """A file's name and what is said of it."""

    name: str
    said: str


@dataclass(frozen=True, slots=True)
class Group:
    """Files that ended alike. `tone`: ok, soon or late."""

    head: str
    tone: str
    lines: list[Line]


def why_no_answer(
    *, automatic: str, sender: str, own: Sequence[str], is_forged: bool, answered_lately: bool, is_thanks: bool = False
) -> str:
    """Why this mail gets no answer; "" when it gets one."""
    if automatic:
        return f"Không trả lời {automatic}."
    if not sender:
        return "Không đọc được địa chỉ người gửi."
    if sender in own:
        return "Thư do chính cổng gửi."
    if is_forged:
        return "Máy chủ thư báo địa chỉ người gửi có thể bị giả."
    if is_thanks:
        return "Thư cảm ơn, không cần trả lời."
    if answered_lately:
        return ANSWERED_LATELY
    return ""


def opening_of(office: str, received: Sequence[str], *, is_later: bool) -> str:
    """The first sentence; `received`: when the mails came, in words."""
    if not is_later:
        return f"{office} đã nhận được thư của đồng chí."
    if len(received) == 1:
        return f"{office} đã xem tiếp thư đồng chí gửi lúc {received[0]} và báo thêm kết quả."
    return f"{office} đã xem tiếp {len(received)} thư của đồng chí, gửi lúc {'; '.join(received)}, và báo thêm kết quả."


def is_answer(subject: str) -> bool:
    """Whether the subject says that the mail answers or forwards another."""
    return bool(_ANSWERED.match(subject))


def subject_of(subject: str) -> str:
    """The subject of the answer; signs of earlier answers are not heaped up."""
    bare = _ANSWERED.sub("", subject).strip()
    return f"Trả lời: {bare or 'thư của đồng chí'}"


def groups_of(files: Sequence[ToldFile]) -> list[Group]:
    """What was received, what waits for a person, what was refused; those without a file left out."""
    return [
        Group(head, tone, [Line(one.name or "tệp không tên", _said(one)) for one in chosen])
        for head, tone, state in _GROUPS
        if (chosen := [one for one in files if one.state == state])
    ]


def notes_of(
    files: Sequence[ToldFile], *, is_known: bool, has_account: bool, owes: bool, is_read: bool = False
) -> list[str]:
    """Sentences under the files: what to do next. `is_read`: a person will read the words of a mail without files."""
    notes = []
    has_files = any(one.state != FileState.PASSED_OVER for one in files)
    if not has_files:
        will = "; cán bộ sẽ đọc lời thư" if is_read else ""
        notes.append(
            f"Thư không có tệp đính kèm nào để nhận{will}. Nếu đồng chí định gửi bài, xin đính kèm tệp PDF rồi gửi lại."
        )
    if not is_known and has_files:
        waits = any(one.state == FileState.UNCLEAR for one in files)
        notes.append(_UNKNOWN_WAITS if waits else _UNKNOWN_DONE)
    elif is_known and not owes:
        notes.append("Hiện không còn việc nào phải nộp.")
    if is_known and any(one.state in (FileState.UNCLEAR, FileState.REFUSED) for one in files):
        notes.append(_OPEN_THE_PORTAL if has_account else _NAME_AND_SEND_AGAIN)
    return notes


def text_of(
    *, greeting: str, opening: str, groups: Sequence[Group], owed: Sequence[str], notes: Sequence[str],
    button: str, button_url: str, signed: Sequence[str],
) -> str:  # fmt: skip
    """The plain text of the answer; `owed` as `owed_of` cut it."""
    lines = [greeting, "", opening]
    for group in groups:
        lines += ["", f"{group.head}:", *(f"- {one.name}{': ' + one.said if one.said else ''}" for one in group.lines)]
    if owed:
        lines += ["", "Hiện còn phải nộp:", *(f"- {one}" for one in owed)]
    for note in notes:
        lines += ["", note]
    if button_url:
        lines += ["", f"{button}: {button_url}"]
    return "\n".join([*lines, "", "Trân trọng,", *signed]) + "\n"


def owed_of(owed: Sequence[str]) -> tuple[list[str], int]:
    """The first lines of what is owed and how many are left out."""
    return list(owed[:_MOST_OWED]), max(0, len(owed) - _MOST_OWED)


def _said(one: ToldFile) -> str:
    return f"mã phiếu tiếp nhận {one.receipt}" if one.receipt else one.reason
