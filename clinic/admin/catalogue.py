"""Treatments, their cards in two languages, prices and product gates."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic.admin.base import ArchiveFilter, ArchivingAdmin, RuledAdmin, RuledStacked, RuledTabular, Texts
from clinic.admin.prices import PriceForm
from clinic.admin.warnings import AdvertisingBanner
from clinic.models import ProductGate, Treatment, TreatmentCard, TreatmentPrice, User
from clinic.models.catalogue import Visibility
from clinic.money import format_money

CARD_FIELDSETS: Any = (
    (None, {"fields": (("language", "visibility"), "name")}),
    (_("The drawing"), {"fields": ("where", "drawing_alt")}),
    (_("The treatment"), {"fields": ("how", "how_often", "downtime")}),
    (_("Evidence"), {"fields": ("evidence_text", "known", "unknown", "harms", "sources")}),
    (_("Safety"), {"fields": ("tell_doctor_first",)}),
    (
        _("Checked"),
        {
            "fields": (("reviewer", "reviewed_date"),),
            "description": _(
                "A card can be shown only with what we don't know, who checked the facts, and when."
            ),
        },
    ),
)


class CardTexts(Texts):
    """How both forms of a card edit it."""

    sentences: ClassVar[tuple[str, ...]] = ("harms", "tell_doctor_first")
    sources: ClassVar[tuple[str, ...]] = ("sources",)


class TreatmentCardInline(CardTexts, RuledStacked):
    """A card per language, under its treatment."""

    model = TreatmentCard
    max_num = 2
    fieldsets = CARD_FIELDSETS
    classes = ["collapse"]


class PriceFormOfTreatment(PriceForm):
    """The lowest price of a session at a site."""

    minor_name = "from_minor"

    class Meta:
        model = TreatmentPrice
        fields = ("site",)


class TreatmentPriceInline(RuledTabular):
    """Prices from, shown to patients only while the gate is open."""

    model = TreatmentPrice
    form = PriceFormOfTreatment
    fields = ("site", "price", "currency")
    readonly_fields = ("currency",)
    may_delete = True
    verbose_name_plural = _("prices from (shown only while the product gate is open)")

    @admin.display(description=_("price"))
    def price(self, row: TreatmentPrice) -> str:
        """The price, for people who only look."""
        return format_money(row.from_minor, row.site.currency)

    @admin.display(description=_("currency"))
    def currency(self, price: TreatmentPrice) -> str:
        """The site's currency."""
        return price.site.currency if price.site_id else "–"


class GateForm(forms.ModelForm):  # type: ignore[type-arg]
    """Opening a gate needs a number, a named person (whoever saves it) and an end that has not passed."""

    class Meta:
        model = ProductGate
        fields = ("treatment", "product_name", "legal_class", "approval_number", "country", "expiry_date")

    def clean_country(self) -> str:
        """Store the country in capitals."""
        return str(self.cleaned_data["country"]).upper()

    def clean_expiry_date(self) -> Any:
        """Refuse an approval that has already ended.

        :raises ValidationError: if the day is over everywhere on Earth.
        """
        day = self.cleaned_data["expiry_date"]
        if (not self.instance.pk or "expiry_date" in self.changed_data) and day < timezone.now().date():
            raise forms.ValidationError(_("This approval has already ended."))
        return day


class ProductGateInline(RuledTabular):
    """The approvals that open a delivery method; none, and it stays closed."""

    model = ProductGate
    form = GateForm
    fields = (
        "product_name",
        "legal_class",
        "approval_number",
        "country",
        "expiry_date",
        "opened_by",
        "closed_at",
    )
    readonly_fields = ("opened_by", "closed_at")
    verbose_name_plural = _("product gates (none open: the method cannot be booked)")


@admin.register(Treatment)
class TreatmentAdmin(AdvertisingBanner, ArchivingAdmin):
    """What the clinic talks about."""

    list_display = ("title", "method", "card_en", "card_th", "evidence", "gate", "in_use")
    list_display_links = ("title",)
    list_filter = (ArchiveFilter, "method", "cards__visibility")
    search_fields = ("slug", "cards__name", "cards__known", "cards__unknown")
    search_help_text = _("Words on a card, in English or Thai")
    inlines = [TreatmentCardInline, TreatmentPriceInline, ProductGateInline]
    fieldsets = (
        (None, {"fields": ("slug", "method", "order")}),
        (
            _("About"),
            {"fields": ("presentations", "cell_sources", "evidence_steps", "visit_minutes", "drawing")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Treatment]:
        """Fetch the cards and gates the list shows."""
        return super().get_queryset(request).prefetch_related("cards", "gates")

    def get_inlines(self, request: HttpRequest, obj: Treatment | None) -> Any:  # noqa: ARG002
        """Show gates only where they apply: the four delivery methods."""
        gated = obj is not None and obj.method
        return [inline for inline in self.inlines if gated or inline is not ProductGateInline]

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Treatment, inline: Any, prefix: str
    ) -> dict[str, Any]:
        """Offer an empty form for each language that has no card."""
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, TreatmentCardInline) and request.method == "GET":
            have = {card.language for card in obj.cards.all()} if obj.pk else set()
            kwargs["initial"] = [{"language": code} for code in ("en", "th") if code not in have]
        return kwargs

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:  # noqa: ARG002
        """Note who opens a gate, and remind of words changed after their check."""
        rows = formset.save(commit=False)
        for row in formset.deleted_objects:
            row.delete()
        for row in rows:
            if isinstance(row, ProductGate) and not row.pk:
                row.opened_by = cast("User", request.user)
            row.save()
        formset.save_m2m()
        for card_form in formset.forms:
            if isinstance(card_form.instance, TreatmentCard):
                remind_of_review(self, request, card_form)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow the filter by visibility."""
        return lookup.startswith("cards__visibility") or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("treatment"), ordering="order")
    def title(self, treatment: Treatment) -> str:
        """The name on its English card."""
        names = {card.language: card.name for card in treatment.cards.all()}
        return names.get("en") or names.get("th") or treatment.slug

    @admin.display(description=_("English card"))
    def card_en(self, treatment: Treatment) -> str:
        """Who sees the English card."""
        return _visibility(treatment, "en")

    @admin.display(description=_("Thai card"))
    def card_th(self, treatment: Treatment) -> str:
        """Who sees the Thai card."""
        return _visibility(treatment, "th")

    @admin.display(description=_("evidence"), ordering="evidence_steps")
    def evidence(self, treatment: Treatment) -> str:
        """The steps of the meter."""
        return f"{treatment.evidence_steps}/3"

    @admin.display(description=_("product gate"))
    def gate(self, treatment: Treatment) -> str:
        """Whether a gate is open today."""
        if not treatment.method:
            return str(_("not needed"))
        today = timezone.now().date()
        opened = any(gate.is_open(today) for gate in treatment.gates.all())
        return str(_("open") if opened else _("closed"))


@admin.register(TreatmentCard)
class TreatmentCardAdmin(CardTexts, AdvertisingBanner, RuledAdmin):
    """All cards in one list, to switch and to search."""

    fieldsets = ((None, {"fields": ("treatment", ("language", "visibility"), "name")}), *CARD_FIELDSETS[1:])
    list_display = ("name", "language", "visibility", "evidence_text", "reviewer", "reviewed_date")
    list_filter = ("visibility", "language")
    list_select_related = ("reviewer", "treatment")
    search_fields = ("name", "how", "known", "unknown")
    search_help_text = _("Words on a card")
    date_hierarchy = "reviewed_date"
    autocomplete_fields = ("treatment",)
    actions = ["switch_off"]

    def save_model(self, request: HttpRequest, obj: TreatmentCard, form: Any, change: Any) -> None:
        """Save, and remind of words changed after their check."""
        super().save_model(request, obj, form, change)
        remind_of_review(self, request, form)

    @admin.action(description=_("Switch off"), permissions=["change"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[TreatmentCard]) -> None:
        """Show the cards to nobody."""
        changed = queryset.exclude(visibility=Visibility.OFF).update(visibility=Visibility.OFF)
        text = ngettext("%(count)d card is off.", "%(count)d cards are off.", changed)
        self.message_user(request, text % {"count": changed}, messages.SUCCESS)


@admin.register(ProductGate)
class ProductGateAdmin(RuledAdmin):
    """Every approval, open or closed. A gate is closed, never deleted or opened again."""

    form = GateForm
    fields = (
        *("treatment", "product_name", "legal_class", "approval_number", "country", "expiry_date"),
        *("opened_by", "opened_at", "closed_at"),
    )
    list_display = (
        "product_name",
        "treatment",
        "approval_number",
        "country",
        "expiry_date",
        "opened_by",
        "closed_at",
    )
    list_filter = ("treatment", "country")
    list_select_related = ("treatment", "opened_by")
    search_fields = ("product_name", "approval_number")
    search_help_text = _("Product or number")
    date_hierarchy = "expiry_date"
    autocomplete_fields = ("treatment",)
    readonly_fields = ("opened_by", "opened_at", "closed_at")
    actions = ["close"]

    def save_model(self, request: HttpRequest, obj: ProductGate, form: Any, change: Any) -> None:
        """Note who opens the gate."""
        if not change:
            obj.opened_by = cast("User", request.user)
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Close"), permissions=["change"])
    def close(self, request: HttpRequest, queryset: QuerySet[ProductGate]) -> None:
        """Close gates now."""
        changed = queryset.filter(closed_at__isnull=True).update(closed_at=timezone.now())
        text = ngettext("%(count)d gate is closed.", "%(count)d gates are closed.", changed)
        self.message_user(request, text % {"count": changed}, messages.SUCCESS)


def remind_of_review(page: Any, request: HttpRequest, form: Any) -> None:
    """Say so when the words of a shown card changed and the check behind them did not."""
    words = set(form.changed_data) - {"visibility", "reviewer", "reviewed_date", "treatment", "language"}
    card = form.instance
    if words and card.pk and card.visibility != Visibility.OFF and "reviewed_date" not in form.changed_data:
        text = _(
            "“%(name)s”: the words changed after they were checked. Enter who checked them now, and when."
        )
        page.message_user(request, text % {"name": card.name}, messages.WARNING)


def _visibility(treatment: Treatment, language: str) -> str:
    card = next((card for card in treatment.cards.all() if card.language == language), None)
    return card.get_visibility_display() if card else "–"
