"""Where the launcher keeps things, and how it speaks."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

THROWAWAY_SECRETS = {
    "SECRET_KEY": "for-development-only-" + "aZ3_" * 16,
    "NUAN_KEYS": "for-development-only:" + "A" * 43 + "=",
}
"""What a command needs to start where nothing real is kept: checks, tests, measurements."""


class Refusal(Exception):
    """Something the person at the keyboard has to mend; the text says what and how."""


def say(line: str) -> None:
    """Print one plain line at once, also when the output is a pipe."""
    print(line, flush=True)


def finish(main: Callable[[], int]) -> NoReturn:
    """Run a command's main function and exit with its status; say plainly what went wrong."""
    try:
        sys.exit(main())
    except Refusal as refusal:
        sys.exit(fail(refusal))
    except PermissionError as fault:
        text = f"no permission for {fault.filename}. Was it made by another user, perhaps root?"
        sys.exit(fail(Refusal(text)))
    except KeyboardInterrupt:
        sys.exit(130)


def fail(refusal: Refusal) -> int:
    """Print the refusal to the error stream and return the exit status for it."""
    print(f"\nnuan: {refusal}", file=sys.stderr, flush=True)
    return 1


def local_folder() -> Path:
    """Return `.local/`, made if it was missing. Others may pass through it but not list it.

    Postgres runs as another user when the launcher is root, so the folder lets it through;
    what is private in here has its own mode.
    """
    if not LOCAL.exists():
        LOCAL.mkdir()
        LOCAL.chmod(0o711)
    return LOCAL
