"""Where one is signed in, and ending it."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clinic import signed_in
from clinic.models import SignIn, User
from clinic.queries.sessions import list_sign_ins
from clinic.services.security_events import Kind, note
from clinic.services.sessions import end_sign_in, end_sign_ins


@never_cache
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """List where one is signed in. A constant number of queries."""
    now = timezone.now()
    here = signed_in.current(request)
    user = cast("User", request.user)
    rows = list_sign_ins(user, now=now)
    context = {
        "rows": rows,
        "here": here,
        "others": sum(row.pk != getattr(here, "pk", None) for row in rows),
        "base": "base_staff.html" if user.is_staff else "base.html",
        "trusted_until": signed_in.trusted_until(request, here, now) if here else None,
    }
    return render(request, "session/own.html", context)


@require_POST
def end(request: HttpRequest, sign_in_id: UUID) -> HttpResponse:
    """End one of one's own sign-ins. It is over with its next request.

    :raises Http404: if it is somebody else's.
    """
    user, now = cast("User", request.user), timezone.now()
    if not SignIn.objects.filter(pk=sign_in_id, user=user).exists():
        raise Http404
    end_sign_in(sign_in_id, why=SignIn.Why.BY_THEM, now=now, user=user)
    note(Kind.SESSION, user=user, request=request, now=now, what="one")
    messages.success(request, _("That device is signed out."))
    return redirect("session:own")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End every sign-in of one's own but this one."""
    here, user, now = signed_in.current(request), cast("User", request.user), timezone.now()
    end_sign_ins(user=user, why=SignIn.Why.BY_THEM, now=now, but=here.pk if here else None)
    note(Kind.SESSION, user=user, request=request, now=now, what="all others")
    messages.success(request, _("All other devices are signed out."))
    return redirect("session:own")
