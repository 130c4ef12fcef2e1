"""People and how they sign in."""

from datetime import timedelta

from django.urls import reverse_lazy

from clinic.configuration.environment import OVER_HTTPS, env

AUTH_USER_MODEL = "clinic.User"
# An e-mail is unique once verified (a partial constraint on the model), not before: families share.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["clinic.sign_in.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name", "phone")},
    },
    {"NAME": "clinic.password_rules.GuessedFirst"},
]
# 1,000,000 rounds of SHA-256 in Django 5.2; OWASP asks for 600,000.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
ACCOUNT_ADAPTER = "patients.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "request_login_code": "patients.forms.sign_in.RequestCodeForm",
    "confirm_login_code": "patients.forms.sign_in.ConfirmCodeForm",
    "login": "patients.forms.sign_in.StaffLoginForm",
    "reset_password": "patients.forms.sign_in.ResetLinkForm",
    "reset_password_from_key": "clinic.password_forms.ChooseForm",
    "change_password": "clinic.password_forms.ChangeForm",
    "reauthenticate": "clinic.password_forms.AgainForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up; staff sign in by password
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # our adapter does the same work and writes to nobody
PASSWORD_RESET_TIMEOUT = 60 * 60
# Counted in the database instead (clinic/services/sign_in_limits.py).
ACCOUNT_RATE_LIMITS = dict.fromkeys(["login", "login_failed", "request_login_code", "reset_password"])
MFA_RATE_LIMITS = dict.fromkeys(["webauthn_login"])
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_ADAPTER = "clinic.accounts.SecondFactors"
MFA_FORMS = {
    "authenticate": "clinic.factor_forms.StepForm",
    "reauthenticate": "clinic.factor_forms.StepAgainForm",
    "activate_totp": "clinic.factor_forms.ActivateAppForm",
    "authenticate_webauthn": "clinic.factor_forms.PasskeyStepForm",
    "reauthenticate_webauthn": "clinic.factor_forms.PasskeyAgainForm",
    "add_webauthn": "clinic.factor_forms.AddPasskeyForm",
    "edit_webauthn": "clinic.factor_forms.NamePasskeyForm",
    "login_webauthn": "clinic.factor_forms.PasskeyLoginForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
LOGIN_URL = reverse_lazy("account_request_login_code")
LOGIN_REDIRECT_URL = reverse_lazy("clinic:after-sign-in")
LOGOUT_REDIRECT_URL = reverse_lazy("bookings:home")

SESSION_COOKIE_NAME = "__Host-nuan" if OVER_HTTPS else "nuan"
CSRF_COOKIE_NAME = "__Host-nuan-csrf" if OVER_HTTPS else "nuan-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OVER_HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# What a page says next can name somebody: in the session, never in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_AGE = 12 * 60 * 60
# How long a sign-in lasts (clinic/sessions.py). Staff: 30 idle minutes and 12 hours at most, as ASVS 5 7.3.1
# and 7.3.2 ask for documented figures and NIST SP 800-63B has them for AAL2 (section 4.2.3). A patient
# reads the labels of medicines meanwhile, and every new sign-in is a walk to the mailbox: an hour at home.
STAFF_IDLE = timedelta(minutes=env.int("NUAN_STAFF_IDLE_MINUTES", default=30))
PATIENT_IDLE = timedelta(minutes=env.int("NUAN_PATIENT_IDLE_MINUTES", default=60))
LONGEST_SESSION = min(
    timedelta(hours=env.int("NUAN_SESSION_HOURS", default=12)), timedelta(seconds=SESSION_COOKIE_AGE)
)
CLINICAL_LOCK = timedelta(minutes=env.int("NUAN_CLINICAL_LOCK_MINUTES", default=15))
FRESH_PROOF = timedelta(minutes=env.int("NUAN_FRESH_PROOF_MINUTES", default=10))
SHIFT = timedelta(hours=env.int("NUAN_SHIFT_HOURS", default=12))
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(FRESH_PROOF.total_seconds())
LANGUAGE_COOKIE_NAME = "__Host-nuan-language" if OVER_HTTPS else "nuan-language"
LANGUAGE_COOKIE_SECURE = OVER_HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
