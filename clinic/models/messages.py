"""The clinic's own words for the messages it sends."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models.people import User


class MessageWording(models.Model):
    """One version of the words of a kind of message; the highest version is in use, and none ever changes.

    Each text is JSON by language, English and Thai together; {} leaves the default. A version whose texts
    are all empty puts the default back.
    """

    kind = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    subject = models.JSONField(_("subject"), default=dict, blank=True)
    heading = models.JSONField(_("heading"), default=dict, blank=True)
    words = models.JSONField(_("own words"), default=dict, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("message wording")
        verbose_name_plural = _("message wordings")
        ordering = ["kind", "-version"]
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="wording_version_once")]
        triggers = [
            pgtrigger.Protect(name="wording_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}"

    @property
    def is_default(self) -> bool:
        """Whether this version says nothing of its own."""
        return not (self.subject or self.heading or self.words)

    def texts_in(self, language: str) -> dict[str, str]:
        """Return the texts of a language by name; "" where the default stands."""
        texts = {"subject": self.subject, "heading": self.heading, "words": self.words}
        return {name: str(by_language.get(language, "")) for name, by_language in texts.items()}
