"""Background jobs of the patients app. A periodic task is passed the time it was due."""

from django.utils import timezone
from procrastinate.contrib.django import app

from clinic.jobs import UPKEEP_QUEUE
from clinic.named_tasks import named
from patients.services import photos, urgent


@app.periodic(cron="* * * * *")
@app.task(queue=UPKEEP_QUEUE)
@named
def pass_on_alerts(timestamp: int) -> None:  # noqa: ARG001
    """Tell every clinician of urgent answers that nobody took on in ten minutes; each is told once."""
    urgent.pass_on_alerts(now=timezone.now())


@app.periodic(cron="41 3 * * *")
@app.task(queue=UPKEEP_QUEUE)
@named
def sweep_photo_files(timestamp: int) -> None:  # noqa: ARG001
    """Destroy, once a day, files of photos that no row names: their upload was cut off."""
    photos.sweep_photo_files(now=timezone.now())
