"""What the clinic did with a form, as the patient may see it: who opened it, and what was written to them."""

from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic.addresses import client_address
from clinic.models import Role, User
from clinic.services.audit import Action, Reader, record_read
from patients.queries.guardians import may_be_guardians
from patients.queries.health_forms import list_patients_for
from patients.queries.messages import list_messages_to
from patients.queries.readers import What, list_staff_reads
from patients.queries.vault import get_vault
from patients.services.reviews import mark_message_read
from patients.views.mounts import account_mount

WORDS = {
    What.ANSWERS: gettext_lazy("Opened your answers"),
    What.PHOTOS: gettext_lazy("Looked at your photos"),
    What.LIST: gettext_lazy("Saw your form in the list of forms to read"),
    What.PRINT: gettext_lazy("Printed your form"),
    What.FILE: gettext_lazy("Took your contact details or visits along in a file"),
    What.TABLET: gettext_lazy("Gave out the clinic’s tablet with your form on it"),
}


@never_cache
@require_safe
def form_readers(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show who of the clinic opened the form of an account's own patient, and when."""
    mount = account_mount(request, patient_id)
    context = {
        "patient": mount.patient,
        "reads": [
            (read, ", ".join(str(Role(role).label) for role in read.roles), WORDS[read.what])
            for read in list_staff_reads(mount.patient.pk, leaves_out_urgent=may_be_guardians(mount.patient))
        ],
        "zone": mount.zone,
        "list_url": mount.url("health-form"),
    }
    return render(request, "patients/form_readers.html", context)


@never_cache
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """Show what clinicians wrote to the account's patients; reading them is noted."""
    user, now = cast("User", request.user), timezone.now()
    patients = list_patients_for(user)
    found = list_messages_to(patients, get_vault([patient.pk for patient in patients]))
    record_read(
        reader=Reader(user, client_address(request)),
        action=Action.OPENED,
        subject_type="message",
        subject_ids=[row.pk for row, _text in found],
        patient_ids=[row.patient_id for row, _text in found],
        now=now,
    )
    for row, words in found:
        if words and row.read_at is None and request.method == "GET":  # HEAD shows nothing
            mark_message_read(message_id=row.pk, now=now)
    context = {"letters": found, "has_several": len(patients) > 1}
    return render(request, "patients/messages.html", context)
