"""Metrics: counted by the web processes into files, served by `manage.py metrics` on a port of its own."""

import os
from pathlib import Path

from clinic.configuration.environment import env

METRICS_BIND = env.str("NUAN_METRICS_BIND", default="")
METRICS_DIR = env.str("NUAN_METRICS_DIR", default="")
BACKUP_STAMP = env.str("NUAN_BACKUP_STAMP", default="")
if METRICS_DIR:
    Path(METRICS_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = METRICS_DIR  # where the library looks when it is imported
