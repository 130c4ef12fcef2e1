"""What can be booked, where, and for how much."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinic.admin.base import ArchiveFilter, ArchivingAdmin, RuledTabular
from clinic.admin.prices import PriceForm
from clinic.forms import WEEKDAYS, add_rule_errors
from clinic.models import ResourceKind, VisitMode, VisitOffer, VisitType
from clinic.money import format_money


class PriceFormOfOffer(PriceForm):
    """The price of a visit at a site; empty means that no price is shown."""

    minor_name = "price_minor"

    class Meta:
        model = VisitOffer
        fields = ("site",)


class VisitOfferInline(RuledTabular):
    """Where a visit type is offered; nowhere, and nobody can book it."""

    model = VisitOffer
    form = PriceFormOfOffer
    fields = ("site", "price", "currency")
    readonly_fields = ("currency",)
    may_delete = True
    verbose_name_plural = _("offered at (nowhere: it cannot be booked)")

    @admin.display(description=_("price"))
    def price(self, offer: VisitOffer) -> str:
        """The price, for people who only look."""
        return "–" if offer.price_minor is None else format_money(offer.price_minor, offer.site.currency)

    @admin.display(description=_("currency"))
    def currency(self, offer: VisitOffer) -> str:
        """The site's currency."""
        return offer.site.currency if offer.site_id else "–"


class VisitTypeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A visit type whose rules fit each other."""

    class Meta:
        model = VisitType
        fields = (
            "code",
            "name",
            "summary",
            "treatment",
            "minutes",
            "buffer_before_minutes",
            "buffer_after_minutes",
            "grid_minutes",
            "notice_hours",
            "horizon_days",
            "weekdays",
            "bookable_by",
            "modes",
            "needs",
            "staff_note",
            "order",
        )

    def clean(self) -> dict[str, Any] | None:
        """Refuse rules that contradict each other."""
        cleaned = super().clean() or self.cleaned_data
        add_rule_errors(self, cleaned)
        return cleaned


class VisitTypeAdmin(ArchivingAdmin):
    """What can be booked, where and for how much."""

    form = VisitTypeForm
    texts = ("name",)
    long_texts = ("summary",)
    checkboxes: ClassVar = {
        "weekdays": WEEKDAYS,
        "modes": list(VisitMode.choices),
        "needs": list(ResourceKind.choices),
    }
    list_display = ("name_text", "code", "minutes", "bookable_by", "needs_text", "offers_text", "in_use")
    list_display_links = ("name_text",)
    list_filter = (ArchiveFilter, "bookable_by", "offers__site")
    search_fields = ("code", "name", "summary", "staff_note")
    search_help_text = _("Name or code, in English or Thai")
    autocomplete_fields = ("treatment",)
    inlines = [VisitOfferInline]
    fieldsets = (
        (None, {"fields": ("name", "summary", "code", "order")}),
        (_("Length"), {"fields": (("minutes", "buffer_before_minutes", "buffer_after_minutes"),)}),
        (
            _("Who and when"),
            {"fields": ("bookable_by", ("notice_hours", "horizon_days", "grid_minutes"), "weekdays")},
        ),
        (_("Needs"), {"fields": ("modes", "needs", "treatment")}),
        (_("For staff"), {"fields": ("staff_note",)}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Fetch the offers the list shows."""
        return super().get_queryset(request).prefetch_related("offers__site")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Explain the rules."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        notes = {
            "code": _("A short code in capitals for staff and reports, such as CONS_NEW."),
            "needs": _("All of them must be free together. A video call needs the person only."),
            "weekdays": _("None ticked: any day the clinic works."),
            "notice_hours": _("How long before a visit it can still be booked."),
            "grid_minutes": _("Visits start on this grid, counted from midnight."),
        }
        if field and db_field.name in notes:
            field.help_text = notes[db_field.name]
        return field

    @admin.display(description=_("name"), ordering="order")
    def name_text(self, visit_type: VisitType) -> str:
        """The name in the reader's language."""
        return visit_type.name_text

    @admin.display(description=_("needs"))
    def needs_text(self, visit_type: VisitType) -> str:
        """What it needs, by name."""
        return ", ".join(str(ResourceKind(kind).label) for kind in visit_type.needs)

    @admin.display(description=_("offered at"))
    def offers_text(self, visit_type: VisitType) -> str:
        """Where, and for how much."""
        offers = visit_type.offers.all()
        return ", ".join(
            offer.site.city_text
            + (
                f" {format_money(offer.price_minor, offer.site.currency)}"
                if offer.price_minor is not None
                else ""
            )
            for offer in offers
        )
