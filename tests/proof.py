"""What a browser does when it is asked once more who is there; for tests of delicate pages.

Not here: accounts and their password (`factories/units.py`).
"""

from django.test import Client
from django.urls import reverse

from tests.factories.units import PASSWORD


def prove_again(client: Client) -> None:
    """Give the password once more: for a few minutes the session may do delicate things."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
