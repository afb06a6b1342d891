"""Codes of personal links: sixteen signs that an old hand can type, that nobody can guess, and that are kept hashed.

80 random bits from an alphabet without lookalikes. Only the SHA-256 is stored: a code of that length cannot be found
from its digest, so no salt and no slow hash is needed and a lost secret of the portal ends no slip.
Not here: which member a code opens (`link_access.py`), codes of receipts (`submissions.codes`).
"""

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No I, L, O, U: what looks like another sign, or spells a word."""
SIGNS, GROUP = 16, 4
_LOOKALIKES = str.maketrans("ILO", "110")
_IGNORED = str.maketrans("", "", "-–. ")


def new_code() -> str:
    """A random code like "7K4M-92QD-X3VN-8RTA"."""
    return in_groups("".join(secrets.choice(ALPHABET) for _ in range(SIGNS)))


def in_groups(signs: str) -> str:
    """ "7K4M92QD…" → "7K4M-92QD-…", as it is printed and read aloud."""
    return "-".join(signs[at : at + GROUP] for at in range(0, len(signs), GROUP))


def read_code(text: str) -> str | None:
    """The code a person means: any case, any dashes and spaces, O for 0, I and L for 1; None for no code."""
    signs = "".join(text.upper().split()).translate(_IGNORED).translate(_LOOKALIKES)
    if len(signs) != SIGNS or not set(signs) <= set(ALPHABET):
        return None
    return in_groups(signs)


def fingerprint(code: str) -> str:
    """What is stored of a code as `read_code` gives it: 64 hexadecimal digits."""
    return hashlib.sha256(f"personal-link:{code}".encode()).hexdigest()
