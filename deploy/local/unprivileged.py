"""Run Postgres, which refuses to be root, when the launcher is root.

Four ways are tried. As an ordinary user there is nothing to do. As root, the plain way is to
become `nobody`; but `nobody` cannot reach a project in a 0700 home. There a user namespace in which
root is called 65534 works, and where a container forbids that, becoming `nobody` with the one
capability that ignores folder modes does.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.places import Refusal

NOBODY = 65534

STUCK = """Postgres does not run as root, and no other way of starting it worked here.
Run the command as an ordinary user, move the project to a folder that other users may pass
through (for example /srv), or set DATABASE_URL to a database of your own."""


@dataclass(frozen=True)
class Way:
    """How to start a Postgres program: words in front of it, and the user to become.

    `owner` is who must own the data folder, as seen from the launcher.
    """

    name: str
    prefix: tuple[str, ...]
    user: int | None
    owner: int

    def command(self, program: Sequence[str]) -> list[str]:
        """Return the whole command line."""
        return [*self.prefix, *program]

    def options(self) -> dict[str, Any]:
        """Return the `subprocess` options that change the user; none for an ordinary user."""
        if self.user is None:
            return {}
        return {"user": self.user, "group": self.user, "extra_groups": []}


SAME_USER = Way("same user", (), None, os.geteuid())
AS_NOBODY = Way("nobody", (), NOBODY, NOBODY)
IN_A_NAMESPACE = Way(
    "user namespace",
    ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"),
    None,
    0,
)
WITH_A_CAPABILITY = Way(
    "nobody, ignoring folder modes",
    (
        "setpriv",
        f"--reuid={NOBODY}",
        f"--regid={NOBODY}",
        "--clear-groups",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override",
        "--pdeathsig=INT",  # Linux forgets it when the user changes; see the keeper
        "--",
    ),
    None,
    NOBODY,
)


def choose_way(program: str, folder: Path) -> Way:
    """Return the first way that can start `program` and write in `folder`.

    :param folder: an empty folder of ours, whose owner this function may change.
    :raises Refusal: when none works.
    """
    if os.geteuid() != 0:
        return SAME_USER
    for way in (AS_NOBODY, IN_A_NAMESPACE, WITH_A_CAPABILITY):
        os.chown(folder, way.owner, -1)
        if works(way, program, folder):
            return way
    raise Refusal(STUCK)


def works(way: Way, program: str, folder: Path) -> bool:
    """Say whether, this way, the program starts and can make a file in the folder."""
    if way.prefix and shutil.which(way.prefix[0]) is None:
        return False
    script = '[ "$(id -u)" != 0 ] && "$1" --version && : > "$2/try" && rm "$2/try"'
    trial = way.command(["/bin/sh", "-c", script, "sh", program, str(folder)])
    done = subprocess.run(
        trial,
        check=False,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **way.options(),
    )
    return done.returncode == 0


def give_to(way: Way, folder: Path) -> None:
    """Make `way.owner` own the folder and everything in it, if somebody else does."""
    if not folder.exists() or folder.stat().st_uid == way.owner:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, way.owner, -1, follow_symlinks=False)
