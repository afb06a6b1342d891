"""Registration of the app; the numbers of outgoing papers have a say when a term is to go, debts that followed the
roster go back, and work that a series gave out goes, when an import is undone.

Not here: anything that runs.
"""

from django.apps import AppConfig


class DirectivesConfig(AppConfig):
    """Names the app for Django."""

    name = "directives"
    verbose_name = "Văn bản chỉ đạo"

    def ready(self) -> None:
        """Make the guard of numbered terms and the withdrawals known."""
        from directives.numbering import why_term_stays  # noqa: PLC0415 - models are not there before
        from directives.services.unfollowing import withdraw_from_units  # noqa: PLC0415 - as above
        from directives.services.unopening import withdraw_periods  # noqa: PLC0415 - as above
        from units import term_guards, undo_consequences  # noqa: PLC0415 - as above

        undo_consequences.register("directives.periods", withdraw_periods)
        # After it: whoever is left with nothing of a paper is not asked to confirm it any more.
        undo_consequences.register("directives.moves", withdraw_from_units)
        term_guards.register("directives.numbers", why_term_stays)
