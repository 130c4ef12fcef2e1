"""What roles may do to a record, whoever calls: nurses read, note and fill in; clinicians decide too."""

from clinic.access.who import CLINICAL, CLINICIAN
from clinic.models import User
from patients.services.refusals import CliniciansDecide, NotClinical


def check_decides(user: User) -> None:
    """Refuse a decision by somebody who is no clinician, or may not sign in.

    :raises CliniciansDecide: always then.
    """
    if not user.has_role(*CLINICIAN):
        raise CliniciansDecide


def check_reads(user: User) -> None:
    """Refuse work on a record by somebody who is neither a clinician nor a nurse, or may not sign in.

    :raises NotClinical: always then.
    """
    if not user.has_role(*CLINICAL):
        raise NotClinical
