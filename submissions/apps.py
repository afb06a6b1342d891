"""Registration of the app; the outbox asks it for the words of a letter about refused files.

Not here: anything that runs.
"""

from django.apps import AppConfig

from outbox import checks


class SubmissionsConfig(AppConfig):
    """Names the app for Django."""

    name = "submissions"
    verbose_name = "Bài nộp"

    def ready(self) -> None:
        """Make the check of letters about refused files and the lines of a duty's history known."""
        from directives import history  # noqa: PLC0415 - as below
        from submissions.events import events_of  # noqa: PLC0415 - as below
        from submissions.telling import CHECK, letter_of_refused  # noqa: PLC0415 - models are not there before

        checks.register(CHECK, letter_of_refused)
        history.register("submissions.rounds", events_of)
