"""Registration of Django's admin with the portal's own site in the middle.

A module of its own: Django takes an app's configuration from a module that holds only one.
Not here: the site (`repair_site.py`).
"""

from django.contrib.admin.apps import AdminConfig


class RepairAdminConfig(AdminConfig):
    """Puts `RepairSite` behind `admin.site`."""

    default = False
    default_site = "phucloi_portal.repair_site.RepairSite"
