"""The health form: at home, by a private link, on the clinic's tablet."""

from collections.abc import Mapping
from types import MappingProxyType

from clinic.access.who import ANYONE, SIGNED_IN

RULES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # The health form: whose it is, the queries decide; a private link opens by its token
        "patients:forms": SIGNED_IN,
        "patients:health-form": SIGNED_IN,
        "patients:form-page": SIGNED_IN,
        "patients:save-page": SIGNED_IN,
        "patients:check-form": SIGNED_IN,
        "patients:ask-for-call": SIGNED_IN,
        "patients:still-right": SIGNED_IN,
        "patients:form-sent": SIGNED_IN,
        "patients:form-readers": SIGNED_IN,
        "patients:make-private-link": SIGNED_IN,
        "patients:keep-for-doctor": SIGNED_IN,
        "patients:photo-add": SIGNED_IN,
        "patients:photo-remove": SIGNED_IN,
        "patients:photo": SIGNED_IN,
        "patients:messages": SIGNED_IN,
        # One's own data: whose it is, the queries decide
        "rights:home": SIGNED_IN,
        "rights:person": SIGNED_IN,
        "rights:ask-copy": SIGNED_IN,
        "rights:fetch-copy": SIGNED_IN,
        "rights:drop-copy": SIGNED_IN,
        "rights:withdraw": SIGNED_IN,
        "rights:erase": SIGNED_IN,
        "rights:keep": SIGNED_IN,
        "patients:private-form": ANYONE,
        "patients:private-call": ANYONE,
        # The tablet itself: a pass opens one patient's form, and the queries decide whether it still does
        "tablet:code": ANYONE,
        "tablet:open": ANYONE,
        "tablet:locked": ANYONE,
        "tablet:thanks": ANYONE,
        "tablet:alive": ANYONE,
        "tablet:still-here": ANYONE,
        "tablet:give-back": ANYONE,
        "tablet:health-form": ANYONE,
        "tablet:check-form": ANYONE,
        "tablet:form-sent": ANYONE,
        "tablet:still-right": ANYONE,
        "tablet:keep-for-doctor": ANYONE,
        "tablet:photo-add": ANYONE,
        "tablet:photo-remove": ANYONE,
        "tablet:photo": ANYONE,
        "tablet:form-page": ANYONE,
        "tablet:save-page": ANYONE,
    }
)
