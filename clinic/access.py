"""Who may open what: one rule table, used by the middleware and walked by the tests.

Deny by default: a URL whose name is not here is refused to everyone. Object-level rules (whose visit
is it?) live in the queries that fetch the object and answer 404.
"""

from collections.abc import Mapping
from types import MappingProxyType

from clinic.models.people import Role, User

ANYONE = frozenset({"anyone"})
SIGNED_IN = frozenset({"signed_in"})
STAFF = frozenset({Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN, Role.OWNER})
DESK = frozenset({Role.FRONT_DESK, Role.OWNER})
OWNER = frozenset({Role.OWNER})
CLINICAL = frozenset({Role.NURSE, Role.CLINICIAN})
CLINICIAN = frozenset({Role.CLINICIAN})

URL_RULES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # What anyone may read
        "bookings:home": ANYONE,
        "clinic:why-sensitive-skin": ANYONE,
        "clinic:evidence": ANYONE,
        "clinic:privacy": ANYONE,
        "clinic:set-language": ANYONE,
        "clinic:set-theme": ANYONE,
        "clinic:after-sign-in": SIGNED_IN,
        # Booking needs no account
        "bookings:choose-time": ANYONE,
        "bookings:details": ANYONE,
        "bookings:check": ANYONE,
        "bookings:more-time": ANYONE,
        "bookings:hold-again": ANYONE,
        "bookings:booked": ANYONE,
        # One visit: by the link in a message, or by its reference for the person it belongs to
        "bookings:visit": ANYONE,
        "bookings:confirm-visit": ANYONE,
        "bookings:move-visit": ANYONE,
        "bookings:cancel-visit": ANYONE,
        "bookings:visit-calendar": ANYONE,
        "bookings:by-video": ANYONE,
        "bookings:other-doctor": ANYONE,
        "bookings:my-visits": SIGNED_IN,
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
        "patients:private-form": ANYONE,
        "patients:private-call": ANYONE,
        # The front desk
        "desk:day-list": STAFF,
        "desk:why-not": STAFF,
        "desk:requests": STAFF,
        "desk:change-visit": DESK,
        "desk:close-request": DESK,
        # The day board
        "board:day": STAFF,
        "board:changes": STAFF,
        "board:panel": STAFF,
        "board:week": STAFF,
        "board:print": STAFF,
        # Steps, moves and undo, as `bookings/desk_actions.py` has them
        "desk:confirm": DESK,
        "desk:arrive": DESK,
        "desk:in-room": DESK | CLINICAL,
        "desk:finish": DESK | CLINICAL,
        "desk:no-show": DESK,
        "desk:step-back": DESK,
        "desk:undo": DESK | CLINICAL,
        "desk:send-now": DESK,
        "desk:drop": DESK,
        "desk:move": DESK,
        "desk:length": DESK,
        "desk:override": DESK,
        "desk:note": DESK,
        "desk:desk-cancel": DESK,
        # Callers, walk-ins, the queue, running late
        "calls:book": DESK,
        "calls:likely": DESK,
        "calls:read-out": DESK,
        "calls:walk-in": DESK,
        "calls:queue": STAFF,
        "calls:call-in": DESK,
        "calls:let-go": DESK,
        "calls:put-back": DESK,
        "calls:to-book": STAFF,
        "calls:close-no-show": DESK,
        "calls:late": DESK,
        "calls:late-undo": DESK,
        # Time off and the tablet
        "time-off:list": STAFF,
        "time-off:to-move": STAFF,
        "time-off:move": DESK,
        "time-off:block": DESK,
        "time-off:edit": DESK,
        "time-off:end": DESK,
        "time-off:remove": DESK,
        "time-off:restore": DESK,
        "tablet:start": DESK,
        "tablet:state": DESK,
        "tablet:end": DESK,
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
        # Patients, as the desk knows them
        "people:search": STAFF,
        "people:patient": STAFF,
        "people:new": DESK,
        "people:edit": DESK,
        "people:archive": DESK,
        "people:restore": DESK,
        "people:check": DESK,
        "people:send-message": DESK,
        "people:take-back": DESK,
        "people:duplicates": DESK,
        "people:compare": DESK,
        "people:apart": DESK,
        "people:undo-merge": DESK,
        # Set-up pages of the owner: the desk reads when the clinic is open, and changes none of it here
        "setup:home": OWNER,
        "setup:sites": OWNER,
        "setup:site-add": OWNER,
        "setup:zone-now": OWNER,
        "setup:site": OWNER,
        "setup:site-archive": OWNER,
        "setup:site-bring-back": OWNER,
        "setup:rooms": OWNER,
        "setup:room-add": OWNER,
        "setup:room": OWNER,
        "setup:room-archive": OWNER,
        "setup:room-bring-back": OWNER,
        "setup:people": OWNER,
        "setup:staff-add": OWNER,
        "setup:member": OWNER,
        "setup:member-stop": OWNER,
        "setup:member-allow": OWNER,
        "setup:member-invite": OWNER,
        "setup:profile-add": OWNER,
        "setup:profile": OWNER,
        "setup:profile-archive": OWNER,
        "setup:profile-bring-back": OWNER,
        "setup:hours": DESK,
        "setup:draw": OWNER,
        "setup:hours-ahead": OWNER,
        "setup:holidays": DESK,
        "setup:observe": OWNER,
        "setup:closure-add": OWNER,
        "setup:opening-add": OWNER,
        "setup:closure-remove": OWNER,
        "setup:opening-remove": OWNER,
        # What the clinic offers
        "offering:visit-types": OWNER,
        "offering:add-visit-type": OWNER,
        "offering:visit-type": OWNER,
        "offering:archive-visit-type": OWNER,
        "offering:treatments": OWNER,
        "offering:add-treatment": OWNER,
        "offering:treatment": OWNER,
        "offering:treatment-facts": OWNER,
        "offering:archive-treatment": OWNER,
        "offering:card": OWNER,
        "offering:show-card": OWNER,
        "offering:gate": OWNER,
        "offering:gates": OWNER,
        "offering:close-gate": OWNER,
        "offering:messages": OWNER,
        "offering:message": OWNER,
        "offering:reset-message": OWNER,
        "offering:message-as-mail": OWNER,
        "offering:policy": OWNER,
        # Import and export
        "imports:start": OWNER,
        "imports:columns": OWNER,
        "imports:check": OWNER,
        "imports:done": OWNER,
        "imports:undo": OWNER,
        "imports:forget": OWNER,
        "imports:export-patients": OWNER,
        "imports:export-visits": OWNER,
        # Reading and reviewing health forms: nurses read and note what they examined, clinicians decide
        "queue:queue": CLINICAL,
        "queue:neighbour": CLINICAL,
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
        # The demo; these URLs exist in demo mode only
        "demo:index": ANYONE,
        "demo:sign-in": ANYONE,
        "demo:mailbox": ANYONE,
        "demo:message": ANYONE,
        "demo:message-html": ANYONE,
        "demo:message-calendar": ANYONE,
    }
)

ON_TABLET = frozenset(
    {
        *(name for name, rule in URL_RULES.items() if name.startswith("tablet:") and rule == ANYONE),
        *("clinic:privacy", "clinic:set-language", "clinic:set-theme"),
    }
)
"""What a browser opens that holds a tablet pass (clinic/confined.py): the form, what it links to, no more."""

NAMESPACE_RULES: Mapping[str, frozenset[str]] = MappingProxyType({"admin": STAFF})
"""Rules for a whole namespace; the admin then checks each model by ADMIN_RULES."""


def rule_for(url_name: str, namespace: str) -> frozenset[str] | None:
    """Return who may open a URL, or None if no rule names it (then nobody may)."""
    return URL_RULES.get(url_name) or NAMESPACE_RULES.get(namespace)


def allows(rule: frozenset[str] | None, user: User | None) -> bool:
    """Whether `rule` lets `user` (None if not signed in) through."""
    if rule is None:
        return False
    if rule == ANYONE:
        return True
    if user is None or not user.is_active:
        return False
    return rule == SIGNED_IN or user.has_role(*rule)
