"""Signing in, second factors, and one's own account."""

from collections.abc import Mapping
from types import MappingProxyType

from clinic.access.fields import PEOPLE
from clinic.access.objects import COMPUTER, NONE, PASSKEY, RESET_KEY, SIGN_IN
from clinic.access.rule import FORM, PRESS, SEE, Rule
from clinic.access.who import ANYONE, CLINICAL, DESK, OWNER, SIGNED_IN, STAFF

ONCE = frozenset({"GET"})
"""What is shown once: a HEAD, which shows nothing, would use it up."""

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        # Where one is signed in; locked pages; computers trusted for a shift
        "session:own": Rule(SIGNED_IN, SEE),
        "session:end": Rule(SIGNED_IN, PRESS, SIGN_IN),
        "session:end-others": Rule(SIGNED_IN, PRESS),
        "session:lock": Rule(SIGNED_IN, SEE),
        "session:unlocked": Rule(SIGNED_IN, SEE),
        "session:lock-state": Rule(ANYONE, SEE),
        "session:still-here": Rule(CLINICAL, PRESS),
        "session:continue-demo": Rule(SIGNED_IN, PRESS),
        "session:again": Rule(SIGNED_IN, PRESS),
        "session:this-computer": Rule(STAFF, SEE),
        "session:trust": Rule(DESK, PRESS),
        "session:distrust": Rule(STAFF, PRESS),
        "session:revoke": Rule(OWNER, PRESS, COMPUTER),
        "session:switch": Rule(STAFF, FORM),
        "session:switch-options": Rule(STAFF, SEE),
        "session:hand-over": Rule(STAFF, PRESS),
        # Sign-in (django-allauth)
        "account_login": Rule(ANYONE, FORM),
        "account_logout": Rule(ANYONE, FORM),
        "account_request_login_code": Rule(ANYONE, FORM),
        "account_confirm_login_code": Rule(ANYONE, FORM),
        "account_inactive": Rule(ANYONE, SEE),
        "account_reauthenticate": Rule(SIGNED_IN, FORM),
        "account_change_password": Rule(STAFF, FORM),
        "account_reset_password": Rule(ANYONE, FORM),
        "account_reset_password_done": Rule(ANYONE, SEE),
        "account_reset_password_from_key": Rule(ANYONE, FORM, RESET_KEY),
        "account_reset_password_from_key_done": Rule(ANYONE, SEE),
        "mfa_authenticate": Rule(ANYONE, FORM),
        "mfa_login_webauthn": Rule(ANYONE, FORM),
        "mfa_index": Rule(STAFF, SEE),
        "mfa_activate_totp": Rule(STAFF, FORM),
        "mfa_deactivate_totp": Rule(STAFF, FORM),
        "mfa_reauthenticate": Rule(STAFF, FORM),
        "mfa_reauthenticate_webauthn": Rule(STAFF, FORM),
        "mfa_generate_recovery_codes": Rule(STAFF, FORM),
        "mfa_view_recovery_codes": Rule(STAFF, ONCE),
        "mfa_download_recovery_codes": Rule(STAFF, ONCE),
        "mfa_list_webauthn": Rule(STAFF, SEE),
        "mfa_add_webauthn": Rule(STAFF, FORM, NONE, PEOPLE),
        "mfa_edit_webauthn": Rule(STAFF, FORM, PASSKEY),
        "mfa_remove_webauthn": Rule(STAFF, FORM, PASSKEY),
    }
)
