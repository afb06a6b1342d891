"""Registration of the app; the numbers of outgoing papers have a say when a term is to go.

Not here: anything that runs.
"""

from django.apps import AppConfig


class DirectivesConfig(AppConfig):
    """Names the app for Django."""

    name = "directives"
    verbose_name = "Văn bản chỉ đạo"

    def ready(self) -> None:
        """Make the guard of numbered terms known."""
        from directives.numbering import why_term_stays  # noqa: PLC0415 - models are not there before
        from units import term_guards  # noqa: PLC0415 - as above

        term_guards.register("directives.numbers", why_term_stays)
