"""What can be refused about directives and obligations, each with the Vietnamese sentence people read.

Not here: faults of input shape (`forms.py`).
"""

SECRET_NEXT_STEP = "Theo luật, tài liệu mật không được đưa lên máy nối mạng; hãy xử lý bằng đường văn thư mật."  # noqa: S105 (a sentence)


class DirectivesError(Exception):
    """Base of the refusals of this app; `str(error)` is the sentence to show."""


class IllegalMove(DirectivesError):
    """The state does not allow this step."""


class NotIssuable(DirectivesError):
    """The directive lacks something that issuing needs."""


class DeadlineRefused(DirectivesError):
    """The new deadline, event date or waiver cannot be as asked."""


class SecretMarked(DirectivesError):
    """The document bears a state-secret stamp; nothing of it is kept (`domain.md` §3)."""

    def __init__(self, stamp: str, *, where: str = "nội dung") -> None:
        self.reason = f"thấy dấu mật trong {where}"
        super().__init__(f"Văn bản có dấu {stamp} nên cổng không nhận và không lưu gì. {SECRET_NEXT_STEP}")


class AlreadyRegistered(DirectivesError):
    """The same paper (issuer, number, symbol, date) is in the register already."""


class NumberTaken(DirectivesError):
    """Another outgoing paper of the kind and term has this number, or there is no term to count in."""


class FileRefused(DirectivesError):
    """The file to attach is of a kind the portal does not keep."""


class FileUnread(FileRefused):
    """The text of the file cannot be looked through for a stamp: damaged, locked, or its reading was cut short."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Không đọc được tệp “{name}” để kiểm tra dấu mật nên chưa nhận. "
            "Hãy bỏ mật khẩu, lưu lại thành PDF hoặc .docx rồi gửi lại."
        )


class NotFound(DirectivesError):
    """A key names no directive or requirement, or several."""


class NameTaken(DirectivesError):
    """The account already has a saved search of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Đồng chí đã có một tìm kiếm tên “{name}”. Hãy đặt tên khác.")


class CalendarRefused(DirectivesError):
    """A day cannot be entered in the working calendar as asked."""


class FieldsUnclear(DirectivesError):
    """A line that should name a number or a slot of a requirement cannot be understood; the sentence says which."""
