"""WSGI door used by gunicorn.

Not here: anything else.
"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phucloi_portal.settings")

django_application = get_wsgi_application()

from phucloi_portal.overload import Overload  # noqa: E402 (its page is a template)

application = Overload(django_application)
