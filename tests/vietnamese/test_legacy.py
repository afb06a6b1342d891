"""Old codes and wrong decodings: proposed where sure, left alone where the text reads well."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese.legacy import LegacyRepair, propose_repair
from vietnamese.syllables import is_syllable

UTF8_IN_1252 = "Đỗ Đức Mạnh - Bí thư".encode().decode("latin-1")
UTF8_IN_437 = "Nguyễn Văn An".encode().decode("cp437")


@pytest.mark.parametrize(
    ("garbled", "text", "code"),
    [
        ("NguyÔn V¨n An - BÝ th\u00ad, Chi bé 5", "Nguyễn Văn An - Bí thư, Chi bộ 5", "TCVN3"),
        ("NGUYÔN V¡N AN", "NGUYỄN VĂN AN", "TCVN3"),
        ("§ç §øc M¹nh", "Đỗ Đức Mạnh", "TCVN3"),
        ("Nguyeãn Vaên An", "Nguyễn Văn An", "VNI"),
        ("Ñoã Ñöùc Maïnh - Bí thö, Chi boä 7", "Đỗ Đức Mạnh - Bí thư, Chi bộ 7", "VNI"),
        ("NGUYEÃN VAÊN AN", "NGUYỄN VĂN AN", "VNI"),
        ("Nguye^~n Va(n An", "Nguyễn Văn An", "VIQR"),
        ("DDo^~ DDu+'c Ma.nh", "Đỗ Đức Mạnh", "VIQR"),
        ("Nguyá»…n VÄƒn An", "Nguyễn Văn An", "UTF-8"),
        (UTF8_IN_1252, "Đỗ Đức Mạnh - Bí thư", "UTF-8"),
        (UTF8_IN_437, "Nguyễn Văn An", "UTF-8"),
        ("NguyêÞn Vãn An", "Nguyễn Văn An", "Windows-1258"),
    ],
)
def test_a_garbled_name_is_proposed(garbled, text, code):
    assert propose_repair(garbled) == LegacyRepair(text, code)


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Văn An - Bí thư, Chi bộ 5",
        "Hà Thanh Hoà",
        "Lê Chí Công",
        "Nguyen Van An",
        "H'Hen Niê",
        "Nguy?n V?n An",  # letters lost: no guess
        "Nguy\ufffdn V\ufffdn An",
        "Nguyễn Thị Lan (1)",
        "a(1)a(1)a(1)",
        "John's file~1",
        "Café René",
        "",
    ],
)
def test_what_reads_well_or_is_lost_is_left_alone(text):
    assert propose_repair(text) is None


WELL_FORMED = "Nguyễn quốc giếng già gì quý qua khoẻ nghiêng thoát uỷ khuya quỳnh thuở bộ"


@pytest.mark.parametrize("word", WELL_FORMED.split())
def test_syllables(word):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["NguyÔn", "thc", "bôc", "cat", "ngb", "", "nghiêngg", "a" * 100])
def test_no_syllables(word):
    # "bôc" and "cat" end in a stop without sắc or nặng
    assert not is_syllable(word)


@given(st.text())
def test_any_text_gets_an_answer(text):
    repair = propose_repair(text)
    assert repair is None or repair.text != text
