"""Settings of the test run: the product's own, with a temporary data folder and quick password hashes.

`DATABASE_URL` chooses the database (SQLite in memory when unset); `REDIS_URL` the cache.
Not here: fixtures (`conftest.py`).
"""

import atexit
import os
import shutil
import tempfile

_data_dir = tempfile.mkdtemp(prefix="portal-test-")
atexit.register(shutil.rmtree, _data_dir, ignore_errors=True)
os.environ["PORTAL_DATA_DIR"] = _data_dir
os.environ["PORTAL_ENV_FILE"] = os.devnull
os.environ["SECRET_KEY"] = "only-for-the-test-run-and-long-enough-to-pass-every-check-0123456789"
os.environ["DEBUG"] = "0"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser driver keeps an event loop in this thread

from phucloi_portal.catalogues import build_catalogues  # noqa: E402
from phucloi_portal.settings import *  # noqa: E402, F403
from phucloi_portal.settings import BASE_DIR, DATABASES, INSTALLED_APPS, MIDDLEWARE, STORAGES  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = [*MIDDLEWARE, "zeal.middleware.zeal_middleware"]
if "sqlite" in DATABASES["default"]["ENGINE"]:
    MIDDLEWARE = ["tests.one_at_a_time.OneAtATimeMiddleware", *MIDDLEWARE]
ZEAL_RAISE = True
# The login library asks for its own few rows more than once in a request; those queries are not ours to mend.
# Two verbs in one request append two entries to the log, each to the head of its moment.
ZEAL_ALLOWLIST = [
    {"model": model, "field": "*"}
    for model in (
        "sessions.Session",
        "usersessions.UserSession",
        "account.EmailAddress",
        "mfa.Authenticator",
        "audit.AuditHead",
    )
]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

build_catalogues(BASE_DIR / "locale")
