"""Registration of the app, of its pre-send checks with the outbox, of the bell with the changes of directives, of the letters
with the undo of an import.

Not here: anything else that runs.
"""

from django.apps import AppConfig


class RemindersConfig(AppConfig):
    """Names the app for Django."""

    name = "reminders"
    verbose_name = "Nhắc việc"

    def ready(self) -> None:
        from directives import change_listeners  # noqa: PLC0415 (models exist only once apps are loaded)
        from outbox import checks  # noqa: PLC0415 (as above)
        from reminders.change_bell import show_changes  # noqa: PLC0415 (as above)
        from reminders.changes import KIND, check_change  # noqa: PLC0415 (as above)
        from reminders.models import Reminder  # noqa: PLC0415 (as above)
        from reminders.move_bell import show_moves  # noqa: PLC0415 (as above)
        from reminders.sending import CHECK, check_digest  # noqa: PLC0415 (as above)
        from reminders.services.keeping_letters import forget_reminders, keep_letters  # noqa: PLC0415 (as above)
        from units import undo_consequences  # noqa: PLC0415 (as above)

        checks.register(CHECK, check_digest)
        checks.register(KIND, check_change)
        change_listeners.register("reminders.bell", show_changes)
        change_listeners.register_moves("reminders.bell", show_moves)
        change_listeners.register_trace(Reminder._meta.label, forget_reminders)
        undo_consequences.register("reminders.letters", keep_letters)
