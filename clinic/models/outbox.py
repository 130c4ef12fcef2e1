"""Every message we send, written in the transaction of what it speaks of."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxMessage(models.Model):
    """One message to one person. It carries time, place and a link; never a clinical word.

    Its subject is named as text + UUID, because the clinic app does not know what a visit is. `facts`
    holds what the templates need (ids, instants as ISO 8601 UTC, zone names), never a secret.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Not needed any more")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_type = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    kind = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    to = models.EmailField()
    language = models.CharField(max_length=5)
    facts = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    send_after_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind", "version"],
                name="outbox_once_per_subject_kind_version",
            )
        ]
        indexes = [
            models.Index(
                fields=["send_after_at"], condition=models.Q(status="waiting"), name="outbox_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}"
