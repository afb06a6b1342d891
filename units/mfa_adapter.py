"""What the login library asks about second factors: whose keys these are, what may be removed, how secrets are kept.

Secrets of apps and recovery codes are encrypted with a key made from `SECRET_KEY` (older ones: `SECRET_KEY_FALLBACKS`),
so that a copy of the database alone opens no account.
Not here: who must have a factor (`second_factor.py`), the forms (`login_forms.py`).
"""

from __future__ import annotations

import base64
import hashlib

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser

from units.second_factor import FACTOR_TYPES, must_have_second_factor

_FERNET = "gAAAA"  # how every Fernet token begins; no base32 or hexadecimal secret does


class MfaAdapter(DefaultMFAAdapter):
    """The portal's answers; everything else is the library's."""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last factor of somebody who must have one stays."""
        if authenticator.type not in FACTOR_TYPES or not must_have_second_factor(authenticator.user):
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTOR_TYPES)
        return others.exclude(pk=authenticator.pk).exists()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Keys belong to the portal's own domain; without TLS (a trial) to the name it was opened by."""
        entity = super().get_public_key_credential_rp_entity()
        return {"id": settings.PUBLIC_HOST if settings.HTTPS else entity["id"], "name": settings.MFA_TOTP_ISSUER}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """ "Khóa 1", "Khóa 2"."""
        return f"Khóa {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"

    def encrypt(self, text: str) -> str:
        """For the database."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """From the database, also what was kept plainly before; raises InvalidToken when `SECRET_KEY` was changed."""
        if not encrypted_text.startswith(_FERNET):
            return encrypted_text
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(b"second factor|" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
