"""What can go wrong with stored bytes, each with the Vietnamese sentence shown to the user.

Not here: refusals of a PDF's content (`submissions.inspection`).
"""

from datetime import datetime

from vietnamese.dates import format_date, local_day


class VaultError(Exception):
    """Base of the vault's errors; `str()` is a Vietnamese sentence without paths or internals."""


class TooLarge(VaultError):
    """The stream is longer than the limit its caller set (bytes, inclusive)."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"Tệp lớn hơn {limit // (1024 * 1024)} MB. Hãy quét ở 200–300 dpi hoặc chia nhỏ rồi gửi lại.")


class StoreFull(VaultError):
    """No room left where the bytes should go; nothing of them was kept."""

    def __init__(self) -> None:
        super().__init__("Kho tệp của máy chủ đã đầy nên chưa nhận được tệp. Hãy báo quản trị rồi gửi lại sau.")


class StoreUnavailable(VaultError):
    """The store did not answer or refused; nothing was acknowledged."""

    def __init__(self) -> None:
        super().__init__("Kho tệp tạm thời không dùng được. Hãy thử lại sau ít phút.")


class BlobMissing(VaultError):
    """The row is there, the bytes are not."""

    def __init__(self, sha256: str) -> None:
        self.sha256 = sha256
        super().__init__(f"Không tìm thấy tệp {sha256[:12]} trong kho. Hãy báo quản trị.")


class BlobAltered(VaultError):
    """The stored bytes no longer match their name; they are set aside and not served."""

    def __init__(self, sha256: str) -> None:
        self.sha256 = sha256
        super().__init__(f"Tệp {sha256[:12]} trong kho đã bị thay đổi nên không được mở. Hãy báo quản trị.")


class BlobDestroyed(VaultError):
    """The bytes were destroyed because their term of keeping had passed."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"Tệp đã hủy theo thời hạn lưu trữ ngày {format_date(local_day(at))}.")
