"""What the set-up pages have in common: they try to save, and say why not with everything that was typed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bookings.forms.setup.seen import KeyedForm, SeenForm
from bookings.models import Appointment
from bookings.services.refusals import Refusal
from bookings.services.stranding import Stranding
from bookings.views.sheets import board_address
from clinic.services.meanwhile import ChangedMeanwhile, NotAccepted

SHOWN = 40
"""Visits listed at most; the rest are counted."""

F = TypeVar("F", bound=KeyedForm)


@dataclass(frozen=True)
class Outcome(Generic[F]):
    """What came of saving a form: done, or the form to show again, or the visits that are in the way."""

    form: F
    is_done: bool = False
    stranding: Stranding | None = None

    @property
    def status(self) -> int:
        """The status of the page that shows the form again."""
        return HTTPStatus.CONFLICT if self.stranding else HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True)
class InTheWay:
    """The visits that a change would strand, as a page lists them: each with its place on the desk's day."""

    words: str
    token: str
    may_save: bool
    visits: list[tuple[Appointment, str]]
    more: int


@dataclass(frozen=True)
class Group:
    """Fields of a form that stand in one card."""

    title: str
    fields: Sequence[forms.BoundField]


def attempt(form: F, step: Callable[[F], object], **options: Any) -> Outcome[F]:
    """Save a form with `step` if it is valid; any refusal leaves what was typed. `options` make the form."""
    if not form.is_valid():
        return Outcome(form)
    try:
        step(form)
    except ChangedMeanwhile as change:
        assert isinstance(form, SeenForm)  # noqa: S101 (only what is changed can have changed)
        return Outcome(form.with_changes(change, **options))
    except NotAccepted as refusal:
        form.add_error(refusal.field, refusal.words)
    except Stranding as stranding:
        return Outcome(form, stranding=stranding)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
    else:
        return Outcome(form, is_done=True)
    return Outcome(form)


def in_the_way(stranding: Stranding | None) -> InTheWay | None:
    """Return what a page shows of a refusal, or None if there is none."""
    if stranding is None:
        return None
    listed = [(visit, _address_of(visit)) for visit in stranding.visits[:SHOWN]]
    more = len(stranding.visits) - len(listed)
    return InTheWay(str(stranding), stranding.token, stranding.may_save, listed, more)


def _address_of(visit: Appointment) -> str:
    day = visit.starts_at.astimezone(visit.site.tz).date()
    return board_address(visit.site, day, reference=visit.reference if visit.patient else "")


def group(form: forms.Form, title: str, *names: str) -> Group:
    """Return some fields of a form as one card."""
    return Group(title, [form[name] for name in names])


def press(request: HttpRequest, step: Callable[[], object], *, done: str, back: str) -> HttpResponse:
    """Do something that a button asks for; if visits need what it would take away, show them."""
    try:
        step()
    except Stranding as stranding:
        context = {"stranding": in_the_way(stranding), "back": back}
        return render(request, "setup/in_the_way.html", context, status=HTTPStatus.CONFLICT)
    except NotAccepted as refusal:
        messages.error(request, refusal.words)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(back)


def saved(request: HttpRequest, back: str) -> HttpResponse:
    """Say that a form was saved, and go back to its list."""
    messages.success(request, _("Saved"))
    return redirect(back)
