"""Settings of the portal, all driven by the environment (`.env.example` lists every name).

Two profiles, one code: embedded (SQLite, file broker, local store; nothing set) and
production (`DATABASE_URL`, `REDIS_URL`, `S3_*` set). `PORTAL_PROFILE=production` refuses to start with
what is only fit for a trial. Whether cookies are bound to HTTPS follows from the scheme of `PUBLIC_URL`.
Not here: queue names and schedule (`queues.py`), the form of log lines (`logs.py`), what `check` says (`checks.py`).
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from phucloi_portal.logs import logging_config
from phucloi_portal.queues import BEAT_SCHEDULE, TASK_ROUTES, Queue

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(env.str("PORTAL_ENV_FILE", default=str(BASE_DIR / ".env")))

DEBUG = env.bool("DEBUG", default=False)
PROFILE = env.str("PORTAL_PROFILE", default="embedded")
PRODUCTION = PROFILE == "production"
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or "127.0.0.1"
HTTPS = PUBLIC_URL.startswith("https://")

SECRET_KEY = env.str("SECRET_KEY", default="")
EXAMPLE_SECRET = "change-me"  # noqa: S105 (the value in .env.example)
if not SECRET_KEY or SECRET_KEY == EXAMPLE_SECRET:
    raise ImproperlyConfigured("SECRET_KEY chưa đặt. Chạy `make run` để tạo .env, hoặc đặt biến SECRET_KEY.")
if PROFILE not in ("embedded", "production"):
    raise ImproperlyConfigured("PORTAL_PROFILE chỉ nhận 'embedded' hoặc 'production'.")

SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # older keys, still read, no more written

DATA_DIR = Path(env.str("PORTAL_DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

# What `make assets` brings and builds; a container image may carry it elsewhere.
NODE_MODULES_DIR = Path(env.str("PORTAL_NODE_MODULES", default=str(BASE_DIR / "node_modules")))
FONT_DIR = Path(env.str("PORTAL_FONT_DIR", default=str(BASE_DIR / "build" / "fonts")))

# Single values of the layout of official papers, as a văn thư found them: {"hd05_2026": {"body.line_pt": 20}}.
FORMAT_CORRECTIONS = env.json("PORTAL_FORMAT_CORRECTIONS", default={})

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[PUBLIC_HOST, "127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_URL])
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)  # proxies in front whose headers are believed

INSTALLED_APPS = [
    "phucloi_portal",
    "privacy",
    "reports",
    "reminders",
    "mailbox",
    "submissions",
    "directives",
    "units",
    "audit",
    "vault",
    "outbox",
    "interface",
    "phucloi_portal.repair_config.RepairAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",  # the login library's list of sessions uses it
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "treebeard",
    "rules.apps.AutodiscoverRulesConfig",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "template_partials",
]

MIDDLEWARE = [
    "audit.middleware.AuditOriginMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "phucloi_portal.middleware.HtmlGZipMiddleware",
    "phucloi_portal.middleware.BrowserPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "phucloi_portal.middleware.CleanTextMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "phucloi_portal.session_clock.SessionClockMiddleware",
    "phucloi_portal.middleware.HtmxLoginMiddleware",
    "phucloi_portal.session_clock.LoginFirstMiddleware",
    "phucloi_portal.middleware.GateMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "phucloi_portal.middleware.FormAddressMiddleware",
    "phucloi_portal.refused_access.RefusedAccessMiddleware",
    "phucloi_portal.watermarking.WatermarkMiddleware",
]

ROOT_URLCONF = "phucloi_portal.urls"
WSGI_APPLICATION = "phucloi_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "phucloi_portal.navigation.navigation",
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# SQLite too: a new connection reads the whole schema and sets its functions, 4.5 ms of processor time a request.
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "units.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "units.backends.AccountBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "full_name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "units.passwords.OwnWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "units.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses are entered by the office
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # the same answer, and no mail, for an address without account
# A period of a recurring duty is given out so many days before it opens.
PERIODS_AHEAD_DAYS = env.int("PERIODS_AHEAD_DAYS", default=0)
INVITATION_DAYS = env.int("INVITATION_DAYS", default=7)  # how long the link of an invitation works
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60  # seconds a link to a new password works
ACCOUNT_EMAIL_NOTIFICATIONS = True  # "your password was changed" to the owner
ACCOUNT_SESSION_REMEMBER = False  # a login never outlives SESSION_COOKIE_AGE
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before second factors and recovery codes are touched
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",  # slows guessing down, locks nobody out for good
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ACCOUNT_FORMS = {
    "login": "units.login_forms.LoginForm",
    "change_password": "units.login_forms.ChangePasswordForm",
    "set_password": "units.login_forms.SetPasswordForm",
    "reset_password": "units.login_forms.ResetPasswordForm",
    "reset_password_from_key": "units.login_forms.ResetPasswordKeyForm",
    "reauthenticate": "units.login_forms.ReauthenticateForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_ADAPTER = "units.mfa_adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # the clock of a phone may be 30 seconds off; a code is good once (`services.second_factor`)
MFA_TOTP_ISSUER = "Cổng theo dõi chỉ đạo"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the office vouches for the addresses
MFA_FORMS = {
    "authenticate": "units.login_forms.AuthenticateForm",
    "reauthenticate": "units.login_forms.MfaReauthenticateForm",
    "activate_totp": "units.login_forms.ActivateTOTPForm",
    "add_webauthn": "units.login_forms.AddKeyForm",
    "edit_webauthn": "units.login_forms.RenameKeyForm",
    "authenticate_webauthn": "units.login_forms.AuthenticateKeyForm",
    "reauthenticate_webauthn": "units.login_forms.ReauthenticateKeyForm",
    "login_webauthn": "units.login_forms.LoginKeyForm",
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
FORMAT_MODULE_PATH = ["phucloi_portal.formats"]  # Django writes 27-4-2026; the office writes 27/4/2026
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # localising each integer costs half of a big table; filters format instead

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("PORTAL_STATIC_DIR", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "phucloi_portal.assets.NodeModulesFinder",
]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
S3_BUCKET = env.str("S3_BUCKET", default="")
STORAGES = {
    # Where the vault keeps files: a local folder, or a bucket of any S3-compatible service when S3_BUCKET is set.
    "vault": {
        "BACKEND": "vault.s3.S3Store",
        "OPTIONS": {
            "staging": DATA_DIR / "staging",
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
            "region_name": env.str("S3_REGION", default="us-east-1"),
            "access_key": env.str("S3_ACCESS_KEY", default="") or None,
            "secret_key": env.str("S3_SECRET_KEY", default="") or None,
        },
    }
    if S3_BUCKET
    else {"BACKEND": "vault.local.LocalStore", "OPTIONS": {"root": DATA_DIR / "vault"}},
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "media"}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "phucloi_portal.assets.PortalStaticStorage"
    },
}

UPLOAD_FILE_LIMIT = 25 * 1024 * 1024  # bytes of one file, inclusive (`quality.md` §3)
UPLOAD_ARCHIVE_LIMIT = 600 * 1024 * 1024  # bytes of one ZIP, inclusive; each file in it has the limit above
UPLOAD_SCAN_LIMIT = (
    200 * 1024 * 1024
)  # bytes of one scan of many papers, inclusive; the papers cut out of it have the limit above
CLAMD = env(
    "CLAMD", default=""
)  # unix:/run/clamav/clamd.ctl or tcp:host:3310; empty: files are not scanned for viruses
FILE_UPLOAD_HANDLERS = ["vault.uploads.VaultUploadHandler"]
DOCUMENT_READER = "submissions.paper_text.read_document"  # the text of a .docx, .pdf, scan or photograph
DOCUMENT_SCANNER = "submissions.secret_papers.scan_document"  # looks for a state-secret stamp in a file's text
WRITTEN_PROGRESS = "submissions.writing.progress_of"  # how far reports are written that the work page shows
STANDING_ANSWERS = "submissions.voluntary.states_of"  # where a debt stands by its papers when a waiver is lifted
MAIL_DOOR = "mailbox.door.is_read"  # whether a reply to an address is read, which letters of reminders promise
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # bytes of a request beside its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000  # the deposit grid and the roster preview send a few fields a row
DATA_UPLOAD_MAX_NUMBER_FILES = 200

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "phucloi_portal.caching.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": env.str("REDIS_PREFIX", default="portal:") + "cache",
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 5},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"},
}
# In the database alone: one look-up by key a page, and no copy that could outlive a logout while Redis was away.
SESSION_ENGINE = "phucloi_portal.session_store"

BROKER_DIR = DATA_DIR / "broker"
CELERY_TASK_ROUTES = TASK_ROUTES
CELERY_TASK_DEFAULT_QUEUE = Queue.FAST
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}  # a page never waits
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_TASK_ACKS_LATE = True
    CELERY_WORKER_PREFETCH_MULTIPLIER = 1
    CELERY_TASK_SOFT_TIME_LIMIT = 15 * 60  # seconds
    CELERY_TASK_TIME_LIMIT = 20 * 60
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 60 * 60,  # above the longest task, else it would be given out twice
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
        "global_keyprefix": env.str("REDIS_PREFIX", default="portal:"),
    }
else:
    for folder in ("queue", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost//"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
    }
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

EMAIL_CONFIG = env.email("EMAIL_URL", default="filemail:///" + str(DATA_DIR / "mail").lstrip("/"))
vars().update(EMAIL_CONFIG)
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
EMAIL_TIMEOUT = 20  # seconds of silence of the mail server
OUTBOX_PER_MINUTE = env.int("MAIL_PER_MINUTE", default=60)  # 0 = no limit
BACKUP_DIR = env.str("BACKUP_DIR", default="")  # empty: backups are made by hand only
BACKUP_EVERY_MINUTES = env.int("BACKUP_EVERY_MINUTES", default=60)
COLD_COPY_DIR = env.str("COLD_COPY_DIR", default="")  # empty: no nightly cold copy
MAILBOXES = env.str("MAILBOXES", default="")  # imaps://user:password@host/INBOX, see .env.example
MAILBOX_TOKEN_COMMAND = env.str("MAILBOX_TOKEN_COMMAND", default="")  # prints an OAuth2 access token for {user}
AUDIT_WITNESS_EMAIL = env.str("AUDIT_WITNESS_EMAIL", default="")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Ban Xây dựng Đảng <bxdd@phucloi.example>")

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- what the browser is told ---------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds; the longest a login lasts
SESSION_IDLE_STAFF_SECONDS = env.int("SESSION_IDLE_STAFF_MINUTES", default=30) * 60  # without work, roles that see many
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_MINUTES", default=60) * 60  # without work, everybody else
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "phucloi_portal.error_pages.csrf_failure"
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^suc-khoe/$"]  # asked from inside, without the proxy
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    if TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- what the operator sees -----------------------------------------------------------------
LOG_FORMAT = env.str("LOG_FORMAT", default="json" if PRODUCTION else "console")
LOGGING = logging_config(form=LOG_FORMAT, level=env.str("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING"))
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # empty: /metrics does not exist

DEMO_PASSWORD = "phuc-loi-minh-hoa"  # noqa: S105 (printed at every start; accounts that have it are refused below)

# --- what a real office must not run with ---------------------------------------------------
if PRODUCTION:
    refusals = {
        "DEBUG=1 không được dùng khi chạy thật.": DEBUG,
        "SECRET_KEY quá ngắn hoặc là khóa mẫu; cần ít nhất 50 ký tự ngẫu nhiên.": len(SECRET_KEY) < 50
        or len(set(SECRET_KEY)) < 10
        or SECRET_KEY.startswith("django-insecure"),
        "PUBLIC_URL phải là địa chỉ https:// mà mọi người dùng để mở cổng.": not HTTPS,
        "DATABASE_URL phải trỏ tới PostgreSQL.": "postgresql" not in DATABASES["default"]["ENGINE"],
        "REDIS_URL chưa đặt.": not REDIS_URL,
        "ALLOWED_HOSTS không được chứa '*'.": "*" in ALLOWED_HOSTS,
    }
    if any(refusals.values()):
        raise ImproperlyConfigured(
            "Không khởi động ở chế độ production: "
            + " ".join(sentence for sentence, holds in refusals.items() if holds)
        )
