"""How long what is kept in this clinic."""

from clinic.models import RetentionPeriod
from clinic.retention import TABLE


def get_periods() -> dict[str, int]:
    """Return the length of each line of the table, in its unit; out of bounds, the bound counts."""
    chosen = dict(RetentionPeriod.objects.order_by("code").values_list("code", "length"))
    return {
        code: min(max(chosen.get(code, line.default), line.least), line.most) for code, line in TABLE.items()
    }
