"""What every page of the admin follows: who may do what, texts in two languages, and archiving."""

from datetime import date, datetime
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import SuspiciousOperation
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic.access.admin import ADMIN_RULES
from clinic.admin.keys import SelectByKey, is_key
from clinic.admin.reading import readable
from clinic.forms import ByLanguageField, CheckboxesField, SentencesField, SourcesField
from clinic.models import User

MOST_ROWS = 100
"""Rows of an inline table, such as the cards of a treatment."""

DAYS = (
    MinValueValidator(date(1900, 1, 1), message=_("Check the year")),
    MaxValueValidator(date(2199, 12, 31), message=_("Check the year")),
)
"""Days anybody means; near the ends of what Python counts, changing zones would overflow."""

admin.site.site_header = admin.site.site_title = _("Nuan")
admin.site.index_title = _("Setup")
admin.site.site_url = "/desk/"
admin.site.empty_value_display = "–"

_get_urls = admin.site.get_urls


def _urls_in_use() -> list[Any]:
    """Return the admin's addresses without "view on site": nothing here has such a page."""
    return [pattern for pattern in _get_urls() if getattr(pattern, "name", "") != "view_on_site"]


admin.site.get_urls = _urls_in_use  # type: ignore[method-assign]


def change_password(request: HttpRequest, **_context: Any) -> HttpResponse:  # noqa: ARG001 (the admin's way)
    """Lead to the one page where a password changes: it asks anew who it is, counts tries and tells them."""
    return redirect("account_change_password")


admin.site.password_change = change_password  # type: ignore[assignment]


class Ruled:
    """Asks the rule table, and nothing else, who may view and who may change a model.

    Nothing is deleted unless `may_delete`: people, catalogue and resources are archived.
    """

    model: type[models.Model]
    may_delete: ClassVar[bool] = False

    def _allowed(self, request: HttpRequest, place: int) -> bool:
        rule = ADMIN_RULES.get(self.model._meta.label_lower)
        return rule is not None and cast("User", request.user).has_role(*rule[place])

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Whether the user may look."""
        return self._allowed(request, 0)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Whether the user may add."""
        return self._allowed(request, 1)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Whether the user may change and archive."""
        return self._allowed(request, 1)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Whether the user may delete; archiving is the rule."""
        return self.may_delete and self._allowed(request, 1)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the user sees this model on the front page."""
        return self._allowed(request, 0)


class Texts:
    """Turns JSON and array columns into fields people can fill in; JSON is never shown as such."""

    texts: ClassVar[tuple[str, ...]] = ()
    long_texts: ClassVar[tuple[str, ...]] = ()
    sentences: ClassVar[tuple[str, ...]] = ()
    sources: ClassVar[tuple[str, ...]] = ()
    checkboxes: ClassVar[dict[str, list[tuple[Any, Any]]]] = {}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Choose the form field of a column."""
        name = db_field.name
        if name in self.texts or name in self.long_texts:
            return db_field.formfield(form_class=ByLanguageField, long=name in self.long_texts)
        if name in self.sentences:
            return db_field.formfield(form_class=SentencesField)
        if name in self.sources:
            return db_field.formfield(form_class=SourcesField)
        if isinstance(db_field, ArrayField):
            choices = self.checkboxes.get(name) or list(db_field.base_field.choices or [])
            return CheckboxesField(
                choices=choices,
                none_if_empty=db_field.null,
                coerce=int if isinstance(db_field.base_field, models.IntegerField) else str,
                required=not db_field.blank,
                label=capfirst(db_field.verbose_name),
                help_text=db_field.help_text,
            )
        if isinstance(db_field, models.URLField):
            options["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]
        if isinstance(field, forms.DateField):
            field.validators = [*field.validators, *DAYS]
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_view_related = False  # one page, one thing: no pop-up windows
        return field


class Readable(Texts):
    """Shows people who may only look the same columns in words."""

    model: type[models.Model]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the form's parts; for reading, with words in place of JSON and codes."""
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]
        if self.may_edit(request):
            return fieldsets
        return [
            (title, {**options, "fields": self._in_words(options["fields"])}) for title, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what nobody types; for reading, everything."""
        names = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        if self.may_edit(request):
            return names
        return [*names, *flatten_fieldsets(self.get_fieldsets(request, obj))]

    def may_edit(self, request: HttpRequest) -> bool:
        """Whether the page is a form for this user; a table is one only if the page above it is."""
        parent = getattr(self, "parent_model", None)
        page: Any = self.admin_site._registry[parent] if parent else self  # type: ignore[attr-defined]
        return bool(page.has_change_permission(request))

    def _in_words(self, fields: Any) -> list[Any]:
        """Replace the columns that need it; the same column always by the same function."""
        shown: dict[str, Any] = self.__dict__.setdefault("_shown", {})
        result: list[Any] = []
        for name in fields:
            if isinstance(name, list | tuple):
                result.append(self._in_words(name))
                continue
            if name not in shown:
                shown[name] = readable(self.model, name, self.checkboxes.get(name, ())) or name
            result.append(shown[name])
        return result


class RuledAdmin(Ruled, Readable, admin.ModelAdmin):  # type: ignore[type-arg]
    """The base of every page of the admin."""

    list_per_page = 50
    save_on_top = False
    view_on_site = False
    show_facets = admin.ShowFacets.NEVER

    class Media:
        css: ClassVar = {"all": ["clinic/admin.css"]}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Find long lists while typing; a key that is none is refused at the field."""
        if db_field.name in self.get_autocomplete_fields(request) and "widget" not in options:
            options["widget"] = SelectByKey(db_field, self.admin_site, using=options.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **options)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], *places: Any) -> Any:
        """Do something with the rows that were ticked.

        :raises SuspiciousOperation: if what was sent is no key; our pages never send that.
        """
        if not all(is_key(self.model, sent) for sent in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise SuspiciousOperation("not a key")
        return super().response_action(request, queryset, *places)


class Bounded:
    """Makes no more forms than a page can have, whatever number of them is sent."""

    max_num: int | None

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        """Return the class of the rows' forms."""
        most = self.max_num or MOST_ROWS
        return super().get_formset(request, obj, max_num=most, absolute_max=most, **options)  # type: ignore[misc]


class RuledTabular(Ruled, Readable, Bounded, admin.TabularInline):  # type: ignore[type-arg]
    """The base of every inline table."""

    extra = 0


class RuledStacked(Ruled, Readable, Bounded, admin.StackedInline):  # type: ignore[type-arg]
    """The base of every inline form."""

    extra = 0


class ArchiveFilter(admin.SimpleListFilter):
    """In use by default; the archived on demand."""

    title = _("state")
    parameter_name = "state"
    path = "archived_at"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        """Offer the archived, and everything."""
        return [("archived", _("Archived")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        """Name the default "In use"."""
        for choice in super().choices(changelist):
            yield choice if self.value() or not choice["selected"] else {**choice, "display": _("In use")}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002
        """Narrow the list."""
        if self.value() == "all":
            return queryset
        return queryset.filter(**{f"{self.path}__isnull": self.value() != "archived"})


class ArchivingAdmin(RuledAdmin):
    """For what is archived instead of deleted; `archive_path` leads to the row that holds the date."""

    actions = ["archive", "bring_back"]
    archive_path: ClassVar[str] = ""

    @admin.action(description=_("Archive"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Take out of use; nothing that refers to it changes."""
        changed = self._set_archived(queryset, timezone.now())
        text = ngettext("%(count)d archived. It can be brought back.", "%(count)d archived.", changed)
        self.message_user(request, text % {"count": changed}, messages.SUCCESS)

    @admin.action(description=_("Bring back into use"), permissions=["change"])
    def bring_back(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Bring archived rows back."""
        changed = self._set_archived(queryset, None)
        text = ngettext("%(count)d is in use again.", "%(count)d are in use again.", changed)
        self.message_user(request, text % {"count": changed}, messages.SUCCESS)

    def _set_archived(self, queryset: QuerySet[Any], when: datetime | None) -> int:
        """Set or clear the date of each row that differs; return how many changed."""
        changed = 0
        for row in queryset:
            holder = getattr(row, self.archive_path) if self.archive_path else row
            if (holder.archived_at is None) != (when is None):
                holder.archived_at = when
                holder.save(update_fields=["archived_at"])
                changed += 1
        return changed

    @admin.display(description=_("in use"), boolean=True)
    def in_use(self, row: Any) -> bool:
        """Whether the row is not archived."""
        holder = getattr(row, self.archive_path) if self.archive_path else row
        return holder.archived_at is None
