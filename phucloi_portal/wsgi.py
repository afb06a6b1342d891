"""WSGI door used by gunicorn.

Not here: anything else.
"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phucloi_portal.settings")

application = get_wsgi_application()
