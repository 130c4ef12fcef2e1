"""The smallest Django project around django-appointment, as its documentation asks for."""

import os
from urllib.parse import urlsplit

_where = urlsplit(os.environ["DATABASE_URL"])

SECRET_KEY = "only-for-the-benchmark"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _where.hostname,
        "PORT": _where.port,
        "NAME": _where.path[1:],
        "USER": _where.username,
        "PASSWORD": _where.password,
    }
}
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "appointment",
]
ROOT_URLCONF = "appointment.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Bangkok"
LOGGING_CONFIG = None
