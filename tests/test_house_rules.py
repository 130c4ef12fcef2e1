"""The whole tree follows the house rules; and each rule sees what it is there to see."""

import warnings
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from deploy.local.places import ROOT
from tests import house_rules

THIS_RULE_BOOK = {"house_rules.py", "test_house_rules.py"}
LONG_FUNCTION = "def f():\n" + "    x = 1\n" * 41


def broken(paths: Iterable[Path], rule: Callable[[Path], object]) -> dict[str, object]:
    """Return what is wrong, by file; the files without fault are left out."""
    found = {str(path.relative_to(ROOT)): rule(path) for path in paths}
    return {name: fault for name, fault in found.items() if fault}


def test_files_are_short() -> None:
    found = broken(house_rules.python_files(), lambda path: house_rules.long_file(path, path.read_text()))

    assert found == {}


def test_functions_are_short() -> None:
    code = [
        path
        for path in house_rules.python_files()
        if not {"tests", "migrations"} & set(path.relative_to(ROOT).parts)
    ]

    found = broken(code, lambda path: house_rules.long_functions(path.read_text()))

    assert found == {}


def test_templates_are_short() -> None:
    found = broken(house_rules.templates(), lambda path: house_rules.long_template(path.read_text()))

    assert found == {}


def test_modules_name_a_subject() -> None:
    assert broken(house_rules.python_files(), house_rules.vague_name) == {}


def test_init_files_are_empty() -> None:
    inits = [path for path in house_rules.python_files() if path.name == "__init__.py"]

    found = broken(inits, lambda path: house_rules.filled_init(path, path.read_text()))

    assert found == {}


def test_forms_name_their_fields_and_carry_their_token() -> None:
    code = [path for path in house_rules.python_files() if path.name not in THIS_RULE_BOOK]

    found = broken(code, lambda path: house_rules.careless_form(path.read_text()))

    assert found == {}


def test_templates_have_no_inline_style_or_script() -> None:
    pages = [path for path in house_rules.templates() if not is_mail(path)]

    found = broken(pages, lambda path: house_rules.inline_code(path.read_text()))

    assert found == {}


def is_mail(path: Path) -> bool:
    """Say whether a template is of a message: mail programs know no style sheet."""
    return bool({"mail", "messages", "email"} & set(path.parts))


def test_words_are_about_the_project() -> None:
    texts = house_rules.project_files(
        *(".py", ".html", ".txt", ".md", ".toml", ".json", ".css", ".js", ".po", ".yml"),
        *("Makefile", ".ci/run"),
    )
    texts = [path for path in texts if path.name not in THIS_RULE_BOOK]

    found = broken(texts, lambda path: house_rules.strange_words(path.read_text()))

    assert found == {}


def test_zone_data_were_compared_with_the_newest_lately() -> None:
    requirements = (ROOT / "requirements.txt").read_text()
    age = house_rules.tzdata_age(requirements, timezone.now().date())

    if age > house_rules.TZDATA_GOOD_FOR:
        warnings.warn(f"tzdata was last compared {age.days} days ago: update it", stacklevel=1)
    assert age >= timedelta(days=-1)


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (house_rules.long_file(ROOT / "clinic/a.py", "\n" * 301), "301 lines; at most 300"),
        (house_rules.long_file(ROOT / "clinic/migrations/a.py", "\n" * 301), None),
        (house_rules.long_template("\n" * 121), "121 lines; at most 120"),
        (house_rules.long_functions(LONG_FUNCTION), ["f: 41 lines; at most 40"]),
        (house_rules.vague_name(ROOT / "clinic/utils.py"), "'utils' names no subject"),
        (house_rules.vague_name(ROOT / "clinic/helpers/a.py"), "'helpers' names no subject"),
        (house_rules.vague_name(ROOT / "clinic/hours.py"), None),
        (house_rules.filled_init(ROOT / "clinic/__init__.py", "from a import b"), "holds code"),
        (house_rules.filled_init(ROOT / "a/models/__init__.py", "from a import b"), None),
        (house_rules.filled_init(ROOT / "a/models/__init__.py", "x = 1"), "holds code"),
        (house_rules.careless_form('fields = "__all__"'), "takes all fields"),
        (house_rules.careless_form("@csrf_exempt"), "skips the CSRF check"),
        (house_rules.inline_code('<p class="a" style="b">'), ["a style attribute"]),
        (house_rules.inline_code("<style>"), ["a style element"]),
        (house_rules.inline_code("<script>go()</script>"), ["a script with a body"]),
        (house_rules.inline_code('<script defer src="a.js"></script>'), []),
        (house_rules.inline_code('<a onclick="go()">'), ["an event attribute"]),
        (house_rules.inline_code('<a {% if one == two %}href="b"{% endif %}>'), []),
        (house_rules.inline_code('<a href="javascript:go()">'), ["a javascript: address"]),
        (house_rules.strange_words("see /root/x and TODO"), ["/root/", "TODO"]),
        (house_rules.strange_words("in /home/mali/nuan"), ["/home/mali/"]),
    ],
)
def test_rules_see_what_they_are_for(fault: object, seen: object) -> None:
    assert fault == seen


def test_zone_data_age_counts_from_the_date_in_the_list() -> None:
    age = house_rules.tzdata_age("tzdata==1  # x; checked 2026-01-01\n", date(2026, 8, 1))

    assert age > house_rules.TZDATA_GOOD_FOR


def test_zone_data_need_a_date_in_the_list() -> None:
    with pytest.raises(ValueError, match="checked YYYY-MM-DD"):
        house_rules.tzdata_age("tzdata==1\n", date(2026, 8, 1))
