"""Fields that a page does not have change nothing, whoever posts them; a field twice breaks nothing."""

import json
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import connection

from bookings.models import Appointment
from bookings.views import visits as visit_pages
from bookings.views.visitors import actor_of
from clinic.access.rules import URL_RULES
from tests.access.objects import typed_in
from tests.access.walk import ALLOWED, Step, due
from tests.access.world import FORM_TYPE, World, count_writes, path_of, tables_written, taken_back
from tests.routes import list_routes

pytestmark = pytest.mark.django_db

PRESSING = ["patient A", "guardian", "front desk", "clinician", "owner"]

ALWAYS = {
    *("django_session", "clinic_readrecord", "clinic_limitwindow", "nuan_cache", "procrastinate_jobs"),
    *("clinic_signin", "clinic_securityevent", "clinic_changerecord"),
}
"""What every request may write, and says when."""

COLUMNS = sorted(
    {
        name
        for app in ("bookings", "patients", "clinic")
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        for name in (field.name, field.attname)
    }
)
"""The name of every column that is ours."""

LIKELY = ("2001-02-03", "1", "owner", "on")
"""Values that many a column would take."""

Rows = Mapping[str, Mapping[str, Mapping[str, Any]]]


class Fields(HTMLParser):
    """The names and values of the fields on a page, and the names of its buttons."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.buttons: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a field; what is not chosen has no value yet."""
        about = dict(attrs)
        if tag == "button" and about.get("name"):
            self.buttons.add(str(about["name"]))
        if tag in {"input", "select", "textarea"} and about.get("name") and about.get("type") != "file":
            chosen = about.get("type") not in {"checkbox", "radio"} or "checked" in about
            self.found.setdefault(str(about["name"]), str(about.get("value") or "") if chosen else "")


def read_rows(tables: set[str]) -> Rows:
    """Return the rows of some tables, by table and place."""
    rows: dict[str, dict[str, Any]] = {}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT to_jsonb(line) ->> 'id', to_jsonb(line)::text FROM {name} AS line")
            rows[table] = {str(key): json.loads(text) for key, text in cursor.fetchall()}
    return rows


def press(world: World, step: Step, fields: list[tuple[str, str]]) -> tuple[int, set[tuple[str, str]]]:
    """Post fields, and return the status and which columns of which tables that changed or filled."""
    with taken_back():
        before = count_writes()
        answer = world.browser(step.who).generic(
            "POST", path_of(step.route, step.thing), urlencode(fields), FORM_TYPE
        )
        tables = tables_written(before) - ALWAYS
        after = read_rows(tables)
    old = read_rows(tables)
    return answer.status_code, {
        (table, column)
        for table, rows in after.items()
        for key, row in rows.items()
        for column, value in row.items()
        if value != old[table].get(key, {}).get(column) and value not in (None, "", [], {}, False, 0)
    }


def fields_on(world: World, step: Step) -> tuple[dict[str, str], set[str]]:
    """Return the fields of the page that posts to an address, and its buttons, if it has one of its own."""
    if step.route.name.endswith(":save-page"):  # the script posts the fields of the page itself
        path = path_of(step.route, step.thing).removesuffix("save/")
    elif "GET" not in URL_RULES[step.route.name].methods:
        return dict(typed_in(step.route, step.thing, world.records)), set()
    else:
        path = path_of(step.route, step.thing)
    with taken_back():
        page = world.browser(step.who).get(path)
    shown = Fields(page.content.decode("utf-8", "replace"))
    return shown.found, shown.buttons


def steps_with_forms(world: World) -> Iterator[Step]:
    """Return a step for everybody who may post to an address, with the first thing they reach."""
    for route in list_routes():
        rule = URL_RULES.get(route.name)
        if rule is None or "POST" not in rule.methods or route.name.startswith(("account_", "mfa_", "demo:")):
            continue
        for who in PRESSING:
            reached = (Step(who, "POST", route, thing) for thing in world.things(rule.about))
            step = next((step for step in reached if due(step) == ALLOWED), None)
            if step:
                yield step


def list_taken(world: World, steps: Iterator[Step]) -> list[str]:
    """Return where a field that is not on a page changed something, and where a field twice broke it."""
    faults = []
    for number, step in enumerate(steps):
        known, buttons = fields_on(world, step)
        value = LIKELY[number % len(LIKELY)]
        extra = [(name, value) for name in COLUMNS if name not in known and name not in buttons]
        plain = press(world, step, list(known.items()))
        more = press(world, step, [*known.items(), *extra])
        twice = press(world, step, [*known.items(), *((name, value) for name in known)])
        if more[1] - plain[1]:
            faults.append(f"{step}: changed {sorted(more[1] - plain[1])} by {value}")
        if max(plain[0], more[0], twice[0]) >= 500:
            faults.append(f"{step}: broke")
    return faults


def test_nothing_is_taken_that_a_page_does_not_ask(world: World) -> None:
    assert list_taken(world, steps_with_forms(world)) == []


def test_a_field_that_is_taken_from_anywhere_would_be_seen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(request: Any, key: str) -> Any:
        Appointment.objects.filter(reference=key).update(
            patient_zone=request.POST.get("patient_zone", "")[:40]
        )
        return actor_of(request, key)

    monkeypatch.setattr(visit_pages, "actor_of", careless)
    steps = (step for step in steps_with_forms(world) if step.route.name == "bookings:confirm-visit")

    assert any("patient_zone" in fault for fault in list_taken(world, steps))
