"""Each job's lines in logs and rows in the audit carry its number, as those of a request do."""

from collections.abc import Awaitable, Callable
from typing import Any

from clinic import request_ids


async def number_jobs(call_next: Callable[[], Awaitable[Any]], context: Any, _worker: Any) -> Any:
    """Do a job under the id "job-" and its number; procrastinate hands on its own context and worker."""
    with request_ids.working_on(f"job-{context.job.id}"):
        return await call_next()
