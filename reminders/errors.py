"""What reminders refuse, each with the Vietnamese sentence for the user.

Not here: answers of mail servers (`outbox`).
"""


class RemindersError(Exception):
    """Base of the refusals."""


class NumberChanged(RemindersError):
    """Between question and answer the number of letters became another."""

    def __init__(self, number: int) -> None:
        super().__init__(f"Danh sách vừa thay đổi: bây giờ là {number} thư. Hãy xem lại rồi bấm lần nữa.")
        self.number = number


class TooEarly(RemindersError):
    """Before the day's letters are planned: who is written to now would not get his."""

    def __init__(self) -> None:
        super().__init__(
            "Thư nhắc của hôm nay lập lúc 7:00. Nhắc thêm trước giờ ấy thì người nhận mất thư đó; hãy bấm sau 7:00."
        )


class PromiseRefused(RemindersError):
    """A promise that cannot be noted."""

    def __init__(self) -> None:
        super().__init__("Ngày hẹn phải từ hôm nay trở đi và không quá 60 ngày nữa.")
