"""Headers that every answer carries."""

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from clinic.configuration.environment import OVER_HTTPS, env

SECURE_SSL_REDIRECT = OVER_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if OVER_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = OVER_HTTPS
CSRF_FAILURE_VIEW = "clinic.views.errors.forbidden_by_csrf"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("NUAN_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies in front of us append to X-Forwarded-For; 0 means the header is ignored.
TRUSTED_PROXIES = env.int("NUAN_TRUSTED_PROXIES", default=0)

# Whom to tell of a hole, for /.well-known/security.txt: "mailto:..." or "https://..."
SECURITY_CONTACT = env.str("NUAN_SECURITY_CONTACT", default="")
if SECURITY_CONTACT and not SECURITY_CONTACT.startswith(("mailto:", "https://", "tel:")):
    raise ImproperlyConfigured("NUAN_SECURITY_CONTACT must begin with mailto:, https:// or tel:.")

_OURS = ["script-src", "style-src", "font-src", "connect-src", "form-action", "manifest-src"]
_NOBODYS = ["default-src", "frame-ancestors", "base-uri", "object-src"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        **{key: [NONE] for key in _NOBODYS},
        **{key: [SELF] for key in _OURS},
        "img-src": [SELF, "data:"],
    }
}
