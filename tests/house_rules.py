"""House rules no linter knows, each a function from a file's text to what is wrong with it."""

import ast
import re
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from deploy.local.places import ROOT

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
LONGEST_TEMPLATE = 120
TZDATA_GOOD_FOR = timedelta(days=183)

ROOMS_WITHOUT_A_SUBJECT = {"utils", "util", "helpers", "helper", "common", "misc", "shared"}
ELSEWHERE = re.compile(
    r"/(?:root|work|workspace|opt|home/\w+|Users/\w+)/|[ \"'(=]/tmp/|(?:extra-)?index-url|\bfind-links\b",
    re.IGNORECASE,
)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a script with a body": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
}


def project_files(*endings: str) -> list[Path]:
    """Return the project's files with one of these endings: tracked, or new and not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = (ROOT / name for name in sorted(set(names.split("\0"))) if name.endswith(endings))
    return [path for path in paths if path.is_file()]


def python_files() -> list[Path]:
    """Return every Python file of the project."""
    return project_files(".py")


def templates() -> list[Path]:
    """Return every template of the project."""
    return [path for path in project_files(".html", ".txt") if "templates" in path.parts]


def long_file(path: Path, text: str) -> str | None:
    """Say so if a Python file should be split by subject."""
    lines = text.count("\n")
    if lines <= LONGEST_FILE or "migrations" in path.parts:
        return None
    return f"{lines} lines; at most {LONGEST_FILE}"


def long_template(text: str) -> str | None:
    """Say so if a template should be split into fragments."""
    lines = text.count("\n")
    return f"{lines} lines; at most {LONGEST_TEMPLATE}" if lines > LONGEST_TEMPLATE else None


def long_functions(text: str) -> list[str]:
    """Return the functions whose body is longer than it should be, docstring not counted."""
    return [
        f"{function.name}: {lines} lines; at most {LONGEST_FUNCTION}"
        for function in functions_in(text)
        if (lines := length(function)) > LONGEST_FUNCTION
    ]


def functions_in(text: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield each function and method of a module."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function's body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def vague_name(path: Path) -> str | None:
    """Say so if a module or package is named after nothing in particular."""
    names = {path.stem, *path.relative_to(ROOT).parts[:-1]}
    vague = names & ROOMS_WITHOUT_A_SUBJECT
    return f"{vague.pop()!r} names no subject" if vague else None


def filled_init(path: Path, text: str) -> str | None:
    """Say so if an `__init__.py` holds code; that of a package of models or admin pages may re-export."""
    statements = ast.parse(text).body
    if path.parent.name in {"models", "admin"}:
        statements = [node for node in statements if not is_reexport(node)]
    return "holds code" if statements else None


def is_reexport(node: ast.stmt) -> bool:
    """Say whether a statement is an import, a docstring or `__all__`."""
    if isinstance(node, ast.Assign):
        return all(isinstance(name, ast.Name) and name.id == "__all__" for name in node.targets)
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or isinstance(node, ast.ImportFrom)


def careless_form(text: str) -> str | None:
    """Say so if a form takes every field there is, or a view skips its token."""
    if re.search(r"""fields\s*=\s*["']__all__["']""", text):
        return "takes all fields"
    return "skips the CSRF check" if "csrf_exempt" in text else None


def inline_code(text: str) -> list[str]:
    """Return the kinds of inline style and script in a template, which the CSP would block."""
    markup = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", text)
    return [name for name, pattern in INLINE.items() if pattern.search(markup)]


def strange_words(text: str) -> list[str]:
    """Return words that speak of one machine, or of unfinished work."""
    found = [*ELSEWHERE.finditer(text), *UNFINISHED.finditer(text)]
    return [match.group().strip() for match in found]


def tzdata_age(requirements: str, today: date) -> timedelta:
    """Return how long ago the pinned zone data were last compared with the newest release.

    :raises ValueError: when the line of tzdata does not say `checked YYYY-MM-DD`.
    """
    line = re.search(r"^tzdata==.*\bchecked (\d{4}-\d\d-\d\d)", requirements, re.MULTILINE)
    if line is None:
        raise ValueError("requirements.txt: the line of tzdata must say `checked YYYY-MM-DD`.")
    return today - date.fromisoformat(line.group(1))
