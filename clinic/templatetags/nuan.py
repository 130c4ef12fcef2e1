"""Template tags every page may use; the engine loads them as builtins."""

import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms, template
from django.conf import settings
from django.urls import Resolver404, resolve, reverse, translate_url
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override

from clinic import calendar_words, icons, money, times
from clinic.languages import text_in
from clinic.models import Site, VisitMode

register = template.Library()

_LOANWORDS = re.compile("เซรั่ม|เอ็กโซโซม")


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _zone(zone: ZoneInfo | str) -> ZoneInfo:
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)


@register.simple_tag(name="icon")
def icon_tag(name: str, extra_class: str = "") -> SafeString:
    """`{% icon "map-pin" %}`: an inline Lucide icon, hidden from screen readers."""
    return mark_safe(icons.get_icon(name, extra_class))  # noqa: S308 (files of a pinned package)


@register.simple_tag(name="money")
def money_tag(minor: int, currency: str) -> str:
    """`{% money 150000 "THB" %}`: ฿1,500."""
    return money.format_money(minor, currency)


@register.simple_tag(takes_context=True)
def when(context: template.Context, instant: datetime, zone: ZoneInfo | str) -> str:
    """`{% when visit.starts_at site.tz %}`: Thu 26 Nov, 10:30."""
    return times.format_when(instant, _zone(zone), _language(), context.get("now"))


@register.simple_tag(takes_context=True)
def clinic_when(context: template.Context, instant: datetime) -> str:
    """`{% clinic_when review.signed_at %}`: a moment by the clock of the clinic's first site, for staff."""
    return times.format_when(instant, _clinic_zone(context), _language(), context.get("now"))


@register.simple_tag(takes_context=True)
def clinic_day(context: template.Context, instant: datetime) -> str:
    """`{% clinic_day version.sent_at %}`: the day of a moment by that clock: Wed 25 Nov."""
    day = instant.astimezone(_clinic_zone(context)).date()
    return times.format_day(day, _language(), today=_today(context))


def _clinic_zone(context: template.Context) -> ZoneInfo:
    sites = context["clinic"].sites
    return sites[0].tz if sites else ZoneInfo(settings.TIME_ZONE)


@register.simple_tag
def clock(instant: datetime, zone: ZoneInfo | str) -> str:
    """`{% clock visit.starts_at site.tz %}`: 10:30."""
    return times.format_clock(instant, _zone(zone), _language())


@register.simple_tag(takes_context=True)
def both_times(
    context: template.Context, instant: datetime, site: Site, patient_zone: ZoneInfo | str, mode: str
) -> times.BothTimes:
    """`{% both_times visit.starts_at site zone visit.mode as t %}`: t.lead, t.other, t.when, t.zone_words.

    A visit at the clinic leads with the clinic's time, any other with the patient's.
    """
    language = _language()
    here = (site.tz, site.city_text)
    there = here
    if patient_zone and _zone(patient_zone).key != site.zone:
        there = (_zone(patient_zone), times.city_of(_zone(patient_zone), language))
    (lead_zone, lead_city), (other_zone, other_city) = (
        (here, there) if mode == VisitMode.IN_PERSON else (there, here)
    )
    return times.format_both(
        instant,
        lead_zone=lead_zone,
        lead_city=lead_city,
        other_zone=other_zone,
        other_city=other_city,
        language=language,
        now=context.get("now"),
    )


@register.simple_tag(takes_context=True)
def short_day(context: template.Context, day: date) -> str:
    """`{% short_day day %}`: Thu 26 Nov."""
    return times.format_day(day, _language(), today=_today(context))


@register.simple_tag(takes_context=True)
def long_day(context: template.Context, day: date) -> str:
    """`{% long_day day %}`: Thursday 26 November."""
    return times.format_long_day(day, _language(), today=_today(context))


def _today(context: template.Context) -> date | None:
    now = context.get("now")
    return now.date() if isinstance(now, datetime) else None


@register.filter(name="text_in")
def text_in_filter(texts: dict[str, str]) -> str:
    """`{{ flag.label|text_in }}`: a text that is kept in both languages, in the active one."""
    return text_in(texts)


@register.filter
def full_date(day: date) -> str:
    """`{{ card.reviewed_date|full_date }}`: 2 November 2026."""
    return times.format_date(day, _language())


@register.filter
def site_date(instant: datetime, zone: ZoneInfo) -> str:
    """`{{ visit.starts_at|site_date:site.tz }}`: the day of an instant there, for an address: 2026-11-26."""
    return instant.astimezone(zone).date().isoformat()


@register.filter
def weekday_short(day: date) -> str:
    """`{{ day|weekday_short }}`: Thu."""
    return calendar_words.weekday_short(day, _language())


@register.filter
def weekday_long(day: date) -> str:
    """`{{ day|weekday_long }}`: Thursday."""
    return calendar_words.weekday_long(day, _language())


@register.filter
def month_short(day: date) -> str:
    """`{{ day|month_short }}`: Nov."""
    return calendar_words.month_short(day.month, _language())


@register.filter
def month_long(day: date) -> str:
    """`{{ day|month_long }}`: November."""
    return calendar_words.month_long(day.month, _language())


@register.simple_tag
def zone_label(zone: ZoneInfo | str, at: datetime) -> str:
    """`{% zone_label zone now %}`: Bangkok (UTC+7)."""
    return times.zone_label(_zone(zone), at, _language())


@register.simple_tag
def utc_offset(zone: ZoneInfo | str, at: datetime) -> str:
    """`{% utc_offset zone now %}`: UTC+7."""
    return times.utc_offset(_zone(zone), at)


@register.filter
def city_of(zone: ZoneInfo | str) -> str:
    """`{{ zone|city_of }}`: London."""
    return times.city_of(_zone(zone), _language())


@register.filter
def thai_safe(text: Any) -> SafeString:
    """Keep Thai together where browsers break it.

    The repetition mark ๆ must not start a line, and loanwords missing from browsers' dictionaries must
    not be cut in two.
    """
    safe = str(escape(text)).replace(" ๆ", "\N{NO-BREAK SPACE}ๆ")
    return mark_safe(_LOANWORDS.sub(r'<span class="nowrap">\g<0></span>', safe))  # noqa: S308 (escaped just before)


@register.simple_tag(takes_context=True)
def language_url(context: template.Context, language: str) -> str:
    """`{% language_url "th" %}`: this page in another language, or its home if this page has no name."""
    path = context["request"].get_full_path()
    try:
        resolve(context["request"].path)
    except Resolver404:
        with override(language):
            return reverse("bookings:home")
    return translate_url(path, language)


@register.filter
def brand_parts(name: str) -> tuple[str, str]:
    """Split a clinic's name for the brand mark: "Mali Skin Clinic" is ("Mali", "Skin Clinic")."""
    first, _, rest = name.partition(" ")
    return (first, rest) if len(first) > len("the") else (name, "")


@register.filter
def choice_id(field: Any) -> str:
    """The id an error summary links to: the control, or the first of a group of choices."""
    return str(field.id_for_label or f"{field.auto_id}_0")


@register.filter
def error_count(form: forms.BaseForm) -> int:
    """How many things a form asks to fix."""
    return sum(len(errors) for errors in form.errors.values())


@register.filter
def is_web_address(text: str) -> bool:
    """Whether a source's reference is a link."""
    return text.startswith("https://")


@register.filter
def masked_phone(phone: Any) -> str:
    """`{{ patient.phone|masked_phone }}`: +66 ••• 77, enough to ask for and too little to copy."""
    text = str(phone.as_international)
    return f"{text.split(' ', maxsplit=1)[0]} •••• {text[-2:]}"


@register.filter
def masked_email(address: str) -> str:
    """`{{ patient.email|masked_email }}`: h•••@example.com."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}•••@{host}"


@register.filter
def spelled(letters: str) -> str:
    """`{{ "BCD"|spelled }}`: B C D, so that a screen reader says letters."""
    return " ".join(letters)
