"""The settings. Everything that differs between places comes from the environment.

A bad value stops the start with a clear message; docs/running.md has the list. What belongs to one
subject is in `clinic/configuration/`.
"""

from django.utils.translation import gettext_lazy as _

from clinic.configuration.care_team import *  # noqa: F403
from clinic.configuration.database import *  # noqa: F403
from clinic.configuration.environment import *  # noqa: F403
from clinic.configuration.environment import BASE_DIR, env
from clinic.configuration.files import *  # noqa: F403
from clinic.configuration.headers import *  # noqa: F403
from clinic.configuration.limits import *  # noqa: F403
from clinic.configuration.logs import *  # noqa: F403
from clinic.configuration.mail import *  # noqa: F403
from clinic.configuration.metrics import *  # noqa: F403
from clinic.configuration.people import *  # noqa: F403

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
    "clinic.request_ids.RequestIdMiddleware",
    "clinic.request_log.RequestLogMiddleware",
    "clinic.safe_headers.SafeHeadersMiddleware",
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
    "clinic.session_middleware.SignInMiddleware",
    "clinic.middleware.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "clinic.middleware.HistoryMiddleware",
    "patients.middleware.ErasedRecordMiddleware",
    "patients.middleware.CareTeamMiddleware",
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

# --- Language and time ---------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("th", _("Thai"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["clinic.formats"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- Forms ---
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")
PHONENUMBER_DEFAULT_REGION = env.str("NUAN_PHONE_REGION", default="TH")
PHONENUMBER_DB_FORMAT = "E164"

PGHISTORY_APPEND_ONLY = True
