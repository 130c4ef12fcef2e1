"""Signing in, second factors, and one's own account."""

from collections.abc import Mapping
from types import MappingProxyType

from clinic.access.who import ANYONE, CLINICAL, DESK, OWNER, SIGNED_IN, STAFF

RULES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # Where one is signed in; locked pages; computers trusted for a shift
        "session:own": SIGNED_IN,
        "session:end": SIGNED_IN,
        "session:end-others": SIGNED_IN,
        "session:lock": SIGNED_IN,
        "session:unlocked": SIGNED_IN,
        "session:lock-state": ANYONE,
        "session:still-here": CLINICAL,
        "session:continue-demo": SIGNED_IN,
        "session:again": SIGNED_IN,
        "session:this-computer": STAFF,
        "session:trust": DESK,
        "session:distrust": STAFF,
        "session:revoke": OWNER,
        "session:switch": STAFF,
        "session:switch-options": STAFF,
        "session:hand-over": STAFF,
        # Sign-in (django-allauth)
        "account_login": ANYONE,
        "account_logout": ANYONE,
        "account_request_login_code": ANYONE,
        "account_confirm_login_code": ANYONE,
        "account_inactive": ANYONE,
        "account_reauthenticate": SIGNED_IN,
        "account_change_password": STAFF,
        "account_reset_password": ANYONE,
        "account_reset_password_done": ANYONE,
        "account_reset_password_from_key": ANYONE,
        "account_reset_password_from_key_done": ANYONE,
        "mfa_authenticate": ANYONE,
        "mfa_login_webauthn": ANYONE,
        "mfa_index": STAFF,
        "mfa_activate_totp": STAFF,
        "mfa_deactivate_totp": STAFF,
        "mfa_reauthenticate": STAFF,
        "mfa_reauthenticate_webauthn": STAFF,
        "mfa_generate_recovery_codes": STAFF,
        "mfa_view_recovery_codes": STAFF,
        "mfa_download_recovery_codes": STAFF,
        "mfa_list_webauthn": STAFF,
        "mfa_add_webauthn": STAFF,
        "mfa_edit_webauthn": STAFF,
        "mfa_remove_webauthn": STAFF,
    }
)
