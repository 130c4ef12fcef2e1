"""A photo as an answer: written down first, opened then, and kept by no browser."""

from datetime import datetime

from django.http import Http404, HttpResponse

from clinic.sealing import Unreadable
from clinic.services.audit import Action, Reader, record_read
from patients.models import Photo
from patients.queries.photos import read_photo
from patients.queries.vault import get_vault

HEADERS = {
    "Cache-Control": "no-store, private",
    "Content-Disposition": 'inline; filename="photo.jpg"',
}


def stream_photo(photo: Photo, reader: Reader, now: datetime) -> HttpResponse:
    """Return a photo as JPEG; who reads it is written down before it is opened.

    The caller has checked that this reader may see it.

    :raises Http404: if its file or its key is gone or damaged.
    """
    record_read(
        reader=reader,
        action=Action.PHOTO,
        subject_type="photo",
        subject_ids=[photo.pk],
        patient_ids=[photo.patient_id],
        now=now,
    )
    try:
        jpeg = read_photo(photo, get_vault([photo.patient_id]))
    except Unreadable:
        raise Http404 from None
    return HttpResponse(jpeg, content_type="image/jpeg", headers=HEADERS)
