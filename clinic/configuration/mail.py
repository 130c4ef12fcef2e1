"""Mail and jobs."""

from pathlib import Path

from clinic.configuration.environment import BASE_DIR, DEMO, env
from clinic.worker_jobs import number_jobs

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
PROCRASTINATE_WORKER_DEFAULTS = {
    "concurrency": env.int("NUAN_WORKER_CONCURRENCY", default=4),
    "worker_middleware": [number_jobs],
}
DEFAULT_FROM_EMAIL = env.str("NUAN_MAIL_FROM", default="Mali Skin Clinic <hello@mali.example>")
