"""Registration of the app; it listens to the login library once it is ready.

Not here: what is heard (`account_events.py`).
"""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    """Names the app for Django."""

    name = "units"
    verbose_name = "Đơn vị và đảng viên"

    def ready(self) -> None:
        """Connect the receivers of the audit log."""
        from units import account_events  # noqa: PLC0415 (models must be loaded first)

        account_events.connect()
