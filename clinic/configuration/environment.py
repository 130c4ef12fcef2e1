"""What the environment says about this installation: mode, secrets, and where it is reached."""

import sys
import zoneinfo
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from clinic.key_ring import parse_key_ring

# One copy of the zone data: the pinned tzdata wheel, never the system's (they disagree).
zoneinfo.reset_tzpath(to=())

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.FileAwareEnv()  # NAME_FILE may name a file that holds NAME

DEMO = env.bool("NUAN_DEMO", default=False)
DEBUG = env.bool("NUAN_DEBUG", default=False)
TESTING = "pytest" in sys.modules

# Commands that touch neither sessions nor data run without secrets.
_KEYLESS_COMMANDS = {"assess", "help", "--help", "version", "--version", "makemessages", "compilemessages"}
KEYLESS = len(sys.argv) > 1 and sys.argv[1] in _KEYLESS_COMMANDS

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not (KEYLESS or TESTING):
        raise ImproperlyConfigured("Set SECRET_KEY to a long random text (50 characters or more).")
    SECRET_KEY = "only-for-tests-and-commands-without-secrets-0123456789"  # noqa: S105
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# Wraps the keys that seal health data (clinic/key_ring.py); apart from SECRET_KEY, and never lost.
NUAN_KEYS = env.str("NUAN_KEYS", default="")
if not NUAN_KEYS:
    if not (KEYLESS or TESTING):
        raise ImproperlyConfigured("Set NUAN_KEYS or NUAN_KEYS_FILE: see docs/running.md, Keys.")
    NUAN_KEYS = "only-for-tests:" + "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
parse_key_ring(NUAN_KEYS)
NUAN_KEYS_LOST = env.list("NUAN_KEYS_LOST", default=[])
"""Names of keys that nobody has any more: what they wrap is given up, and /healthz is silent about them."""

BASE_URL = env.str("NUAN_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("NUAN_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("NUAN_TRUSTED_ORIGINS", default=[])
OVER_HTTPS = BASE_URL.startswith("https://")
if DEBUG and OVER_HTTPS:
    raise ImproperlyConfigured(
        "NUAN_DEBUG shows what people typed when something breaks: never on a real site."
    )
