"""What is mutated, and which tests must notice; pure tests where there are some: they take no time."""

from dataclasses import dataclass

GOAL = 0.85
"""The share of mutants that must be killed, over all modules."""


@dataclass(frozen=True)
class Group:
    """Modules and the tests that judge their mutants; `strict` modules let none live without a reason."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    needs_database: bool = False
    strict: bool = False


GROUPS = (
    Group(
        "tokens",
        ("clinic/tokens.py",),
        ("tests/clinic/test_tokens.py",),
        strict=True,
    ),
    Group(
        "overlap",
        ("bookings/availability.py", "bookings/hours.py", "bookings/time_spans.py"),
        (
            "tests/bookings/test_availability.py",
            "tests/bookings/test_hours.py",
            "tests/bookings/test_time_spans.py",
        ),
        strict=True,
    ),
    Group(
        "permissions",
        ("clinic/access/*.py", "bookings/desk_actions.py"),
        ("tests/clinic/test_access_rules.py", "tests/bookings/test_desk_actions.py"),
        strict=True,
    ),
    Group(
        "life cycle",
        ("bookings/life_cycle.py", "bookings/change_rule.py", "bookings/quiet_hours.py"),
        (
            "tests/bookings/test_life_cycle.py",
            "tests/bookings/test_change_rule.py",
            "tests/bookings/test_quiet_hours.py",
        ),
    ),
    Group(
        "crypto",
        ("clinic/sealing.py", "clinic/key_ring.py"),
        ("tests/clinic/test_sealing.py", "tests/clinic/test_key_ring.py"),
    ),
    Group(
        "assessment",
        ("patients/assessment.py", "patients/conditions.py", "patients/facts.py"),
        (
            "tests/patients/test_assessment.py",
            "tests/patients/test_conditions.py",
            "tests/patients/test_facts.py",
            "tests/patients/test_rules.py",
            "tests/patients/test_case_files.py",
        ),
    ),
    Group(
        "vault",
        ("patients/queries/vault.py", "patients/services/vault.py"),
        ("tests/patients/test_vault.py", "tests/patients/test_ring_health.py"),
        needs_database=True,
    ),
    Group(
        "care team",
        ("patients/queries/care_team.py",),
        ("tests/patients/test_care_team.py", "tests/patients/test_signed_by_reason.py"),
        needs_database=True,
        strict=True,
    ),
    Group(
        "rotation",
        ("bookings/services/key_rotation.py",),
        ("tests/bookings/test_key_rotation.py", "tests/bookings/test_key_rotation_meanwhile.py"),
        needs_database=True,
    ),
    Group(
        "claims",
        ("bookings/services/claims.py",),
        (
            "tests/bookings/test_claim_locks.py",
            "tests/bookings/test_claims.py",
            "tests/bookings/test_holds.py",
            "tests/bookings/test_visit_changes.py",
        ),
        needs_database=True,
    ),
    Group(
        "fitting",
        ("bookings/queries/fitting.py", "bookings/queries/surroundings.py"),
        (
            "tests/bookings/test_fitting.py",
            "tests/bookings/test_surroundings.py",
            "tests/bookings/test_moves.py",
            "tests/bookings/test_overrides.py",
            "tests/bookings/test_free_places.py",
        ),
        needs_database=True,
    ),
)
