"""Reading the audit's chain: its head, whether every link fits its rows, and how far sealing is behind."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from clinic.hash_chain import START, Span, explain, link_hash
from clinic.models import AuditCheck, AuditSeal
from clinic.queries.audit_rows import SEALED, Hashed, each_row, list_eras
from clinic.queries.protected_rows import list_gaps

LATE = "15 minutes"
"""After how long a row should have been sealed: the sealer runs each minute, a transaction lasts seconds."""

_ALL = 2**63 - 1

_OLDEST = """
WITH here AS MATERIALIZED (SELECT system_identifier AS era FROM pg_control_system())
SELECT at < clock_timestamp() - %(late)s::interval FROM {table}
WHERE era = (SELECT era FROM here) AND transaction_id >= coalesce(
    (SELECT max(to_transaction) FROM clinic_auditseal
     WHERE table_name = %(table)s AND era = (SELECT era FROM here)), 0)
ORDER BY transaction_id, id LIMIT 1
"""


@dataclass(frozen=True)
class Verdict:
    """What a verification found. `fault` says in words where the first break is, "" for none."""

    links: int
    rows: int
    unsealed: int
    head: str
    fault: str


@dataclass
class _Stream:
    """The rows of a table and era, taken link by link."""

    rows: Iterator[Hashed]
    waiting: Hashed | None
    end: int = 0

    def take(self, end: int) -> list[tuple[int, bytes]]:
        """Return the rows before a transaction, in order."""
        taken = []
        while self.waiting and self.waiting[0] < end:
            taken.append(self.waiting[1:])
            self.waiting = next(self.rows, None)
        return taken


def get_head() -> str:
    """Return the newest link as "position:hash in hex", "0:" and zeros before the first."""
    last = AuditSeal.objects.order_by("-position").first()
    return name_link(last.position, bytes(last.hash)) if last else name_link(0, START)


def name_link(position: int, digest: bytes) -> str:
    """Return how a link is written down elsewhere."""
    return f"{position}:{digest.hex()}"


@transaction.atomic
def verify(known: str = "") -> Verdict:
    """Work out the whole chain anew, from the rows, and compare; it stops at the first break.

    `known` is a head that was written down elsewhere: the chain must contain it. Without one, links and rows
    that somebody with the owner's rights cut off the end, or a chain that they made anew, look whole.
    """
    wanted, _colon, known_hash = known.strip().partition(":")
    streams: dict[tuple[str, int], _Stream] = {}
    previous, links, rows, is_known, fault = START, 0, 0, not known, ""
    for link in AuditSeal.objects.order_by("position").iterator(chunk_size=500):
        stream = _stream_of(link, streams)
        found = stream.take(link.to_transaction)
        fault = _judge(link, links + 1, previous, stream, found)
        if fault:
            break
        previous, links, rows, stream.end = (
            bytes(link.hash),
            links + 1,
            rows + len(found),
            link.to_transaction,
        )
        is_known = is_known or (str(links) == wanted and previous.hex() == known_hash)
    if not (fault or is_known):
        fault = f"the head {known} is not in the chain: its end was cut off, or it was made anew"
    return Verdict(links, rows, _count_unsealed(streams, fault), name_link(links, previous), fault)


def get_state() -> str:
    """Return how the audit is: "ok", "behind", "broken" or "open", if this role could change its rows.

    Broken is what the last nightly verification said; looking costs a few rows only.
    """
    last = AuditCheck.objects.first()
    if last and last.fault:
        return "broken"
    if any(_is_behind(table) for table in SEALED):
        return "behind"
    return "open" if list_gaps() else "ok"


def _stream_of(link: AuditSeal, streams: dict[tuple[str, int], _Stream]) -> _Stream:
    key = (link.table_name, link.era)
    if key not in streams and link.table_name in SEALED:
        rows = each_row(Span(link.table_name, link.era, -_ALL, _ALL))
        streams[key] = _Stream(rows, next(rows, None))
    return streams.get(key) or _Stream(iter(()), None)


def _judge(
    link: AuditSeal, position: int, previous: bytes, stream: _Stream, found: list[tuple[int, bytes]]
) -> str:
    """Return what is wrong with a link, "" if it follows from the one before and from its rows."""
    where = f"link {link.position}, {link.table_name}"
    if link.position != position:
        return f"link {position} is missing"
    if bytes(link.previous) != previous or link.from_transaction != stream.end:
        return f"{where}: does not follow the link before it"
    span = Span(link.table_name, link.era, link.from_transaction, link.to_transaction)
    digests = (digest for _id, digest in found)
    if link.rows == len(found) and bytes(link.hash) == link_hash(
        previous, position, span, link.sealed_at, digests
    ):
        return ""
    return f"{where}: {explain(bytes(link.marks), found) or 'the link itself was changed'}"


def _count_unsealed(streams: dict[tuple[str, int], _Stream], fault: str) -> int:
    """Return how many rows wait to be sealed; not counted where the chain is broken."""
    if fault:
        return 0
    waiting = 0
    with connection.cursor() as cursor:
        for table in SEALED:
            for era in list_eras(cursor, table):
                end = streams[table, era].end if (table, era) in streams else -_ALL
                cursor.execute(
                    f"SELECT count(*) FROM {table} WHERE era = %s AND transaction_id >= %s",  # noqa: S608
                    [era, end],
                )
                waiting += cursor.fetchone()[0]
    return waiting


def _is_behind(table: str) -> bool:
    """Say whether the oldest row of this cluster that is not sealed has been there for too long."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST.format(table=table), {"table": table, "late": LATE})
        row = cursor.fetchone()
    return bool(row and row[0])
