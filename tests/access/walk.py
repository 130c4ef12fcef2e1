"""The walk: what the table says of everybody, every address, method and thing, and what really happens."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, product
from typing import Any, NamedTuple

from clinic.access.fields import CLINICAL_FIELDS, NOTHING, Fields
from clinic.access.objects import Reach
from clinic.access.rule import Rule
from clinic.access.rules import ON_TABLET, rule_for
from clinic.access.who import ANYONE, SIGNED_IN, THEIRS, THEMSELVES
from tests.access.objects import Thing
from tests.access.shown import ABOUT_NOBODY, list_in_addresses, list_shown, read, too_much
from tests.access.world import (
    ANONYMOUS,
    CARE_TEAM,
    OWNERS,
    STAFF_ROLES,
    TABLET,
    TABLET_OF,
    World,
    count_writes,
    tables_written,
)
from tests.routes import Route

SAFE = ("GET", "HEAD", "OPTIONS")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
METHODS = (*SAFE, *UNSAFE)

ALLOWED, SIGN_IN, FORBIDDEN, NOT_FOUND = "allowed", "sign in", "forbidden", "not found"
WRONG_METHOD, GONE, ASKED_AGAIN, LED_BACK = (
    "wrong method",
    "gone",
    "to prove it again",
    "led back to the tablet's form",
)

BY_STATUS = {403: FORBIDDEN, 404: NOT_FOUND, 405: WRONG_METHOD, 410: GONE}

SIGNS_OUT = {"session:again", "session:hand-over"}
"""They end the session of who may, and lead to the page that begins the next one."""

LOOKING = {
    *("clinic_readrecord", "patients_formreader", "patients_patientmessage"),  # who looked
    *("django_session", "patients_tabletpass"),  # how long somebody is signed in, or a tablet open
    *("clinic_limitwindow", "nuan_cache"),
    "clinic_changerecord",  # follows the write to another table, which is judged itself
}
"""What looking may write: audit, sessions, limits. Of a message and a pass only when it was read or used."""

REFUSED = {"clinic_signin", "clinic_securityevent"}
"""What being refused may write: that somebody is still there, and that they were refused."""

CODES = {"mfa_view_recovery_codes", "mfa_download_recovery_codes"}
"""allauth notes that recovery codes were looked at."""

MAY_WRITE = {
    "nothing": REFUSED,
    "looking": LOOKING | REFUSED,
    "looking at codes": LOOKING | REFUSED | {"mfa_authenticator"},
}


class Step(NamedTuple):
    """One request of the walk."""

    who: str
    method: str
    route: Route
    thing: Thing

    def __str__(self) -> str:
        return f"{self.who} {self.method} {self.route.name} {self.thing.whose or dict(self.thing.values)}"


def due(step: Step) -> str:
    """Return what the table says of a request."""
    rule = rule_for(step.route.name, step.route.namespace)
    if step.who == TABLET and step.route.name not in ON_TABLET:
        return LED_BACK
    if rule is None or not lets_in(rule, step.who):
        return SIGN_IN if rule and step.who in {ANONYMOUS, TABLET} else FORBIDDEN
    if step.method not in rule.methods:
        return WRONG_METHOD
    return ALLOWED if step.thing.real and reaches(rule, step) else refusal_of(rule, step.thing)


def lets_in(rule: Rule, who: str) -> bool:
    """Say whether a rule lets somebody of the world in, whatever the thing."""
    if rule.who == ANYONE:
        return True
    if who in {ANONYMOUS, TABLET}:
        return False
    return rule.who == SIGNED_IN or not rule.who.isdisjoint(STAFF_ROLES.get(who, []))


def reaches(rule: Rule, step: Step) -> bool:
    """Say whether somebody who may open a page reaches a real thing."""
    who, whose = step.who, step.thing.whose
    if rule.about.reach == Reach.CARE_TEAM:
        return whose in CARE_TEAM.get(who, ())
    if rule.about.reach == Reach.TABLET:
        return who == TABLET and whose == TABLET_OF
    if rule.about.reach in {Reach.THEIRS, Reach.LINK}:
        return step.thing.is_key or OWNERS.get(whose, whose) == who
    return True


def found(answer: Any) -> str:
    """Return how an answer treats whoever asked."""
    status, target = answer.status_code, answer.headers.get("Location", "")
    if status >= 500:
        return "broken"
    if status == 302 and "/account/login/" in target and "next=" in target:
        return SIGN_IN
    if status == 302 and "reauthenticate/" in target:
        return ASKED_AGAIN
    if status == 302 and target == "/tablet/":
        return LED_BACK
    return BY_STATUS.get(status, ALLOWED)


def refusal_of(rule: Rule, thing: Thing) -> str:
    """Return how somebody is refused who may open a page, but does not reach a thing, or there is none."""
    return BY_STATUS.get(rule.about.refusal if thing.real else rule.about.unknown, ALLOWED)


def judge(world: World, step: Step) -> str | None:
    """Take a step, and return where the answer is not what the table says, or shows too much."""
    answer = world.ask(*step)
    said, expected = found(answer), due(step)
    if said == ASKED_AGAIN and expected in {ALLOWED, NOT_FOUND} and step.route.name.startswith("mfa_"):
        said = expected
    if said == SIGN_IN and expected == ALLOWED and step.route.name in SIGNS_OUT:
        said = expected
    leaks = list_leaks(world, step, answer)
    if leaks:
        return f"{step}: {', '.join(leaks)}"
    return None if said == expected else f"{step}: {said}, not {expected}"


def list_leaks(world: World, step: Step, answer: Any) -> list[str]:
    """Return what an answer shows that the table does not let this person see there."""
    page = read(answer)
    shown = list_shown(page, about_nobody=step.route.name in ABOUT_NOBODY)
    leaks = [f"an address says {address}" for address in list_in_addresses(page)]
    return leaks + (too_much(shown, may_see(world, step)) if shown else [])


def may_see(world: World, step: Step) -> dict[str, Fields]:
    """Return the classes of fields that somebody may see at an address, by whose they are."""
    rule = rule_for(step.route.name, step.route.namespace)
    if rule is None:
        return {}
    may = {}
    for whose in world.everybody:
        roles = world.roles_of(step.who, whose)
        holds = step.thing.is_key or (step.who == TABLET and rule.about.reach == Reach.TABLET)
        if holds and step.thing.whose == whose:
            roles |= THEIRS - THEMSELVES  # whoever holds a link or a tablet is treated as a guardian is
        may[whose.lower()] = rule.fields_for(roles)
        if step.who in STAFF_ROLES and whose in OWNERS and whose not in CARE_TEAM.get(step.who, ()):
            may[whose.lower()] -= CLINICAL_FIELDS
    whose = step.thing.whose.lower()
    return may | {"": may.get(whose, NOTHING) if whose else union(may.values())}


def union(many: Iterable[Fields]) -> Fields:
    """Return all classes of several sets."""
    return frozenset().union(*many)


def list_faults(world: World, steps: Iterable[Step]) -> list[str]:
    """Take steps, and return where the table says otherwise.

    Refusals write nothing, and safe methods nothing but `LOOKING`. Writes are counted for all steps at an
    address at once; if one was wrong, they are taken again one by one.
    """
    faults: list[str | None] = []
    for (_address, may_write), some in groupby(sorted(steps, key=_batch), key=_batch):
        batch, before = list(some), count_writes()
        faults += [judge(world, step) for step in batch]
        if may_write != "all" and tables_written(before) - MAY_WRITE[may_write]:
            faults += [_find_write(world, step) for step in batch]
    return [fault for fault in faults if fault]


def _batch(step: Step) -> tuple[str, str]:
    return step.route.name, _may_write(step)


def _may_write(step: Step) -> str:
    if due(step) != ALLOWED:
        return "looking" if step.route.name.startswith("mfa_") else "nothing"
    if step.method not in SAFE:
        return "all"
    return "looking at codes" if step.route.name in CODES else "looking"


def _find_write(world: World, step: Step) -> str | None:
    """Take one step again, and return what it wrote that it must not."""
    before = count_writes()
    world.ask(*step)
    written = tables_written(before) - MAY_WRITE[_may_write(step)]
    return f"{step}: wrote {sorted(written)}" if written else None


def steps_of(
    world: World, routes: Iterable[Route], people: Sequence[str], methods: Iterable[str]
) -> Iterator[Step]:
    """Return every step: everybody, every address, every method, everything that the address can name.

    Who is refused before anything is looked up meets one thing: of the two sites in turn, by the method.
    """
    for route, who, (number, method) in product(routes, people, enumerate(methods)):
        rule = rule_for(route.name, route.namespace)
        things = world.things(rule.about) if rule else [Thing(dict.fromkeys(route.names, "1"))]
        if due(Step(who, method, route, things[0])) in {SIGN_IN, FORBIDDEN, LED_BACK, WRONG_METHOD}:
            things = [things[:2][number % len(things[:2])]]
        elif method == "HEAD":
            things = things[:1]  # the same view as by GET, without its body
        yield from (Step(who, method, route, thing) for thing in things)
