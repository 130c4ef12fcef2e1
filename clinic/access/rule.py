"""One row of the rule table: who may open a URL, by which methods, which thing it names, what it may show."""

from dataclasses import dataclass

from clinic.access.fields import CLINICAL_FIELDS, NOTHING, Field, Fields, may_see
from clinic.access.objects import NONE, Kind
from clinic.access.who import ANYONE, SIGNED_IN
from clinic.models.people import User

SEE = frozenset({"GET", "HEAD"})
PRESS = frozenset({"POST"})
FORM = SEE | PRESS


@dataclass(frozen=True)
class Rule:
    """What holds for one URL. `about` is the kind of thing its arguments name, `shows` classes of fields."""

    who: frozenset[str]
    methods: frozenset[str] = FORM
    about: Kind = NONE
    shows: Fields = NOTHING

    @property
    def is_clinical(self) -> bool:
        """Whether the page may show what is known of somebody's health."""
        return not self.shows.isdisjoint(CLINICAL_FIELDS)

    @property
    def is_personal(self) -> bool:
        """Whether the page may show anything that not everybody may see."""
        return bool(self.shows)

    def fields_for(self, roles: frozenset[str]) -> Fields:
        """Return the classes of fields that the page may show to somebody with these roles.

        This function will take names of roles, or of `who.THEIRS` for the account a record belongs to.
        """
        return frozenset(field for field in self.shows if may_see(field, roles))


def allows(rule: Rule | None, user: User | None) -> bool:
    """Say whether `rule` lets `user` (None if not signed in) through.

    This function will answer no if there is no rule.
    """
    if rule is None:
        return False
    if rule.who == ANYONE:
        return True
    if user is None or not user.is_active:
        return False
    return rule.who == SIGNED_IN or user.has_role(*rule.who)


def needs_second_factor(rule: Rule | None, user: User | None) -> bool:
    """Whether a page of this rule waits for the second factor: staff open none without, be it their own form.

    The few pages that lead to the factor are named in `clinic/second_factor.py`.
    """
    return user is not None and user.is_staff and rule is not None and rule.who != ANYONE


def user_sees(field: Field, user: object) -> bool:
    """Say whether a member of staff may see a class of fields; nobody else has roles.

    This function will take the user of a request, signed in or not.
    """
    return isinstance(user, User) and user.is_active and may_see(field, frozenset(user.roles))
