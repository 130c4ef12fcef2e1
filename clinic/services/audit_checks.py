"""The nightly verification of the audit: what it found stays in a table, and leaves with the log."""

import logging
from datetime import datetime

from clinic.models import AuditCheck
from clinic.queries.audit_chain import Verdict, verify

log = logging.getLogger("nuan.audit")


def check_audit(*, now: datetime) -> Verdict:
    """Verify the whole chain against what the last good check saw at its end, and write down what was found.

    A chain that was cut off stays broken: nights later it would look whole by itself.
    The head goes to the log `nuan.audit`; a fault is an error there, and its words stand in the check's row.
    """
    last = AuditCheck.objects.filter(fault="").exclude(links=0).first()
    found = verify(last.head if last else "")
    AuditCheck.objects.create(
        at=now, links=found.links, rows=found.rows, head=found.head, fault=found.fault[:300]
    )
    if found.fault:
        log.error("audit broken", extra={"event": "audit_broken", "count": found.rows})
    else:
        extra = {"event": "audit_head", "head": found.head, "count": found.rows}
        log.info("audit head", extra=extra)
    return found
