"""Logs: to standard error, one line of JSON an event, allow-listed fields only (clinic/log_fields.py)."""

import logging

from clinic.configuration.environment import KEYLESS, TESTING, env

LOG_LEVEL = env.str("NUAN_LOG_LEVEL", default="WARNING" if KEYLESS else "INFO")
_OWN_LINES = {"handlers": ["stderr"], "propagate": False}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "clinic.log_lines.JsonLines"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "level": LOG_LEVEL, "formatter": "lines"},
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # Those that bring handlers of their own: an e-mail to ADMINS with every variable, words on the screen
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # One line says it already, without the address
        "django.request": {"level": "ERROR"},
        # Each command would say anew which tasks there are
        "procrastinate.blueprints": {"level": "WARNING"},
        "procrastinate.periodic": {"level": "WARNING"},
        "_granian": {**_OWN_LINES, "level": "WARNING"},
        "granian.access": {"handlers": [], "propagate": False},
    },
}
ADMINS: list[str] = []
MANAGERS: list[str] = []
if not TESTING:
    logging.raiseExceptions = False  # a line that cannot be written is lost; Python would print its arguments
