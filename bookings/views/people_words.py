"""What the desk's pages about people say in words. No clinical word among them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from bookings.models import Appointment
from bookings.queries.people_messages import CLINICIAN, DESK, Sent
from clinic.models import OutboxMessage, Site
from clinic.queries.places import get_places
from patients.models import Patient
from patients.queries.duplicates import Duplicate
from patients.queries.form_states import FormState, Progress

QUICK = ("directions", "form", "late")


def what_is_same(pair: Duplicate) -> str:
    """Return what two records share: "Same phone and email"."""
    if pair.same_phone and pair.same_email:
        words = _("Same phone and email.")
    elif pair.same_phone:
        words = _("Same phone.")
    elif pair.same_email:
        words = _("Same email.")
    else:
        return _("Same birth date.")
    if pair.births_differ:
        return f"{words} {_('The birth dates differ.')}"
    return f"{words} {_('Same birth date.')}" if pair.same_birth_date else words


def time_until(start: datetime, now: datetime) -> str:
    """Return how long it is until a visit: "in 23 hours"; "now" once it has begun."""
    left = start - now
    if left <= timedelta(0):
        return _("now")
    if left < timedelta(hours=1):
        minutes = max(1, int(left.total_seconds()) // 60)
        return ngettext("in %(count)d minute", "in %(count)d minutes", minutes) % {"count": minutes}
    if left < timedelta(days=2):
        hours = int(left.total_seconds()) // 3600
        return ngettext("in %(count)d hour", "in %(count)d hours", hours) % {"count": hours}
    return ngettext("in %(count)d day", "in %(count)d days", left.days) % {"count": left.days}


def form_words(form: FormState) -> str:
    """Return how far a health form is, and who does something next; never what is in it."""
    if form.has_changed:
        return _("changed, a doctor will read it")
    return {
        Progress.MISSING: _("not begun"),
        Progress.PART: _("begun, not sent yet"),
        Progress.DONE: _("sent, a doctor will read it"),
        Progress.READ: _("read by a doctor"),
    }[form.state]


def quick_words(name: str, patient: Patient, visit: Appointment | None, site: Site | None) -> str:
    """Return a text to send, in the patient's language; "" for a name there is none of.

    The link is that of the sign-in page with the patient's forms: it opens nothing by itself.
    """
    with override(patient.language):
        place = visit.site if visit else site
        if name == "directions" and place is not None:
            lines = [_("This is how you find us:"), place.name_text, place.address_text, place.map_url]
            return "\n".join(line for line in lines if line)
        if name == "form":
            link = settings.BASE_URL + reverse("patients:forms")
            return _("Please fill in the form before your visit. Sign in here:") + f"\n{link}"
        if name == "late":
            return _("We are running late today. Your visit may begin later than planned. We are sorry.")
    return ""


def names_in_messages(patient: Patient) -> list[str]:
    """Return what a message may name whatever words it holds: who, the clinic, its places and its pages."""
    clinic, sites = get_places()
    texts = [text for site in sites for said in (site.name, site.address) for text in said.values()]
    lines = [line.strip() for text in texts for line in text.splitlines()]
    links = [settings.BASE_URL, *(site.map_url for site in sites)]
    named = {clinic.name, patient.name, patient.contact_name, *lines, *links} - {""}
    return sorted(named, key=len, reverse=True)


def message_words(sent: Sent) -> str:
    """Return what a message was about; the desk's own words, and of a clinician's only that there is one."""
    if sent.desk is not None:
        return _("These words cannot be opened now.") if sent.words is None else sent.words
    if sent.row.subject_type == CLINICIAN:
        return _("A message from a doctor waits to be read after signing in.")
    return {
        "booked": _("The visit is booked: time, place and links."),
        "moved": _("The visit has moved: the new time, place and links."),
        "changed": _("The visit has changed: time, place and links."),
        "cancelled": _("The visit is cancelled."),
        "late": _("We are running late: when to expect the visit."),
    }.get(sent.row.kind.partition(":")[0], _("About the visit."))


def message_state(sent: Sent) -> str:
    """Return how far a message is."""
    Status = OutboxMessage.Status  # noqa: N806 (a class)
    if sent.row.status == Status.WAITING and sent.row.attempts:
        return _("not sent yet, we try again")
    return {
        Status.WAITING: _("leaves then"),
        Status.SENT: _("sent"),
        Status.FAILED: _("could not be sent"),
        Status.DROPPED: _("taken back") if sent.row.subject_type == DESK else _("not needed any more"),
    }[Status(sent.row.status)]
