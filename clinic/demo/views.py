"""The demo's doors: sign in as anybody with one press, and read every message that was sent."""

from typing import NamedTuple

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from clinic import second_factor
from clinic.demo.mail_files import MailedMessage, find_message, list_messages
from clinic.models import User

LINKS_LEAVE_THE_FRAME = '<head><base target="_top">'
MAY_LEAVE_THE_FRAME = ["allow-top-navigation-by-user-activation"]


class DemoRole(NamedTuple):
    """Somebody the demo signs you in as; `seed_demo` makes their accounts."""

    slug: str
    email: str
    name: Promise
    about: Promise


ROLES = (
    DemoRole("patient", "patient@demo.nuan.example", _("Patient"), _("See, move and cancel visits")),
    DemoRole("desk", "desk@demo.nuan.example", _("Front desk"), _("Today’s visits")),
    DemoRole(
        "nurse",
        "nurse@demo.nuan.example",
        _("Nurse"),
        _("Reads health forms, and fills in the rest with the patient"),
    ),
    DemoRole("clinician", "clinician@demo.nuan.example", _("Clinician"), _("Reads health forms and decides")),
    DemoRole("owner", "owner@demo.nuan.example", _("Owner"), _("Set up the clinic")),
)


@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Show whom one can be, or how to make them if the demo has not been loaded."""
    known = set(User.objects.filter(email__in=[role.email for role in ROLES]).values_list("email", flat=True))
    roles = [role for role in ROLES if role.email in known]
    return render(request, "clinic/demo/index.html", {"roles": roles})


@require_POST
def sign_in(request: HttpRequest, role: str) -> HttpResponse:
    """Sign in as one of the demo's people.

    :raises Http404: if there is no such person.
    """
    chosen = next((known for known in ROLES if known.slug == role), None)
    user = User.objects.filter(email=chosen.email).first() if chosen else None
    if user is None:
        raise Http404
    logout(request)  # whoever was signed in here is so no longer
    login(request, user)
    if settings.DEMO and user.is_staff:  # the demo is tried without owning a phone
        second_factor.mark_complete(request.session, timezone.now())  # noqa: TID251 (a view)
    return redirect("clinic:after-sign-in")


@require_safe
@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    """List every message sent, newest first."""
    messages = list_messages(settings.NUAN_MAIL_DIR)
    return render(request, "clinic/demo/mailbox.html", {"mails": messages})


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its stub forgets arguments
@require_safe
@never_cache
def message(request: HttpRequest, name: str) -> HttpResponse:
    """Show one message: its HTML in a frame of its own, its text, its calendar file."""
    return render(request, "clinic/demo/message.html", {"mail": _get_message(name)})


@csp(  # type: ignore[arg-type]  # its stub forgets arguments
    {
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "form-action": [NONE],
        "sandbox": MAY_LEAVE_THE_FRAME,
    }
)
@xframe_options_sameorigin
@require_safe
@never_cache
def message_html(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001
    """Serve a message's HTML as it left, without scripts; its links open in the whole window.

    The only page whose policy lets inline style through: mail programs need it, browsers do not.
    """
    return HttpResponse(_get_message(name).html.replace("<head>", LINKS_LEAVE_THE_FRAME, 1))


@require_safe
@never_cache
def message_calendar(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001
    """Hand out a message's calendar file.

    :raises Http404: if the message has none.
    """
    calendar = _get_message(name).calendar
    if not calendar:
        raise Http404
    return HttpResponse(
        calendar,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="appointment.ics"'},
    )


def _get_message(name: str) -> MailedMessage:
    """Return a message by its name.

    :raises Http404: if there is none.
    """
    found = find_message(settings.NUAN_MAIL_DIR, name)
    if found is None:
        raise Http404
    return found
