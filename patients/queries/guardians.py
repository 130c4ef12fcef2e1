"""Whether an account that reads a form is a guardian's. It decides who sees what was said in private."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from patients.conditions import age_on
from patients.form_state import ADULT
from patients.models import Patient
from patients.queries.private_links import had_private_link


def is_guardian(patient: Patient, answers: Mapping[str, Any], today: date) -> bool:
    """Say whether the account fills in for somebody under 20, by any date we know or as long as we know none.

    An account that was a guardian's stays one: what counts is the age when the record was made, and a private
    link that was ever made, whatever date or name is typed later. So nothing that was told in private opens
    on a twentieth birthday; the young person opens an account of their own then, with their own address.
    """
    if patient.booked_for == Patient.Booker.SELF:
        return had_private_link(patient)
    typed = answers.get("b_dob")
    known = [patient.birth_date, date.fromisoformat(typed) if typed else None]
    births = [born for born in known if born]
    then = min(today, patient.created_at.date())
    is_young = not births or any(age_on(born, then) < ADULT for born in births)
    return is_young or had_private_link(patient)


def may_be_guardians(patient: Patient) -> bool:
    """Say whether an account may be a guardian's, for whoever opens no answer to know: rather yes than no."""
    return patient.booked_for != Patient.Booker.SELF or had_private_link(patient)
