"""State-secret stamps are found standing alone, ordinary words with "mật" are not: one row, one case."""

import unicodedata

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
    ("** M Ậ T **", "MẬT"),
    ("T Ố I  M Ậ T", "TỐI MẬT"),
    ("T U Y Ệ T M Ậ T", "TUYỆT MẬT"),
    ("M.Ậ.T", "MẬT"),
    ("| MẬT |", "MẬT"),
    ("Số: 12-CV/ĐU\nM Ậ T\nHà Nội, ngày 3 tháng 5 năm 2026", "MẬT"),
    ("MËT", "MẬT"),
    ("TèI MËT", "TỐI MẬT"),
    ("TUYÖT MËT", "TUYỆT MẬT"),
    ("MAÄT", "MẬT"),
    ("TOÁI MAÄT", "TỐI MẬT"),
    ("TUYE^.T MA^.T", "TUYỆT MẬT"),
    ("Máº¬T", "MẬT"),
    ("MÂT", "MẬT"),
    ("TÔI MÂT", "TỐI MẬT"),
    ("Báo cáo tình hình an ninh chính trị nội bộ trên địa bàn phường quý II năm 2026 (MẬT)", "MẬT"),
    ("Công văn 12 (TUYỆT MẬT) về công tác nhân sự của Đảng bộ phường nhiệm kỳ mới", "TUYỆT MẬT"),
    ("12-CV_MẬT", "MẬT"),
    ("Mức độ mật: MẬT", "MẬT"),
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
    "CÔNG TÁC BẢO VỆ BÍ\nMẬT NHÀ NƯỚC",
    "TẬP HUẤN CÔNG TÁC BẢO VỆ BÍ\nMẬT",
    "B Í  M Ậ T",
    "B Í M Ậ T",
    "BÝ MËT",
    "BAÛO MAÄT",
    "Luật quy định các độ mật: Tuyệt mật, Tối mật và Mật",
    "Độ mật: ☐ Mật ☐ Tối mật ☐ Tuyệt mật",
    "Tuyệt mật thám",
    "Đảng viên không được soạn thảo, lưu giữ tài liệu có đóng dấu mật trên máy tính có nối mạng",
    "Cán bộ không soạn thảo văn bản có dấu MẬT trên máy tính có kết nối mạng Internet",
    "PHÒNG CHỐNG MẠT SÁT, XÚC PHẠM",
    "MẶT TRẬN TỔ QUỐC\nMẶT",
    "đồng chí Lê Thị Mật, Chi bộ 5",
    "Trần Văn Mật",
]


@pytest.mark.parametrize(("text", "stamp"), STAMPS)
def test_a_stamp_is_found_however_it_is_composed(text: str, stamp: str) -> None:
    assert find_stamp(text) == find_stamp(unicodedata.normalize("NFD", text)) == stamp


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_word_is_no_stamp(text: str) -> None:
    assert find_stamp(text) == find_stamp(unicodedata.normalize("NFD", text)) == ""
