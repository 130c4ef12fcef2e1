"""`python -m tests.audit_speed`: what the audit costs, with 1,000,000 reads written down.

Writes rows in transactions of 50, seals and verifies them, and lets four readers write rows one by one,
alone and while a sealer works all the time, the medians of five turns. Prints one JSON object as the last
line. Needs DATABASE_URL of a database whose name ends with `audit_speed`, which it empties;
`make audit-speed` sees to that.
"""

import argparse
import json
import os
import statistics
import sys
import threading
import time
from datetime import UTC, datetime
from uuid import uuid4

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
django.setup()

from django.db import connection  # noqa: E402 (after Django is set up)

from clinic.queries.audit_chain import verify  # noqa: E402
from clinic.services.audit import Action, Reader, record_read  # noqa: E402
from clinic.services.audit_seals import seal_audit  # noqa: E402
from deploy.local.places import Refusal, fail, say  # noqa: E402
from deploy.local.run import manage  # noqa: E402

TOGETHER = 50
READERS = 4
SECONDS = 3.0
ROUNDS = 5
FILL = """
INSERT INTO clinic_readrecord (at, transaction_id, roles, action, subject_type, subject_ids, patient_ids,
                               reason, address, request_id)
SELECT now() - interval '1 minute', 0, '{clinician}', 'opened', 'form_version', ARRAY[gen_random_uuid()],
       ARRAY[gen_random_uuid()], '', '10.0.0.1', md5(random()::text)
FROM generate_series(1, %s)
"""


def main() -> int:
    """Measure, and say what was found."""
    parser = argparse.ArgumentParser(prog="tests.audit_speed", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    prepare()
    figures: dict[str, float] = {"rows": rows}
    alone, beside = zip(*[(count_reads(), count_reads(with_sealer=True)) for _ in range(ROUNDS)], strict=True)
    figures["reads_a_second"] = statistics.median(alone)
    figures["reads_a_second_while_sealing"] = statistics.median(beside)
    seal_audit()
    say(f"Writing {rows:,} rows")
    fill(rows)
    began = time.monotonic()
    sealed = seal_audit()
    figures["sealed_a_second"] = round(sealed / (time.monotonic() - began))
    began = time.monotonic()
    found = verify()
    figures["verify_seconds"] = round(time.monotonic() - began, 1)
    figures["verified_a_second"] = round(found.rows / (time.monotonic() - began))
    figures["links"], figures["chain_bytes_a_row"] = found.links, size_of_chain(found.rows)
    say(json.dumps(figures))
    return 1 if found.fault or found.unsealed or sealed < rows else 0


def prepare() -> None:
    """Migrate and empty the database.

    :raises Refusal: if its name does not say that it is for this.
    """
    name = str(settings.DATABASES["default"]["NAME"])
    if not name.endswith("audit_speed"):
        raise Refusal(f"the database {name} is not emptied: its name must end with `audit_speed`.")
    owner = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    environment = dict(os.environ) | {"DATABASE_URL": owner}
    manage("migrate", "--verbosity=0", environment=environment)
    manage("flush", "--no-input", "--verbosity=0", environment=environment)


def fill(rows: int) -> None:
    """Write rows, each few in a transaction of their own."""
    with connection.cursor() as cursor:
        for _ in range(rows // TOGETHER):
            cursor.execute(FILL, [TOGETHER])


def count_reads(*, with_sealer: bool = False) -> int:
    """Return how many reads four readers write down a second, each in its own transaction."""
    done, counts = threading.Event(), [0] * READERS

    def read(number: int) -> None:
        ids, now = [uuid4()], datetime.now(UTC)
        facts = {
            "action": Action.OPENED,
            "subject_type": "form_version",
            "subject_ids": ids,
            "patient_ids": ids,
        }
        while not done.is_set():
            record_read(reader=Reader(None, "10.0.0.1"), now=now, **facts)  # type: ignore[arg-type]
            counts[number] += 1
        connection.close()

    def seal() -> None:
        while not done.is_set():
            seal_audit()
        connection.close()

    threads = [threading.Thread(target=read, args=[number]) for number in range(READERS)]
    threads += [threading.Thread(target=seal)] if with_sealer else []
    for thread in threads:
        thread.start()
    time.sleep(SECONDS)
    done.set()
    for thread in threads:
        thread.join()
    return round(sum(counts) / SECONDS)


def size_of_chain(rows: int) -> int:
    """Return the bytes that the chain takes for each row it covers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('clinic_auditseal')")
        return round(float(cursor.fetchone()[0]) / max(1, rows))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refusal as refusal:
        sys.exit(fail(refusal))
