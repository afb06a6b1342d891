"""What can go wrong with the log.

Not here: faults found in stored rows; those are data (`chain.Fault`), not exceptions.
"""


class AuditError(Exception):
    """Base of the audit app's errors; the message is a Vietnamese sentence."""


class UnknownAction(AuditError):
    """The action's name is not in `actions.ACTIONS`: a programming mistake, never a user's."""

    def __init__(self, action: str) -> None:
        super().__init__(f"Hành động “{action}” chưa có trong danh mục nhật ký (audit/actions.py).")


class AppendOnly(AuditError):
    """Somebody tried to change or delete an entry through the ORM."""

    def __init__(self) -> None:
        super().__init__("Nhật ký chỉ được ghi thêm, không được sửa hoặc xóa.")
