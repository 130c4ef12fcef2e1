"""Running as the site's own database role, which may do less than the owner that tests connect as."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.db import connection


@contextmanager
def served() -> Iterator[None]:
    """Connect Django as the role that serves the site; only in tests that commit."""
    address = urlsplit(os.environ["NUAN_TEST_APP_URL"])
    mine = {"USER": address.username, "PASSWORD": address.password}
    owners = {name: connection.settings_dict[name] for name in mine}
    connection.close()
    connection.settings_dict.update(mine)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(owners)
