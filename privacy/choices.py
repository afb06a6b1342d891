"""States and kinds of requests about personal data, and the classes that have a term, with their Vietnamese words.

Not here: what a class holds (`retention_classes.py`).
"""

from django.db import models


class Fact(models.TextChoices):
    """What of a person is said to be wrong."""

    FULL_NAME = "FULL_NAME", "Họ và tên (cách viết)"
    BIRTH_YEAR = "BIRTH_YEAR", "Năm sinh"
    EMAIL = "EMAIL", "Thư điện tử"
    PHONE = "PHONE", "Số điện thoại"
    UNIT = "UNIT", "Nơi sinh hoạt"
    POSITION = "POSITION", "Chức vụ"
    STATUS = "STATUS", "Tình trạng đảng viên"
    EXEMPTION = "EXEMPTION", "Miễn sinh hoạt"
    OTHER = "OTHER", "Thông tin khác"


SIMPLE_FACTS = (Fact.FULL_NAME, Fact.BIRTH_YEAR, Fact.EMAIL, Fact.PHONE)
"""Corrected at once when the office agrees; the others are dated facts and are corrected in the roster."""


class RequestState(models.TextChoices):
    """Where a request for a correction stands."""

    OPEN = "OPEN", "Chờ trả lời"
    ACCEPTED = "ACCEPTED", "Đã đồng ý"
    REFUSED = "REFUSED", "Không đồng ý"


class DataClass(models.TextChoices):
    """Kinds of data that have a term of their own."""

    PAPERS = "PAPERS", "Tệp bài nộp của văn bản đã kết thúc"
    STAGED = "STAGED", "Tệp tải lên mà chưa nộp"
    PHOTOS = "PHOTOS", "Ảnh chụp qua liên kết riêng mà chưa nộp"
    PAGE_IMAGES = "PAGE_IMAGES", "Ảnh trang để duyệt bài"
    MAILS = "MAILS", "Nội dung thư đã gửi"
    SESSIONS = "SESSIONS", "Phiên đăng nhập đã kết thúc"
    CONTACTS = "CONTACTS", "Liên hệ của người đã ra khỏi danh sách"
    LINKS = "LINKS", "Liên kết riêng đã hết hạn hoặc thu hồi"
    IMPORTS = "IMPORTS", "Tệp danh sách đã nhập hoặc đã bỏ, và đường hoàn tác"
    REPORT_DRAFTS = "REPORT_DRAFTS", "Bản nháp báo cáo tổng hợp"
    LETTERS = "LETTERS", "Công văn đôn đốc"
    BUNDLES = "BUNDLES", "Gói bài chuyển tiếp lên cấp trên"
