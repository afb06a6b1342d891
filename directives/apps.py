"""Registration of the app; the numbers of outgoing papers have a say when a term is to go, debts that followed the
roster go back when an import is undone.

Not here: anything that runs.
"""

from django.apps import AppConfig


class DirectivesConfig(AppConfig):
    """Names the app for Django."""

    name = "directives"
    verbose_name = "Văn bản chỉ đạo"

    def ready(self) -> None:
        """Make the guard of numbered terms and the withdrawal of moves known."""
        from directives.numbering import why_term_stays  # noqa: PLC0415 - models are not there before
        from directives.services.unfollowing import withdraw_from_units  # noqa: PLC0415 - as above
        from units import term_guards, undo_consequences  # noqa: PLC0415 - as above

        undo_consequences.register("directives.moves", withdraw_from_units)
        term_guards.register("directives.numbers", why_term_stays)
