"""Postgres, and the cache that lives in it."""

from clinic.configuration.environment import TESTING, env

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

# The role that serves the site: what it may not do to the audit is taken from it after every migration.
NUAN_APP_ROLE = env.str("NUAN_APP_ROLE", default="nuan_app")

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "nuan_cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}
