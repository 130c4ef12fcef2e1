"""The owner's pages of people: who signs in and as what, and whom patients see."""

from typing import Any, cast
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms.setup.people import StaffForm
from bookings.queries.set_up_people import get_staff, list_all_practitioners, list_staff
from bookings.services import staff
from bookings.views.setup.answers import Outcome, attempt, group, press, saved
from clinic.models import Role, User
from clinic.queries.places import get_clinics_zone
from clinic.queries.sessions import list_sign_ins
from clinic.second_factor import has_factor
from clinic.services.second_factors import reset_factors
from clinic.services.security_events import Kind, note


@never_cache
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List sign-ins and practitioners. A constant number of queries."""
    members = [(user, [Role(role).label for role in user.roles]) for user in list_staff()]
    owners = sum(user.has_role(Role.OWNER) for user, _roles in members)
    today = timezone.now().astimezone(get_clinics_zone()).date()
    context = {
        "members": members,
        "practitioners": list_all_practitioners(today=today),
        "owners": ngettext("%(count)d owner", "%(count)d owners", owners) % {"count": owners},
    }
    return render(request, "setup/people.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def staff_add(request: HttpRequest) -> HttpResponse:
    """Invite a member of staff."""
    if request.method != "POST":
        return _show(request, StaffForm(initial={"key": uuid4(), "language": "th"}))
    outcome = attempt(
        StaffForm(request.POST),
        lambda form: staff.invite_staff(
            facts=form.facts, key=form.cleaned_data["key"], by=_owner(request), now=timezone.now()
        ),
    )
    if outcome.is_done:
        return saved(request, reverse("setup:people"))
    return _show(request, outcome.form, outcome)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and change a member of staff."""
    user = _get_staff(pk)
    if request.method != "POST":
        return _show(request, StaffForm.showing(staff.facts_of_staff(user)), member=user)
    outcome = attempt(
        StaffForm(request.POST),
        lambda form: staff.change_staff(
            user_id=pk, facts=form.facts, seen=form.cleaned_data["seen"], by=_owner(request)
        ),
    )
    if outcome.is_done:
        facts = outcome.form.facts
        if (set(user.roles), user.in_review_pool) != (set(facts["roles"]), facts["in_review_pool"]):
            _note_roles(request, user, "changed")
        return saved(request, reverse("setup:people"))
    return _show(request, outcome.form, outcome, member=user)


@require_POST
def member_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop somebody's sign-in at once."""
    user = _get_staff(pk)

    def stop() -> None:
        staff.stop_sign_in(user_id=user.pk, by=_owner(request), now=timezone.now())
        _note_roles(request, user, "stopped")

    return press(
        request,
        stop,
        done=_("%(name)s can't sign in any more.") % {"name": user},
        back=reverse("setup:people"),
    )


@require_POST
def member_allow(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody sign in again."""
    user = _get_staff(pk)

    def allow() -> None:
        staff.allow_sign_in(user_id=user.pk, by=_owner(request), now=timezone.now())
        _note_roles(request, user, "allowed again")

    return press(
        request,
        allow,
        done=_("We sent %(email)s a link to choose a password.") % {"email": user.email},
        back=reverse("setup:people"),
    )


@require_POST
def member_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the link to choose a password once more."""
    user = _get_staff(pk)
    return press(
        request,
        lambda: staff.invite_again(user_id=user.pk, now=timezone.now()),
        done=_("We sent %(email)s a link to choose a password.") % {"email": user.email},
        back=reverse("setup:people"),
    )


@require_POST
def member_reset_factors(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away the second step of somebody who has lost their phone; they choose a new one."""
    user = _get_staff(pk)
    return press(
        request,
        lambda: reset_factors(user=user, by=_owner(request), now=timezone.now()),
        done=_("%(name)s chooses a new second step at the next sign-in.") % {"name": user},
        back=reverse("setup:member", args=[pk]),
    )


@require_POST
def member_end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign somebody out everywhere; they may sign in again."""
    user = _get_staff(pk)

    def end() -> None:
        now = timezone.now()
        staff.end_sessions(user_id=user.pk, by=_owner(request), now=now)
        note(Kind.SESSION, user=_owner(request), about=user, request=request, now=now, what="all")

    return press(
        request,
        end,
        done=_("%(name)s is signed out everywhere.") % {"name": user},
        back=reverse("setup:member", args=[pk]),
    )


def _owner(request: HttpRequest) -> User:
    return cast("User", request.user)


def _note_roles(request: HttpRequest, user: User, what: str) -> None:
    note(Kind.ROLES, user=_owner(request), about=user, request=request, now=timezone.now(), what=what)


def _get_staff(pk: int) -> User:
    try:
        return get_staff(pk)
    except User.DoesNotExist:
        raise Http404 from None


def _show(
    request: HttpRequest, form: StaffForm, outcome: Outcome[StaffForm] | None = None, **context: Any
) -> HttpResponse:
    shown: User | None = context.get("member")
    context |= {
        "form": form,
        "sign_ins": list_sign_ins(shown, now=timezone.now()) if shown else [],
        "has_factor": shown is not None and has_factor(shown.pk),
        "groups": [group(form, "", "name", "email", "phone", "language", "roles", "in_review_pool")],
    }
    return render(request, "setup/member_form.html", context, status=outcome.status if outcome else 200)
