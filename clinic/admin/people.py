"""Practitioners and the staff's accounts."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic.admin.base import ArchiveFilter, ArchivingAdmin, RuledAdmin
from clinic.forms import SPOKEN
from clinic.models import Practitioner, Resource, Role, SignIn, User
from clinic.models.places import PRACTITIONER_KINDS, ResourceKind
from clinic.services.security_events import Kind, note
from clinic.services.sessions import end_sign_ins

RIGHTS = frozenset({"roles", "in_review_pool", "is_active"})
"""What says what somebody may do."""


class PractitionerForm(forms.ModelForm):  # type: ignore[type-arg]
    """A practitioner together with the calendar row that visits claim."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[choice for choice in ResourceKind.choices if choice[0] in PRACTITIONER_KINDS],
    )
    calendar_name = forms.CharField(
        label=_("Name in the calendar"),
        max_length=80,
        required=False,
        help_text=_("Staff see this one, and lists are sorted by it. Empty: the English name."),
    )

    class Meta:
        model = Practitioner
        fields = ("user", "name", "title", "licence_number", "languages", "about", "visit_types")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "kind" in self.fields:
            self.fields["kind"].initial = self.instance.resource.kind
            self.fields["calendar_name"].initial = self.instance.resource.name
        if "user" in self.fields:
            staff = User.objects.filter(roles__len__gt=0, is_active=True).order_by("name", "pk")
            cast("forms.ModelChoiceField[Any]", self.fields["user"]).queryset = staff

    def save_resource(self) -> Resource:
        """Create or change the row that visits claim, and return it."""
        resource = self.instance.resource if self.instance.resource_id else Resource()
        resource.kind = self.cleaned_data["kind"]
        resource.name = self.cleaned_data["calendar_name"] or self.cleaned_data["name"]["en"][:80]
        resource.save()
        return resource


class PractitionerArchiveFilter(ArchiveFilter):
    """A practitioner is archived with their calendar row."""

    path = "resource__archived_at"


class PractitionerAdmin(ArchivingAdmin):
    """Practitioners. Registered by the bookings app, which adds their hours."""

    form = PractitionerForm
    archive_path = "resource"
    texts = ("name", "title")
    long_texts = ("about",)
    checkboxes: ClassVar = {"languages": SPOKEN}
    list_display = ("name_text", "title_text", "kind", "spoken", "licence_number", "user", "in_use")
    list_display_links = ("name_text",)
    list_filter = (PractitionerArchiveFilter, "resource__kind", "visit_types")
    list_select_related = ("resource", "user")
    search_fields = ("name", "title", "resource__name", "licence_number")
    search_help_text = _("Name, title or licence number, in English or Thai")
    filter_horizontal = ("visit_types",)
    fieldsets = (
        (None, {"fields": ("name", "title", "kind", "calendar_name", "licence_number")}),
        (_("Shown to patients"), {"fields": ("languages", "about")}),
        (_("Does"), {"fields": ("visit_types",)}),
        (_("Sign-in"), {"fields": ("user",)}),
    )

    def save_model(self, request: HttpRequest, obj: Practitioner, form: Any, change: Any) -> None:
        """Save the calendar row with the person."""
        obj.resource = form.save_resource()
        super().save_model(request, obj, form, change)

    @admin.display(description=_("name"), ordering="resource__name")
    def name_text(self, person: Practitioner) -> str:
        """The name in the reader's language."""
        return person.name_text

    @admin.display(description=_("title"))
    def title_text(self, person: Practitioner) -> str:
        """The title in the reader's language."""
        return person.title_text

    @admin.display(description=_("kind"), ordering="resource__kind")
    def kind(self, person: Practitioner) -> str:
        """Doctor or nurse."""
        return person.resource.get_kind_display()

    @admin.display(description=_("name in the calendar"))
    def calendar_name(self, person: Practitioner) -> str:
        """The name staff see, for people who only look."""
        return person.resource.name

    @admin.display(description=_("speaks"))
    def spoken(self, person: Practitioner) -> str:
        """The languages by name."""
        names = dict(SPOKEN)
        return ", ".join(str(names.get(code, code)) for code in person.languages)


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    """A member of staff. They choose their own password, by "Forgot your password?"."""

    class Meta:
        model = User
        fields = ("name", "email", "phone", "language", "roles", "in_review_pool", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("email", "roles"):
            if name in self.fields:
                self.fields[name].required = True

    def clean_email(self) -> str:
        """Store the address in lower case, and keep it one member of staff's.

        :raises ValidationError: if it opens another account.
        """
        email = str(self.cleaned_data["email"]).lower()
        others = User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(_("This address already signs in as someone else."))
        return email


@admin.register(User)
class UserAdmin(RuledAdmin):
    """Staff only; patients' accounts are not listed."""

    form = UserForm
    list_display = ("name", "email", "role_names", "language", "is_active")
    list_display_links = ("name", "email")
    list_filter = ("is_active", "in_review_pool")
    search_fields = ("name", "email")
    search_help_text = _("Name or e-mail")
    actions = ["stop_sign_in", "allow_sign_in"]
    fieldsets = (
        (None, {"fields": ("name", "email", "phone", "language")}),
        (
            _("What they may do"),
            {
                "fields": ("roles", "in_review_pool", "is_active"),
                "description": _(
                    "Roles add up. Someone who leaves keeps their name here and may not sign in."
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Leave patients out."""
        return super().get_queryset(request).filter(roles__len__gt=0)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: Any) -> None:
        """Refuse to lock oneself out; a new account has no password until its owner chooses one."""
        if obj.pk == request.user.pk and not (obj.is_active and Role.OWNER in obj.roles):
            obj.is_active, obj.roles = True, sorted({*obj.roles, Role.OWNER})
            self.message_user(
                request, _("You stay an owner: nobody can lock themselves out."), messages.WARNING
            )
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if RIGHTS & set(form.changed_data):
            _note_rights(request, obj, "changed" if change else "added")
        if not obj.is_active:
            end_sign_ins(user=obj, why=SignIn.Why.STOPPED, now=timezone.now())

    @admin.action(description=_("Stop sign-in"), permissions=["change"])
    def stop_sign_in(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Keep the people, stop their sign-in; never one's own."""
        stopped = list(queryset.exclude(pk=cast("User", request.user).pk).filter(is_active=True))
        changed = User.objects.filter(pk__in=[user.pk for user in stopped]).update(is_active=False)
        for user in stopped:
            end_sign_ins(user=user, why=SignIn.Why.STOPPED, now=timezone.now())
            _note_rights(request, user, "stopped")
        text = ngettext("%(count)d may not sign in any more.", "%(count)d may not sign in any more.", changed)
        self.message_user(request, text % {"count": changed}, messages.SUCCESS)

    @admin.action(description=_("Allow sign-in"), permissions=["change"])
    def allow_sign_in(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let people sign in again."""
        allowed = list(queryset.filter(is_active=False))
        changed = User.objects.filter(pk__in=[user.pk for user in allowed]).update(is_active=True)
        for user in allowed:
            _note_rights(request, user, "allowed again")
        text = ngettext("%(count)d may sign in again.", "%(count)d may sign in again.", changed)
        self.message_user(request, text % {"count": changed}, messages.SUCCESS)

    @admin.display(description=_("roles"))
    def role_names(self, user: User) -> str:
        """The roles by name."""
        return ", ".join(str(Role(role).label) for role in user.roles)


def _note_rights(request: HttpRequest, user: User, what: str) -> None:
    by = cast("User", request.user)
    note(Kind.ROLES, user=by, about=user, request=request, now=timezone.now(), what=what)
