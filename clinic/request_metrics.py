"""How many requests, how they were answered and how long they took, by the name of the rule.

Nothing here is about anybody: labels are names of our rules, methods and classes of answers.
"""

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram

from clinic.safe_headers import METHODS

# Not the library's own registry: it would also tell of the process
registry = CollectorRegistry()
ANSWERED = Counter(
    "nuan_requests",
    "Requests answered, by the name of the rule, the method and the class of the answer.",
    ["route", "method", "answer"],
    registry=registry,
)
SECONDS = Histogram(
    "nuan_request_seconds",
    "Seconds until the answer, by the name of the rule.",
    ["route"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10),
    registry=registry,
)


def count(*, route: str | None, method: str | None, status: int, seconds: float) -> None:
    """Count one answer, if metrics are switched on."""
    if not settings.METRICS_DIR:
        return
    known = method if method in METHODS else "other"
    ANSWERED.labels(route or "none", known, f"{status // 100}xx").inc()
    SECONDS.labels(route or "none").observe(seconds)
