"""What can be said about a file name: repairs made and faults found, each with its Vietnamese sentence.

Not here: finding them (`name_cleaning.py`, `filenames.py`, `matching.py`).
"""

from enum import StrEnum


class NameVerdict(StrEnum):
    """Result of reading a name (`file-names.md`): đúng, sửa được, cần chọn, không nhận."""

    OK = "ok"
    FIX = "fix"
    ASK = "ask"
    NO = "no"


class Repair(StrEnum):
    """One change that the portal proposes; the value is the sentence shown."""

    MAIL_HEADER = "Đã giải mã tên tệp của thư điện tử."
    PERCENT = "Đã giải mã tên tệp (các ký hiệu %)."
    MOJIBAKE = "Tên bị lỗi phông (UTF-8), đã phục hồi; đề nghị xác nhận."
    TCVN3 = "Tên gõ bằng bảng mã TCVN3, đã chuyển sang Unicode; đề nghị xác nhận."
    VNI = "Tên gõ bằng bảng mã VNI, đã chuyển sang Unicode; đề nghị xác nhận."
    VIQR = "Tên gõ kiểu VIQR, đã chuyển sang Unicode; đề nghị xác nhận."
    WINDOWS_1258 = "Tên gõ bằng bảng mã Windows-1258, đã chuyển sang Unicode; đề nghị xác nhận."
    NFD = "Đã ghép dấu rời vào chữ (Unicode dựng sẵn)."
    INVISIBLE = "Đã bỏ ký tự ẩn."
    ETH = "Đã thay chữ Ð, Ɖ bằng chữ Đ."
    FULL_WIDTH = "Đã thay chữ, dấu kiểu toàn chiều rộng."
    SPACES = "Đã sửa khoảng trắng."
    DASH = "Đã sửa dấu gạch nối thành “ - ”."
    SEPARATOR = "Đã sửa dấu ngăn giữa họ tên, chức vụ và đơn vị."
    EXTENSION = "Đã sửa đuôi tệp thành .pdf."
    TAIL = "Đã bỏ phần thêm ở cuối tên, như (1), Copy, Bản sao."
    PREFIX = "Đã bỏ phần thêm ở đầu tên, như số thứ tự, Copy of."
    HONORIFIC = "Đã bỏ từ xưng hô, học vị trước họ tên."
    SUBJECT = "Đã bỏ tên bài trước hoặc sau họ tên."
    CASE = "Đã sửa chữ hoa, chữ thường."
    UNACCENTED = "Tên gõ không dấu."
    POST_SPELLING = "Đã sửa dấu trong chức vụ."
    ABBREVIATION = "Đã viết đầy đủ chức vụ viết tắt."
    UNIT_ALIAS = "Đã thay tên gọi tắt bằng tên đầy đủ của đơn vị."
    ORDER = "Đã xếp lại thứ tự: họ tên, chức vụ, đơn vị."
    NO_POST = "Tên tệp thiếu chức vụ."
    NO_UNIT = "Tên tệp thiếu đơn vị."
    FORM = "Đã đưa về dạng “Họ và tên - chức vụ, đơn vị”."
    TONE_PLACEMENT = "Khác vị trí đặt dấu thanh so với danh sách; giữ cách viết trong danh sách."
    I_OR_Y = "Khác i/y so với danh sách; đề nghị xác nhận."
    MARKS = "Thiếu hoặc sai dấu so với danh sách; đề nghị xác nhận."
    UNIT_UNKNOWN = "Không nhận ra đơn vị ghi trong tên tệp; dùng đơn vị trong danh sách."
    OTHER_UNIT = "Đơn vị ghi trong tên tệp khác đơn vị đang nộp."


NEEDS_CONFIRMATION = frozenset(
    {Repair.MOJIBAKE, Repair.TCVN3, Repair.VNI, Repair.VIQR, Repair.WINDOWS_1258, Repair.I_OR_Y, Repair.MARKS}
)


class Fault(StrEnum):
    """Why a name cannot be taken as it is; the value is the sentence shown, with the way out."""

    IMAGE = "Đây là ảnh, không phải PDF: đề nghị scan thành PDF."
    EDITABLE = "Tệp soạn thảo chưa có chữ ký tay: đề nghị in, ký, scan thành PDF."
    ARCHIVE = "Đây là tệp nén: hãy nộp cả gói ở ô nộp bài của chi bộ."
    NOT_PDF = "Không phải tệp PDF: đề nghị gửi bản scan PDF có chữ ký."
    NOT_PDF_INSIDE = "Tên là .pdf nhưng bên trong không phải PDF: hãy xuất hoặc scan lại thành PDF."
    TWO_PERSONS = "Một tệp có tên hai người: mỗi người một tệp."
    REPORT = "Đây là báo cáo, văn bản của đơn vị, không phải bài thu hoạch: hãy nộp ở mục của việc đó."
    MACHINE_NAME = "Tên do máy đặt, không có họ tên người viết."
    SUBJECT_ONLY = "Tên tệp chỉ có tên bài, không có họ tên người viết."
    NO_PERSON = "Không đọc được họ tên người viết trong tên tệp."
    TOO_LONG = "Tên tệp quá dài."
    LETTERS_LOST = "Tên tệp bị mất chữ, không đoán được: hãy chọn người viết."
    MIXED_SCRIPT = "Tên có chữ của bảng chữ cái khác trông giống chữ Việt: hãy chọn người viết."
    NOBODY = "Không có ai tên như vậy trong danh sách."
    NOBODY_IN_UNIT = "Không có ai tên như vậy trong đơn vị."
    NO_UNIT_NAMED = "Không rõ tệp này của đơn vị nào: hãy chọn đơn vị."
    SEVERAL = "Có nhiều người cùng tên: hãy chọn."


# A fault of the name alone: from a known sender the portal asks instead of refusing.
ABOUT_THE_NAME = frozenset({Fault.MACHINE_NAME, Fault.SUBJECT_ONLY, Fault.NO_PERSON, Fault.TOO_LONG})
ASKED_BACK = frozenset(
    {Fault.LETTERS_LOST, Fault.MIXED_SCRIPT, Fault.NOBODY, Fault.NOBODY_IN_UNIT, Fault.NO_UNIT_NAMED, Fault.SEVERAL}
)
