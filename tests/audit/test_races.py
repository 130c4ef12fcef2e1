"""Writers that commit late, while the sealer runs: no row is left out, and none is sealed twice."""

import threading
from collections.abc import Iterator
from random import Random
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from clinic.models import AuditSeal, ReadRecord
from clinic.queries.audit_chain import verify
from clinic.services import audit_seals
from clinic.services.audit_seals import seal_audit
from tests.audit.older_transactions import wait_for_older
from tests.audit.test_chain import read_forms, sealed_reads, tamper

pytestmark = pytest.mark.django_db(transaction=True)

INSERT = """
INSERT INTO clinic_readrecord (at, transaction_id, roles, action, subject_type, subject_ids, patient_ids,
                               reason, address)
VALUES (now(), 0, '{}', 'opened', 'draft', ARRAY[%s::uuid], ARRAY[%s::uuid], '', '')
"""


def connect() -> psycopg.Connection:
    """Return a connection of its own to the test database."""
    connection.ensure_connection()
    facts = connection.get_connection_params()
    return psycopg.connect(**{key: facts[key] for key in ("dbname", "user", "password", "host", "port")})


def insert(into: psycopg.Connection) -> None:
    into.execute(INSERT, [uuid4(), uuid4()])


def commit_late() -> str:
    """Let a transaction that began first commit after a sealing; return what a verification then says."""
    with connect() as early, connect() as later:
        insert(early)
        insert(later)
        later.commit()
        seal_audit()
        early.commit()
    wait_for_older()
    seal_audit()
    return verify().fault


def test_a_row_that_commits_late_is_sealed_in_its_place() -> None:
    assert commit_late() == ""
    assert list(AuditSeal.objects.values_list("rows", flat=True)) == [2]
    assert verify().unsealed == 0


def test_without_the_lower_bound_a_late_row_would_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_seals, "_NOW", audit_seals._NOW.replace("snapshot_xmin", "snapshot_xmax"))

    assert "was added afterwards" in commit_late()


def test_many_late_writers_and_two_sealers_leave_a_whole_chain() -> None:
    done = threading.Event()

    def write(seed: int) -> None:
        dice = Random(seed)
        with connect() as mine:
            for _ in range(30):
                for _row in range(dice.randint(1, 3)):
                    insert(mine)
                done.wait(dice.random() * 0.03)
                if dice.random() < 0.2:
                    mine.rollback()
                else:
                    mine.commit()

    def seal() -> None:
        while not done.wait(0.005):
            seal_audit()
        connection.close()

    writers = [threading.Thread(target=write, args=[seed]) for seed in range(6)]
    sealers = [threading.Thread(target=seal) for _ in range(2)]
    for thread in [*writers, *sealers]:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in sealers:
        thread.join()
    wait_for_older()
    seal_audit()

    found = verify()
    assert (found.fault, found.unsealed, found.rows) == ("", 0, ReadRecord.objects.count())
    assert found.links > 3


@pytest.fixture
def no_bounds() -> Iterator[None]:
    """Rows of any number and time can be inserted, as before Postgres refused some."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE clinic_readrecord DROP CONSTRAINT clinic_readrecord_bounds")
        yield
        cursor.execute(
            "ALTER TABLE clinic_readrecord ADD CONSTRAINT clinic_readrecord_bounds"
            " CHECK (isfinite(at) AND id > 0) NOT VALID"
        )


@pytest.mark.parametrize(("row_id", "at"), [("-5", "now()"), ("7000000", "'infinity'"), ("0", "'-infinity'")])
@pytest.mark.usefixtures("no_bounds")
def test_no_row_that_the_sites_role_makes_up_keeps_the_others_from_being_sealed(row_id: str, at: str) -> None:
    read_forms(2)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO clinic_readrecord (id, at, transaction_id, roles, action, subject_type,"
            f" subject_ids, patient_ids, reason, address) VALUES ({row_id}, {at}, 0, '{{}}', 'opened', 'x',"
            " '{}', '{}', '', '')"
        )

    wait_for_older()
    seal_audit()

    assert (sealed_reads(), verify().fault, verify().unsealed) == (3, "", 0)
    tamper(f"DELETE FROM clinic_readrecord WHERE id = {row_id}")
    assert f"row {row_id} was deleted" in verify().fault
