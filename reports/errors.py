"""Refusals of the reports app; each carries the Vietnamese sentence shown to the user.

Not here: errors of single verbs of other apps.
"""

from __future__ import annotations


class ReportError(Exception):
    """Base of the refusals here; `str(error)` is the sentence for the user."""


class UnknownFormatProfile(ReportError):
    """The committee's profile names a layout that this release does not carry."""

    def __init__(self, key: str) -> None:
        super().__init__(f"Không có bộ thể thức “{key}”. Chọn hd05_2026 hoặc hd36_2018.")


class WrongCorrection(ReportError):
    """A correction of a format profile names no value, or gives one of another type."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"Chỉnh thể thức “{path}”: {reason}.")


class FontSourcesMissing(ReportError):
    """The front-end packages are not installed, so fonts cannot be joined."""

    def __init__(self, source: object) -> None:
        super().__init__(f"Không thấy bộ chữ Tinos trong {source}. Chạy `npm ci` trước.")


class FontsMissing(ReportError):
    """The joined fonts are not built, so no PDF can be made."""

    def __init__(self, folder: object) -> None:
        super().__init__(f"Chưa có bộ chữ trong {folder}. Chạy `python manage.py build_fonts`.")


class PdfEngineMissing(ReportError):
    """Pango is not installed on this machine."""

    def __init__(self) -> None:
        super().__init__(
            "Máy chưa có Pango nên không tạo được PDF. Chạy: "
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        )


class WordTemplateMissing(ReportError):
    """There is no Word template for the format profile."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Không thấy mẫu Word {name}. Chạy `python manage.py build_word_templates`.")


class NoCommitteeProfile(ReportError):
    """The ward has not said who it is, so nothing can be put over its documents."""

    def __init__(self, ward: str) -> None:
        super().__init__(f"Chưa khai thông tin đảng ủy của {ward}: tên, cấp trên, địa danh, người ký.")


class ReportRefused(ReportError):
    """What was asked cannot be done now; the sentence says why and what to do instead."""


class DocumentMissing(ReportError):
    """The report has no such document (yet)."""

    def __init__(self) -> None:
        super().__init__("Báo cáo chưa có tệp này. Bấm “Lập lại các tệp” rồi tải về.")


class MergeFailed(ReportError):
    """Papers could not be joined into one PDF."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Không gộp được các bài thành một tệp PDF ({reason}). Làm lại, nếu vẫn lỗi hãy báo quản trị.")
