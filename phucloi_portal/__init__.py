"""The project: it knows every app, no app imports it.

Not here: any rule of the domain.
"""

from phucloi_portal.celery import app as celery_app

__all__ = ["celery_app"]
