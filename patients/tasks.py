"""Background jobs of the patients app. A periodic task is passed the time it was due."""

from django.utils import timezone
from procrastinate.contrib.django import app

from clinic.jobs import UPKEEP_QUEUE
from patients.services import urgent


@app.periodic(cron="* * * * *")
@app.task(queue=UPKEEP_QUEUE)
def pass_on_alerts(timestamp: int) -> None:  # noqa: ARG001
    """Tell every clinician of urgent answers that nobody took on in ten minutes; each is told once."""
    urgent.pass_on_alerts(now=timezone.now())
