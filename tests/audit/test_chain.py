"""The audit's chain: every row once, in a fixed order, and no change to what is sealed stays unseen."""

import json
import threading
from datetime import UTC, datetime
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from clinic.models import AuditCheck, AuditSeal, ReadRecord
from clinic.queries import audit_chain
from clinic.queries.audit_chain import get_head, get_state, verify
from clinic.services import audit_seals
from clinic.services.audit import Action, Reader, record_read
from clinic.services.audit_checks import check_audit
from tests.audit.older_transactions import seal_audit, wait_for_older

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 24, 4, 36, tzinfo=UTC)


def read_forms(count: int = 1) -> None:
    for _ in range(count):
        record_read(
            reader=Reader(None, "10.0.0.1"),
            action=Action.OPENED,
            subject_type="form_version",
            subject_ids=[uuid4()],
            patient_ids=[uuid4()],
            now=NOW,
        )


def tamper(*statements: str) -> None:
    """Do what only somebody with the owner's rights can: the triggers are off."""
    with connection.cursor() as cursor:
        for table in ("clinic_readrecord", "clinic_auditseal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        for table in ("clinic_readrecord", "clinic_auditseal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def ids() -> list[int]:
    return list(ReadRecord.objects.order_by("pk").values_list("pk", flat=True))


def sealed_reads() -> int:
    return sum(AuditSeal.objects.filter(table_name="clinic_readrecord").values_list("rows", flat=True))


def test_what_is_sealed_is_whole_and_sealing_again_adds_nothing() -> None:
    read_forms(3)
    assert verify().unsealed >= 3

    assert seal_audit() >= 3
    assert seal_audit() == 0

    found = verify()
    assert (found.fault, found.unsealed, sealed_reads()) == ("", 0, 3)
    assert found.head == get_head()


def test_links_follow_each_other_and_a_transaction_stays_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_seals, "MOST_ROWS", 2)
    read_forms(3)
    with transaction.atomic():
        read_forms(5)
    seal_audit()
    read_forms()
    seal_audit()

    links = AuditSeal.objects.filter(table_name="clinic_readrecord").order_by("position")

    assert [link.rows for link in links] == [2, 6, 1]
    assert verify().fault == ""


CHANGES = {
    "changed": ("UPDATE clinic_readrecord SET reason = 'x' WHERE id = {1}", "row {1} was changed"),
    "deleted": ("DELETE FROM clinic_readrecord WHERE id = {1}", "row {1} was deleted"),
    "last deleted": ("DELETE FROM clinic_readrecord WHERE id = {3}", "row {3} was deleted"),
    "reordered": (
        "UPDATE clinic_readrecord SET transaction_id = (SELECT transaction_id FROM clinic_readrecord"
        " WHERE id = {3})"
        " WHERE id = {1}",
        "row {2} was moved",
    ),
    "contents swapped": (
        "UPDATE clinic_readrecord AS one SET subject_ids = other.subject_ids FROM clinic_readrecord AS other"
        " WHERE (one.id = {1} AND other.id = {2}) OR (one.id = {2} AND other.id = {1})",
        "row {1} was changed",
    ),
    "link changed": ("UPDATE clinic_auditseal SET hash = sha256('x')", "the link itself was changed"),
    "link's time": ("UPDATE clinic_auditseal SET sealed_at = sealed_at + interval '1 s'", "the link itself"),
    "link deleted": (
        "DELETE FROM clinic_auditseal WHERE position = (SELECT min(position) FROM clinic_auditseal)",
        "link 1 is missing",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_verify_names_the_first_break(change: str) -> None:
    statement, words = CHANGES[change]
    read_forms(4)
    seal_audit()
    read_forms()
    seal_audit()
    assert verify().fault == ""

    rows = ids()
    tamper(statement.format(*rows))

    assert words.format(*rows) in verify().fault


def test_a_row_that_is_slipped_in_afterwards_is_found() -> None:
    read_forms(3)
    seal_audit()
    first = ids()[0]

    tamper(
        "INSERT INTO clinic_readrecord (at, transaction_id, era, roles, action, subject_type, subject_ids,"
        " patient_ids, reason, address) SELECT at, transaction_id, era, roles, action, subject_type,"
        f" subject_ids, patient_ids, '', '' FROM clinic_readrecord WHERE id = {first}"
    )

    assert f"row {max(ids())} was added afterwards" in verify().fault


def test_whoever_inserts_cannot_choose_the_transaction_or_the_era() -> None:
    read_forms()
    seal_audit()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO clinic_readrecord (at, transaction_id, era, roles, action, subject_type,"
            " subject_ids, patient_ids, reason, address)"
            " VALUES (now(), 3, 4, '{}', 'opened', 'x', '{}', '{}', '', '')"
        )

    seal_audit()

    row = ReadRecord.objects.latest("pk")
    assert row.transaction_id > 3
    assert row.era != 4
    assert (verify().fault, verify().unsealed) == ("", 0)


def test_an_end_that_is_cut_off_is_found_by_the_head_that_was_kept_elsewhere() -> None:
    read_forms()
    seal_audit()
    read_forms()
    seal_audit()
    kept = get_head()
    last = max(ids())

    tamper(
        f"DELETE FROM clinic_readrecord WHERE id = {last}",
        "DELETE FROM clinic_auditseal WHERE position = (SELECT max(position) FROM clinic_auditseal)",
    )

    assert verify().fault == ""  # from inside it looks whole
    assert "cut off" in verify(kept).fault


def test_an_older_head_is_found_in_a_chain_that_went_on() -> None:
    read_forms()
    seal_audit()
    kept = get_head()
    read_forms()
    seal_audit()

    assert verify(kept).fault == ""
    assert "cut off" in verify(kept[:-4] + "0000").fault


def test_rows_of_another_cluster_are_sealed_once_and_do_not_mix() -> None:
    read_forms(2)
    seal_audit()
    # As after a restore from a dump: sealed and unsealed rows of an era whose transactions are far ahead.
    tamper(
        "UPDATE clinic_readrecord SET era = 7, transaction_id = transaction_id + 1000000000",
        "UPDATE clinic_auditseal SET era = 7",
    )
    tamper("DELETE FROM clinic_auditseal")
    read_forms(2)

    seal_audit()
    read_forms()
    seal_audit()

    links = AuditSeal.objects.filter(table_name="clinic_readrecord").order_by("position")
    assert [(link.era == 7, link.rows) for link in links] == [(True, 2), (False, 2), (False, 1)]
    assert (verify().fault, verify().unsealed) == ("", 0)


def test_a_second_sealer_leaves_the_first_alone() -> None:
    read_forms(2)
    counts: list[int] = []

    def seal_elsewhere() -> None:
        counts.append(seal_audit())
        connection.close()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [audit_seals._LOCK])
        other = threading.Thread(target=seal_elsewhere)
        other.start()
        other.join()

    assert counts == [0]
    assert seal_audit() >= 2


def test_a_sealer_that_is_cut_off_leaves_no_half_link(monkeypatch: pytest.MonkeyPatch) -> None:
    read_forms(2)

    def fail(*_args: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(audit_seals, "link_hash", fail)
        with pytest.raises(KeyboardInterrupt):
            seal_audit()

    assert AuditSeal.objects.count() == 0
    assert seal_audit() >= 2
    assert verify().fault == ""


def test_commands_print_json_and_a_head_and_fail_when_broken() -> None:
    read_forms(2)
    out = StringIO()
    wait_for_older()
    call_command("seal_audit", stdout=out)
    call_command("audit_head", stdout=out)
    head = out.getvalue().split()[1]

    good = StringIO()
    call_command("verify_audit", "--head", head, stdout=good)
    tamper("UPDATE clinic_readrecord SET address = ''")
    bad = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("verify_audit", stdout=bad)

    assert json.loads(good.getvalue()) == {**json.loads(good.getvalue()), "fault": "", "head": head}
    assert refusal.value.returncode == 1
    assert "was changed" in json.loads(bad.getvalue())["fault"]


def test_the_nightly_check_says_aloud_what_it_found(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "nuan.audit")
    read_forms(2)
    seal_audit()
    check_audit(now=NOW)
    assert get_head() in [getattr(record, "head", "") for record in caplog.records]
    assert get_state() != "broken"

    tamper("DELETE FROM clinic_auditseal", "DELETE FROM clinic_readrecord")
    check_audit(now=NOW)

    assert [record.levelname for record in caplog.records if record.name == "nuan.audit"] == ["INFO", "ERROR"]
    assert "cut off" in AuditCheck.objects.latest("pk").fault
    assert get_state() == "broken"

    read_forms()
    seal_audit()
    check_audit(now=NOW)
    assert get_state() == "broken"  # a chain made anew heals nothing


def test_state_says_when_sealing_is_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    read_forms()  # at a time of the past
    with CaptureQueriesContext(connection) as asked:
        assert get_state() == "behind"
    seal_audit()
    assert get_state() == "open"  # tests connect as the owner
    monkeypatch.setattr(audit_chain, "list_gaps", list)
    assert get_state() == "ok"
    assert len(asked) < 6
