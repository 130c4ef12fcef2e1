"""What the owner writes about people: who signs in, and whom patients see."""

from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.forms.contacts import ContactEmailField, NameField, PhoneField
from bookings.forms.setup.seen import SeenForm
from clinic.forms import SPOKEN, ByLanguageField, CheckboxesField
from clinic.models import ResourceKind, Role, User, VisitType
from clinic.models.places import PRACTITIONER_KINDS

LANGUAGES = [("en", _("English")), ("th", _("Thai"))]
KINDS = [choice for choice in ResourceKind.choices if choice[0] in PRACTITIONER_KINDS]


class StaffForm(SeenForm):
    """A member of staff. They choose their own password by the link in the invitation."""

    name = NameField(label=_("Name"), missing=_("Enter the name"))
    email = ContactEmailField(label=_("Email"), help_text=_("They sign in with it"))
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    roles = CheckboxesField(
        label=_("Roles"),
        choices=Role.choices,
        help_text=_("Roles add up"),
        error_messages={"required": _("Choose what they may do")},
    )

    in_review_pool = forms.BooleanField(
        label=_("In the review pool"),
        required=False,
        help_text=_(
            "A clinician or nurse of the pool reads every health form. Others read those of patients who come"
            " where they are on shift, and of their own."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"] = PhoneField(
            region="TH",
            label=_("Phone"),
            required=False,
            help_text=_("The front desk calls it when this person is on duty"),
            widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
        )
        self.order_fields(["key", "seen", "name", "email", "phone", "language", "roles", "in_review_pool"])

    def clean_email(self) -> str:
        """Return the address in lower case, as it is kept."""
        return str(self.cleaned_data["email"]).lower()

    @property
    def facts(self) -> dict[str, Any]:
        """What a valid form says, as it is stored."""
        said = super().facts
        return {**said, "roles": sorted(said["roles"]), "phone": said["phone"] or None}


class ProfileForm(SeenForm):
    """A doctor or nurse whom patients see."""

    name = ByLanguageField(label=_("Name shown to patients"))
    title = ByLanguageField(label=_("Title"), help_text=_("Such as Dermatologist"))
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    calendar_name = forms.CharField(
        label=_("Name in the calendar"),
        max_length=80,
        required=False,
        help_text=_("Staff see this one. Empty: the English name"),
    )
    licence_number = forms.CharField(label=_("Professional licence number"), max_length=40, required=False)
    languages = CheckboxesField(
        label=_("Languages spoken"),
        choices=SPOKEN,
        error_messages={"required": _("Choose at least one language")},
    )
    about = ByLanguageField(label=_("About"), long=True, required=False)
    visit_types = CheckboxesField(
        label=_("Visit types"),
        choices=(),
        coerce=int,
        required=False,
        help_text=_("Only these can be booked with this person"),
    )
    user_id = forms.TypedChoiceField(
        label=_("Sign-in"), required=False, coerce=int, empty_value=None, choices=()
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        help_text=_("JPEG, PNG or HEIC. Empty keeps what is there"),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = VisitType.objects.filter(archived_at=None).order_by("order", "pk")
        shown = self.initial.get("visit_types") or []
        if shown:
            types = VisitType.objects.filter(Q(archived_at=None) | Q(pk__in=shown)).order_by("order", "pk")
        self._choose("visit_types", [(kind.pk, kind.name_text) for kind in types])
        staff = User.objects.filter(roles__len__gt=0).order_by("name", "pk")
        self._choose("user_id", [("", _("None")), *((user.pk, str(user)) for user in staff)])

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    @property
    def facts(self) -> dict[str, Any]:
        """What a valid form says, as it is stored; without the photo."""
        said = {name: value for name, value in super().facts.items() if name != "photo"}
        return {
            **said,
            "languages": sorted(said["languages"]),
            "visit_types": sorted(said["visit_types"]),
            "calendar_name": said["calendar_name"] or said["name"]["en"][:80],
        }
