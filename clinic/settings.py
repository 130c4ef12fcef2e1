"""The one settings file. Everything that differs between places comes from the environment.

A bad value stops the start with a clear message; see the README for the list.
"""

import sys
import zoneinfo
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from clinic.key_ring import parse_key_ring

# One copy of the zone data: the pinned tzdata wheel, never the system's (they disagree).
zoneinfo.reset_tzpath(to=())

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()  # NAME_FILE may name a file that holds NAME

DEMO = env.bool("NUAN_DEMO", default=False)
DEBUG = env.bool("NUAN_DEBUG", default=False)
TESTING = "pytest" in sys.modules

# Commands that touch neither sessions nor data run without secrets.
_KEYLESS_COMMANDS = {"assess", "help", "--help", "version", "--version", "makemessages", "compilemessages"}
_KEYLESS = len(sys.argv) > 1 and sys.argv[1] in _KEYLESS_COMMANDS

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not (_KEYLESS or TESTING):
        raise ImproperlyConfigured("Set SECRET_KEY to a long random text (50 characters or more).")
    SECRET_KEY = "only-for-tests-and-commands-without-secrets-0123456789"  # noqa: S105
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# Wraps the keys that seal health data (clinic/key_ring.py); apart from SECRET_KEY, and never lost.
NUAN_KEYS = env.str("NUAN_KEYS", default="")
if not NUAN_KEYS:
    if not (_KEYLESS or TESTING):
        raise ImproperlyConfigured("Set NUAN_KEYS or NUAN_KEYS_FILE: see docs/running.md, Keys.")
    NUAN_KEYS = "only-for-tests:" + "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
parse_key_ring(NUAN_KEYS)

BASE_URL = env.str("NUAN_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("NUAN_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("NUAN_TRUSTED_ORIGINS", default=[])
OVER_HTTPS = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "bookings.apps.BookingsConfig",
    "patients.apps.PatientsConfig",
    "clinic.apps.ClinicConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "phonenumber_field",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "clinic.middleware.HealthFirstMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "clinic.middleware.CleanInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "clinic.middleware.FirstVisitLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clinic.middleware.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "clinic.middleware.HistoryMiddleware",
]

ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"

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
                "clinic.context.page_facts",
                "bookings.context.desk_facts",
                "patients.context.review_facts",
            ],
            "builtins": ["clinic.templatetags.nuan"],
        },
    },
]

# --- Database ---------------------------------------------------------------------------------
DATABASES = {
    "default": {
        **(
            env.db_url("DATABASE_URL")
            if env.str("DATABASE_URL", default="")
            else {"ENGINE": "django.db.backends.postgresql", "NAME": "nuan"}
        ),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    }
}
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    "-c lock_timeout=4000 -c statement_timeout=10000 -c idle_in_transaction_session_timeout=30000"
)
# What clinic/prepared.py runs is prepared, unless a proxy such as PgBouncer hands out a connection for each
# transaction and cannot follow. Django's own statements never are.
DATABASES["default"]["OPTIONS"]["prepare_threshold"] = 5 if env.bool("NUAN_PREPARE", default=True) else None
if not TESTING:
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": env.int("NUAN_POOL_SIZE", default=8),
        "timeout": 5,
    }

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "nuan_cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

# --- People and sign-in -----------------------------------------------------------------------
AUTH_USER_MODEL = "clinic.User"
# An e-mail is unique once verified (a partial constraint on the model), not before: families share.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "patients.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "request_login_code": "patients.accounts.RequestCodeForm",
    "confirm_login_code": "patients.accounts.ConfirmCodeForm",
    "login": "patients.accounts.StaffLoginForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up; staff sign in by password
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # our adapter does the same work and writes to nobody
PASSWORD_RESET_TIMEOUT = 60 * 60
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
LOGIN_URL = reverse_lazy("account_request_login_code")
LOGIN_REDIRECT_URL = reverse_lazy("clinic:after-sign-in")
LOGOUT_REDIRECT_URL = reverse_lazy("bookings:home")

SESSION_COOKIE_NAME = "__Host-nuan" if OVER_HTTPS else "nuan"
CSRF_COOKIE_NAME = "__Host-nuan-csrf" if OVER_HTTPS else "nuan-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OVER_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 60 * 60
LANGUAGE_COOKIE_NAME = "nuan-language"
LANGUAGE_COOKIE_SECURE = OVER_HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60

# --- Headers ----------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = OVER_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if OVER_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = OVER_HTTPS
CSRF_FAILURE_VIEW = "clinic.views.errors.forbidden_by_csrf"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("NUAN_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies in front of us append to X-Forwarded-For; 0 means the header is ignored.
TRUSTED_PROXIES = env.int("NUAN_TRUSTED_PROXIES", default=0)

_OURS = ["script-src", "style-src", "font-src", "connect-src", "form-action", "manifest-src"]
_NOBODYS = ["default-src", "frame-ancestors", "base-uri", "object-src"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        **{key: [NONE] for key in _NOBODYS},
        **{key: [SELF] for key in _OURS},
        "img-src": [SELF, "data:"],
    }
}

# --- Language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("th", _("Thai"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["clinic.formats"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static files and uploads -----------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "clinic.assets.BrowserAssetFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if TESTING or DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
# Tests make many clients: looking files up when asked beats listing them all for each.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING or DEBUG
MEDIA_ROOT = Path(env.str("NUAN_MEDIA", default=str(BASE_DIR / ".local" / "media")))
MEDIA_URL = "/media/"
# Sealed photos; never under a URL.
PHOTOS_ROOT = Path(env.str("NUAN_PHOTOS", default=str(BASE_DIR / ".local" / "photos")))
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
# Uploads stay in memory, never in a temporary file; a larger one is not taken in.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024

# --- Forms ------------------------------------------------------------------------------------
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")
PHONENUMBER_DEFAULT_REGION = env.str("NUAN_PHONE_REGION", default="TH")
PHONENUMBER_DB_FORMAT = "E164"

# --- Mail and jobs ----------------------------------------------------------------------------
NUAN_MAIL_DIR = Path(env.str("NUAN_MAIL_DIR", default=str(BASE_DIR / ".local" / "mail")))
if DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(NUAN_MAIL_DIR)
else:
    # EMAIL_URL as django-environ reads it; NUAN_EMAIL_BACKEND picks an anymail provider instead.
    globals().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25"))
    EMAIL_BACKEND = env.str("NUAN_EMAIL_BACKEND", default=globals()["EMAIL_BACKEND"])
EMAIL_TIMEOUT = 10
# Jobs at once: a mail server that hangs holds up one of them, not the rest.
PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": env.int("NUAN_WORKER_CONCURRENCY", default=4)}
DEFAULT_FROM_EMAIL = env.str("NUAN_MAIL_FROM", default="Mali Skin Clinic <hello@mali.example>")

# --- Limits against abuse (per hour unless said otherwise; see clinic/services/limits.py) -------
LIMIT_HOLDS_PER_ADDRESS = env.int("NUAN_LIMIT_HOLDS_PER_ADDRESS", default=30)
LIMIT_BOOKINGS_PER_ADDRESS = env.int("NUAN_LIMIT_BOOKINGS_PER_ADDRESS", default=20)
LIMIT_PHOTOS_PER_PATIENT = env.int("NUAN_LIMIT_PHOTOS_PER_PATIENT", default=60)
LIMIT_UPCOMING_PER_EMAIL = env.int("NUAN_LIMIT_UPCOMING_PER_EMAIL", default=6)

# --- Logs: to standard error, ids only, never what people typed ---------------------------------
LOG_LEVEL = env.str("NUAN_LOG_LEVEL", default="WARNING" if _KEYLESS else "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"hide_keys": {"()": "clinic.log_filters.HideKeys"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "level": LOG_LEVEL, "filters": ["hide_keys"]},
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
}

PGHISTORY_APPEND_ONLY = True
