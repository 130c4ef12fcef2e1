"""Which of this app's tables a trigger watches, and why the others are not. Pure; other apps have theirs.

Every change of a watched row is noted with who asked (clinic/models/audit.py, ChangeRecord). Beside a table
stand the columns whose values are left out: names, contacts, secrets and what is sealed.
"""

from collections.abc import Mapping

WATCHED: Mapping[str, tuple[str, ...]] = {
    "clinic_clinic": (),
    "clinic_site": (),
    "clinic_resource": (),
    "clinic_user": ("password", "email", "phone", "name", "last_login"),
    "clinic_practitioner": ("name",),
    "clinic_practitioner_visit_types": (),
    "clinic_treatmentprice": (),
    "clinic_dutyshift": (),
    "clinic_messagewording": (),
    "clinic_retentionperiod": (),
    "clinic_trustedcomputer": ("token_hash", "network"),
    "clinic_visitoffer": (),
    "mfa_authenticator": ("data",),
    "account_emailaddress": ("email",),
}

BY_PGHISTORY = "django-pghistory keeps every version of a row in a table of its own"
AUDIT = "part of the audit itself: append-only, and sealed"
COUNTER = "a counter or a cache: says nothing of anybody, and changes with every request"
LIBRARY = "a list that a library keeps for itself; nobody edits it here"

NOT_WATCHED: Mapping[str, str] = {
    "clinic_visittype": BY_PGHISTORY,
    "clinic_treatment": BY_PGHISTORY,
    "clinic_treatmentcard": BY_PGHISTORY,
    "clinic_productgate": BY_PGHISTORY,
    "clinic_visittypeevent": AUDIT,
    "clinic_treatmentevent": AUDIT,
    "clinic_treatmentcardevent": AUDIT,
    "clinic_productgateevent": AUDIT,
    "pghistory_context": AUDIT,
    "pghistory_events": AUDIT,
    "clinic_readrecord": AUDIT,
    "clinic_securityevent": AUDIT,
    "clinic_changerecord": AUDIT,
    "clinic_auditseal": AUDIT,
    "clinic_auditcheck": AUDIT,
    "clinic_limitwindow": COUNTER,
    "clinic_signin": "a sign-in says itself what became of it; its beginning and end are security events",
    "clinic_outboxmessage": "follows from what it speaks of; each attempt to send changes it",
    "django_session": "signing in and out are security events; the rest changes with every request",
    "django_admin_log": "the admin's own log of what is watched here anyway",
    "clinic_user_groups": "groups are not used: roles stand in clinic_user",
    "clinic_user_user_permissions": "permissions are not used: roles stand in clinic_user",
    "auth_group": "groups are not used: roles stand in clinic_user",
    "auth_group_permissions": "groups are not used: roles stand in clinic_user",
    "auth_permission": LIBRARY,
    "django_content_type": LIBRARY,
    "account_emailconfirmation": LIBRARY,
}
