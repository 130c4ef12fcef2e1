"""Locked pages: "It's still you?", asked where health data was left alone, and before a sensitive change."""

from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clinic import signed_in
from clinic.access import fresh
from clinic.factor_forms import PasskeyAgainForm
from clinic.models import SignIn, User
from clinic.services.sessions import prove, touch_clinical
from clinic.views.second_step import is_for_a_window


def ask_for_proof(request: HttpRequest, user: User | None) -> HttpResponse | None:
    """Answer in place of a page that needs a proof of the person first; None lets the request through."""
    match = request.resolver_match
    sign_in = signed_in.current(request)
    if user is None or match is None or sign_in is None or match.view_name in fresh.ALWAYS_OPEN:
        return None
    now = timezone.now()
    if user.is_staff and fresh.is_clinical(match.view_name, match.namespace):
        if signed_in.clinical_until(request, sign_in, now) is None:
            return _locked(request)
        if match.view_name not in fresh.POLLS and request.headers.get("X-Nuan-Poll") != "1":
            touch_clinical(sign_in, now=now)
    elif not fresh.is_board(match.namespace) and signed_in.opens_board_only(request, sign_in, now):
        return _locked(request)
    if fresh.needs_fresh_proof(match.view_name, request.method) and not signed_in.is_fresh(request, now):
        return _locked(request, before_change=True)
    return None


def _locked(request: HttpRequest, *, before_change: bool = False) -> HttpResponse:
    """Lead to the lock page and back; scripts are told, and keep what was typed."""
    if request.headers.get("HX-Request") and before_change:
        here = urlsplit(request.headers.get("HX-Current-URL", ""))
        address = _lock_address(f"{here.path}?{here.query}" if here.query else here.path, before_change=True)
        return HttpResponse(status=HTTPStatus.LOCKED, headers={"HX-Redirect": address})
    if request.headers.get("HX-Request") or not is_for_a_window(request):
        return JsonResponse(
            {"locked": reverse("session:lock")},
            status=HTTPStatus.LOCKED,
            headers={"Cache-Control": "no-store", "HX-Trigger": "nuan:locked"},
        )
    if request.method in ("GET", "HEAD"):
        return HttpResponseRedirect(_lock_address(request.get_full_path(), before_change=before_change))
    return _stale_post(request, before_change=before_change)


def _stale_post(request: HttpRequest, *, before_change: bool) -> HttpResponse:
    """Say that nothing was done. A bare button leads back to its page; what was typed stays in the browser.

    A browser sends a form again when the answer to it is reloaded, so nothing of it is kept here.
    """
    came_from = urlsplit(request.headers.get("Referer", ""))
    typed = {*request.POST, *request.FILES} - {"csrfmiddlewaretoken"}
    if not typed and came_from.netloc == request.get_host():
        messages.info(request, _("Nothing was changed yet. Press it once more."))
        back = f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path
        return HttpResponseRedirect(_lock_address(back, before_change=before_change))
    context = {"lock": _lock_address(reverse("session:unlocked"), before_change=before_change)}
    response = render(request, "session/send_again.html", context, status=HTTPStatus.LOCKED)
    response.headers["Cache-Control"] = "no-store"
    return response


def _lock_address(back: str, *, before_change: bool) -> str:
    query = {"next": back} | ({"change": "1"} if before_change else {})
    return f"{reverse('session:lock')}?{urlencode(query)}"


@never_cache
@require_safe
def lock(request: HttpRequest) -> HttpResponse:
    """Ask for a proof of the person, by passkey, code or password, and go back to where they were."""
    now = timezone.now()
    back = next_page(request)
    sign_in = cast("SignIn", signed_in.current(request))
    before_change = request.GET.get("change") == "1"
    user = cast("User", request.user)
    if _is_open(request, sign_in, before_change=before_change):
        return HttpResponseRedirect(back)
    if not user.is_staff:
        return render(request, "session/again.html", {"next": back})
    context = {
        "next": back,
        "before_change": before_change,
        "query": urlencode({"next": back}),
        "needs_factor": signed_in.needs_factor(sign_in),
        "may_switch": signed_in.trusted_until(request, sign_in, now) is not None,
        **_ways(request, user, needs_factor=signed_in.needs_factor(sign_in)),
    }
    return render(request, "session/lock.html", context)


def _is_open(request: HttpRequest, sign_in: SignIn, *, before_change: bool) -> bool:
    """Whether there is nothing to prove just now."""
    now = timezone.now()
    if before_change:
        return signed_in.is_fresh(request, now)
    return signed_in.clinical_until(request, sign_in, now) is not None


def _ways(request: HttpRequest, user: User, *, needs_factor: bool) -> dict[str, Any]:
    """Return how somebody may prove themselves; a passkey right on the page, the others a press away."""
    types = set(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
    ways: dict[str, Any] = {
        "has_code": Authenticator.Type.TOTP in types,
        "has_password": user.has_usable_password() and not needs_factor,
        "in_demo": settings.DEMO,
    }
    if Authenticator.Type.WEBAUTHN in types:
        ways["form"] = PasskeyAgainForm(user=user)
        ways["js_data"] = {"request_options": begin_authentication(user)}
    return ways


@never_cache
@require_safe
def unlocked(request: HttpRequest) -> HttpResponse:
    """Say that it is open again: where a proof leads whose page waits in another window."""
    return render(request, "session/unlocked.html")


@never_cache
@require_safe
def lock_state(request: HttpRequest) -> HttpResponse:
    """Tell a page with health data for how many seconds more it may be shown, and to whom."""
    sign_in = signed_in.current(request)
    now = timezone.now()
    until = signed_in.clinical_until(request, sign_in, now) if sign_in and request.user.is_staff else None
    left = int((until - now).total_seconds()) if until else 0
    token = get_token(request) if sign_in else ""
    return JsonResponse({"left": left, "person": str(request.user.pk or ""), "token": token})


@never_cache
@require_POST
def still_here(request: HttpRequest) -> HttpResponse:
    """Hear that somebody reads a page with health data; the middleware notes it, or refuses."""
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_POST
def continue_demo(request: HttpRequest) -> HttpResponse:
    """Let the demo's people go on with one press: they own no phone.

    :raises Http404: outside demo mode.
    """
    sign_in = signed_in.current(request)
    if not settings.DEMO or sign_in is None:
        raise Http404
    prove(sign_in, by_factor=True, now=timezone.now())
    return HttpResponseRedirect(next_page(request))


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Sign a patient out, and in again by a new code, which brings them back to the same page."""
    back = next_page(request)
    logout(request)
    return HttpResponseRedirect(f"{reverse('account_request_login_code')}?{urlencode({'next': back})}")


def next_page(request: HttpRequest) -> str:
    """Return where to go on: only ever a page of this site."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(asked, allowed_hosts=hosts, require_https=request.is_secure()):
        return asked
    return reverse("clinic:after-sign-in")
