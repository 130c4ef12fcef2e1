"""Trusting a computer of the clinic for a shift."""

from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clinic import signed_in
from clinic.models import SignIn, User
from clinic.queries.sessions import list_trusted_computers
from clinic.services.computers import revoke_computer, trust_computer
from clinic.services.meanwhile import NotAccepted


@never_cache
@require_safe
def this_computer(request: HttpRequest) -> HttpResponse:
    """Show whether this computer is trusted, and offer to trust it or to stop; an owner sees every one."""
    now = timezone.now()
    sign_in = cast("SignIn", signed_in.current(request))
    user = cast("User", request.user)
    context = {
        "trusted_until": signed_in.trusted_until(request, sign_in, now),
        "here": sign_in,
        "hours": int(settings.SHIFT.total_seconds() // 3600),
        "computers": list_trusted_computers(now=now) if user.has_role("owner") else [],
    }
    return render(request, "session/this_computer.html", context)


@require_POST
def trust(request: HttpRequest) -> HttpResponse:
    """Trust this computer until the end of the shift."""
    sign_in = cast("SignIn", signed_in.current(request))
    token = signed_in.new_token()
    response = redirect("session:this-computer")
    try:
        computer = trust_computer(
            sign_in=sign_in, user=cast("User", request.user), token=token, now=timezone.now()
        )
    except NotAccepted as refusal:
        messages.error(request, str(refusal))
        return response
    signed_in.give_cookie(response, token, until=computer.ends_at)
    return response


@require_POST
def distrust(request: HttpRequest) -> HttpResponse:
    """Trust this computer no longer, whoever trusted it; everybody else on it is signed out."""
    now = timezone.now()
    sign_in = cast("SignIn", signed_in.current(request))
    computer = signed_in.find_trusted_computer(request, now)
    response = redirect("session:this-computer")
    if computer is not None:
        but = None if signed_in.needs_factor(sign_in) else sign_in.pk
        revoke_computer(computer_id=computer.pk, now=now, but=but)
    signed_in.take_cookie(response)
    return response


@require_POST
def revoke(request: HttpRequest, computer_id: UUID) -> HttpResponse:
    """Trust a computer no longer, from anywhere; whoever is signed in there is signed out at once.

    :raises Http404: if it is not trusted.
    """
    sign_in = cast("SignIn", signed_in.current(request))
    if not revoke_computer(computer_id=computer_id, now=timezone.now(), but=sign_in.pk):
        raise Http404
    messages.success(request, _("That computer is not trusted any more."))
    return redirect("session:this-computer")
