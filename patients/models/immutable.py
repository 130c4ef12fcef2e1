"""Triggers for rows that never change once they are written."""

import pgtrigger


def never_changes(name: str) -> list[pgtrigger.Protect]:
    """Return the trigger that refuses to change a row; deleting stays possible, for erasure."""
    return [pgtrigger.Protect(name=f"{name}_never_changes", operation=pgtrigger.Update)]
