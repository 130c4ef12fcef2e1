"""Making the data key that seals what one patient tells us."""

from uuid import UUID

from clinic.key_ring import get_key_ring
from clinic.sealing import new_key
from patients.models import DataKey
from patients.queries.vault import Vault, get_vault, key_place


def ensure_vault(patient_id: UUID) -> Vault:
    """Return a patient's vault, with a new data key if there was none; two at once make one key.

    A key that is there and cannot be unwrapped is never replaced: the vault is empty, and seals nothing.
    """
    vault = get_vault([patient_id])
    if patient_id in vault.keys:
        return vault
    row = DataKey(patient_id=patient_id)
    row.ring_key, row.wrapped = get_key_ring().wrap(new_key(), place=key_place(row))
    DataKey.objects.bulk_create([row], ignore_conflicts=True)
    return get_vault([patient_id])
