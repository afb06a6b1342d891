"""Passwords that say only what everybody here knows are refused: names, the ward, the words of the office, digits.

Not here: the length and the list of common passwords (Django's validators, settings).
"""

from __future__ import annotations

from django.core.exceptions import ValidationError

from units.models import CommitteeProfile, User
from vietnamese.text import fold

# Folded, without spaces. Longer ones first matter not: all are taken out.
OFFICE_WORDS = (
    "banxaydungdang", "bxdd", "danguy", "dangbo", "dangvien", "chibo", "bithu", "phuong", "hanoi", "longbien",
    "congtheodoichidao", "phucloi", "vietnam", "matkhau", "password", "admin", "quantri", "qwerty", "abcdef", "abc",
)  # fmt: skip
LEAST_OWN_LETTERS = 6
LEAST_DIFFERENT = 4


class OwnWordsValidator:
    """What is left without known words and digits must be at least six letters, four of them different."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError with the next step; spaces, accents, capitals and punctuation do not count."""
        left = _letters(password)
        for word in sorted({*OFFICE_WORDS, *_words_around(user)}, key=len, reverse=True):
            left = left.replace(word, "")
        left = "".join(letter for letter in left if not letter.isdigit())
        if len(left) < LEAST_OWN_LETTERS or len(set(left)) < LEAST_DIFFERENT:
            raise ValidationError(
                "Mật khẩu dễ đoán: ngoài họ tên, tên phường, từ quen của cơ quan và chữ số thì còn lại quá ít. "
                "Ghép vài từ thành một câu dễ nhớ, ví dụ: con suối chảy qua làng.",
                code="password_too_guessable",
            )

    def get_help_text(self) -> str:
        """The line under the field."""
        return "Họ tên, tên phường, ngày tháng một mình không được nhận; ghép thêm vài từ khác."


def _letters(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalnum())


def _words_around(user: User | None) -> set[str]:
    """Names of the account, of its address and of the committees, long enough to mean something."""
    texts = [name.removeprefix("Đảng ủy phường ") for name in CommitteeProfile.objects.values_list("name", flat=True)]
    if user is not None:
        local, _, domain = user.email.partition("@")
        texts += [user.full_name, *user.full_name.split(), local, *local.split("."), domain.split(".")[0]]
    return {word for word in map(_letters, texts) if len(word) >= 3}
