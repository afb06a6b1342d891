"""The verdict rules as a table that reads like the design: classes in order, limits to the unit.

Not here: real files (`test_inspection.py`).
"""

import pytest

from submissions.inspection.verdicts import (
    DEAD_REASONS,
    MAX_BYTES,
    MAX_IMAGE_PIXELS,
    MAX_PAGES,
    Facts,
    Judgement,
    first_bytes,
    judge,
    sentence_of,
)

JS = frozenset({"js"})
EVERYTHING = {
    "encrypted": True,
    "pages": 1,
    "bad_pages": 0,
    "warnings": 1,
    "active": JS,
    "xfa": True,
    "embedded": True,
    "largest_image": MAX_IMAGE_PIXELS + 1,
}
IN_ORDER = [
    ({"needs_password": True}, ("reject", "encPW", "password")),
    ({"needs_password": False, "opens": False}, ("reject", "malformed", "damaged")),
    ({"opens": True, "pages": None}, ("reject", "malformed", "damaged")),
    ({"pages": 2, "bad_pages": 2}, ("reject", "malformed", "damaged")),
    ({"pages": 0, "bad_pages": 0}, ("reject", "zero", "no-pages")),
    ({"pages": MAX_PAGES + 1}, ("reject", "active", "code")),
    ({"active": frozenset()}, ("reject", "xfa", "code")),
    ({"xfa": False}, ("reject", "embed", "attachment")),
    ({"embedded": False}, ("reject", "limits", "limits")),
    ({"pages": MAX_PAGES}, ("reject", "limits", "limits")),
    ({"largest_image": MAX_IMAGE_PIXELS}, ("flag", "encOpen", "encrypted")),
    ({"encrypted": False}, ("flag", "repaired", "repaired")),
    ({"warnings": 0, "bad_pages": 1}, ("flag", "repaired", "repaired")),
    ({"bad_pages": 0}, ("accept", "clean", "")),
]


@pytest.mark.parametrize("step", range(len(IN_ORDER)))
def test_the_first_class_that_fits_wins(step: int) -> None:
    """Everything is wrong at first; each step mends one thing and the next class shows."""
    values = dict(EVERYTHING)
    for change, _ in IN_ORDER[: step + 1]:
        values.update(change)
    assert judge(Facts(1000, header_at_0=True, **values)) == Judgement(*IN_ORDER[step][1])


@pytest.mark.parametrize("step", range(len(IN_ORDER)))
def test_a_header_not_at_0_refuses_every_class_and_changes_none(step: int) -> None:
    values = dict(EVERYTHING)
    for change, _ in IN_ORDER[: step + 1]:
        values.update(change)
    verdict, verdict_class, reason = IN_ORDER[step][1]
    expected = Judgement("reject", verdict_class, reason if verdict == "reject" else "header")
    assert judge(Facts(1000, header_at_0=False, **values)) == expected


@pytest.mark.parametrize(("size", "verdict"), [(MAX_BYTES, "accept"), (MAX_BYTES + 1, "reject")])
def test_the_size_limit_is_inclusive(size: int, verdict: str) -> None:
    assert judge(Facts(size, header_at_0=True, pages=1)).verdict == verdict


def test_every_judgement_has_a_sentence_in_vietnamese() -> None:
    said = {
        sentence_of(found.verdict_class, found.reason, pages=1, size=1000)
        for _, expected in IN_ORDER
        for found in (Judgement(*expected),)
    }
    assert said == {
        "Tệp có mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.",
        "Tệp hỏng, không mở được. Hãy quét hoặc xuất lại PDF.",
        "Tệp không có trang nào. Hãy quét lại.",
        "Tệp có mã lệnh hoặc âm thanh, video. Hãy in ra PDF rồi gửi lại.",
        "Tệp là biểu mẫu động. Hãy in ra PDF rồi gửi lại.",
        "Tệp PDF có tệp khác đính bên trong. Hãy gửi riêng từng tệp.",
        "Ảnh trong tệp quá lớn. Hãy quét ở 200–300 dpi.",
        "Đã nhận. Tệp có hạn chế in hoặc sao chép.",
        "Đã nhận. Tệp có lỗi nhỏ về cấu trúc nhưng vẫn mở được.",
        "Mở được.",
    }
    assert sentence_of("clean", "header") == "Tệp không bắt đầu như một PDF. Hãy quét hoặc xuất lại PDF."
    assert sentence_of("limits", "limits", pages=412) == "Tệp có 412 trang, quá 300 trang. Hãy chia nhỏ rồi gửi lại."
    assert sentence_of("limits", "limits", size=MAX_BYTES + 1).startswith("Tệp lớn hơn 25 MB.")
    assert all(sentence_of("", reason).endswith("rồi gửi lại.") for reason in DEAD_REASONS)


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (b"%PDF-1.4", ""),
        (b"", "Tệp rỗng, không có nội dung. Hãy quét lại rồi gửi."),
        (
            b"PK\x03\x04\x14",
            "Tệp này không phải PDF mà là tệp Word, Excel hoặc ZIP đổi đuôi. Hãy in ra PDF rồi gửi lại.",
        ),
        (b"\xd0\xcf\x11\xe0\xa1", "Tệp này không phải PDF mà là tệp Word, Excel đời cũ. Hãy in ra PDF rồi gửi lại."),
        (b"\xff\xd8\xff\xe0", "Tệp này là ảnh chụp, không phải PDF. Hãy quét hoặc chuyển ảnh thành PDF rồi gửi lại."),
        (b"\n%PDF-1.4", "Tệp này không phải PDF. Hãy quét hoặc in ra PDF rồi gửi lại."),
        (b"%pdf-1.4", "Tệp này không phải PDF. Hãy quét hoặc in ra PDF rồi gửi lại."),
    ],
)
def test_the_first_bytes_tell_what_a_file_is(head: bytes, sentence: str) -> None:
    found = first_bytes(head)
    assert (found.is_pdf, found.sentence) == (not sentence, sentence)
