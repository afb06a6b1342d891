"""What the outbox refuses, each with the Vietnamese sentence for the user.

Not here: answers of mail servers; those become the row's state and `error`.
"""


class OutboxError(Exception):
    """Base of the outbox's errors."""


class InvalidAddress(OutboxError):
    """The recipient's address cannot be written to an envelope."""

    def __init__(self, address: str) -> None:
        super().__init__(f"Địa chỉ thư “{address}” không hợp lệ.")


class WrongState(OutboxError):
    """The mail is not in a state from which this step is possible."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__(f"Thư đang ở trạng thái “{old}”, không thể chuyển sang “{new}”.")


class BodyWiped(OutboxError):
    """The mail held a link for its reader alone; its words were wiped when it was given up."""

    def __init__(self) -> None:
        super().__init__("Nội dung thư này đã được xóa để giữ bí mật liên kết. Hãy gửi thư mới từ trang tài khoản.")


class UnknownCheck(OutboxError):
    """A mail names a pre-send check that no app has registered."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Chưa đăng ký phép kiểm tra trước khi gửi “{name}”.")


class MailNotFound(OutboxError):
    """A returned mail names none of ours."""

    def __init__(self) -> None:
        super().__init__("Thư bị trả về này không phải thư do cổng gửi.")
