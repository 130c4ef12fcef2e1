"""The one rule table: URL name -> who opens it, how, what it names, what it shows.

The middleware applies it, and the tests walk it. Deny by default: a URL whose name is not here is refused to
everyone. Whether a thing is within somebody's reach (`objects.Reach`) is asked by the query that fetches it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from clinic.access import desk, forms, owner, review, sign_in, visitors
from clinic.access.admin import ADMIN_RULES
from clinic.access.objects import NONE
from clinic.access.rule import FORM, Rule
from clinic.access.who import ANYONE

URL_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        **visitors.RULES,
        **forms.RULES,
        **desk.RULES,
        **owner.RULES,
        **review.RULES,
        **sign_in.RULES,
    }
)

ON_TABLET = frozenset(
    {
        *(name for name, rule in URL_RULES.items() if name.startswith("tablet:") and rule.who == ANYONE),
        *("clinic:privacy", "clinic:set-language", "clinic:set-theme"),
    }
)
"""What a browser opens that holds a tablet pass (clinic/confined.py): the form, what it links to, no more."""

NAMESPACE_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "admin": Rule(
            frozenset().union(*(model.view for model in ADMIN_RULES.values())),
            FORM,
            NONE,
            frozenset().union(*(model.shows for model in ADMIN_RULES.values())),
        )
    }
)
"""Rules for a whole namespace; the admin then checks each model by ADMIN_RULES."""


def rule_for(url_name: str, namespace: str) -> Rule | None:
    """Return the rule of a URL, or None if there is none (then nobody may open it)."""
    return URL_RULES.get(url_name) or NAMESPACE_RULES.get(namespace)
