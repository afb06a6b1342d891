"""Codes of receipts: eight signs that can be read out over the telephone, and cannot be guessed.

Not here: whether a code is taken (`services.submitting`).
"""

import secrets

from units.link_codes import ALPHABET

HALF = 4
_LOOKALIKES = str.maketrans("ILO", "110")


def new_code() -> str:
    """A random code like "7K4M-92QD": 40 bits."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(2 * HALF))
    return f"{signs[:HALF]}-{signs[HALF:]}"


def read_code(text: str) -> str | None:
    """The code a person means: any case, with or without dash and spaces, O for 0, I and L for 1; None for no code."""
    signs = "".join(text.upper().split()).replace("-", "").replace("–", "").translate(_LOOKALIKES)
    if len(signs) != 2 * HALF or not set(signs) <= set(ALPHABET):
        return None
    return f"{signs[:HALF]}-{signs[HALF:]}"
