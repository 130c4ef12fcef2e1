"""The site with one more address: `/bare-month`, the bare query of 20 people and 30 days as JSON.

Both are served by the same processes; the bare one passes no middleware and no template.
"""

import json
import os
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any

from psycopg_pool import ConnectionPool

from clinic.wsgi import application as nuan
from tests.bench import bare

_FIRST = date.fromisoformat(os.environ["BENCH_FIRST_DATE"])


@cache
def _pool() -> ConnectionPool:
    return ConnectionPool(os.environ["DATABASE_URL"], min_size=1, max_size=8, kwargs={"autocommit": True})


@cache
def _people() -> list[int]:
    with _pool().connection() as connection:
        rows = connection.execute("SELECT resource_id FROM clinic_practitioner ORDER BY id").fetchall()
    return [row[0] for row in rows]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as the site does, or with the bare month."""
    if environ["PATH_INFO"] != "/bare-month":
        return nuan(environ, start_response)
    with _pool().connection() as connection:
        starts = bare.list_starts(connection, _people(), _FIRST, 30)
    body = json.dumps(starts).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
