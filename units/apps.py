"""Registration of the app.

Not here: anything that runs.
"""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    """Names the app for Django."""

    name = "units"
    verbose_name = "Đơn vị và đảng viên"
