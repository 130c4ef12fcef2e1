"""What makes the demo's day at the desk look lived in: notes, somebody who waits, a doctor who runs late."""

import uuid
from datetime import datetime, timedelta
from random import Random

from django.db.models import QuerySet

from bookings.demo.names import invent
from bookings.life_cycle import UPCOMING, Status
from bookings.models import Appointment, RunningLate, WalkIn
from bookings.queries.board import visits_on
from bookings.queries.open_sites import find_open_site
from bookings.services.desk_words import set_note
from clinic.models import Site, User, VisitType

NOTES = (
    "Wants a woman in the room.",
    "Comes with her mother. Needs the lift.",
    "Paid the consultation by card.",
    "Please call the day before; does not read e-mail.",
    "Arrives from the airport, may be a little early.",
)
NOTED = 0.2
"""The share of a day's visits with a note of the desk."""

WAITING = (timedelta(minutes=14), timedelta(minutes=6))
LATE_MINUTES = 10


def liven_up(sites: list[Site], *, desk: User | None, now: datetime) -> None:
    """Give today's visits notes, and the site that is open now a queue and who runs late. Once a day."""
    for site in sites:
        _write_notes(site, now)
    is_open = find_open_site(sites, now)
    if is_open is None:
        return
    if not WalkIn.objects.filter(site=is_open, day=now.astimezone(is_open.tz).date()).exists():
        _let_wait(is_open, desk, now)
        _run_late(is_open, desk, now)


def _write_notes(site: Site, now: datetime) -> None:
    today = _list_today(site, now)
    for visit in today.filter(sealed_desk_note=None, is_demo=True).order_by("pk"):
        luck = Random(f"{visit.pk} note")  # noqa: S311 (invention, not secrets)
        if luck.random() < NOTED:
            set_note(visit, luck.choice(NOTES))
            visit.save(update_fields=["sealed_desk_note"])


def _let_wait(site: Site, desk: User | None, now: datetime) -> None:
    luck = Random(f"{site.slug} {now.date()} queue")  # noqa: S311 (invention, not secrets)
    visit_type = VisitType.objects.get(code="CONS_NEW")
    for since in WAITING:
        someone = invent(luck, site.slug)
        WalkIn.objects.create(
            key=uuid.uuid4(),
            site=site,
            day=now.astimezone(site.tz).date(),
            name=someone.name,
            phone=someone.phone,
            language=someone.language,
            visit_type=visit_type,
            came_at=now - since,
            added_by=desk,
        )


def _run_late(site: Site, desk: User | None, now: datetime) -> None:
    """Let somebody run late who has a visit under way and one to come; nobody, if there is no such person."""
    today = _list_today(site, now)
    inside = today.filter(status=Status.IN_ROOM).order_by("starts_at", "pk")
    for visit in inside:
        if today.filter(practitioner=visit.practitioner_id, status__in=UPCOMING, starts_at__gt=now).exists():
            RunningLate.objects.create(
                key=uuid.uuid4(),
                practitioner=visit.practitioner,
                site=site,
                day=now.astimezone(site.tz).date(),
                minutes=LATE_MINUTES,
                tells=False,
                said_at=now - timedelta(minutes=4),
                said_by=desk,
            )
            return


def _list_today(site: Site, now: datetime) -> QuerySet[Appointment]:
    return visits_on(site, now.astimezone(site.tz).date())
