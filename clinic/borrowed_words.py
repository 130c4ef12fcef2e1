"""Sentences of Django and allauth that reach our pages and have no Thai, or wrong Thai, of their own.

Named here, they stand in our catalogue, which comes before theirs. Nothing imports this module but a test.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

# What Django's forms and models say about a bad value.
FORMS = (
    _("Enter a valid integer."),
    _("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
    _("Enter a valid “slug” consisting of Unicode letters, numbers, underscores, or hyphens."),
    ngettext_lazy(
        "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at least %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
    ngettext_lazy(
        "Ensure that there are no more than %(max)s digit in total.",
        "Ensure that there are no more than %(max)s digits in total.",
        "max",
    ),
    ngettext_lazy(
        "Ensure that there are no more than %(max)s decimal place.",
        "Ensure that there are no more than %(max)s decimal places.",
        "max",
    ),
    ngettext_lazy(
        "Ensure that there are no more than %(max)s digit before the decimal point.",
        "Ensure that there are no more than %(max)s digits before the decimal point.",
        "max",
    ),
    _("File extension “%(extension)s” is not allowed. Allowed extensions are: %(allowed_extensions)s."),
    _("Null characters are not allowed."),
    _("%(model_name)s with this %(field_labels)s already exists."),
    _("Value %(value)r is not a valid choice."),
    _("%(field_label)s must be unique for %(date_field_label)s %(lookup_type)s."),
    ngettext_lazy(
        "Ensure this filename has at most %(max)d character (it has %(length)d).",
        "Ensure this filename has at most %(max)d characters (it has %(length)d).",
        "max",
    ),
    _("Enter a complete value."),
    _("(Hidden field %(name)s) %(error)s"),
    _("The inline value did not match the parent instance."),
    _("“%(pk)s” is not a valid value."),
    _(
        "%(datetime)s couldn’t be interpreted in time zone %(current_timezone)s; it may be "
        "ambiguous or it may not exist."
    ),
    _("Enter a valid domain name."),
    _("Ensure this value is a multiple of step size %(limit_value)s."),
    _("Constraint “%(name)s” is violated."),
    _("Value must be valid JSON."),
    _("Enter a valid JSON."),
    _("%(model)s instance with %(field)s %(value)r is not a valid choice."),
    _(
        "ManagementForm data is missing or has been tampered with. Missing fields: "
        "%(field_names)s. You may need to file a bug report if the issue persists."
    ),
    ngettext_lazy("Please submit at most %(num)d form.", "Please submit at most %(num)d forms.", "num"),
    ngettext_lazy("Please submit at least %(num)d form.", "Please submit at least %(num)d forms.", "num"),
    _("Item %(nth)s in the array did not validate:"),
    _("Enter two valid values."),
    _("The start of the range must not exceed the end of the range."),
    _("Enter two valid date/times."),
)

# What Django says about a staff member's new password.
PASSWORDS = (
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "min_length",
    ),
    _("The password is too similar to the %(verbose_name)s."),
    _("This password is too common."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        12,
    ),
    _("Your password can’t be too similar to your other personal information."),
    _("Your password can’t be a commonly used password."),
    _("The two password fields didn’t match."),
)

# What Django's admin says when staff set up the clinic.
ADMIN = (
    _("Added “%(object)s”."),
    _("Changed “%(object)s” — %(changes)s"),
    _("Deleted “%(object)s.”"),
    _("Added {name} “{object}”."),
    _("Changed {fields} for {name} “{object}”."),
    _("Deleted {name} “{object}”."),
    _("Hold down “Control”, or “Command” on a Mac, to select more than one."),
    _("The {name} “{obj}” was added successfully."),
    _("The {name} “{obj}” was added successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully. You may edit it again below."),
    _("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully."),
    _("The %(name)s “%(obj)s” was deleted successfully."),
    _("%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?"),
    _("We’re sorry, but the requested page could not be found."),
    _("Yes, I’m sure"),
    _("You don’t have permission to view or edit anything."),
    _("This object doesn’t have a change history. It probably wasn’t added via this admin site."),
    _("Empty"),
    _("Not empty"),
    _("Select this object for an action - {}"),
    _("Select all objects on this page for an action"),
    _("Breadcrumbs"),
    _("Model name"),
    _("Add link"),
    _("Change or view list link"),
    ngettext_lazy("Please correct the error below.", "Please correct the errors below.", 1),
    _("Hide counts"),
    _("Show counts"),
    _("Clear all filters"),
    _("Toggle theme (current theme: auto)"),
    _("Toggle theme (current theme: light)"),
    _("Toggle theme (current theme: dark)"),
    _("Added:"),
    _("Changed:"),
    _("Deleted:"),
    _("Toggle navigation"),
    _("Sidebar"),
    _("Start typing to filter…"),
    _("Filter navigation items"),
    ngettext_lazy("entry", "entries", 1),
    _("View selected %(model)s"),
    _("Select %s to change"),
    _("Select %s to view"),
    _("Select %s"),
    _("Add %s"),
    _("Change %s"),
    _("View %s"),
    _("Show all"),
)

# What allauth's pages say to staff; its Thai is wrong or misleading here.
SIGN_IN = (
    _("A security key has been removed."),
    _("A user is already registered with this email address."),
    _("Add"),
    _("Add Security Key"),
    _("Are you sure you want to remove this security key?"),
    _("Are you sure?"),
    _("An authenticator app is not active."),
    _("Authentication using an authenticator app is active."),
    _("Authenticator App"),
    _("Authenticator code"),
    _("Authenticator secret"),
    _("Bad Token"),
    _("Be patient, you are sending too many requests."),
    _("Confirm Access"),
    _("Download codes"),
    _("Edit Security Key"),
    _("Enter your password:"),
    _("Incorrect password."),
    _("Passkey"),
    _("Please reauthenticate to safeguard your account."),
    _("Remove Security Key"),
    _("Security Key Added"),
    _("Sign in with a passkey"),
    _("The password reset token was invalid."),
    _("This action will invalidate your existing codes."),
    _("This key does not indicate whether it is a passkey."),
    _("You can store this secret and use it to reinstall your authenticator app at a later time."),
    ngettext_lazy(
        "You have added %(count)s security key.", "You have added %(count)s security keys.", "count"
    ),
)
