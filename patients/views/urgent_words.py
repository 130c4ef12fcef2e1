"""What somebody is told at once whose answers cannot wait, with whom to call."""

from typing import Any

from django.urls import reverse

from clinic.queries.duty import list_on_duty
from patients.assessment import assess
from patients.emergency import Country, dial, list_help
from patients.queries.alerts import wants_call
from patients.services.drafts import for_assessment
from patients.services.urgent import OFFERS_CALL
from patients.versions import CURRENT
from patients.views.call_proofs import prove
from patients.views.mounts import Opened, country_of, language
from patients.words import load_words, text


def urgent_rules(opened: Opened) -> list[str]:
    """Return the urgent rules that the visible answers meet."""
    return [met.id for met in assess(for_assessment(opened.visible), opened.today, CURRENT).urgent]


def urgent_words(opened: Opened, *, token: str = "") -> dict[str, Any] | None:
    """Return the messages of the visible answers, whom to call, and whether somebody knows; None for none.

    A guardian is told nothing of private answers. `token` is that of the private link the form is opened by.
    """
    said, words = language(), load_words(CURRENT)
    rules = urgent_rules(opened)
    messages = [words.urgent[rule] for rule in rules]
    if not messages:
        return None
    shows = {message.shows for message in messages}
    lives_in = opened.visible.get("b_country") or country_of(opened.mount)
    found: dict[str, Any] = {
        "messages": [{"title": text(m.title, said), "body": text(m.body, said)} for m in messages],
        "is_gentle": shows == {"crisis"},
        "is_soft": shows == {"none"},
        "lines": [],
        "notes": [],
        "call": _call_offer(opened, token) if OFFERS_CALL in rules else None,
    }
    if shows == {"none"}:
        return found
    countries = list_help(CURRENT, lives_in)
    found["lines"] = [line for country in countries for line in _lines(country, "crisis" in shows, said)]
    knows = bool(lives_in) and any(country.code == lives_in for country in countries)
    names = ["where_you_are"] if len(countries) > 1 else []
    names += [] if knows or not lives_in else ["emergency_unknown"]
    names += ["crisis_hours"] if "crisis" in shows else []
    names += ["on_duty_told" if list_on_duty(opened.now) else "nobody_on_duty"]
    found["notes"] = [text(words.texts[name], said) for name in names]
    return found


def _call_offer(opened: Opened, token: str) -> dict[str, Any] | None:
    """Return the way to ask to be called, and whether it was asked; None where nobody could call back.

    A link never tells what was asked before.
    """
    mount = opened.mount
    if not mount.patient.phone or not (mount.user or token) or mount.by_clinic:
        return None
    texts = load_words(CURRENT).texts
    return {
        "url": reverse("patients:private-call", args=[token]) if token else mount.url("ask-for-call"),
        "proof": prove(mount.patient.pk) if token else "",
        "is_asked": not token and wants_call(mount.patient.pk),
        **{name: text(texts[f"callback_{name}"], language()) for name in ("question", "yes", "asked")},
    }


def _lines(country: Country, with_crisis: bool, said: str) -> list[dict[str, str]]:
    """Return a country's numbers to dial, each with its sentence."""
    texts = load_words(CURRENT).texts
    name = text(country.name, said)
    crisis = [
        {
            "words": text(texts["call_crisis"], said).format(
                country=name, name=text(line.name, said), number=line.number
            ),
            "number": line.number,
            "dial": dial(line.number),
        }
        for line in (country.crisis if with_crisis else ())
    ]
    emergency = {
        "words": text(texts["call_emergency"], said).format(country=name, number=country.emergency),
        "number": country.emergency,
        "dial": dial(country.emergency),
    }
    return [*crisis, emergency]
