"""Urgent answers: raised when they are saved, told to whoever is on duty, passed on after ten minutes."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from clinic.models import Role, User
from clinic.queries.duty import list_on_duty
from clinic.services import outbox
from patients.models import Draft, Patient, UrgentAlert
from patients.queries.vault import Vault
from patients.rule_book import load_rule_book
from patients.services.rights import check_decides
from patients.services.vault import ensure_vault

SUBJECT = "urgent"
CALL, PASSED_ON = "urgent_call", "urgent_passed_on"
"""Messages that say only: somebody needs you, sign in and look."""

OFFERS_CALL = "U_SELF_HARM"
"""The urgent rule whose message offers to be called."""

PATIENCE = timedelta(minutes=10)
"""How long an alert waits for those on duty before every clinician hears of it."""


def raise_alerts(
    *, patient: Patient, vault: Vault, rules: Collection[str], now: datetime
) -> list[UrgentAlert]:
    """Raise an alert for each rule just met and call those on duty, in the caller's transaction.

    An alert that is still open for the same rule is not raised again.
    """
    if not rules:
        return []
    on_duty, severities = list_on_duty(now), {rule.id: rule.severity for rule in load_rule_book().urgent}
    raised = []
    for rule in rules:
        alert = UrgentAlert(
            patient=patient,
            severity=severities[rule],
            digest=vault.digest(["urgent", rule], patient_id=patient.pk),
            somebody_on_duty=bool(on_duty),
            raised_at=now,
        )
        alert.sealed = vault.seal({"rule": rule}, patient_id=patient.pk, row=alert)
        raised.append(alert)
    digests = [alert.digest for alert in raised]
    still_open = UrgentAlert.objects.filter(patient=patient, digest__in=digests, acknowledged_at=None)
    known = set(still_open.values_list("digest", flat=True))
    fresh = [alert for alert in raised if alert.digest not in known]
    UrgentAlert.objects.bulk_create(fresh)
    for alert in fresh:
        _call(alert, on_duty, kind=CALL, now=now)
    return fresh


def ask_for_call(*, patient: Patient, now: datetime) -> UrgentAlert:
    """Note on a patient's open alert that they want to be called, and return it. One transaction.

    Asking again changes nothing. Where the alert was taken on already, it is raised once more.
    """
    with transaction.atomic():
        Draft.objects.select_for_update().get(patient=patient)  # alerts are raised under its lock
        vault = ensure_vault(patient.pk)
        digest = vault.digest(["urgent", OFFERS_CALL], patient_id=patient.pk)
        still_open = UrgentAlert.objects.select_for_update().filter(acknowledged_at=None)
        alert = still_open.filter(patient=patient, digest=digest).first()
        if alert is None:
            (alert,) = raise_alerts(patient=patient, vault=vault, rules=[OFFERS_CALL], now=now)
        if alert.call_wanted_at is None:
            alert.call_wanted_at = now
            alert.save(update_fields=["call_wanted_at"])
        return alert


def acknowledge_alert(*, alert_id: UUID, by: User, now: datetime) -> UrgentAlert:
    """Note that a clinician has taken an alert on; the first one counts. One transaction.

    :raises CliniciansDecide: if `by` is no clinician.
    :raises UrgentAlert.DoesNotExist: if there is none.
    """
    check_decides(by)
    with transaction.atomic():
        alert = UrgentAlert.objects.select_for_update().get(pk=alert_id)
        if alert.acknowledged_at is None:
            alert.acknowledged_at, alert.acknowledged_by = now, by
            alert.save(update_fields=["acknowledged_at", "acknowledged_by"])
            outbox.drop(subject_type=SUBJECT, subject_id=alert.pk)
        return alert


def pass_on_alerts(*, now: datetime) -> int:
    """Tell every clinician of alerts that nobody took on in ten minutes; return how many. Safe to repeat."""
    with transaction.atomic():
        late = list(
            UrgentAlert.objects.select_for_update(skip_locked=True)
            .filter(acknowledged_at=None, passed_on_at=None, raised_at__lte=now - PATIENCE)
            .order_by("raised_at", "pk")
        )
        clinicians = list(
            User.objects.filter(roles__contains=[Role.CLINICIAN], is_active=True).order_by("pk")
        )
        for alert in late:
            alert.passed_on_at = now
            alert.save(update_fields=["passed_on_at"])
            _call(alert, clinicians, kind=PASSED_ON, now=now)
        return len(late)


def _call(alert: UrgentAlert, people: Collection[User], *, kind: str, now: datetime) -> None:
    """Write to each of them; each person's message is a version of its own."""
    for person in people:
        if person.email:
            outbox.post(
                subject_type=SUBJECT,
                subject_id=alert.pk,
                kind=kind,
                version=person.pk,
                to=person.email,
                language=person.language,
                facts={},
                now=now,
            )
