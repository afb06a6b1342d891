"""What can be refused about personal data, each with the Vietnamese sentence people read.

Not here: faults of input shape (`forms.py`).
"""


class PrivacyError(Exception):
    """Base of the refusals of this app; `str(error)` is the sentence to show."""


class AlreadyDecided(PrivacyError):
    """The request was answered meanwhile."""

    def __init__(self) -> None:
        super().__init__("Đề nghị này đã được trả lời. Tải lại trang để xem câu trả lời.")


class CorrectionRefused(PrivacyError):
    """The proposed value cannot stand in the roster."""


class NumbersChanged(PrivacyError):
    """What is due is not what the page promised."""

    def __init__(self, promised: int, found: int) -> None:
        super().__init__(
            f"Số cần hủy đã thay đổi: trang báo {promised}, nay là {found}. Chưa hủy gì; hãy xem lại danh sách."
        )


class NothingDue(PrivacyError):
    """Nothing of the class is past its term."""

    def __init__(self) -> None:
        super().__init__("Không có gì hết thời hạn lưu trữ. Chưa hủy gì.")
