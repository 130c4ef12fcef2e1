"""The duty list: which clinicians answer urgent answers, and when."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from clinic.admin.clock import ClinicsClockAdmin
from clinic.models import DutyShift, Role, User


class DutyShiftForm(forms.ModelForm):  # type: ignore[type-arg]
    """One shift of one clinician."""

    class Meta:
        model = DutyShift
        fields = ("user", "starts_at", "ends_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clinicians = User.objects.filter(roles__contains=[Role.CLINICIAN], is_active=True)
        field = cast("forms.ModelChoiceField[Any]", self.fields["user"])
        field.queryset = clinicians.order_by("name", "pk")

    def clean(self) -> dict[str, Any] | None:
        """Refuse a shift that ends before it begins."""
        cleaned = super().clean() or self.cleaned_data
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The end must be after the start."))
        return cleaned


@admin.register(DutyShift)
class DutyShiftAdmin(ClinicsClockAdmin):
    """Shifts may be deleted: they are a plan. Whoever is named needs a phone the desk can call."""

    form = DutyShiftForm
    may_delete = True
    list_display = ("user", "phone", "starts_at", "ends_at")
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")
    search_help_text = _("Name or e-mail")
    date_hierarchy = "starts_at"
    ordering = ("-starts_at", "-pk")
    fieldsets: ClassVar[Any] = ((None, {"fields": ("user", "starts_at", "ends_at")}),)

    @admin.display(description=_("phone"))
    def phone(self, shift: DutyShift) -> str:
        """The number the desk sees, as one dials it from abroad."""
        return shift.user.phone.as_international if shift.user.phone else ""
