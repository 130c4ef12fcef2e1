"""One group's mutants, made and judged by mutmut in a copy of the project."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local import sharing
from deploy.local.cluster import SUPERUSER, local_cluster
from deploy.local.places import LOCAL, PYTHON, ROOT, THROWAWAY_SECRETS, Refusal
from tests.mutation.groups import Group

NOWHERE = "postgres://nobody:nothing@127.0.0.1:1/nothing"
"""A database that pure tests never ask for."""

KILLED = frozenset({"killed", "timeout", "caught by type check"})
_LINE = re.compile(r"^\s+(\S+__mutmut_\d+): (.+)$")


@dataclass(frozen=True)
class Mutant:
    """One mutant: the function it is of, what was changed, and what became of it."""

    name: str
    status: str
    change: str = ""

    @property
    def function(self) -> str:
        """The dotted name of the function, such as "clinic.tokens.hash_token"."""
        module, _dot, mangled = self.name.rpartition("__mutmut_")[0].rpartition(".")
        return f"{module}.{mangled.removeprefix('x_').removeprefix('xǁ').replace('ǁ', '.')}"

    @property
    def module(self) -> str:
        """The dotted name of the module, such as "clinic.tokens"."""
        return self.name.rpartition("__mutmut_")[0].rpartition(".")[0]

    @property
    def key(self) -> tuple[str, str]:
        """What a mutant is known by where it is explained: its function, and the lines that differ."""
        return self.function, self.change

    @property
    def is_case(self) -> bool:
        """Whether nothing but small and capital letters differ."""
        before, _newline, after = self.change.lower().partition("\n+")
        return bool(after) and before.removeprefix("-") == after

    @property
    def is_killed(self) -> bool:
        """Whether a test noticed."""
        return self.status in KILLED


def judge(group: Group, *, children: int) -> list[Mutant]:
    """Mutate a group's modules, run their tests on each mutant, and return what became of each.

    :raises Refusal: if the tests fail on the code as it is.
    """
    folder = _copy_project(group)
    with _database(group) as database:
        return _judge_in(folder, group, _environment() | database, children)


def _judge_in(folder: Path, group: Group, environment: dict[str, str], children: int) -> list[Mutant]:
    program = PYTHON.parent / "mutmut"
    command = [str(program), "run", "--max-children", str(1 if group.needs_database else children)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        ending = f"{done.stdout[-2000:]}{done.stderr[-2000:]}"
        raise Refusal(f"{group.name}: mutmut ended with {done.returncode}. {ending}")
    listed = [str(program), "results", "--all", "true"]
    told = subprocess.run(listed, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    found = [match.groups() for line in told.stdout.splitlines() if (match := _LINE.match(line))]
    mutants = [Mutant(name, status) for name, status in found]
    return [mutant if mutant.is_killed else _with_change(mutant, folder, environment) for mutant in mutants]


def _with_change(mutant: Mutant, folder: Path, environment: dict[str, str]) -> Mutant:
    """Return a mutant with the lines that differ, as "- old" and "+ new"."""
    command = [str(PYTHON.parent / "mutmut"), "show", mutant.name]
    told = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    lines = [line for line in told.stdout.splitlines() if line.startswith(("-", "+"))]
    changed = [f"{line[0]} {line[1:].strip()}" for line in lines if not line.startswith(("---", "+++"))]
    return Mutant(mutant.name, mutant.status, "\n".join(changed))


def _copy_project(group: Group) -> Path:
    """Return a fresh copy of the project's files that tells mutmut what to do."""
    folder = LOCAL / "mutation" / group.name.replace(" ", "-")
    shutil.rmtree(folder, ignore_errors=True)
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for compiled in (ROOT / "locale").rglob("*.mo"):
        shutil.copy2(compiled, folder / compiled.relative_to(ROOT))
    pure = ["--reuse-db"] if group.needs_database else ["-m", "not django_db"]
    chosen = {
        "source_paths": ["bookings", "patients", "clinic"],
        "only_mutate": list(group.modules),
        "also_copy": ["templates", "locale", "deploy", "manage.py", "requirements.txt"],
        "pytest_add_cli_args": [
            "-p",
            "no:cacheprovider",
            "--hypothesis-seed=0",
            "-k",
            "not takes_less_than",
            *pure,
        ],
        "pytest_add_cli_args_test_selection": list(group.tests),
    }
    lines = [f"{name} = {values!r}".replace("'", '"') for name, values in chosen.items()]
    lines += ["use_git_change_detection = false", "use_setproctitle = false"]
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[tool.mutmut]\n" + "\n".join(lines) + "\n")
    return folder


def _environment() -> dict[str, str]:
    return dict(os.environ) | THROWAWAY_SECRETS | {"NUAN_LOG_LEVEL": "WARNING"}


@contextmanager
def _database(group: Group) -> Iterator[dict[str, str]]:
    """Yield where a group's tests find their database; it runs as long as there are mutants."""
    if not group.needs_database:
        yield {"DATABASE_URL": NOWHERE}
        return
    lease = sharing.join(local_cluster(tests=True), os.environ.get("NUAN_DATABASE", "nuan_mutate"))
    try:
        yield {
            "DATABASE_URL": lease.owner_url,
            "NUAN_TEST_APP_URL": lease.url,
            "NUAN_TEST_SUPERUSER_URL": lease.cluster.url(SUPERUSER, lease.database, lease.port),
        }
    finally:
        lease.leave()
