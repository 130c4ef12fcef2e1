"""D2, the record of one person as the desk sees it: what its page shows."""

from datetime import datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from bookings.forms.people import IdentityForm, MessageForm
from bookings.life_cycle import UPCOMING, Status
from bookings.models import Appointment
from bookings.queries.merging import find_undoable_merge
from bookings.queries.people import People, Visits, find_next_visit_of, find_people, list_visits_of
from bookings.queries.people_messages import list_messages_to
from bookings.views.form_badges import form_badge
from bookings.views.looks import STATUS_LOOKS
from bookings.views.people_words import (
    QUICK,
    form_words,
    message_state,
    message_words,
    quick_words,
    time_until,
    what_is_same,
)
from clinic.access.who import DESK
from clinic.addresses import client_address
from clinic.models import ReadRecord, Site, User
from clinic.models.places import ROOM_KINDS
from clinic.queries.places import list_sites
from clinic.services import limits
from clinic.services.audit import Reader, record_read
from patients.models import IdentityCheck, Patient
from patients.queries.duplicates import list_duplicates_of
from patients.queries.form_states import get_form_states
from patients.search_text import split_marked

SUBJECT = "patient"
"""What the audit calls a record without its health data; such reads are lists, which no patient is shown."""

LONGEST_TYPED = 80
MOST_PAGES = 1000


def user_of(request: HttpRequest) -> User:
    """Return who is signed in; the access table lets nobody else in."""
    return cast("User", request.user)


def may_act(request: HttpRequest) -> bool:
    """Whether somebody may do what the desk does."""
    return user_of(request).has_role(*DESK)


def get_record(patient_id: Any) -> Patient:
    """Return any record, an archived one too; never an erased one.

    :raises Http404: if there is none.
    """
    try:
        known = Patient.objects.select_related("account", "merged_into")
        return known.get(pk=patient_id, erased_at=None)
    except Patient.DoesNotExist:
        raise Http404 from None


def note_read(request: HttpRequest, *patients: Patient, now: datetime) -> None:
    """Write down that somebody opens these records, before they are shown."""
    ids = [patient.pk for patient in patients]
    record_read(
        reader=Reader(user_of(request), client_address(request)),
        action=ReadRecord.Action.LISTED,
        subject_type=SUBJECT,
        subject_ids=ids,
        patient_ids=ids,
        now=now,
    )


def typed_in(request: HttpRequest) -> str:
    """Return what is being searched for; NUL is dropped and the rest is cut."""
    return request.GET.get("q", "").replace("\0", "")[:LONGEST_TYPED].strip()


def results_of(request: HttpRequest, sites: list[Site], now: datetime) -> dict[str, Any]:
    """Return what the list of results shows. Searches are counted: nobody looks for everybody.

    :raises LimitReached: beyond `LIMIT_SEARCHES_PER_PERSON` an hour.
    """
    typed = typed_in(request)
    if typed:
        limits.hit(
            purpose="search",
            subject=str(user_of(request).pk),
            limit=settings.LIMIT_SEARCHES_PER_PERSON,
            window=timedelta(hours=1),
            now=now,
        )
    people = find_people(typed, sites=sites, now=now) if typed else None
    return {"typed": typed, "people": people, "lines": _lines(people) if people else []}


def render_record(
    request: HttpRequest,
    patient: Patient,
    *,
    now: datetime,
    identity: IdentityForm | None = None,
    message: MessageForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a record, or show it again with a form that needs another look. A constant number of queries."""
    note_read(request, patient, now=now)
    sites = list_sites()
    visit = find_next_visit_of(patient, now=now)
    form = get_form_states([patient.pk])[patient.pk]
    context = {
        **results_of(request, sites, now),
        "patient": patient,
        "age": _age(patient, now),
        "may_act": may_act(request),
        "doubles": [(pair, what_is_same(pair)) for pair in list_duplicates_of([patient.pk])],
        "undoable_merge": find_undoable_merge(patient, now=now),
        "next": _next(visit, now) if visit else None,
        "health_form": form,
        "form_badge": form_badge(form),
        "form_words": form_words(form),
        "zone": patient.zone or (sites[0].zone if sites else "UTC"),
        "checks": list(patient.identity_checks.select_related("by").order_by("-at", "-pk")[:1]),
        "asked_choices": IdentityCheck.Asked.choices,
        "identity": identity,
        "visits": _rows(list_visits_of(patient, page=_page(request))),
        "sent": [(each, message_words(each), message_state(each)) for each in list_messages_to(patient)],
        "message": message or _message(request, patient, visit, sites),
        "form": identity or message,
    }
    return render(request, "bookings/people/patient.html", context, status=status)


def _message(
    request: HttpRequest, patient: Patient, visit: Appointment | None, sites: list[Site]
) -> MessageForm:
    """Return the form for a message, with a quick text in it if one was pressed."""
    quick = request.GET.get("quick", "")
    words = quick_words(quick, patient, visit, sites[0] if sites else None) if quick in QUICK else ""
    return MessageForm(initial={"key": uuid4(), "words": words})


def _lines(people: People) -> list[dict[str, Any]]:
    """Return the lines of the results; names come in pieces, to be marked where a typed word begins."""
    words = list(people.found.words)
    return [
        {
            "person": person,
            "patient": person.patient,
            "name": split_marked(person.patient.name, words),
            "contact": split_marked(person.patient.contact_name, words),
            "ending": person.patient.phone.as_e164[-3:] if person.patient.phone else "",
        }
        for person in people.lines
    ]


def _next(visit: Appointment, now: datetime) -> dict[str, Any]:
    look, icon = STATUS_LOOKS[Status(visit.status)]
    rooms = [a.resource.name for a in visit.allocations.all() if a.resource.kind in ROOM_KINDS]
    can_change = visit.status in UPCOMING and visit.starts_at > now
    day = visit.starts_at.astimezone(visit.site.tz).date()
    return {
        "visit": visit,
        "look": look,
        "icon": icon,
        "rooms": rooms,
        "until": time_until(visit.starts_at, now),
        "can_change": can_change,
        "day": day,
    }


def _rows(page: Visits) -> dict[str, Any]:
    rows = [(visit, *STATUS_LOOKS[Status(visit.status)]) for visit in page.visits]
    return {"page": page.page, "rows": rows, "has_earlier": page.has_earlier}


def _page(request: HttpRequest) -> int:
    typed = request.GET.get("page", "")
    return min(int(typed), MOST_PAGES) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else 0


def _age(patient: Patient, now: datetime) -> int | None:
    """Return somebody's age in years, by the calendar of UTC plus half a day: nobody is a day too young."""
    if patient.birth_date is None:
        return None
    today = (now + timedelta(hours=12)).date()
    born = patient.birth_date
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
