"""Which passwords are refused, and that what is kept is an Argon2id hash."""

from __future__ import annotations

import unicodedata

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string

from phucloi_portal import settings as product
from tests.factories.units import make_user, make_ward
from units.models import User

pytestmark = pytest.mark.django_db
GUESSABLE = "Mật khẩu dễ đoán"


@pytest.fixture
def user() -> User:
    make_ward(name="Giang Biên")
    return make_user(email="binh.le@chibo5.example", name="Lê Thị Bình")


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("con suối 1", "Mật khẩu quá ngắn. Cần ít nhất 12 ký tự."),
        ("PhucLoi@2026!", GUESSABLE),
        ("Đảng ủy Phúc Lợi 2026", GUESSABLE),
        (unicodedata.normalize("NFD", "Đảng ủy Phúc Lợi 2026"), GUESSABLE),
        ("Giang Biên 12345", GUESSABLE),  # the ward's own name
        ("lethibinh1975@@@", GUESSABLE),
        ("Bình Lê 19751975", GUESSABLE),
        ("matkhau123456789", GUESSABLE),
        ("123456789012345", GUESSABLE),
        ("aaaaaaaaaaaaaaaa", GUESSABLE),
        ("chibo5-chibo5-chibo5", GUESSABLE),
        ("binh.le@chibo5.example", "giống"),
    ],
)
def test_refused_with_the_next_step(user, password, sentence):
    with pytest.raises(ValidationError) as refusal:
        validate_password(password, user)
    assert sentence in " ".join(refusal.value.messages)


@pytest.mark.parametrize(
    "password", ["con suối chảy qua làng", "consuoichayqualang", "Phúc Lợi có hàng phượng già", "k9#vT2!qLmZ8rW"]
)
def test_length_is_enough(user, password):
    validate_password(password, user)


def test_hashes_are_argon2id():
    hasher = import_string(product.PASSWORD_HASHERS[0])()
    assert hasher.encode("con suối chảy qua làng", hasher.salt()).startswith("argon2$argon2id$")
    assert settings.AUTH_PASSWORD_VALIDATORS == product.AUTH_PASSWORD_VALIDATORS
