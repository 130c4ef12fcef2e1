"""Demo mode for one test: its URLs exist, and its mail goes to a folder."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.test import override_settings
from django.urls import clear_url_caches

import clinic.urls


def reload_urls() -> None:
    """Read the URLs again, as a newly started server does."""
    importlib.reload(clinic.urls)
    clear_url_caches()


@contextmanager
def demo_mode(folder: Path, **changes: Any) -> Iterator[None]:
    """Switch demo mode on, with mail files in `folder`; `changes` are further settings."""
    with override_settings(
        DEMO=True,
        NUAN_MAIL_DIR=folder,
        EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend",
        EMAIL_FILE_PATH=str(folder),
        **changes,
    ):
        reload_urls()
        yield
    reload_urls()
