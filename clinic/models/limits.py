"""Counters for limits against abuse; an upsert table, because a cache may forget."""

from django.db import models


class LimitWindow(models.Model):
    """How often something happened in one window. The key is a keyed hash: no address is stored."""

    key = models.CharField(max_length=80, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
