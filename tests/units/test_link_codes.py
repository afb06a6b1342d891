"""Codes of personal links: read as old hands type them, unlike each other, kept as a digest."""

import pytest

from units.link_codes import ALPHABET, SIGNS, fingerprint, new_code, read_code

CODE = "7K4M-92QD-X3VN-8RTA"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (CODE, CODE),
        ("7k4m92qdx3vn8rta", CODE),
        (" 7K4M 92QD  X3VN\n8RTA ", CODE),
        ("7K4M–92QD–X3VN–8RTA", CODE),
        ("7K4M.92QD.X3VN.8RTA", CODE),
        ("OIL0-0000-0000-0000", "0110-0000-0000-0000"),
        ("oil0-0000-0000-0000", "0110-0000-0000-0000"),
        ("7K4M-92QD-X3VN-8RT", None),
        ("7K4M-92QD-X3VN-8RTAA", None),
        ("7K4M-92QD-X3VN-8RTU", None),
        ("7K4M-92QD-X3VN-8RTĐ", None),
        ("", None),
    ],
)
def test_code_as_it_is_typed(typed: str, meant: str | None) -> None:
    assert read_code(typed) == meant


def test_new_codes_differ_and_hold_eighty_bits() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(read_code(code) == code for code in codes)
    assert len(ALPHABET) ** SIGNS == 2**80


def test_fingerprint_is_a_digest_of_its_own_kind() -> None:
    assert fingerprint(CODE) != fingerprint("7K4M-92QD-X3VN-8RTB")
    assert len(fingerprint(CODE)) == 64
    assert CODE not in fingerprint(CODE)
