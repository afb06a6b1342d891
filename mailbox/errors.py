"""Refusals of the mailbox; `str(error)` is the Vietnamese sentence shown.

Not here: refusals of handing in (app submissions).
"""


class MailboxError(Exception):
    """Base of all refusals of this app."""


class NotConfigured(MailboxError):
    """No account is set."""

    def __str__(self) -> str:
        return "Chưa đặt hộp thư nào. Quản trị máy ghi địa chỉ vào MAILBOXES trong tệp .env rồi khởi động lại."


class NoneOfYours(MailboxError):
    """Accounts are set, but their mail goes to other wards."""

    def __str__(self) -> str:
        return (
            "Chưa có hộp thư nào của phường đồng chí. Quản trị máy thêm địa chỉ vào MAILBOXES trong tệp .env, "
            "kèm ?phuong= và mã phường."
        )


class BadSetting(MailboxError):
    """An account's address cannot be understood."""

    def __str__(self) -> str:
        return "MAILBOXES có địa chỉ không đọc được. Ghi theo mẫu imaps://TÊN:MẬT-KHẨU@máy-chủ/INBOX."


class Unreachable(MailboxError):
    """The mail server does not answer, or not as asked."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return f"Không dùng được hộp thư: {self.why}. Xem lại máy chủ, tên và cách đăng nhập trong MAILBOXES."


class WrongCase(MailboxError):
    """What was asked does not fit the state of the mail."""

    def __str__(self) -> str:
        return "Thư này không còn ở trạng thái làm được việc đó. Mở lại trang để xem."
