"""What is remarked upon in the head of a paper: bodies of another ward, days of issue to come. No database."""

from datetime import date

import pytest

from directives.head_doubts import doubts_of_head

OWN = ["Đảng ủy phường Phúc Lợi", "Đảng ủy phường Giang Biên cũ", "phường Phúc Lợi"]
TODAY = date(2026, 4, 21)


def codes(issuer: str, issued_on: date | None = TODAY, **more: object) -> list[str]:
    given = {"own": OWN, "superior": "Đảng bộ Thành phố Hà Nội", "today": TODAY} | more
    return [code for code, _ in doubts_of_head(issuer, issued_on, **given)]


@pytest.mark.parametrize(
    "issuer",
    [
        "Đảng ủy phường Phúc Lợi",
        "ĐẢNG UỶ PHƯỜNG PHÚC LỢI",
        "Đảng ủy phường Phúc Lợi, thành phố Hà Nội",
        "Ban Chỉ đạo 35 Đảng ủy phường Phúc Lợi thành phố Hà Nội",
        "Ủy ban nhân dân phường Phúc Lợi",
        "Thành ủy Hà Nội",
        "Ban Tuyên giáo và Dân vận Thành ủy",
        "Thị xã ủy Sơn Tây",
        "Đảng ủy phường Phúc Lợi Hà Nội",
        "Chi bộ Tổ dân phố số 5 phường Phúc Lợi quận Long Biên",
        "Thường trực HĐND phường Phúc Lợi khóa II",
        "Ban Chấp hành Đảng bộ phường Phúc Lợi nhiệm kỳ 2025 - 2030",
        "Phòng Văn hóa - Xã hội phường Phúc Lợi",
        "Sở Lao động - Thương binh và Xã hội",
        "BẢO HIỂM XÃ HỘI THÀNH PHỐ HÀ NỘI",
        "Liên minh Hợp tác xã thành phố Hà Nội",
        "",
    ],
)
def test_our_own_bodies_and_those_above_are_no_doubt(issuer):
    assert codes(issuer) == []


@pytest.mark.parametrize(
    "issuer",
    [
        "Đảng ủy phường Long Biên",
        "ĐẢNG ỦY XÃ PHÚC LỢI ĐÔNG",
        "Ban Thường vụ Đảng ủy phường Phúc Đồng - Hà Nội",
        "UBND thị trấn Trâu Quỳ",
        "Phòng Văn hóa - Xã hội phường Long Biên",
    ],
)
def test_a_body_of_another_ward_is_one(issuer):
    assert codes(issuer) == ["foreign_issuer"]


def test_a_ward_that_is_the_superior_or_a_committee_above_wards_hears_nothing():
    assert codes("Đảng ủy phường Long Biên", superior="Đảng ủy phường Long Biên") == []
    assert codes("Đảng ủy phường Long Biên", own=["Thành ủy Hà Nội"]) == []


def test_a_day_of_issue_to_come_is_one_and_today_is_not():
    assert codes(OWN[0], date(2026, 4, 22)) == ["future_date"]
    assert codes(OWN[0], None) == []
