"""The states people see: each is an icon, a word and a colour, always the same three.

Pure. Keys are names of display states; each app maps its own rows to them.
Not here: when a row is in which state (`directives`, `submissions`), the drawing (`templates/components/chip.html`).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class State:
    """`tone` is the family of colours in tokens.css: ok, soon, late, review, back, exempt, idle."""

    word: str
    icon: str
    tone: str


STATES: Final[dict[str, State]] = {
    # an obligation
    "accepted": State("Đạt", "check-circle-fill", "ok"),
    "accepted_late": State("Đạt, nộp muộn", "clock-history", "ok"),
    "on_time": State("Đúng hạn", "clock", "ok"),
    "submitted": State("Chờ duyệt", "hourglass-split", "review"),
    "submitted_late": State("Chờ duyệt, nộp muộn", "hourglass-split", "review"),
    "forwarded": State("Đã chuyển", "send", "review"),
    "soon": State("Sắp hạn", "clock-fill", "soon"),
    "overdue": State("Quá hạn", "exclamation-triangle-fill", "late"),
    "late": State("Nộp muộn", "clock-history", "late"),
    "returned": State("Trả lại", "arrow-return-left", "back"),
    "withdrawn": State("Đã rút", "box-arrow-left", "exempt"),
    "waived": State("Miễn", "dash-circle", "exempt"),
    "voluntary": State("Tự nguyện", "dash-circle", "exempt"),
    "pending": State("Chưa đến hạn", "circle", "idle"),
    "awaiting_event": State("Chờ báo ngày tổ chức", "calendar-event", "idle"),
    "standing": State("Thường xuyên", "infinity", "idle"),
    "tentative": State("Dự kiến", "calendar-event", "idle"),
    # a file on the deposit desk
    "matched": State("Khớp", "check-circle-fill", "ok"),
    "choose": State("Cần chọn", "people-fill", "soon"),
    "unknown": State("Lạ", "question-circle-fill", "soon"),
    "duplicate": State("Trùng", "copy", "exempt"),
    "exempt": State("Miễn", "dash-circle", "exempt"),
    "already": State("Đã duyệt", "check2-all", "exempt"),
    "locked": State("Có mật khẩu", "lock-fill", "late"),
    "refused": State("Không nhận", "x-circle-fill", "late"),
    "inspecting": State("Đang kiểm tra", "arrow-repeat", "review"),
    "flagged": State("Cần xem", "flag-fill", "soon"),
    # a line of a roster import
    "roster_new": State("Mới", "person-plus", "ok"),
    "roster_moved": State("Chuyển đến", "arrow-left-right", "review"),
    "roster_left": State("Ra khỏi danh sách", "person-dash", "late"),
    "roster_absent": State("Không có trong tệp", "question-circle-fill", "soon"),
    "roster_closed": State("Giải thể", "archive", "late"),
    "roster_changed": State("Thay đổi", "pencil", "soon"),
    "roster_doubtful": State("Nghi ngờ", "question-circle-fill", "back"),
    "roster_unchanged": State("Giữ nguyên", "dash-circle", "idle"),
    # work, papers and mail
    "draft": State("Bản nháp", "pencil", "idle"),
    "issued": State("Đã ban hành", "send-check", "ok"),
    "closed": State("Đã kết thúc", "archive", "exempt"),
    "amended": State("Đã sửa đổi", "pencil-square", "soon"),
    "revoked": State("Đã thu hồi", "x-circle", "exempt"),
    "queued": State("Chờ chạy", "hourglass", "idle"),
    "running": State("Đang chạy", "arrow-repeat", "review"),
    "done": State("Xong", "check-circle-fill", "ok"),
    "failed": State("Không thành", "exclamation-triangle-fill", "late"),
    "cancelled": State("Đã dừng", "stop-circle", "exempt"),
    "sent": State("Đã gửi", "check-circle-fill", "ok"),
    "waiting": State("Chờ gửi", "hourglass-split", "review"),
}


def state(key: str) -> State:
    """The state called `key` (any case); an unknown key raises LookupError, so a new state is never shown wrongly."""
    try:
        return STATES[key.lower()]
    except KeyError:
        raise LookupError(f"no display state called {key!r}") from None
