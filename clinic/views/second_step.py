"""Where staff are led who have not used a second factor in this session; the middleware asks."""

from http import HTTPStatus

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from clinic import second_factor
from clinic.access.rule import Rule, needs_second_factor
from clinic.models import User


def ask_for_second_factor(request: HttpRequest, rule: Rule | None, user: User | None) -> HttpResponse | None:
    """Lead staff to their second factor, or to the page that gives them one; None lets the request through.

    Scripts are refused, because a page in their place would help nobody; htmx takes the whole window there.

    :raises PermissionDenied: if a script asks.
    """
    if user is None or not needs_second_factor(rule, user) or second_factor.is_complete(request):
        return None
    name = request.resolver_match.view_name if request.resolver_match else ""
    if name in second_factor.ALWAYS:
        return None
    if not user.has_usable_password():
        return _sign_in_again(request)
    has_factor = second_factor.has_factor(user.pk)
    if name in (second_factor.SECOND_STEP if has_factor else second_factor.ENROLMENT):
        return None
    return _lead(request, reverse("mfa_reauthenticate" if has_factor else "mfa_index"))


def _lead(request: HttpRequest, step: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=HTTPStatus.FORBIDDEN, headers={"HX-Redirect": step})
    if not is_for_a_window(request):
        raise PermissionDenied
    if request.method not in ("GET", "HEAD"):
        return HttpResponseRedirect(step)
    return redirect_to_login(request.get_full_path(), step)


def _sign_in_again(request: HttpRequest) -> HttpResponse:
    """End the session of somebody who came by code and is staff since: they choose a password first."""
    logout(request)
    return HttpResponseRedirect(reverse("account_login"))


def is_for_a_window(request: HttpRequest) -> bool:
    """Whether a browser asks for a page to show; scripts fetch, and say so or ask for JSON."""
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return mode == "navigate" and "application/json" not in request.headers.get("Accept", "")
