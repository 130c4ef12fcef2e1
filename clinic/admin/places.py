"""The clinic, its sites, rooms and devices."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.admin.base import ArchiveFilter, ArchivingAdmin, RuledAdmin
from clinic.admin.warnings import AdvertisingBanner
from clinic.forms import MoneyField, to_major, to_minor
from clinic.models import Clinic, Resource, Site
from clinic.models.places import PRACTITIONER_KINDS, ResourceKind
from clinic.money import format_money
from clinic.queries.places import list_sites


class ClinicForm(forms.ModelForm):  # type: ignore[type-arg]
    """The clinic's facts; the fee is written as money of the first site."""

    late_fee = MoneyField(label=_("Late cancellation fee"))

    class Meta:
        model = Clinic
        fields = ("name", "tagline", "licence_number", "email", "phone", "free_change_hours")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = list_sites()
        self.currency = sites[0].currency if sites else "THB"
        if "late_fee" in self.fields:
            self.fields["late_fee"].initial = to_major(self.instance.late_fee_minor, self.currency)
            self.fields["late_fee"].help_text = _("In %(currency)s. 0 means no charge, ever.") % {
                "currency": self.currency
            }

    def clean_late_fee(self) -> Any:
        """Store the fee in minor units."""
        self.instance.late_fee_minor = to_minor(self.cleaned_data["late_fee"], self.currency) or 0
        return self.cleaned_data["late_fee"]


@admin.register(Clinic)
class ClinicAdmin(RuledAdmin):
    """One row: the list leads straight to it."""

    form = ClinicForm
    texts = ("tagline",)
    fieldsets = (
        (None, {"fields": ("name", "tagline", "licence_number")}),
        (_("Contact"), {"fields": ("email", "phone")}),
        (_("Changing a visit"), {"fields": ("free_change_hours", "late_fee")}),
    )

    @admin.display(description=_("late cancellation fee"))
    def late_fee(self, clinic: Clinic) -> str:
        """The fee, for people who only look."""
        sites = list_sites()
        return format_money(clinic.late_fee_minor, sites[0].currency if sites else "THB")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """There is one clinic."""
        return super().has_add_permission(request, obj) and not Clinic.objects.exists()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Open the clinic itself."""
        if self.has_view_permission(request) and Clinic.objects.filter(pk=1).exists():
            return redirect(reverse("admin:clinic_clinic_change", args=[1]))
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: Clinic, form: Any, change: Any) -> None:
        """Keep it one row."""
        obj.pk = 1
        super().save_model(request, obj, form, change)


class SiteAdmin(AdvertisingBanner, ArchivingAdmin):
    """Sites. Registered by the bookings app, which adds their public holidays."""

    texts = ("name", "city")
    long_texts = ("address", "directions")
    list_display = ("name_text", "city_text", "zone", "currency", "phone", "advertising_approval", "in_use")
    list_display_links = ("name_text",)
    list_filter = (ArchiveFilter, "country")
    search_fields = ("slug", "name", "city", "address")
    search_help_text = _("Name, city or address, in English or Thai")
    prepopulated_fields: ClassVar = {}
    fieldsets = (
        (None, {"fields": ("name", "city", "slug", "order")}),
        (_("Where"), {"fields": ("address", "directions", "map_url", "phone")}),
        (_("Time and money"), {"fields": ("zone", "country", "currency")}),
        (
            _("Advertising approval"),
            {
                "fields": ("advertising_approval", "advertising_approval_expiry_date"),
                "description": _(
                    "In Thailand a clinic needs an approval to advertise treatments. Without it the cards "
                    "stay as they are, and a warning is shown here."
                ),
            },
        ),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Explain the fields whose format matters."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        notes = {
            "zone": _("Such as Asia/Bangkok. All hours of the site are by this clock."),
            "country": _("Two capital letters, such as TH."),
            "currency": _("Three capital letters, such as THB."),
            "slug": _("Used in links: small letters and dashes. Better not changed once shared."),
            "order": _("The site with the lowest number comes first."),
        }
        if field and db_field.name in notes:
            field.help_text = notes[db_field.name]
        return field

    @admin.display(description=_("name"), ordering="order")
    def name_text(self, site: Site) -> str:
        """The name in the reader's language."""
        return site.name_text

    @admin.display(description=_("city"))
    def city_text(self, site: Site) -> str:
        """The city in the reader's language."""
        return site.city_text


class ResourceAdmin(ArchivingAdmin):
    """Rooms and devices. People have their own page, which keeps their row here.

    Registered by the bookings app, which knows what booked visits need.
    """

    list_display = ("name", "kind", "site", "in_use")
    list_filter = (ArchiveFilter, "kind", "site")
    list_select_related = ("site",)
    search_fields = ("name",)
    search_help_text = _("Name")
    fields = ("name", "kind", "site")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resource]:
        """Leave people out."""
        return super().get_queryset(request).exclude(kind__in=PRACTITIONER_KINDS)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Offer the kinds a room or device can be."""
        if db_field.name == "kind":
            options["choices"] = [
                choice for choice in ResourceKind.choices if choice[0] not in PRACTITIONER_KINDS
            ]
        return super().formfield_for_choice_field(db_field, request, **options)
