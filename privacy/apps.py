"""Registration of the app, and of what its codes are called with the history of members.

Not here: anything that runs.
"""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Names the app for Django."""

    name = "privacy"
    verbose_name = "Dữ liệu cá nhân"

    def ready(self) -> None:
        from privacy.choices import Fact  # noqa: PLC0415 (choices exist only once apps are loaded)
        from units.log_words import register_labels  # noqa: PLC0415 (as above)

        register_labels("fact", Fact)
