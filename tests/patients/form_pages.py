"""The health form's pages as a browser fills them in: fields from answers, addresses, a signed-in patient."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.test import Client
from django.utils import timezone

from clinic.models import User
from patients.form_state import FormState, Respondent
from patients.forms.page_form import ASKED_ELSEWHERE
from patients.models import Patient
from patients.pages import Form, Page, load_pages
from patients.queries.health_forms import open_draft
from patients.questionnaire import load_questionnaire
from patients.services.drafts import Writer, save_answers
from patients.versions import CURRENT
from tests.factories import PatientFactory, UserFactory
from tests.patients.forms import answers_of

FORM: Form = load_pages(CURRENT)
AGREED: dict[str, Any] = {"a_privacy_notice": True, "a_health_data_consent": True}
ZONES = ["right_temple", "left_cheek"]


def sign_in(client: Client, **changes: Any) -> Patient:
    """Sign an account in and return its patient."""
    user: User = UserFactory.create()
    client.force_login(user)
    return PatientFactory.create(account=user, **changes)


def path_of(patient: Patient, page: str = "", prefix: str = "") -> str:
    """Return the address of a page of a patient's form: a slug, `check` or `sent`; "" is the list."""
    return f"{prefix}/form/{patient.pk}/" + (f"{page}/" if page else "")


def keep_answers(patient: Patient, **answers: Any) -> None:
    """Save answers as the account, agreed or not, by today's clock."""
    save_answers(
        patient=patient,
        changes=answers,
        seen_revision=10**6,
        writer=Writer(patient.account),
        reference_date=timezone.now().date(),
        now=timezone.now(),
        overwrite=True,
    )


def answers_before() -> dict[str, Any]:
    """Return answers to the whole first stage, of somebody in London who is asked most of it."""
    given = answers_of("calm") | {
        "b_country": "GB",
        "a_cross_border": True,
        "n_stay_days": 7,
        "x_face_map": ZONES,
        "g_scar_areas": ["cheeks", "temples"],
        "h_treatments": [{"type": "microneedling", "last_date": "2025-05-31", "reaction": "none"}],
        "i_isotretinoin": "past",
        "i_isotretinoin_stop": "2024-06-30",
        "i_meds": ["jak_oral"],
        "i_med_last": {"jak_oral": "2026-01-31"},
        "x_words": "ลาย 😀",
        "x_signature": "Hannah Whitfield",
    }
    asked = {key for page in FORM.pages_in("before") for key in page.questions}
    return {key: value for key, value in given.items() if key in asked}


def shown_pages(patient: Patient, stage: str, **rights: Any) -> list[Page]:
    """Return the pages a patient is asked now."""
    state = FormState(open_draft(patient).answers, timezone.now().date(), CURRENT, Respondent(**rights))
    return [found.page for found in state.pages(stage)]


def fields_for(page: Page, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a browser posts of a page for these answers."""
    fields: dict[str, Any] = {"revision": str(10**6)}
    for key in page.questions:
        if key in answers and key not in ASKED_ELSEWHERE:
            fields |= _fields_of(key, answers[key])
    return fields


def _fields_of(key: str, answer: Any) -> dict[str, Any]:
    kind = "text" if key.startswith("x_") else load_questionnaire(CURRENT).by_key[key].type
    if kind == "date":
        return _parts(key, answer)
    if kind == "dict_dates":
        return {n: v for item, day in answer.items() for n, v in _parts(f"{key}-{item}", day).items()}
    if kind == "scale_7x0_4":
        return {f"{key}-{item}": str(value) for item, value in answer.items()}
    if kind == "repeat":
        rows: dict[str, Any] = {f"{key}-rows": str(len(answer))}
        for number, row in enumerate(answer):
            rows |= {f"{key}-{number}-type": row["type"], f"{key}-{number}-reaction": row["reaction"]}
            rows |= _parts(f"{key}-{number}-last_date", row["last_date"])
        return rows
    if kind == "bool":
        return {key: "on"} if answer else {}
    return {key: answer if isinstance(answer, list) else str(answer)}


def _parts(name: str, iso: str) -> dict[str, str]:
    day = date.fromisoformat(iso)
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}
