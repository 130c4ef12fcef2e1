"""Who may open what: one rule table, used by the middleware and walked by the tests.

Deny by default: a URL whose name is not here is refused to everyone. Object-level rules (whose visit
is it?) live in the queries that fetch the object and answer 404.
"""

from collections.abc import Mapping
from types import MappingProxyType

from clinic.access import desk, forms, owner, review, sign_in, visitors
from clinic.access.who import ANYONE, SIGNED_IN, STAFF
from clinic.models.people import User

URL_RULES: Mapping[str, frozenset[str]] = MappingProxyType(
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
        *(name for name, rule in URL_RULES.items() if name.startswith("tablet:") and rule == ANYONE),
        *("clinic:privacy", "clinic:set-language", "clinic:set-theme"),
    }
)
"""What a browser opens that holds a tablet pass (clinic/confined.py): the form, what it links to, no more."""

NAMESPACE_RULES: Mapping[str, frozenset[str]] = MappingProxyType({"admin": STAFF})
"""Rules for a whole namespace; the admin then checks each model by ADMIN_RULES."""


def rule_for(url_name: str, namespace: str) -> frozenset[str] | None:
    """Return who may open a URL, or None if no rule names it (then nobody may)."""
    return URL_RULES.get(url_name) or NAMESPACE_RULES.get(namespace)


def needs_second_factor(rule: frozenset[str] | None, user: User | None) -> bool:
    """Whether a page of this rule waits for the second factor: staff open none without, be it their own form.

    The few pages that lead to the factor are named in `clinic/second_factor.py`.
    """
    return user is not None and user.is_staff and rule is not None and rule != ANYONE


def allows(rule: frozenset[str] | None, user: User | None) -> bool:
    """Whether `rule` lets `user` (None if not signed in) through."""
    if rule is None:
        return False
    if rule == ANYONE:
        return True
    if user is None or not user.is_active:
        return False
    return rule == SIGNED_IN or user.has_role(*rule)
