"""The nightly verification of the audit: what it found stays in a table, and leaves with the log."""

import logging
from datetime import datetime

from clinic.models import AuditCheck
from clinic.queries.audit_chain import Verdict, verify

log = logging.getLogger("nuan.audit")


def check_audit(*, now: datetime) -> Verdict:
    """Verify the whole chain against what the last good check saw at its end, and write down what was found.

    A chain that was cut off stays broken: nights later it would look whole by itself.
    The head goes to the log `nuan.audit`, a fault to the same log as an error, with the ids of rows only.
    """
    last = AuditCheck.objects.filter(fault="").exclude(links=0).first()
    found = verify(last.head if last else "")
    AuditCheck.objects.create(
        at=now, links=found.links, rows=found.rows, head=found.head, fault=found.fault[:300]
    )
    if found.fault:
        log.error("audit broken: %s", found.fault)
    else:
        log.info("audit head %s, %d rows", found.head, found.rows)
    return found
