"""Serves metrics for Prometheus on a port of its own, never on that of the site."""

import ipaddress
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from clinic.queries.metrics import list_gauges


class Command(BaseCommand):
    """Serve until stopped. NUAN_METRICS_BIND says where, such as 127.0.0.1:9100."""

    requires_system_checks = ()
    help = "Serve metrics for Prometheus at NUAN_METRICS_BIND"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Serve.

        :raises CommandError: if no place to listen is set, or it is every address there is.
        """
        address, port = parse_bind(settings.METRICS_BIND)
        _server, thread = start_http_server(port, address, build_registry())
        self.stdout.write(f"Metrics at http://{address}:{port}/")
        thread.join()


def parse_bind(text: str) -> tuple[str, int]:
    """Return the address and the port of "127.0.0.1:9100" or "[::1]:9100".

    :raises CommandError: if it is none, or would listen on every network.
    """
    host, _, port = text.rpartition(":")
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        raise CommandError(
            "Set NUAN_METRICS_BIND to an address and a port, such as 127.0.0.1:9100."
        ) from None
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise CommandError(f"NUAN_METRICS_BIND: {port} is not a port number.")
    if address.is_unspecified or address.is_global:
        raise CommandError("NUAN_METRICS_BIND must be one private address: metrics are not for everybody.")
    return str(address), int(port)


def build_registry() -> CollectorRegistry:
    """Return what is served: what the web processes counted, and what the database tells."""
    registry = CollectorRegistry()
    if settings.METRICS_DIR:
        MultiProcessCollector(registry, path=settings.METRICS_DIR)  # type: ignore[no-untyped-call]
    registry.register(DatabaseCollector())
    return registry


class DatabaseCollector(Collector):
    """Asks the database at each visit; without it, says so instead of failing."""

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges."""
        found, well = [], 1.0
        try:
            for gauge, numbers in list_gauges():
                family = GaugeMetricFamily(
                    gauge.name, gauge.words, labels=[gauge.label] if gauge.label else []
                )
                for value, number in numbers:
                    family.add_metric([value] if gauge.label else [], number)
                found.append(family)
        except DatabaseError:
            well = 0.0
        finally:
            connection.close()
        yield GaugeMetricFamily("nuan_database_up", "Whether the database answers.", value=well)
        if settings.BACKUP_STAMP:
            yield GaugeMetricFamily("nuan_backup_age_seconds", "Age of the last backup.", value=backup_age())
        yield from found


def backup_age() -> float:
    """Return the seconds since the backup's stamp was touched; infinite if it never was."""
    try:
        return time.time() - Path(settings.BACKUP_STAMP).stat().st_mtime
    except OSError:
        return float("inf")
