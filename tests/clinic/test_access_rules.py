"""The rule table's questions, for everybody there can be."""

from itertools import combinations

import pytest
from django.contrib.auth.models import AnonymousUser

from clinic.access import fresh
from clinic.access.fields import CLINICAL_FIELDS, SEEN_BY, Field, may_see
from clinic.access.objects import NONE
from clinic.access.rule import Rule, allows, needs_second_factor, user_sees
from clinic.access.rules import NAMESPACE_RULES, URL_RULES, rule_for
from clinic.access.who import ANYONE, CLINICAL, CLINICIAN, DESK, OWNER, SIGNED_IN, STAFF
from clinic.models import Role, User

ROLE_SETS = [set(roles) for size in range(5) for roles in combinations(Role.values, size)]


def user(roles: set[str], *, active: bool = True) -> User:
    return User(roles=sorted(roles), is_active=active)


def test_the_sets_of_people_are_those_of_the_design() -> None:
    assert {"front_desk", "nurse", "clinician", "owner"} == STAFF
    assert {"front_desk", "owner"} == DESK
    assert {"nurse", "clinician"} == CLINICAL
    assert {"clinician"} == CLINICIAN
    assert {"owner"} == OWNER


def test_no_rule_lets_nobody_in() -> None:
    assert not any(allows(None, user(roles)) for roles in ROLE_SETS)
    assert not allows(None, None)


def test_anyone_is_anyone() -> None:
    assert allows(Rule(ANYONE), None)
    assert allows(Rule(ANYONE), user(set(), active=False))


def test_signed_in_is_whoever_may_sign_in() -> None:
    assert not allows(Rule(SIGNED_IN), None)
    assert all(allows(Rule(SIGNED_IN), user(roles)) for roles in ROLE_SETS)
    assert not any(allows(Rule(SIGNED_IN), user(roles, active=False)) for roles in ROLE_SETS)


@pytest.mark.parametrize("who", [STAFF, DESK, CLINICAL, CLINICIAN, OWNER])
def test_a_rule_of_roles_lets_in_who_holds_one(who: frozenset[str]) -> None:
    assert not allows(Rule(who), None)
    for roles in ROLE_SETS:
        assert allows(Rule(who), user(roles)) == bool(roles & who)
        assert not allows(Rule(who), user(roles, active=False))


def test_staff_open_nothing_but_what_is_anyones_without_a_second_factor() -> None:
    for roles in ROLE_SETS:
        assert needs_second_factor(Rule(SIGNED_IN), user(roles)) is bool(roles)
        assert needs_second_factor(Rule(STAFF), user(roles)) is bool(roles)
        assert not needs_second_factor(Rule(ANYONE), user(roles))
        assert not needs_second_factor(None, user(roles))
    assert not needs_second_factor(Rule(SIGNED_IN), None)


def test_a_rule_shows_nothing_and_names_nothing_unless_it_says_so() -> None:
    rule = Rule(STAFF)

    assert rule == Rule(STAFF, frozenset({"GET", "HEAD", "POST"}), NONE, frozenset())
    assert not rule.is_personal
    assert not rule.is_clinical


@pytest.mark.parametrize("field", Field)
def test_a_page_is_clinical_if_it_shows_what_is_known_of_somebodys_health(field: Field) -> None:
    rule = Rule(STAFF, shows=frozenset({field}))

    assert rule.is_personal
    assert rule.is_clinical is (field in CLINICAL_FIELDS)


def test_a_page_shows_a_class_of_fields_only_to_those_who_may_see_it_at_all() -> None:
    rule = Rule(STAFF, shows=frozenset({Field.CONTACT, Field.ANSWERS}))

    assert rule.fields_for(CLINICIAN) == {Field.CONTACT, Field.ANSWERS}
    assert rule.fields_for(DESK) == {Field.CONTACT}
    assert rule.fields_for(frozenset()) == frozenset()


@pytest.mark.parametrize("field", Field)
def test_health_data_is_seen_by_who_cares_for_somebody_and_by_whose_it_is(field: Field) -> None:
    seen_by_staff = {role for role in Role.values if user_sees(field, user({role}))}

    assert seen_by_staff == {str(role) for role in SEEN_BY[field] if role in Role.values}
    if field in CLINICAL_FIELDS:
        assert seen_by_staff == CLINICAL
    assert not may_see(field, frozenset())
    assert not user_sees(field, user(set(Role.values), active=False))
    assert not user_sees(field, AnonymousUser())


def test_a_rule_is_that_of_its_url_before_that_of_its_namespace() -> None:
    confirm, in_admin = rule_for("desk:confirm", "desk"), rule_for("admin:clinic_user_changelist", "admin")
    assert confirm is not None
    assert confirm.who == DESK
    assert in_admin == NAMESPACE_RULES["admin"]
    assert NAMESPACE_RULES["admin"].who == STAFF
    assert rule_for("nothing:here", "nothing") is None
    assert all(rule_for(name, "") == rule for name, rule in URL_RULES.items())


def test_pages_with_health_data_are_those_of_the_review_and_what_belongs_to_them() -> None:
    assert fresh.is_clinical("review:form", "review")
    assert fresh.is_clinical("queue:queue", "queue")
    assert fresh.is_clinical("session:still-here", "session")
    assert not fresh.is_clinical("review:rules", "review")
    assert not fresh.is_clinical("board:day", "board")


def test_every_page_that_shows_staff_health_data_locks() -> None:
    for name, rule in URL_RULES.items():
        namespace = name.partition(":")[0]
        if rule.is_clinical and rule.who not in (ANYONE, SIGNED_IN):
            assert fresh.is_clinical(name, namespace), name


def test_the_board_is_what_the_desk_works_with() -> None:
    assert [name for name in ("board", "desk", "calls", "review", "setup") if fresh.is_board(name)] == [
        "board",
        "desk",
        "calls",
    ]


def test_a_fresh_proof_is_asked_by_address_and_method() -> None:
    assert fresh.needs_fresh_proof("setup:member", "GET")
    assert fresh.needs_fresh_proof("setup:member-stop", "POST")
    assert not fresh.needs_fresh_proof("setup:member-stop", "GET")
    assert not fresh.needs_fresh_proof("setup:member", None)
    assert not fresh.needs_fresh_proof("board:day", "POST")


def test_a_fresh_proof_is_asked_for_by_page_and_method() -> None:
    for name, methods in fresh.NEEDS_FRESH_PROOF.items():
        for method in ("GET", "HEAD", "POST", "PUT", None):
            assert fresh.needs_fresh_proof(name, method) is (method in methods)
    assert fresh.needs_fresh_proof("desk:confirm", "POST") is False
