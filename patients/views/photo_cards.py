"""The photos that belong to a page of the form: a card a view, with how to hold the face."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from patients.models import Photo
from patients.pages import Page
from patients.queries.health_forms import find_latest_version
from patients.queries.photos import list_photos, may_keep_photos, open_retake_reason
from patients.queries.vault import get_vault
from patients.versions import CURRENT
from patients.views.mounts import Mount, Opened, language
from patients.views.photo_taking import Fault, hints_about
from patients.words import FieldWords, load_words, text

View = Photo.View

PHOTO_CONSENT, PHOTO_SET, MEDICINE_PHOTO = "a_photo_care", "m_photos", "x_medicine_photo"
GUIDED = (
    View.FRONT,
    View.LEFT_45,
    View.RIGHT_45,
    View.LEFT_PROFILE,
    View.RIGHT_PROFILE,
    View.CLOSE_UP,
    View.ECZEMA,
)
VIEWS_OF: Mapping[str, tuple[str, ...]] = {PHOTO_SET: GUIDED, MEDICINE_PHOTO: (View.MEDICINE,)}
"""The views that stand on the page which asks a question. Clinical.md 1.16; the last is optional."""

SLUGS: Mapping[str, str] = {
    View.FRONT: "front",
    View.LEFT_45: "half-left",
    View.RIGHT_45: "half-right",
    View.LEFT_PROFILE: "left",
    View.RIGHT_PROFILE: "right",
    View.CLOSE_UP: "near",
    View.ECZEMA: "other",
    View.MEDICINE: "box",
}
"""What a view is called in an address, which must not speak of health."""


@dataclass(frozen=True)
class PhotoCard:
    """One view: how to take it, the photo that is there, and what may be wrong with it.

    `is_unsent` says that a form was sent, and the photo came in after it.
    `retake_reason` is a clinician's, "" if none was asked for; `fault` is why the last try was not kept.
    """

    slug: str
    label: str
    hint: str
    drawing: str
    add_url: str
    photo: Photo | None
    image_url: str
    remove_url: str
    hints: list[str]
    retake_reason: str
    is_sent: bool
    is_unsent: bool
    is_added: bool
    fault: Fault | None


@dataclass(frozen=True)
class PhotoSet:
    """The cards of a page. Without consent they take no photo."""

    cards: list[PhotoCard]
    may_keep: bool
    asks_consent: bool
    how: str
    consent_url: str
    is_minor: bool

    @property
    def has_fault(self) -> bool:
        """Whether a photo was just refused."""
        return any(card.fault for card in self.cards)


def view_of(slug: str) -> str | None:
    """Return the view that an address names, None if there is none."""
    return next((view for view, name in SLUGS.items() if name == slug), None)


def page_of(view: str) -> str:
    """Return the slug of the page on which a view stands."""
    return "what-you-use" if view == View.MEDICINE else "photos"


def photo_set_of(
    opened: Opened, page: Page, *, added: str = "", fault: Mapping[str, Fault] | None = None
) -> PhotoSet | None:
    """Return the cards of a page, None if it has none; that photos are listed is written down.

    `added` is the slug of the view that has just come in; `fault` says of a view why it did not.
    """
    question = next((key for key in page.questions if key in VIEWS_OF), None)
    if question is None or not opened.mount.takes_photos:
        return None
    photos = _newest_by_view(opened, VIEWS_OF[question])
    reasons = _retake_reasons(opened.mount, photos)
    latest = find_latest_version(opened.mount.patient)
    cards = [
        _card(
            opened.mount,
            view,
            photos.get(view),
            reason=reasons.get(view, ""),
            sent_at=latest.sent_at if latest else None,
            is_added=SLUGS[view] == added,
            fault=(fault or {}).get(view),
        )
        for view in VIEWS_OF[question]
    ]
    hint = load_words(CURRENT).questions[question].hint
    return PhotoSet(
        cards=cards,
        may_keep=may_keep_photos(opened.mount.patient.pk),
        asks_consent=PHOTO_CONSENT in page.questions,
        how=text(hint, language()) if hint else "",
        consent_url=opened.mount.url("form-page", page_of(View.FRONT)),
        is_minor=opened.state.is_minor,
    )


def own_photos(mount: Mount) -> list[Photo]:
    """Return the photos that the patient sent and did not take out, oldest first within a view."""
    return [photo for photo in list_photos(mount.patient.pk) if not photo.by_clinic]


def words_of(view: str) -> FieldWords:
    """Return how a view is called, and how to take it."""
    questions = load_words(CURRENT).questions
    return questions[MEDICINE_PHOTO] if view == View.MEDICINE else questions[PHOTO_SET].fields[view]


def _newest_by_view(opened: Opened, views: tuple[str, ...]) -> dict[str, Photo]:
    """Return the photo of each view that has one; opening the form has written down who sees that."""
    return {photo.view: photo for photo in own_photos(opened.mount) if photo.view in views}


def _retake_reasons(mount: Mount, photos: Mapping[str, Photo]) -> dict[str, str]:
    asked = {view: photo for view, photo in photos.items() if photo.retake_asked_at}
    if not asked:
        return {}
    vault = get_vault([mount.patient.pk])
    return {view: open_retake_reason(photo, vault) for view, photo in asked.items()}


def _card(
    mount: Mount, view: str, photo: Photo | None, *, reason: str, sent_at: datetime | None,
    is_added: bool, fault: Fault | None,
) -> PhotoCard:  # fmt: skip
    words, slug = words_of(view), SLUGS[view]
    was_there = photo is not None and sent_at is not None and photo.uploaded_at <= sent_at
    return PhotoCard(
        slug=slug,
        label=text(words.label, language()),
        hint=text(words.hint, language()) if words.hint else "",
        drawing=f"patients/photo_views/{view}.html",
        add_url=mount.url("photo-add", slug),
        photo=photo,
        image_url=mount.url("photo", photo.pk) if photo else "",
        remove_url=mount.url("photo-remove", photo.pk) if photo else "",
        hints=hints_about(photo) if photo else [],
        retake_reason=reason,
        is_sent=was_there,
        is_unsent=photo is not None and sent_at is not None and not was_there,
        is_added=is_added and photo is not None,
        fault=fault,
    )
