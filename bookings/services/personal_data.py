"""Every table of the database, and what becomes of what it says about a person. A test misses none.

`exported` names the part of a copy (`data.json`) that holds it, or why it is left out; `erased` says what an
erasure does. A table that speaks of nobody who is seen here says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Handling:
    """What a copy holds of a table, and what an erasure leaves of it."""

    exported: str
    erased: str


GOES, SEALED, EMPTIED = "deleted", "sealed while law keeps it, then deleted", "emptied of words, kept"
OF_STAFF, HASHES = "left out: notes of the clinic for itself", "left out: hashes, no content"

HANDLED: Mapping[str, Handling] = MappingProxyType(
    {
        "patients_patient": Handling("person", EMPTIED),
        "patients_datakey": Handling("left out: a key", SEALED),
        "patients_draft": Handling("draft", GOES),
        "patients_formversion": Handling("forms", SEALED),
        "patients_consent": Handling("consents", "kept as long as the record, photos outside care deleted"),
        "patients_formlink": Handling(HASHES, GOES),
        "patients_tabletpass": Handling(HASHES, GOES),
        "patients_photo": Handling("photos", "those that are part of care as the record, others deleted"),
        "patients_override": Handling("corrections", SEALED),
        "patients_methoddecision": Handling(OF_STAFF, SEALED),
        "patients_review": Handling("reviews", SEALED),
        "patients_addendum": Handling(OF_STAFF, SEALED),
        "patients_reviewdraft": Handling(OF_STAFF, GOES),
        "patients_patientmessage": Handling("messages", SEALED),
        "patients_reasonaccess": Handling(
            "left out: a clinician’s words to the owner", "sealed; unreadable with the key, then ids only"
        ),
        "patients_formreader": Handling("opened_by", SEALED),
        "patients_visitrequest": Handling("requests", GOES),
        "patients_urgentalert": Handling("urgent", SEALED),
        "patients_deskmessage": Handling("messages", GOES),
        "patients_identitycheck": Handling("identity_checks", GOES),
        "patients_differentpeople": Handling(OF_STAFF, GOES),
        "patients_merge": Handling("left out: speaks of other records too", GOES),
        "patients_dataexport": Handling("your_requests", GOES),
        "patients_erasurerequest": Handling("your_requests", EMPTIED),
        "patients_lockedrecord": Handling("left out: of erased records only", SEALED),
        "patients_erasurerecord": Handling("left out: of erased records only", "ids only: the ledger itself"),
        "bookings_appointment": Handling("visits", EMPTIED),
        "bookings_appointmentevent": Handling("left out: the rows of visits again", GOES),
        "bookings_visitevent": Handling("visits", EMPTIED),
        "bookings_visitlink": Handling(HASHES, GOES),
        "bookings_requestkey": Handling(HASHES, GOES),
        "bookings_rebooking": Handling("left out: ids of visits", "ids only: kept"),
        "bookings_walkin": Handling("queue", EMPTIED),
        "bookings_importedrecord": Handling(HASHES, GOES),
        "bookings_importbatch": Handling("left out: sealed, a day at most", "goes within a day"),
        "clinic_user": Handling("account", EMPTIED),
        "clinic_outboxmessage": Handling("mails", GOES),
        "clinic_readrecord": Handling(
            "opened_by", "ids and network addresses: kept, the chain needs every row"
        ),
        "clinic_securityevent": Handling(
            "left out: the log of sign-ins", "ids and network addresses: kept with the audit"
        ),
        "clinic_changerecord": Handling(
            "left out: which columns changed, without names and answers", "ids only: kept with the audit"
        ),
        "clinic_signin": Handling("left out: signed-in browsers, 90 days at most", GOES),
        "clinic_limitwindow": Handling(HASHES, "keyed hashes: gone within a day of their hour"),
        "account_emailaddress": Handling("account", GOES),
        "mfa_authenticator": Handling("left out: secrets", GOES),
        "django_session": Handling("left out: signed-in browsers, hours at most", GOES),
        "django_admin_log": Handling(OF_STAFF, GOES),
    }
)
"""Tables that can speak of somebody who is seen here, or of their account."""

_CLINIC = "the clinic’s own places, people, hours and offers"
_MACHINERY = "the site’s own machinery: names of tables, rights and migrations"
_IDS = "ids only"

OF_NOBODY: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            [
                *("clinic_clinic", "clinic_site", "clinic_resource", "clinic_practitioner"),
                *("clinic_practitioner_visit_types", "clinic_visittype", "clinic_visitoffer"),
                *("clinic_visittypeevent",),
                *("clinic_treatment", "clinic_treatmentcard", "clinic_treatmentprice", "clinic_productgate"),
                *("clinic_treatmentevent", "clinic_treatmentcardevent", "clinic_productgateevent"),
                "clinic_trustedcomputer",
                *("clinic_messagewording", "clinic_dutyshift", "clinic_retentionperiod"),
                *("bookings_workinghours", "bookings_exceptionalopening", "bookings_closure"),
                *("bookings_timeoff", "bookings_runninglate"),
            ],
            _CLINIC,
        ),
        **dict.fromkeys(
            [
                *("auth_group", "auth_group_permissions", "auth_permission", "clinic_user_groups"),
                *("clinic_user_user_permissions", "django_content_type", "django_migrations"),
                *("procrastinate_workers", "procrastinate_periodic_defers"),
                *("clinic_auditseal", "clinic_auditcheck"),
            ],
            _MACHINERY,
        ),
        "bookings_allocation": "spans of time, by the id of a visit; gone with it",
        "pghistory_context": "addresses of pages without their keys, and ids",
        "procrastinate_jobs": _IDS,
        "procrastinate_events": _IDS,
        "account_emailconfirmation": "never written: addresses are proved by a code",
        "nuan_cache": "counts of free times, and limits by hash",
    }
)
"""Tables that speak of nobody who is seen here, and why."""

FILES: Mapping[str, Handling] = MappingProxyType(
    {
        "NUAN_PHOTOS": Handling("photos", "as the rows of the photos"),
        "NUAN_PHOTOS/exports": Handling("left out: the copies themselves", GOES),
        "NUAN_MEDIA": Handling("left out: photos of the clinic’s own people", "not about patients"),
        "NUAN_MAIL_DIR": Handling("mails", "the demo’s mails: deleted; a real clinic keeps none"),
    }
)
"""Folders in which something of a person may lie."""
