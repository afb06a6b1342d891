"""State-secret stamps are found standing alone, ordinary words with "mật" are not: one row, one case."""

import pytest

from directives.secrecy import find_stamp

STAMPS = [
    ("MẬT", "MẬT"),
    ("TỐI MẬT", "TỐI MẬT"),
    ("TUYỆT MẬT", "TUYỆT MẬT"),
    ("Mật", "MẬT"),
    ("Tối mật", "TỐI MẬT"),
    ("ĐẢNG BỘ THÀNH PHỐ HÀ NỘI\n\nMẬT\n\nSố 12-CV/ĐU", "MẬT"),
    ("Độ mật: Tối mật", "TỐI MẬT"),
    ("Độ mật: mật", "MẬT"),
    ("Tài liệu đóng dấu mật", "MẬT"),
    ("ĐẢNG ỦY PHƯỜNG PHÚC LỢI  MẬT", "MẬT"),
    ("Cong van (TUYET MAT).pdf", "TUYỆT MẬT"),
    ("Công văn 12 (MẬT) về nhân sự", "MẬT"),
    ("**TUYỆT MẬT**", "TUYỆT MẬT"),
]

ORDINARY = [
    "",
    "bảo mật thông tin",
    "BẢO MẬT",
    "giữ bí mật nhà nước",
    "CÔNG TÁC BẢO VỆ BÍ MẬT NHÀ NƯỚC",
    "Bí mật",
    "Ủy ban Mặt trận Tổ quốc Việt Nam phường",
    "ỦY BAN MẶT TRẬN TỔ QUỐC",
    "UY BAN MAT TRAN",
    "mật độ dân số",
    "MẬT ĐỘ XÂY DỰNG",
    "đặt lại mật khẩu",
    "quan hệ mật thiết với Nhân dân",
    "Danh sach MAT.pdf",
    "các đồng chí thân mật trao đổi",
    "mật",
]


@pytest.mark.parametrize(("text", "stamp"), STAMPS)
def test_a_stamp_is_found(text: str, stamp: str) -> None:
    assert find_stamp(text) == stamp


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_word_is_no_stamp(text: str) -> None:
    assert find_stamp(text) == ""
