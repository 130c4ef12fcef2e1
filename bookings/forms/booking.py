"""The details form: who the visit is for, and how we reach them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.forms.contacts import ContactEmailField, NameField, PhoneField
from clinic.models import User
from patients.birth_dates import read_birth_date
from patients.models import Patient
from patients.services.people import PersonDetails
from patients.typed_dates import BUDDHIST_OFFSET, DateProblem

Booker = Patient.Booker

TYPED_FIELDS = ("who", "name", "birth_day", "birth_month", "birth_year", "contact_name", "phone", "email")
LONGEST_KEPT = 20_000
"""Characters of one field that are kept between pages; the form itself allows far fewer."""

BIRTH_DATE_WORDS: Mapping[str, str | Promise] = {
    "missing": _("Enter the date of birth: day, month and year"),
    "day": _("Check the day: it is a number from 1 to 31"),
    "month": _("Check the month: a number from 1 to 12, or a name like March"),
    "year": _("Check the year: four digits, like 2014"),
    "short_year": _("Write the year with four digits, like 2014"),
    "no_such_day": _("This month does not have that day. Check the date"),
    "too_late": _("This date is in the future. Check the year"),
    "too_early": _("This date is more than 120 years ago. Check the year"),
    "buddhist": _("You typed %(typed)s. Is that %(suggested)s?"),
}


class DetailsForm(forms.Form):
    """What we ask before a booking. `region` is the site's country, `today` the site's date.

    Nothing is marked required in HTML: people press, then we explain.
    """

    use_required_attribute = False

    who = forms.ChoiceField(
        label=_("Who is this for?"),
        choices=Booker,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose who this is for"),
            "invalid_choice": _("Choose who this is for"),
        },
    )
    name = NameField(
        label=_("Full name"),
        help_text=_("Of the person we will see, as in the passport or ID card"),
        missing=_("Enter the full name"),
    )
    birth_day = forms.CharField(label=_("Day"), required=False, strip=True)
    birth_month = forms.CharField(label=_("Month"), required=False, strip=True)
    birth_year = forms.CharField(label=_("Year"), required=False, strip=True)
    contact_name = NameField(
        label=_("Your own name"),
        help_text=_("We write and call you about this visit"),
        missing=_("Enter your own name"),
    )
    email = ContactEmailField(
        label=_("Email"),
        help_text=_("We send your booking here, with a link to change it"),
        error_messages={"required": _("Enter your email")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, region: str, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.suggested_year: int | None = None
        self.fields["phone"] = PhoneField(
            region=region,
            label=_("Mobile number"),
            help_text=_("Include the country code, like +66 or +44"),
            error_messages={"required": _("Enter your mobile number")},
            widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        )
        self.order_fields(TYPED_FIELDS)
        for part in ("birth_day", "birth_month", "birth_year"):
            self.fields[part].widget.attrs = {"inputmode": "text" if part == "birth_month" else "numeric"}
        self.fields["contact_name"].widget.attrs = {"autocomplete": "name"}
        self.fields["name"].widget.attrs = {
            "autocomplete": "name" if self.typed("who") == Booker.SELF else "off"
        }
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Field("who", template="bookings/_who.html"),
            Field("name"),
            Div(HTML("{% include 'bookings/_birth_date.html' %}"), css_class="for-child"),
            Div(Field("contact_name"), css_class="for-others"),
            Field("phone"),
            Field("email"),
        )

    def typed(self, field: str) -> str:
        """Return what the person typed, exactly."""
        source: Mapping[str, Any] = self.data if self.is_bound else self.initial
        return str(source.get(field) or "")

    def clean(self) -> dict[str, Any]:
        """Ask for a child's date of birth; only whoever books for somebody else gives a name of their own."""
        cleaned = self.cleaned_data
        who = cleaned.get("who")
        if who == Booker.CHILD:
            cleaned["birth_date"] = self._clean_birth_date()
        if who not in (Booker.CHILD, Booker.OTHER):
            self.errors.pop("contact_name", None)
        return cleaned

    def _clean_birth_date(self) -> date | None:
        day, month, year = (self.typed(part) for part in ("birth_day", "birth_month", "birth_year"))
        try:
            return read_birth_date(day, month, year, today=self.today)
        except DateProblem as problem:
            self.suggested_year = problem.suggested_year
            words = str(BIRTH_DATE_WORDS[problem.code])
            self.add_error(
                f"birth_{problem.part}",
                words % {"typed": year.strip(), "suggested": problem.suggested_year or ""},
            )
            return None

    @property
    def birth_parts(self) -> list[forms.BoundField]:
        """The three parts of the date of birth, in the order they are typed."""
        return [self["birth_day"], self["birth_month"], self["birth_year"]]

    @property
    def booker_words(self) -> str:
        """Who a valid form books for, in words: "My child"."""
        return str(Booker(self.cleaned_data["who"]).label)

    def person(self, *, account: User | None, language: str, zone: str, mode: str) -> PersonDetails:
        """Return the person a valid form describes; `mode` is the `VisitMode` of the visit."""
        cleaned = self.cleaned_data
        for_self = cleaned["who"] == Booker.SELF
        return PersonDetails(
            booked_for=cleaned["who"],
            name=cleaned["name"],
            contact_name="" if for_self else cleaned["contact_name"],
            birth_date=cleaned.get("birth_date"),
            email=cleaned["email"],
            phone=cleaned["phone"],
            language=language,
            zone=zone,
            account=account,
            wanted_mode=mode,
        )


def read_typed(posted: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed, to be kept exactly; NUL is dropped and a field is cut at 20,000 characters.

    Pressing "Yes, 1994" beside a Buddhist year puts that year in its place.
    """
    typed = {field: posted.get(field, "").replace("\0", "")[:LONGEST_KEPT] for field in TYPED_FIELDS}
    accepted, year = posted.get("accept_year", ""), typed["birth_year"].strip()
    if (
        accepted.isdecimal()
        and year.isdecimal()
        and len(year) <= 4
        and int(year) - BUDDHIST_OFFSET == int(accepted)
    ):
        typed["birth_year"] = accepted
    return typed
