"""What the desk types about people: who somebody is, what was asked of them, which values stay, a message."""

from collections.abc import Collection
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.forms.booking import BIRTH_DATE_WORDS
from bookings.forms.contacts import ContactEmailField, NameField, PhoneField
from bookings.services.merging import CHOICES
from clinic.languages import LANGUAGES
from clinic.message_words import health_faults
from clinic.models.places import known_zones
from patients.birth_dates import read_birth_date
from patients.models import IdentityCheck, Patient
from patients.services.contacts import Contacts
from patients.typed_dates import DateProblem

BIRTH = ("birth_day", "birth_month", "birth_year")
LANGUAGE_NAMES = {"en": _("English"), "th": _("Thai")}
LONGEST_MESSAGE = 1000


class PersonForm(forms.Form):
    """Who somebody is and how they are reached. `region` is the site's country, `today` its date."""

    use_required_attribute = False

    name = NameField(
        label=_("Full name"),
        help_text=_("As in the passport or ID card"),
        missing=_("Enter the full name"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    birth_day = forms.CharField(label=_("Day"), required=False, max_length=40)
    birth_month = forms.CharField(label=_("Month"), required=False, max_length=40)
    birth_year = forms.CharField(label=_("Year"), required=False, max_length=40)
    email = ContactEmailField(
        label=_("Email"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    contact_name = NameField(
        label=_("Contact person"),
        help_text=_("Who we write to and call, if that is not the patient: a parent, for example"),
        missing="",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=_("Language we write in"), choices=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES]
    )
    zone = forms.CharField(
        label=_("Home time zone"),
        help_text=_("Like Europe/London. Leave it empty for the clinic’s own."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "zones", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, region: str | None, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.suggested_year: int | None = None
        self.birth_date: Any = None
        self.fields["phone"] = PhoneField(
            region=region,
            label=_("Mobile number"),
            required=False,
            widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
        )
        order = ["name", *BIRTH, "phone", "email", "contact_name", "language", "zone"]
        self.order_fields(order)
        for part in BIRTH:
            self.fields[part].widget.attrs = {"inputmode": "text" if part == "birth_month" else "numeric"}
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        birth = HTML("{% include 'bookings/people/_birth_date.html' %}")
        rest = [Field(name) for name in order[4:]]
        self.helper.layout = Layout(Field("name"), birth, *rest)

    def clean_zone(self) -> str:
        """Return the zone's name.

        :raises ValidationError: if there is none of that name.
        """
        zone: str = self.cleaned_data["zone"].strip()
        if zone and zone not in known_zones():
            raise forms.ValidationError(_("This is not a time zone we know, such as Asia/Bangkok."))
        return zone

    def clean(self) -> dict[str, Any]:
        """Read the birth date, if one is typed; ask for one way to reach the person."""
        cleaned = super().clean() or self.cleaned_data
        day, month, year = (str(self.data.get(part) or "")[:40] for part in BIRTH)
        if any(part.strip() for part in (day, month, year)) and not set(BIRTH) & set(self.errors):
            self._read_birth_date(day, month, year)
        if not {"phone", "email"} & set(self.errors) and not (cleaned.get("phone") or cleaned.get("email")):
            self.add_error("phone", _("Enter a phone number or an email"))
        return cleaned

    def _read_birth_date(self, day: str, month: str, year: str) -> None:
        try:
            self.birth_date = read_birth_date(day, month, year, today=self.today)
        except DateProblem as problem:
            self.suggested_year = problem.suggested_year
            words = str(BIRTH_DATE_WORDS[problem.code])
            said = {"typed": year.strip(), "suggested": problem.suggested_year or ""}
            self.add_error(f"birth_{problem.part}", words % said)

    @property
    def birth_parts(self) -> list[forms.BoundField]:
        """The three parts of the birth date, in the order they are typed."""
        return [self[part] for part in BIRTH]

    def contacts(self) -> Contacts:
        """Return what a valid form says."""
        said = self.cleaned_data
        return Contacts(
            name=said["name"],
            birth_date=self.birth_date,
            phone=said["phone"],
            email=said["email"],
            contact_name=said["contact_name"],
            language=said["language"],
            zone=said["zone"],
        )


def initial_of(patient: Patient) -> dict[str, Any]:
    """Return what the form shows of a record."""
    born = patient.birth_date
    return {
        "name": patient.name,
        "birth_day": born.day if born else "",
        "birth_month": born.month if born else "",
        "birth_year": born.year if born else "",
        "phone": patient.phone.as_international if patient.phone else "",
        "email": patient.email,
        "contact_name": patient.contact_name,
        "language": patient.language,
        "zone": patient.zone,
    }


class IdentityForm(forms.Form):
    """What was asked of somebody, and told right."""

    asked = forms.MultipleChoiceField(
        choices=IdentityCheck.Asked,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Ask for two of these. Then tick.")},
    )


class MessageForm(forms.Form):
    """A few words to a patient, and the key that makes a second press the same message.

    Mails travel in the open: a word of health is refused, unless it stands in one of `names`.
    """

    use_required_attribute = False

    key = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("Message"),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_MESSAGE}),
        error_messages={
            "required": _("Write a message"),
            "max_length": _("This is too long. Use at most %(limit_value)d letters."),
        },
    )

    def __init__(self, *args: Any, names: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names

    def clean_words(self) -> str:
        """Return the words.

        :raises ValidationError: with the sentence, if one holds a word of health.
        """
        words: str = self.cleaned_data["words"]
        if faults := health_faults(words, names=self.names):
            told = _("Emails travel in the open. Leave this out, or ask them to call: %(what)s")
            raise forms.ValidationError(told, params={"what": faults[0].what})
        return words


class MergeForm(forms.Form):
    """For each value that differs, whose is right: that of the record that is kept, or of the one that
    goes.
    """

    seen = forms.CharField(max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in CHOICES:
            self.fields[name] = forms.ChoiceField(choices=[("kept", ""), ("gone", "")], required=False)

    def taken(self) -> frozenset[str]:
        """Return the choices for which the value of the record that goes is right."""
        return frozenset(name for name in CHOICES if self.cleaned_data.get(name) == "gone")
