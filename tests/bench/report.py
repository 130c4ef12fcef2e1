"""Words and tables for people; the last line of the benchmark is for machines."""

import sys
from collections.abc import Sequence
from statistics import median


def say(line: str) -> None:
    """Print one line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def row(name: str, values: Sequence[float], unit: str = "ms") -> None:
    """Print a name, the median, the range and every raw number."""
    middle, low, high = median(values), min(values), max(values)
    raw = " ".join(f"{value:.4g}" for value in values)
    say(f"  {name:<44} {middle:>9.4g} {unit:<6} [{low:.4g}..{high:.4g}]  n={len(values)}: {raw}")
