"""Whatever is typed into the health form: no page breaks, and words come back as they were."""

from typing import Any

import pytest
from django.test import Client

from patients.models import Patient
from patients.queries.health_forms import open_draft
from tests.patients.form_pages import AGREED, FORM, answers_before, keep_answers, path_of, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreed(client: Client) -> Patient:
    patient = sign_in(client)
    keep_answers(patient, **AGREED)
    return patient


def post(client: Client, patient: Patient, page: str, **fields: Any) -> Any:
    """Press "Save and continue" on a page."""
    return client.post(path_of(patient, page), {"revision": str(10**6), **fields})


NONSENSE = [
    "a" * 12_000,
    "😀" * 500,
    "a\0b",
    "\u202eabc\u202c",
    "๑๒๓๔๕๖๗",
    "<script>alert(1)</script>",
    "-1",
    "1e9",
]


@pytest.mark.parametrize("slug", [page.slug for page in FORM.pages])
def test_nonsense_breaks_no_page_and_is_kept(client: Client, agreed: Patient, slug: str) -> None:
    keep_answers(
        agreed, **answers_before() | {"b_dob": "2010-01-01", "f_itch_12m": "yes", "f_doctor_dx": "yes"}
    )
    form = client.get(path_of(agreed, slug), follow=True).context.get("form")
    names = list(form.fields) if form else []

    for typed in NONSENSE:
        fields = dict.fromkeys(names, typed) | {
            f"{name}_{part}": typed for name in names for part in ("day", "year")
        }
        answer = post(client, agreed, slug, **fields, **{"h_treatments-rows": typed, "accept_year": typed})
        assert answer.status_code in {200, 302, 422}
        assert "<script>alert" not in answer.content.decode()


def test_words_in_any_script_come_back_as_they_were(client: Client, agreed: Patient) -> None:
    fields = {"g_bother": "๕", "l_hours_thinking": "1_3h", "l_impairs": "no", "l_goals": "smoother"}
    typed = "ลายมือ 😀\u202eabc\u202c\r\n\0second line"

    post(client, agreed, "you-and-this", **fields | {"g_bother": "5"}, x_words=typed)

    assert open_draft(agreed).answers["x_words"] == "ลายมือ 😀\u202eabc\u202c\nsecond line"


def test_thai_digits_are_digits(client: Client, agreed: Patient) -> None:
    keep_answers(agreed, b_country="GB")

    post(client, agreed, "from-abroad", a_cross_border="on", n_stay_days="๑๔")

    assert open_draft(agreed).answers["n_stay_days"] == 14
