"""Vietnamese words for the keys of an entry's detail.

Not here: what the values mean (codes of roles, units, states: the portal's pages of the log), which action has
which keys (`docs/audit.md`).
"""

WORDS: dict[str, str] = {
    "appointments": "Chức vụ",
    "at": "Số liệu tính đến",
    "attached": "Tệp đính kèm thêm",
    "changed": "Mục đã sửa",
    "cluster": "Cụm",
    "day": "Ngày",
    "door": "Nộp qua",
    "due_at": "Hạn",
    "email": "Thư điện tử",
    "exemptions": "Miễn sinh hoạt",
    "file": "Tệp",
    "files": "Các tệp",
    "fix_by": "Hạn sửa",
    "from": "Từ",
    "held_on": "Ngày tổ chức",
    "inspections": "Lượt kiểm tra",
    "job": "Số công việc",
    "kind": "Loại",
    "left_out": "Số dòng để lại",
    "letters": "Số thư",
    "links": "Liên kết riêng",
    "members": "Đảng viên",
    "new": "Mới",
    "note": "Ghi chú",
    "obligation": "Mã việc",
    "obligations": "Các việc",
    "old": "Cũ",
    "on": "Từ ngày",
    "order": "Thứ tự",
    "phrase": "Câu ghi hạn",
    "reason": "Lý do",
    "removed": "Đã bỏ",
    "replaced": "Đã thay",
    "requirement": "Mã yêu cầu",
    "requirements": "Yêu cầu",
    "role": "Quyền",
    "sha256": "Mã băm SHA-256",
    "skipped": "Không gửi",
    "subject": "Trích yếu",
    "to": "Đến hết",
    "total": "Tổng số",
    "type": "Loại",
    "uncovered": "Đảng viên không thuộc diện nào",
    "unit": "Đơn vị",
    "units": "Đơn vị",
    "version": "Lần nộp",
    "versions": "Các lần nộp",
    "waived": "Được miễn",
    "with_contacts": "Có số điện thoại, thư điện tử",
}


def word_of(key: str) -> str:
    """The Vietnamese word of a key; an unknown (older) key is returned as it is."""
    return WORDS.get(key, key)
