"""Registration of the app.

Not here: anything that runs.
"""

from django.apps import AppConfig


class MailboxConfig(AppConfig):
    """Names the app for Django."""

    name = "mailbox"
    verbose_name = "Hộp thư"
