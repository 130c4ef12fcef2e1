"""The rule table's two questions, for everybody there can be."""

from itertools import combinations

import pytest

from clinic.access.fresh import NEEDS_FRESH_PROOF, is_board, is_clinical, needs_fresh_proof
from clinic.access.rules import NAMESPACE_RULES, URL_RULES, allows, needs_second_factor, rule_for
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
    assert allows(ANYONE, None)
    assert allows(ANYONE, user(set(), active=False))


def test_signed_in_is_whoever_may_sign_in() -> None:
    assert not allows(SIGNED_IN, None)
    assert all(allows(SIGNED_IN, user(roles)) for roles in ROLE_SETS)
    assert not any(allows(SIGNED_IN, user(roles, active=False)) for roles in ROLE_SETS)


@pytest.mark.parametrize("rule", [STAFF, DESK, CLINICAL, CLINICIAN, OWNER])
def test_a_rule_of_roles_lets_in_who_holds_one(rule: frozenset[str]) -> None:
    assert not allows(rule, None)
    for roles in ROLE_SETS:
        assert allows(rule, user(roles)) == bool(roles & rule)
        assert not allows(rule, user(roles, active=False))


def test_a_rule_is_that_of_its_url_before_that_of_its_namespace() -> None:
    assert rule_for("desk:confirm", "desk") == DESK
    assert rule_for("admin:clinic_user_changelist", "admin") == NAMESPACE_RULES["admin"] == STAFF
    assert rule_for("nothing:here", "nothing") is None
    assert all(rule_for(name, "") == rule for name, rule in URL_RULES.items())


def test_staff_need_their_second_factor_for_all_but_what_anyone_opens() -> None:
    for roles in ROLE_SETS:
        for rule in (STAFF, DESK, SIGNED_IN, frozenset[str]()):
            assert needs_second_factor(rule, user(roles)) is bool(roles)
            assert needs_second_factor(rule, None) is False
        assert needs_second_factor(ANYONE, user(roles)) is False
        assert needs_second_factor(None, user(roles)) is False


@pytest.mark.parametrize(
    ("name", "namespace", "clinical"),
    [
        ("review:form", "review", True),
        ("queue:list", "queue", True),
        ("session:still-here", "session", True),
        ("session:lock", "session", False),
        ("review:rules", "review", False),
        ("board:day", "board", False),
    ],
)
def test_clinical_pages_are_those_that_show_health_data(name: str, namespace: str, clinical: bool) -> None:
    assert is_clinical(name, namespace) is clinical


def test_the_board_is_the_board_the_desk_and_the_calls() -> None:
    assert {name for name in ("board", "desk", "calls", "review", "people", "") if is_board(name)} == {
        "board",
        "desk",
        "calls",
    }


def test_a_fresh_proof_is_asked_for_by_page_and_method() -> None:
    for name, methods in NEEDS_FRESH_PROOF.items():
        for method in ("GET", "HEAD", "POST", "PUT", None):
            assert needs_fresh_proof(name, method) is (method in methods)
    assert needs_fresh_proof("desk:confirm", "POST") is False
