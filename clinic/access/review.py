"""Reading and reviewing health forms."""

from collections.abc import Mapping
from types import MappingProxyType

from clinic.access.fields import RECORD, VISITS
from clinic.access.objects import (
    ALERT,
    ANSWER,
    FILLED_IN,
    FILLED_IN_PAGE,
    FORM_VERSION,
    NEXT_VERSION,
    NONE,
    PHOTO,
    RECORD_OF,
    WANTED_RECORD,
    WANTED_RECORD_TO_GO,
)
from clinic.access.rule import FORM, PRESS, SEE, Rule
from clinic.access.who import CLINICAL, CLINICIAN, OWNER

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        # Reading and reviewing health forms: nurses read and note what they examined, clinicians decide
        "queue:queue": Rule(CLINICAL, SEE, NONE, RECORD),
        "queue:neighbour": Rule(CLINICAL, SEE, NEXT_VERSION, RECORD),
        # Whose record they open, `patients/middleware.py` asks; beyond the care team it takes a reason
        "review:record": Rule(CLINICAL, SEE, RECORD_OF, RECORD),
        "review:reason": Rule(CLINICAL, FORM, WANTED_RECORD, VISITS),
        "review:close-access": Rule(CLINICAL, PRESS, WANTED_RECORD_TO_GO, VISITS),
        "review:form": Rule(CLINICAL, SEE, FORM_VERSION, RECORD),
        "review:presence": Rule(CLINICAL, SEE, FORM_VERSION, RECORD),
        "review:correct": Rule(CLINICAL, FORM, ANSWER, RECORD),
        "review:draft": Rule(CLINICIAN, PRESS, FORM_VERSION, RECORD),
        "review:sign": Rule(CLINICIAN, PRESS, FORM_VERSION, RECORD),
        "review:decide": Rule(CLINICIAN, PRESS, FORM_VERSION, RECORD),
        "review:addendum": Rule(CLINICIAN, PRESS, FORM_VERSION, RECORD),
        "review:photo": Rule(CLINICAL, SEE, PHOTO, RECORD),
        "review:photo-page": Rule(CLINICAL, FORM, PHOTO, RECORD),
        "review:add-photo": Rule(CLINICAL, PRESS, FORM_VERSION, RECORD),
        "review:health-form": Rule(CLINICAL, SEE, FILLED_IN, RECORD),
        "review:form-page": Rule(CLINICAL, FORM, FILLED_IN_PAGE, RECORD),
        "review:save-page": Rule(CLINICAL, PRESS, FILLED_IN_PAGE, RECORD),
        "review:check-form": Rule(CLINICAL, FORM, FILLED_IN, RECORD),
        "review:form-sent": Rule(CLINICAL, SEE, FILLED_IN, RECORD),
        "review:rules": Rule(CLINICAL | OWNER, SEE),
        "review:alerts": Rule(CLINICAL, SEE, NONE, RECORD),
        "review:acknowledge": Rule(CLINICIAN, PRESS, ALERT, RECORD),
    }
)
