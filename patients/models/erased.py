"""Triggers that keep an erased record erased, whatever the code above does."""

import pgtrigger

ERASED = "patient_erased"
"""What Postgres names as the violated constraint when something is written about an erased record."""

_REFUSE = f"""
    RAISE EXCEPTION 'The record was erased.' USING ERRCODE = 'check_violation', CONSTRAINT = '{ERASED}';
"""

_LOOK = f"""
    SELECT erased_at INTO gone FROM patients_patient WHERE id = NEW.patient_id FOR KEY SHARE;
    IF gone IS NOT NULL THEN {_REFUSE} END IF;
    RETURN NULL;
"""  # noqa: S608 (our own text)


def never_of_erased(name: str) -> list[pgtrigger.Trigger]:
    """Return the trigger that refuses a new row about an erased patient, or one that is moved to them.

    It waits for an erasure that is under way, like a foreign key, and looks after the row is in: the order
    of locks stays that of every writer, its own rows first, then the patient.
    """
    return [
        pgtrigger.Trigger(
            name=f"{name}_never_of_erased",
            when=pgtrigger.After,
            operation=pgtrigger.Insert | pgtrigger.UpdateOf("patient_id"),  # type: ignore[no-untyped-call]
            declare=[("gone", "timestamptz")],
            func=_LOOK,
        )
    ]


def stays_erased() -> list[pgtrigger.Trigger]:
    """Return the trigger that refuses to write names or contacts into an erased record again."""
    return [
        pgtrigger.Trigger(
            name="patient_stays_erased",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition("OLD.erased_at IS NOT NULL"),
            func=_REFUSE,
        )
    ]
