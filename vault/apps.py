"""Registration of the app.

Not here: anything that runs.
"""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """Names the app for Django."""

    name = "vault"
    verbose_name = "Kho tệp"
