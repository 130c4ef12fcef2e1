"""Believable health forms for the demo: the worked cases, and people whose answers vary around a calm one.

Everybody is invented; the same patient gives the same answers on any day.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from patients.demo.photos import SCENES, Scene, add_photos
from patients.demo.stories import CHANGES, STORIES
from patients.models import Draft, FormVersion, Patient
from patients.pages import BEFORE, load_pages
from patients.services.drafts import Writer, save_answers
from patients.services.submission import carried_from, send_form
from patients.told import FACE_MAP
from patients.versions import CURRENT
from patients.words import is_extra

_CASES = Path(__file__).parent / "cases"
WORKED = ("vo-01", "vo-02", "vo-03", "vo-04", "vo-06")
"""Worked cases of adults, in the order they are given out; `vo-05` is for somebody under 18."""
CHILD = "vo-05"

Shots = tuple[tuple[Scene, ...], ...]

ADULT = 20
SENT, BEGUN, AGAIN, COMPLETE = 0.62, 0.8, 0.3, 0.25
"""Shares: forms that are sent, sent or begun, sent a second time after a change, and filled in to the end."""


def fill_in_forms(people: Sequence[Patient], *, today: date, now: datetime) -> int:
    """Let these patients, in the order of their visits, fill in their forms; return how many have begun one.

    Whoever has begun already is left alone. A worked case is given to the first who can have it.
    """
    begun = set(Draft.objects.filter(patient__in=people).values_list("patient_id", flat=True))
    worked = list(WORKED) if not FormVersion.objects.exists() else []
    child_is_due = not FormVersion.objects.exists()
    count = 0
    for patient in people:
        if patient.pk in begun:
            continue
        rng = Random(str(patient.pk))  # noqa: S311 (invention, not secrets)
        is_child = patient.birth_date is not None and _age(patient.birth_date, today) < ADULT
        if is_child and not child_is_due:
            continue
        shots: Shots = ()
        if is_child or worked:
            name = CHILD if is_child else worked.pop(0)
            answers, share, shots = _case(name), 0.0, SCENES.get(name, ())
            child_is_due = child_is_due and not is_child
        else:
            answers, share = _invent(patient, rng), rng.random()
        if share > BEGUN:
            continue
        _fill_in(patient, answers, rng, is_sent=share <= SENT, shots=shots, today=today, now=now)
        count += 1
    return count


def _fill_in(
    patient: Patient,
    answers: dict[str, Any],
    rng: Random,
    *,
    is_sent: bool,
    shots: Shots,
    today: date,
    now: datetime,
) -> None:
    """Answer, send, and sometimes change something and send again, over the last days.

    `shots` are the photos that go with each sending.
    """
    at = now - timedelta(hours=rng.randrange(20, 90), minutes=rng.randrange(60))
    story = STORIES["th" if patient.language == "th" else "en"]
    answers = answers | {"x_words": rng.choice(story), "x_signature": patient.name}
    if answers["a_completing_for"] == "parent_guardian":
        answers |= {"x_guardian_signature": patient.contact_name or answers["b_guardian_name"]}
    if not is_sent:
        first = list(_before_the_visit(answers).items())[: rng.randrange(8, 24)]
        _save(patient, dict(first), revision=0, today=today, at=at)
        return
    if rng.random() > COMPLETE:
        answers = _before_the_visit(answers)
    revision = _save(patient, answers, revision=0, today=today, at=at)
    add_photos(patient, shots[0] if shots else (), now=at)
    _send(patient, revision, today=today, at=at)
    if rng.random() < AGAIN or shots[1:]:
        at += timedelta(hours=9)
        revision = _save(patient, rng.choice(CHANGES), revision=revision, today=today, at=at)
        add_photos(patient, shots[1] if shots[1:] else (), now=at)
        _send(patient, revision, today=today, at=at)


def _save(patient: Patient, answers: Mapping[str, Any], *, revision: int, today: date, at: datetime) -> int:
    """Save answers from a phone, and return the draft's revision."""
    return save_answers(
        patient=patient,
        changes=answers,
        seen_revision=revision,
        writer=Writer(patient.account, "Phone"),
        reference_date=today,
        now=at,
    ).revision


def _send(patient: Patient, revision: int, *, today: date, at: datetime) -> None:
    send_form(
        patient=patient,
        seen_revision=revision,
        writer=Writer(patient.account, "Phone"),
        reference_date=today,
        now=at,
    )


def _invent(patient: Patient, rng: Random) -> dict[str, Any]:
    """Return calm answers with a few things that are this person's own."""
    answers = _case("calm") | {
        "b_dob": (patient.birth_date or date(1995, 6, 1)).isoformat(),
        "b_country": "TH" if patient.zone in ("", "Asia/Bangkok") else "GB",
        "b_sex_at_birth": rng.choice(["female", "female", "male"]),
        "f_itch_nrs": rng.choice([0, 1, 2, 3, 5]),
        "g_bother": rng.randrange(3, 10),
    }
    if answers["b_country"] != "TH":
        answers |= {"a_cross_border": True, "n_stay_days": rng.choice([5, 10, 21]), "n_followup_local": "yes"}
    for change in rng.sample(CHANGES, k=rng.choice([0, 1, 1, 2])):
        answers |= change
    return answers


def _before_the_visit(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers to what is asked before the visit, in the order it is asked."""
    asked = [key for page in load_pages(CURRENT).pages_in(BEFORE) for key in page.questions]
    extras = [key for key in answers if is_extra(key) and key not in asked]
    return {key: answers[key] for key in [*asked, *extras] if key in answers}


@cache
def _read(name: str) -> str:
    return (_CASES / f"{name}.json").read_text(encoding="utf-8")


def _case(name: str) -> dict[str, Any]:
    """Return a case's answers, without what the booking carries, and its scars marked on both sides."""
    answers: dict[str, Any] = json.loads(_read(name))["answers"]
    places = [zone for zone, area in load_pages(CURRENT).zones.items() if area in answers["g_scar_areas"]]
    own = {key: value for key, value in answers.items() if key not in carried_from(_ANYBODY)}
    return {FACE_MAP: places, **own}


_ANYBODY = Patient(name="-", email="-", phone="+66805550100", language="en")


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
