"""Logs: to standard error, ids only, never what people typed."""

from clinic.configuration.environment import KEYLESS, env

LOG_LEVEL = env.str("NUAN_LOG_LEVEL", default="WARNING" if KEYLESS else "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"hide_keys": {"()": "clinic.log_filters.HideKeys"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "level": LOG_LEVEL, "filters": ["hide_keys"]},
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
}
