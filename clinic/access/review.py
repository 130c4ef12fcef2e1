"""Reading and reviewing health forms."""

from collections.abc import Mapping
from types import MappingProxyType

from clinic.access.who import CLINICAL, CLINICIAN, OWNER

RULES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # Reading and reviewing health forms: nurses read and note what they examined, clinicians decide
        "queue:queue": CLINICAL,
        "queue:neighbour": CLINICAL,
        # Whose record they open, `patients/middleware.py` asks; beyond the care team it takes a reason
        "review:record": CLINICAL,
        "review:reason": CLINICAL,
        "review:close-access": CLINICAL,
        "review:form": CLINICAL,
        "review:presence": CLINICAL,
        "review:correct": CLINICAL,
        "review:draft": CLINICIAN,
        "review:sign": CLINICIAN,
        "review:decide": CLINICIAN,
        "review:addendum": CLINICIAN,
        "review:photo": CLINICAL,
        "review:photo-page": CLINICAL,
        "review:add-photo": CLINICAL,
        "review:health-form": CLINICAL,
        "review:form-page": CLINICAL,
        "review:save-page": CLINICAL,
        "review:check-form": CLINICAL,
        "review:form-sent": CLINICAL,
        "review:rules": CLINICAL | OWNER,
        "review:alerts": CLINICAL,
        "review:acknowledge": CLINICIAN,
    }
)
