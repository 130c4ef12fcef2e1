"""The audit trail: who read, who changed, who came in. Append-only, and sealed into one chain of hashes."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models.people import User


def append_only(name: str) -> list[pgtrigger.Protect]:
    """Return the trigger that refuses to change or delete a row; what is granted is the stronger wall."""
    return [pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)]


class Audited(models.Model):
    """A row of the audit. A trigger writes its transaction and era, whatever was inserted.

    An era is a database cluster: in another one, as after a restore from a dump, transactions count anew.
    """

    transaction_id = models.BigIntegerField(default=0)
    era = models.BigIntegerField(db_default=0, default=0)
    request_id = models.CharField(max_length=40, blank=True, db_default="", default="")

    class Meta:
        abstract = True


class ReadRecord(Audited):
    """One read of health data. A list writes one row with the ids of all it showed.

    It names its subject as text and UUIDs, because the clinic app does not know what a form is. It holds
    no content.
    """

    class Action(models.TextChoices):
        LISTED = "listed", _("Listed")
        OPENED = "opened", _("Opened")
        PHOTO = "photo", _("Photo opened")
        PRINTED = "printed", _("Printed")
        EXPORTED = "exported", _("Exported")

    at = models.DateTimeField()
    reader = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    roles = ArrayField(models.CharField(max_length=20), default=list)
    action = models.CharField(max_length=10, choices=Action)
    subject_type = models.CharField(max_length=20)
    subject_ids = ArrayField(models.UUIDField())
    patient_ids = ArrayField(models.UUIDField())
    reason = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=45, blank=True)

    class Meta:
        verbose_name = _("read of health data")
        verbose_name_plural = _("reads of health data")
        ordering = ["-at", "-pk"]
        indexes = [
            GinIndex(fields=["patient_ids"], name="read_of_patient", fastupdate=True),
            models.Index(fields=["reader", "-at"], name="read_by_reader"),
            models.Index(fields=["era", "transaction_id", "id"], name="read_in_chain"),
            models.Index(fields=["-at", "-id"], name="read_newest"),
        ]
        triggers = append_only("read_append_only")

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type}"


class SecurityEvent(Audited):
    """Something about signing in, rights or refusals. `about` is whom it was done to, if not who did it.

    `facts` holds plain marks from a fixed list (clinic/services/security_events.py), never what was typed.
    Nothing here keeps an account from being deleted.
    """

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", _("Signed in")
        SIGN_IN_FAILED = "sign_in_failed", _("Sign-in failed")
        SIGNED_OUT = "signed_out", _("Signed out")
        DENIED = "denied", _("Was refused a page")
        LIMIT = "limit", _("Reached a limit")
        EXPORTED = "exported", _("Took a file along")
        PASSWORD = "password", _("Changed the password")
        FACTOR = "factor", _("Changed a second factor")
        ROLES = "roles", _("Changed roles")
        SESSION = "session", _("Ended a session")
        REASON = "reason", _("Opened a record with a reason")

    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind)
    user = models.ForeignKey(User, models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    about = models.ForeignKey(User, models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    address = models.CharField(max_length=45, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("security event")
        verbose_name_plural = _("security events")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["user", "-at"], name="security_by_user"),
            models.Index(fields=["era", "transaction_id", "id"], name="security_in_chain"),
            models.Index(fields=["-at", "-id"], name="security_newest"),
        ]
        triggers = append_only("security_append_only")

    def __str__(self) -> str:
        return self.kind


class ChangeRecord(Audited):
    """One change of one row of a watched table (clinic/watched.py), written by a trigger of the table.

    `columns` names everything that changed; `before` and `after` leave out what is sealed, and names and
    contacts. `actor_id` is the user who asked; `origin` the address, task or command it came by.
    """

    at = models.DateTimeField()
    table_name = models.CharField(max_length=63)
    row_id = models.CharField(max_length=80)
    operation = models.CharField(max_length=6)
    columns = ArrayField(models.CharField(max_length=63))
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    actor_id = models.BigIntegerField(null=True)
    origin = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["table_name", "row_id", "id"], name="change_of_row"),
            models.Index(fields=["era", "transaction_id", "id"], name="change_in_chain"),
            models.Index(fields=["-at", "-id"], name="change_newest"),
        ]
        triggers = append_only("change_append_only")

    def __str__(self) -> str:
        return f"{self.operation} {self.table_name}"


class AuditSeal(models.Model):
    """One link of the chain: the rows of one table whose transactions lie in [from, to) of one era.

    `marks` is 16 bytes a row, its id and the beginning of its hash, to name the first row that does not fit.
    `hash` covers the link before, the fields and the whole hash of every row (clinic/hash_chain.py).
    """

    position = models.BigIntegerField(primary_key=True)
    table_name = models.CharField(max_length=63)
    era = models.BigIntegerField()
    from_transaction = models.BigIntegerField()
    to_transaction = models.BigIntegerField()
    rows = models.PositiveIntegerField()
    marks = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["table_name", "era", "from_transaction"], name="seal_once"),
        ]
        triggers = append_only("seal_append_only")

    def __str__(self) -> str:
        return f"{self.position}: {self.table_name}"


class AuditCheck(models.Model):
    """One verification of the whole chain: what was counted, and the first fault, "" if there was none."""

    at = models.DateTimeField()
    links = models.BigIntegerField()
    rows = models.BigIntegerField()
    head = models.CharField(max_length=90)
    fault = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        triggers = append_only("audit_check_append_only")

    def __str__(self) -> str:
        return self.fault or self.head
