"""Taking in a photo that was sent, at home or at the visit, and why it was not kept, in kind words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.models import Patient, Photo
from patients.photo_files import Busy, NotAPhoto, PhotoProblem, TooLarge, photo_hints
from patients.services.drafts import Writer
from patients.services.photos import add_photo
from patients.services.refusals import FormRefusal

FIELD = "photo"
NOTHING = "nothing"
RETRY_SECONDS = 60

PROBLEM_WORDS: Mapping[str, Promise] = {
    NOTHING: _("Choose a photo first."),
    NotAPhoto.code: _("This file is not a photo we can open. Choose a JPEG, PNG or HEIC photo."),
    TooLarge.code: _("This photo is too large. Choose one of at most 15 MB and 50 megapixels."),
    "damaged": _("This photo is damaged. Take it again, or choose another."),
    "too_much_work": _("We couldn’t open this photo. Take it again, or choose another."),
    Busy.code: _("Many photos are coming in just now. Wait a minute, then send yours again."),
}
HINT_WORDS: Mapping[str, Promise] = {
    "small": _("A bit small. Take it again?"),
    "dark": _("A bit dark. Take it again by a window?"),
    "bright": _("Very bright. Take it again without flash?"),
    "blurred": _("A bit blurred. Take it again?"),
}


@dataclass(frozen=True)
class Fault:
    """Why a photo was not kept, and the status to answer with."""

    words: str
    status: int = 422


def take_photo(
    request: HttpRequest, *, patient: Patient, view: str, writer: Writer, now: datetime
) -> Fault | None:
    """Keep the photo of a request; None if it is kept. Nothing of the file is logged or written unsealed."""
    file = request.FILES.get(FIELD)
    if file is None:
        # A request above the limit is read without its file, so that none is ever written to a disk.
        is_large = int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        return Fault(str(PROBLEM_WORDS[TooLarge.code if is_large else NOTHING]))
    try:
        add_photo(patient=patient, view=view, raw=file.read(), writer=writer, now=now)
    except PhotoProblem as problem:
        return Fault(str(PROBLEM_WORDS[problem.code]), 503 if isinstance(problem, Busy) else 422)
    except FormRefusal as refusal:
        return Fault(str(refusal))
    return None


def with_retry(response: HttpResponse) -> HttpResponse:
    """Say when to come again if the site is too busy."""
    if response.status_code == 503:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def hints_about(photo: Photo) -> list[str]:
    """Return what may be wrong with a kept photo, in words; never a reason to refuse it."""
    found = photo_hints(
        width=photo.width, height=photo.height, brightness=photo.brightness, sharpness=photo.sharpness
    )  # fmt: skip
    return [str(HINT_WORDS[hint]) for hint in found]
