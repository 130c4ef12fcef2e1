"""Keys that come from a form: Django's admin hands them to the database as they were sent."""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import models

_LARGEST = 2**63 - 1


def is_key(model: type[models.Model], sent: object) -> bool:
    """Whether what was sent can be a key of `model`; a key that nobody has is one too."""
    try:
        key = model._meta.pk.to_python(sent)
    except (ValidationError, ValueError):
        return False
    return not isinstance(key, int) or abs(key) <= _LARGEST


class SelectByKey(AutocompleteSelect):
    """Choices that are found while typing; what is no key is not looked up when the form is shown again."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """Return the choices that were made."""
        model = self.choices.queryset.model
        keys = [key for key in value if not key or is_key(model, key)]
        return super().optgroups(name, keys, attr)
