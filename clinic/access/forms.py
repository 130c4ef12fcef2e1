"""The health form: at home, by a private link, on the clinic's tablet."""

from collections.abc import Mapping
from types import MappingProxyType

from clinic.access.fields import OWN_NOTES, OWN_READ, OWN_RECORD, VISITS
from clinic.access.objects import (
    NONE,
    OWN_CALL,
    OWN_DATA,
    OWN_FORM,
    OWN_PAGE,
    OWN_PHOTO,
    OWN_VIEW,
    PRIVATE_LINK,
    TABLET_BACK,
    TABLET_CODE,
    TABLET_PAGE,
    TABLET_PASS,
    TABLET_PHOTO,
    TABLET_VIEW,
    YOUNG_FORM,
)
from clinic.access.rule import FORM, PRESS, SEE, Rule
from clinic.access.who import ANYONE, SIGNED_IN

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        # The health form: whose it is, the queries decide; a private link opens by its token
        "patients:forms": Rule(SIGNED_IN, SEE, NONE, VISITS),
        "patients:health-form": Rule(SIGNED_IN, SEE, OWN_FORM, OWN_RECORD),
        "patients:form-page": Rule(SIGNED_IN, FORM, OWN_PAGE, OWN_RECORD),
        "patients:save-page": Rule(SIGNED_IN, PRESS, OWN_PAGE, OWN_RECORD),
        "patients:check-form": Rule(SIGNED_IN, FORM, OWN_FORM, OWN_RECORD),
        "patients:ask-for-call": Rule(SIGNED_IN, PRESS, OWN_CALL, OWN_RECORD),
        "patients:still-right": Rule(SIGNED_IN, PRESS, OWN_FORM, OWN_RECORD),
        "patients:form-sent": Rule(SIGNED_IN, SEE, OWN_FORM, OWN_RECORD),
        "patients:form-readers": Rule(SIGNED_IN, SEE, OWN_FORM, OWN_READ),
        "patients:make-private-link": Rule(SIGNED_IN, PRESS, YOUNG_FORM, OWN_RECORD),
        "patients:keep-for-doctor": Rule(SIGNED_IN, PRESS, YOUNG_FORM, OWN_RECORD),
        "patients:photo-add": Rule(SIGNED_IN, PRESS, OWN_VIEW, OWN_RECORD),
        "patients:photo-remove": Rule(SIGNED_IN, PRESS, OWN_PHOTO, OWN_RECORD),
        "patients:photo": Rule(SIGNED_IN, SEE, OWN_PHOTO, OWN_RECORD),
        "patients:messages": Rule(SIGNED_IN, SEE, NONE, OWN_NOTES),
        # One's own data: whose it is, the queries decide
        "rights:home": Rule(SIGNED_IN, SEE, NONE, VISITS),
        "rights:person": Rule(SIGNED_IN, SEE, OWN_DATA, VISITS),
        "rights:ask-copy": Rule(SIGNED_IN, PRESS, OWN_DATA, VISITS),
        "rights:fetch-copy": Rule(SIGNED_IN, PRESS, OWN_DATA, VISITS),
        "rights:drop-copy": Rule(SIGNED_IN, PRESS, OWN_DATA, VISITS),
        "rights:withdraw": Rule(SIGNED_IN, PRESS, OWN_DATA, VISITS),
        "rights:erase": Rule(SIGNED_IN, FORM, OWN_DATA, VISITS),
        "rights:keep": Rule(SIGNED_IN, PRESS, OWN_DATA, VISITS),
        "patients:private-form": Rule(ANYONE, FORM, PRIVATE_LINK, VISITS),
        "patients:private-call": Rule(ANYONE, PRESS, PRIVATE_LINK, VISITS),
        # The tablet itself: a pass opens one patient's form, and the queries decide whether it still does
        "tablet:code": Rule(ANYONE, FORM),
        "tablet:open": Rule(ANYONE, FORM, TABLET_CODE, VISITS),
        "tablet:locked": Rule(ANYONE, SEE),
        "tablet:thanks": Rule(ANYONE, SEE),
        "tablet:alive": Rule(ANYONE, SEE, TABLET_PASS),
        "tablet:still-here": Rule(ANYONE, PRESS, TABLET_PASS),
        "tablet:give-back": Rule(ANYONE, PRESS, TABLET_BACK, OWN_RECORD),
        "tablet:health-form": Rule(ANYONE, SEE, TABLET_PASS, OWN_RECORD),
        "tablet:check-form": Rule(ANYONE, FORM, TABLET_PASS, OWN_RECORD),
        "tablet:form-sent": Rule(ANYONE, SEE, TABLET_PASS, OWN_RECORD),
        "tablet:still-right": Rule(ANYONE, PRESS, TABLET_PASS, OWN_RECORD),
        "tablet:keep-for-doctor": Rule(ANYONE, PRESS, TABLET_PASS, OWN_RECORD),
        "tablet:photo-add": Rule(ANYONE, PRESS, TABLET_VIEW, OWN_RECORD),
        "tablet:photo-remove": Rule(ANYONE, PRESS, TABLET_PHOTO, OWN_RECORD),
        "tablet:photo": Rule(ANYONE, SEE, TABLET_PHOTO, OWN_RECORD),
        "tablet:form-page": Rule(ANYONE, FORM, TABLET_PAGE, OWN_RECORD),
        "tablet:save-page": Rule(ANYONE, PRESS, TABLET_PAGE, OWN_RECORD),
    }
)
