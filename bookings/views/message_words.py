"""The owner's pages of the words in messages: what each says by default, and what the clinic says instead."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms.message_words import MailForm, MessageForm
from clinic.forms import LANGUAGE_NAMES
from clinic.languages import LANGUAGES
from clinic.message_words import Slots
from clinic.models import MessageWording, User
from clinic.queries.message_wordings import list_versions, newest_by_kind
from clinic.services.example_letters import write_example
from clinic.services.letters import PASSWORD_RESET, SIGN_IN_CODE, VISIT_SUBJECTS, slots_of
from clinic.services.meanwhile import ChangedMeanwhile
from clinic.services.message_wordings import DEFAULT, publish_wording
from clinic.services.notices import NOTICES

KINDS: dict[str, str | Promise] = {
    "booked": gettext_lazy("A visit is booked"),
    "moved": gettext_lazy("A visit was moved"),
    "changed": gettext_lazy("A visit was changed"),
    "cancelled": gettext_lazy("A visit is cancelled"),
    "clinic_message": gettext_lazy("A message waits for a patient"),
    SIGN_IN_CODE: gettext_lazy("A code to sign in"),
    PASSWORD_RESET: gettext_lazy("A new password for staff"),
    "urgent_call": gettext_lazy("A doctor on duty is called"),
    "urgent_passed_on": gettext_lazy("A call is passed on to other doctors"),
    "copy_ready": gettext_lazy("Somebody’s file of their own data is ready"),
    "privacy_request": gettext_lazy("Somebody asks to be erased"),
    "privacy_answer": gettext_lazy("A request to be erased was answered"),
    "opened_with_reason": gettext_lazy("A record was opened with a reason"),
    "sign_in_changed": gettext_lazy("Somebody’s way to sign in was changed"),
}
"""What each kind of message is for, in the order of the list."""

PLACEHOLDERS: dict[str, str | Promise] = {
    "time": gettext_lazy("When the visit is"),
    "place": gettext_lazy("The site, or how it is done"),
    "practitioner": gettext_lazy("Whom the visit is with"),
    "link": gettext_lazy("The link of the message"),
    "phone": gettext_lazy("The site’s phone"),
    "reference": gettext_lazy("The reference of the visit"),
    "clinic": gettext_lazy("The clinic’s name"),
}


@dataclass(frozen=True)
class KindLine:
    """A kind of message in the list; `newest` is its newest wording, if there ever was one."""

    kind: str
    title: str
    may_word: bool
    newest: MessageWording | None


@dataclass(frozen=True)
class Example:
    """A mail as it would leave in one language."""

    language: str
    name: str
    subject: str
    body: str


@never_cache
@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    """List the kinds of message, and which of them say something of the clinic's own. Constant queries."""
    newest = newest_by_kind()
    kinds = [*KINDS, *(kind for kind in (*VISIT_SUBJECTS, *NOTICES) if kind not in KINDS)]
    lines = [KindLine(kind, title_of(kind), slots_of(kind) is not None, newest.get(kind)) for kind in kinds]
    return render(request, "bookings/offering/messages.html", {"lines": lines})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: HttpRequest, kind: str) -> HttpResponse:
    """Show what a kind of message says, and put the clinic's own words into use."""
    slots, now = _get_slots(kind), timezone.now()
    versions = list_versions(kind)
    form = _form(request, slots, versions)
    if not form.is_bound or "look" in request.POST or not form.is_valid():
        return _page(request, kind, form, versions, now)
    try:
        publish_wording(
            kind=kind,
            texts=form.texts(),
            seen=form.cleaned_data["seen"],
            by=cast("User", request.user),
            now=now,
        )
    except ChangedMeanwhile as refusal:
        versions = list_versions(kind)
        return _page(request, kind, _form(request, slots, versions), versions, now, conflict=str(refusal))
    messages.success(request, _("In use from now on. Messages that have left stay as they were."))
    return redirect("offering:message", kind)


@require_POST
def reset_message(request: HttpRequest, kind: str) -> HttpResponse:
    """Put the default back; the words are kept as an earlier version."""
    _get_slots(kind)
    versions = list_versions(kind)
    if versions:
        user, now = cast("User", request.user), timezone.now()
        publish_wording(kind=kind, texts=DEFAULT, seen=versions[0].version, by=user, now=now)
    messages.success(request, _("The default is back."))
    return redirect("offering:message", kind)


@csp(  # type: ignore[arg-type]  # its stub forgets arguments
    {
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "form-action": [NONE],
        "sandbox": [],
    }
)
@never_cache
@require_POST
def message_as_mail(request: HttpRequest, kind: str) -> HttpResponse:
    """Answer with the HTML of the mail as typed, in one language, without scripts. Nothing is stored or sent.

    Mail programs need inline style, so this page's policy lets it through, and nothing else.
    """
    slots, chosen = _get_slots(kind), MailForm({"language": request.POST.get("as_mail", "")})
    if not chosen.is_valid():
        raise Http404
    form, language = _form(request, slots, []), chosen.cleaned_data["language"]
    form.is_valid()
    mail = write_example(kind, language, form.texts_in(language), now=timezone.now())
    html, _type = mail.alternatives[0]
    return HttpResponse(html)


def title_of(kind: str) -> str:
    """Return what a kind of message is for; one that is not named here says its default subject."""
    if kind in KINDS:
        return str(KINDS[kind])
    return str(NOTICES[kind].subject if kind in NOTICES else VISIT_SUBJECTS[kind] % {"when": "…"})


def _get_slots(kind: str) -> Slots:
    """Return what may be worded of a kind.

    :raises Http404: if there is no such kind, or its words are fixed.
    """
    slots = slots_of(kind)
    if slots is None:
        raise Http404
    return slots


def _form(request: HttpRequest, slots: Slots, versions: list[MessageWording]) -> MessageForm:
    data = request.POST if request.method == "POST" else None
    return MessageForm(data, slots=slots, stored=versions[0] if versions else None)


def _page(
    request: HttpRequest,
    kind: str,
    form: MessageForm,
    versions: list[MessageWording],
    now: datetime,
    *,
    conflict: str = "",
) -> HttpResponse:
    """Show the form beside the mail in both languages; a script that asks gets only the latter."""
    bad = form.is_bound and not form.is_valid()
    if conflict:
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["seen"] = str(versions[0].version if versions else 0)  # type: ignore[index]
    examples = []
    for language in LANGUAGES:
        mail = write_example(kind, language, form.texts_in(language), now=now)
        examples.append(Example(language, str(LANGUAGE_NAMES[language]), str(mail.subject), str(mail.body)))
    context = {
        "form": form,
        "kind": kind,
        "title": title_of(kind),
        "placeholders": [
            (f"{{{name}}}", words)
            for name, words in PLACEHOLDERS.items()
            if name in form.slots["words"].allowed
        ],
        "versions": versions,
        "in_use": versions[0] if versions and not versions[0].is_default else None,
        "examples": examples,
        "is_broken": bad,
        "conflict": conflict,
    }
    status = 409 if conflict else 422 if bad else 200
    if request.headers.get("HX-Request") and "look" in request.POST:
        return render(request, "bookings/offering/_mail_look.html", context, status=status)
    return render(request, "bookings/offering/message.html", context, status=status)
