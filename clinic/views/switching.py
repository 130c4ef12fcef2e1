"""One person hands a trusted computer to the next: pick a name, show the passkey, and the board goes on."""

from typing import cast
from urllib.parse import urlencode

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.webauthn.internal.auth import begin_authentication, get_credentials, get_server, set_state
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from fido2.webauthn import UserVerificationRequirement

from clinic import signed_in
from clinic.factor_forms import PasskeyLoginForm
from clinic.models import SignIn, User
from clinic.queries.sessions import list_people_of
from clinic.services.sessions import end_sign_in
from clinic.views.locks import next_page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """Show who has used this computer since it was trusted, and sign in who shows their passkey."""
    now = timezone.now()
    computer = signed_in.find_trusted_computer(request, now)
    if computer is None:
        return redirect("session:this-computer")
    back = next_page(request)
    form = PasskeyLoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _sign_in(request, form, back)
    people = list_people_of(computer)
    context = {"people": people, "next": back, "form": form, "refused": request.method == "POST"}
    return render(request, "session/switch.html", context, status=422 if request.method == "POST" else 200)


@never_cache
@require_safe
def switch_options(request: HttpRequest) -> HttpResponse:
    """Return what the browser needs to ask for a passkey: of one person, or of whoever has one here.

    A finger, a face or a PIN is asked for (user verification): the passkey stands for both factors.
    """
    now = timezone.now()
    computer = signed_in.find_trusted_computer(request, now)
    if computer is None:
        return JsonResponse({"refused": _("This computer is not trusted any more.")}, status=409)
    asked = request.GET.get("person", "")
    person = next((user for user in list_people_of(computer) if str(user.pk) == asked), None)
    if person is None or not (credentials := get_credentials(person)):
        return JsonResponse({"request_options": begin_authentication(None)})
    options, state = get_server().authenticate_begin(
        credentials=credentials, user_verification=UserVerificationRequirement.REQUIRED
    )
    set_state(state)
    return JsonResponse({"request_options": dict(options)})


@require_POST
def hand_over(request: HttpRequest) -> HttpResponse:
    """Sign out here, so that somebody without a passkey can sign in by password."""
    back = next_page(request)
    logout(request)
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': back})}")


def _sign_in(request: HttpRequest, form: PasskeyLoginForm, back: str) -> HttpResponse:
    """End the old sign-in and begin the next one, in a session of its own."""
    authenticator = form.cleaned_data["credential"]
    person = cast("User", authenticator.user)
    before = signed_in.id_in(request)
    if before is not None:
        end_sign_in(before, why=SignIn.Why.SWITCHED, now=timezone.now())
    logout(request)
    post_authentication(request, authenticator, passwordless=True)
    response: HttpResponse = perform_login(request, Login(user=person, redirect_url=back))
    return response
