"""URLs of the whole site. Public pages exist twice: English at /, Thai at /th/."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from clinic.views import (
    computers,
    factors,
    locks,
    notices,
    pages,
    preferences,
    sessions,
    switching,
)

clinic_pages = (
    [
        path("sensitive-skin/", pages.why_sensitive_skin, name="why-sensitive-skin"),
        path("evidence/", pages.evidence, name="evidence"),
        path("privacy/", pages.privacy, name="privacy"),
        path("signed-in/", pages.after_sign_in, name="after-sign-in"),
        path("language/", preferences.set_language, name="set-language"),
        path("theme/", preferences.set_theme, name="set-theme"),
    ],
    "clinic",
)

files_for_programs = (
    [
        path(".well-known/security.txt", notices.security_contact, name="security-contact"),
        path("robots.txt", notices.robots, name="robots"),
    ],
    "notices",
)

session_pages = (
    [
        path("sessions/", sessions.own, name="own"),
        path("sessions/others/end/", sessions.end_others, name="end-others"),
        path("sessions/<uuid:sign_in_id>/end/", sessions.end, name="end"),
        path("lock/", locks.lock, name="lock"),
        path("lock/open/", locks.unlocked, name="unlocked"),
        path("lock/state/", locks.lock_state, name="lock-state"),
        path("lock/still-here/", locks.still_here, name="still-here"),
        path("lock/demo/", locks.continue_demo, name="continue-demo"),
        path("lock/again/", locks.again, name="again"),
        path("this-computer/", computers.this_computer, name="this-computer"),
        path("this-computer/trust/", computers.trust, name="trust"),
        path("this-computer/distrust/", computers.distrust, name="distrust"),
        path("computers/<uuid:computer_id>/revoke/", computers.revoke, name="revoke"),
        path("switch/", switching.switch, name="switch"),
        path("switch/options/", switching.switch_options, name="switch-options"),
        path("switch/password/", switching.hand_over, name="hand-over"),
    ],
    "session",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(files_for_programs)),
    path("admin/", admin.site.urls),
    path("desk/", include("bookings.urls.desk")),
    path("desk/", include("bookings.urls.board")),
    # Callers, walk-ins, the queue, running late
    path("desk/", include("bookings.urls.calls")),
    # Time off and the tablet
    path("", include("patients.urls.tablet")),
    path("desk/", include("bookings.urls.time_off")),
    # Patients, as the desk knows them
    path("desk/patients/", include("bookings.urls.people")),
    # Set-up
    path("setup/", include("bookings.urls.setup")),
    path("setup/", include("bookings.urls.offering")),
    path("setup/audit/", include("bookings.urls.audit")),
    path("setup/privacy/", include("bookings.urls.privacy")),
    # Import and export
    path("setup/import/", include("bookings.urls.imports")),
    path("review/", include("bookings.urls.queue")),
    path("review/", include("patients.urls.review")),
    *i18n_patterns(
        path("", include("bookings.urls.patients")),
        path("", include("patients.urls.forms")),
        path("", include("bookings.urls.rights")),
        path("", include(clinic_pages)),
        path("account/2fa/totp/activate/", factors.add_app, name="mfa_activate_totp"),
        path("account/2fa/webauthn/add/", factors.add_passkey, name="mfa_add_webauthn"),
        path("account/2fa/totp/deactivate/", factors.remove_app, name="mfa_deactivate_totp"),
        path(
            "account/2fa/webauthn/keys/<int:pk>/remove/", factors.remove_passkey, name="mfa_remove_webauthn"
        ),
        path("account/", include(session_pages)),
        path("account/", include("allauth.urls")),
        prefix_default_language=False,
    ),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("clinic.demo.urls")))

handler400 = "clinic.views.errors.bad_request"
handler403 = "clinic.views.errors.forbidden"
handler404 = "clinic.views.errors.not_found"
handler429 = "clinic.views.errors.rate_limited"  # django-allauth asks for it
handler500 = "clinic.views.errors.server_error"
