"""Registration of the app; made bundles keep acceptances where they are.

Not here: anything that runs.
"""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Names the app for Django."""

    name = "reports"
    verbose_name = "Tổng hợp"

    def ready(self) -> None:
        from reports.bundle_ties import bundle_that_holds  # noqa: PLC0415 (models exist only once apps are loaded)
        from submissions import acceptance_ties  # noqa: PLC0415 (as above)

        acceptance_ties.register("reports.bundles", bundle_that_holds)
