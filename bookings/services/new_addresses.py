"""What a changed e-mail means for messages and links: whoever reads the old one can move a visit no
longer.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower

from bookings.life_cycle import UPCOMING
from bookings.models import Appointment, VisitLink
from bookings.queries.waiting import SUBJECT
from bookings.quiet_hours import leaves_at
from bookings.services import messages
from bookings.services.refusals import JustMerged
from bookings.services.telling import zone_of
from clinic.models import OutboxMessage
from patients.models import Patient
from patients.services.contacts import Contacts, write_contacts


def change_contacts(*, patient: Patient, contacts: Contacts, now: datetime) -> int:
    """Write a record's contacts. With a new e-mail, the visits to come get new links there.

    Links that went to the old address stop working, whatever still waits goes to the new one, and each visit
    to come that has nothing waiting is told again, after three minutes, and not at night. Return how many
    are told. Without an e-mail nobody is told. An account keeps its own address.

    :raises JustMerged: if the record became part of another one.
    """
    with transaction.atomic():
        visits = list(_ahead(patient, now).order_by("pk").select_for_update(of=("self",)))
        row = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        if row.merged_into_id is not None:
            raise JustMerged
        old = row.email
        write_contacts(patient=row, contacts=contacts)
        if not old or old.lower() == contacts.email.lower():
            return 0
        for visit in visits:
            visit.patient = row
        return _tell_anew(visits, old, contacts.email, now)


def count_links_of(patient: Patient, *, now: datetime) -> int:
    """Return how many visits to come can be moved and cancelled by a link in a message."""
    alive = VisitLink.objects.filter(revoked_at=None, expires_at__gt=now)
    return _ahead(patient, now).filter(links__in=alive).distinct().count()


def _ahead(patient: Patient, now: datetime) -> QuerySet[Appointment]:
    upcoming = [status.value for status in UPCOMING]
    return Appointment.objects.select_related("site", "practitioner").filter(
        patient=patient, status__in=upcoming, starts_at__gt=now
    )


def _tell_anew(visits: list[Appointment], old: str, new: str, now: datetime) -> int:
    """Shut the links of visits, send on what waits, and tell the new address of the others."""
    waiting = OutboxMessage.objects.alias(folded=Lower("to")).filter(
        subject_type=SUBJECT,
        subject_id__in=[visit.pk for visit in visits],
        status=OutboxMessage.Status.WAITING,
        folded=old.lower(),
    )
    sent_on = list(waiting.values_list("subject_id", "facts__link_id"))
    OutboxMessage.objects.filter(pk__in=list(waiting.values_list("pk", flat=True))).update(to=new)
    links = VisitLink.objects.filter(appointment__in=visits, revoked_at=None)
    links.exclude(pk__in=[link for _visit, link in sent_on]).update(revoked_at=now)
    if not new:
        return 0
    on_their_way = {visit_id for visit_id, _link in sent_on}
    untold = [visit for visit in visits if visit.pk not in on_their_way]
    for visit in untold:
        visit.sequence += 1
        visit.save(update_fields=["sequence", "changed_at"])
        delay = leaves_at(now, zone_of(visit), visit.starts_at) - now
        messages.announce(appointment=visit, kind="booked", now=now, delay=delay)
    return len(untold)
