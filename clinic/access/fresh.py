"""Which pages need more than a sign-in: health data a recent use, a sensitive change a fresh proof.

Like the rule table, these are asked by the middleware and walked by the tests.
"""

from collections.abc import Mapping
from types import MappingProxyType

CLINICAL_NAMESPACES = frozenset({"review", "queue"})

NOT_CLINICAL = frozenset({"review:rules"})
"""The rules by which forms are judged say nothing of anybody."""

OTHER_CLINICAL = frozenset({"session:still-here"})
"""What belongs to a page with health data though its namespace does not."""

POLLS = frozenset({"board:changes", "review:presence", "tablet:state", "session:lock-state"})
"""What a page left open asks by itself: nobody's activity, and neither is what says `X-Nuan-Poll: 1`."""

BOARD_NAMESPACES = frozenset({"board", "desk", "calls"})
"""What stays open for the shift on a trusted computer."""

ALWAYS_OPEN = frozenset(
    {
        *(
            "session:lock",
            "session:lock-state",
            "session:unlocked",
            "session:switch",
            "session:switch-options",
        ),
        *("session:hand-over", "session:continue-demo", "session:again"),
        *("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
        *("account_logout", "clinic:after-sign-in", "clinic:set-language", "clinic:set-theme"),
    }
)
"""The ways out of a locked page: to prove oneself, to hand over, to leave."""

ANY = frozenset({"GET", "HEAD", "POST"})
POST = frozenset({"POST"})

NEEDS_FRESH_PROOF: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # One's own sign-in: a form is asked for before it is filled in
        "account_change_password": ANY,
        "mfa_activate_totp": ANY,
        "mfa_deactivate_totp": ANY,
        "mfa_generate_recovery_codes": ANY,
        "mfa_view_recovery_codes": ANY,
        "mfa_download_recovery_codes": ANY,
        "mfa_add_webauthn": ANY,
        "mfa_edit_webauthn": ANY,
        "mfa_remove_webauthn": ANY,
        # Sessions and computers
        "session:end": POST,
        "session:end-others": POST,
        "session:trust": POST,
        "session:revoke": POST,
        # Who may do what
        "setup:staff-add": ANY,
        "setup:member": ANY,
        "setup:member-stop": POST,
        "setup:member-allow": POST,
        "setup:member-invite": POST,
        "setup:member-reset-factors": POST,
        "setup:member-end-sessions": POST,
        "setup:profile-add": POST,
        "setup:profile": POST,
        "admin:clinic_user_add": ANY,
        "admin:clinic_user_change": ANY,
        "admin:clinic_user_changelist": POST,
        "admin:clinic_user_delete": ANY,
        # Who signs in as which practitioner, and who is called for urgent answers: it opens records
        "admin:clinic_practitioner_add": POST,
        "admin:clinic_practitioner_change": POST,
        "admin:clinic_dutyshift_add": POST,
        "admin:clinic_dutyshift_change": POST,
        # What leaves the clinic, and what opens a product
        "imports:export-patients": POST,
        "imports:export-visits": POST,
        "audit:export": ANY,
        "offering:gate": POST,
        "admin:clinic_productgate_add": POST,
        "admin:clinic_productgate_change": POST,
        "admin:clinic_treatment_change": POST,
        # People's own data, and the clinic's answers about them
        "rights:ask-copy": POST,
        "rights:fetch-copy": POST,
        "rights:withdraw": POST,
        "rights:erase": ANY,
        "privacy:approve": POST,
        "privacy:refuse": POST,
        "privacy:periods": POST,
    }
)
"""By URL name, the methods that need a proof of the person within the last minutes."""


def is_clinical(name: str, namespace: str) -> bool:
    """Whether a page shows staff health data."""
    return name in OTHER_CLINICAL or (namespace in CLINICAL_NAMESPACES and name not in NOT_CLINICAL)


def is_board(namespace: str) -> bool:
    """Whether a page belongs to the board, which stays open on a trusted computer."""
    return namespace in BOARD_NAMESPACES


def needs_fresh_proof(name: str, method: str | None) -> bool:
    """Whether a request needs a fresh proof of the person."""
    return method in NEEDS_FRESH_PROOF.get(name, frozenset())
