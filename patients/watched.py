"""Which of this app's tables a trigger watches, and why the others are not; see `clinic/watched.py`. Pure.

Nothing of what a patient says or is called is copied: only that it changed, when, and who asked.
"""

from collections.abc import Mapping

WATCHED: Mapping[str, tuple[str, ...]] = {
    "patients_patient": (
        *("name", "contact_name", "birth_date", "email", "phone", "search_text"),
        *("zone", "language", "booked_for", "wanted_mode"),
    ),
    "patients_identitycheck": (),
    "patients_differentpeople": (),
    "patients_merge": ("before", "after", "moved"),
    "patients_deskmessage": ("sealed",),
    "patients_datakey": ("wrapped",),
    "patients_formversion": ("sealed", "sealed_assessment", "digest", "needs_longer_visit"),
    "patients_consent": (),
    "patients_formlink": ("token_hash",),
    "patients_photo": ("sealed_retake_reason",),
    "patients_override": ("sealed",),
    "patients_review": ("sealed", "decision"),
    "patients_addendum": ("sealed",),
    "patients_methoddecision": ("sealed",),
    "patients_patientmessage": ("sealed",),
    "patients_visitrequest": (),
    "patients_tabletpass": ("token_hash", "code_hash", "browser_hash"),
    "patients_urgentalert": ("sealed", "digest", "severity"),
    "patients_dataexport": ("wrapped",),
    "patients_reasonaccess": ("sealed",),
    "patients_lockedrecord": ("sealed",),
    "patients_erasurerequest": ("reason",),
}

NOT_WATCHED: Mapping[str, str] = {
    "patients_draft": "saved while somebody types; what is sent is a form version, which is watched",
    "patients_reviewdraft": "saved while somebody types; what is signed is a review, which is watched",
    "patients_erasurerecord": "the ledger of erasures: append-only, and copied elsewhere",
    "patients_formreader": "who looks at a form right now; the read itself is in clinic_readrecord",
}
