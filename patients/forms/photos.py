"""What staff type about photos: which view one shows, and why one is of no use."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from patients.models import Photo

LONGEST_REASON = 300


class VisitPhotoForm(forms.Form):
    """The view of a photo that is taken at the clinic. The file itself is read by the view."""

    view = forms.ChoiceField(label=_("What the photo shows"), choices=Photo.View.choices)
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "required": True}),
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="new-photo-%s")


class RetakeForm(forms.Form):
    """Why a photo cannot be used; the patient reads it."""

    reason = forms.CharField(
        label=_("What should be different?"),
        help_text=_("The patient reads this beside the photo, in the language you write."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say what should be different")},
    )
