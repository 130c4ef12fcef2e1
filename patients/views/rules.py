"""The rules that health forms are judged by, as their owner and the clinicians read them. No patient data."""

from dataclasses import dataclass, fields
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.languages import text_in
from patients.rule_book import Rule, RuleBook, UrgentRule, load_rule_book
from patients.rule_words import say_condition
from patients.versions import CURRENT, UnknownVersion, list_versions, read_change_note


@dataclass(frozen=True)
class ShownRule:
    """A rule in words. `levels` has each method's name and level; `window` is "" if no days are counted."""

    id: str
    label: str
    when: str
    levels: list[tuple[str, str]]
    window: str
    clears_when: str
    reason: str
    evidence: str
    sources: str
    longer: str


@dataclass(frozen=True)
class ShownUrgent:
    """An urgent rule in words."""

    id: str
    when: str
    severity: str
    message: str


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Show one version of the rules: the current one, or the one that a form was judged by."""
    version, wanted = request.GET.get("version", CURRENT), request.GET.get("q", "").strip()
    try:
        book = load_rule_book(version)
    except UnknownVersion:
        raise Http404 from None
    shown = [_show_rule(rule, book) for rule in (book.incomplete, *book.rules)]
    urgent = [_show_urgent(rule, version) for rule in book.urgent]
    found = [rule for rule in shown if _says(rule, wanted)]
    found_urgent = [rule for rule in urgent if _says(rule, wanted)]
    context = {
        "book": book,
        "is_current": version == CURRENT,
        "versions": list_versions(),
        "change_note": read_change_note(version),
        "wanted": wanted,
        "rules": found,
        "urgent": found_urgent,
        "shown": len(found) + len(found_urgent),
        "count": len(shown) + len(urgent),
        "baseline": [(text_in(dict(name)), book.baseline[key]) for key, name in book.methods.items()],
    }
    return render(request, "review/rules.html", context)


def _show_rule(rule: Rule, book: RuleBook) -> ShownRule:
    return ShownRule(
        id=rule.id,
        label=text_in(dict(rule.label)),
        when=say_condition(rule.when_data, book.version)
        if rule.when_data
        else _("A required question that is shown has no answer"),
        levels=[(text_in(dict(name)), rule.levels[key]) for key, name in book.methods.items()],
        window=_("%(days)s days") % {"days": rule.window_days} if rule.window_days else "",
        clears_when=text_in(dict(rule.clears_when)) if rule.clears_when else "",
        reason=text_in(dict(rule.reason)),
        evidence=_say_evidence(rule.evidence),
        sources=", ".join(rule.cite),
        longer=_("Asks for a longer visit") if rule.id in book.extended_flags else "",
    )


def _show_urgent(rule: UrgentRule, version: str) -> ShownUrgent:
    severities = {
        "emergency": _("Emergency"),
        "same_day": _("Same day"),
        "within_2_weeks": _("Within two weeks"),
    }
    return ShownUrgent(
        id=rule.id,
        when=say_condition(rule.when_data, version),
        severity=severities[rule.severity],
        message=text_in(dict(rule.message)),
    )


def _say_evidence(marks: str) -> str:
    known = {"F": _("published source"), "K": _("established knowledge"), "policy": _("clinic policy")}
    return ", ".join(known[mark] for mark in marks.split("+"))


def _says(rule: ShownRule | ShownUrgent, wanted: str) -> bool:
    """Say whether a rule says what was searched for, in any of its texts; capitals do not matter."""
    texts: list[Any] = [getattr(rule, field.name) for field in fields(rule)]
    return any(wanted.casefold() in text.casefold() for text in texts if isinstance(text, str))
