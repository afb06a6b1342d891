"""Registers the vault.

Not here: the choice of the store; that is `STORAGES["vault"]` in the settings.
"""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """Names the app for Django."""

    name = "vault"
    verbose_name = "Kho tệp"
    default_auto_field = "django.db.models.BigAutoField"
