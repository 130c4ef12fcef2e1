"""Prepared statements: on Django's connection, seen by its watchers, raising its errors."""

import time
from uuid import UUID, uuid4

import pghistory
import pytest
from django.db import DatabaseError, DataError, connection, transaction
from django.db.models import JSONField, Model
from django.test.utils import CaptureQueriesContext
from phonenumber_field.modelfields import PhoneNumberField

from clinic import prepared
from clinic.models import Clinic, Practitioner, Resource, Site, VisitOffer, VisitType
from tests import factories

pytestmark = pytest.mark.django_db

_ECHO = "SELECT %(number)s::int8, %(text)s::text, %(key)s::uuid, %(ids)s::int8[]"


def _statements(text: str) -> list[tuple[int, int]]:
    rows = prepared.fetch(
        "SELECT generic_plans + custom_plans, cardinality(parameter_types)"
        " FROM pg_prepared_statements WHERE statement LIKE %(text)s",
        {"text": f"{text}%"},
    )
    return [(uses, parameters) for uses, parameters in rows]


@pytest.mark.parametrize("number", [None, 1, 70_000, 2**40])
@pytest.mark.parametrize("key", [None, uuid4()])
@pytest.mark.parametrize("ids", [[], [1], [1, 2**40]])
def test_fetch_returns_what_it_was_given(number: int | None, key: UUID | None, ids: list[int]) -> None:
    row = prepared.fetch(_ECHO, {"number": number, "text": "100% ญ '", "key": key, "ids": ids})

    assert row == [(number, "100% ญ '", key, ids)]


def test_fetch_prepares_a_statement_once() -> None:
    sql = "SELECT 7 AS once, %(number)s::int8"
    for number in range(4):
        prepared.fetch(sql, {"number": number})

    assert _statements("SELECT 7 AS once") == [(4, 1)]


def test_fetch_prepares_nothing_where_that_is_switched_off() -> None:
    connection.ensure_connection()
    before = connection.connection.prepare_threshold
    connection.connection.prepare_threshold = None
    try:
        rows = prepared.fetch("SELECT 8 AS never, %(number)s::int8", {"number": 3})
        assert _statements("SELECT 8 AS never") == []
    finally:
        connection.connection.prepare_threshold = before
    assert rows == [(8, 3)]


def test_fetch_sees_its_own_transaction() -> None:
    site: Site = factories.SiteFactory.create()
    with transaction.atomic():
        Site.objects.filter(pk=site.pk).update(order=77)
        rows = prepared.fetch('SELECT "order" FROM clinic_site WHERE id = %(site)s', {"site": site.pk})

    assert rows == [(77,)]


def test_fetch_is_counted_among_djangos_queries() -> None:
    with CaptureQueriesContext(connection) as asked:
        prepared.fetch("SELECT %(number)s::int8", {"number": 3})

    assert [query["sql"] for query in asked] == ["SELECT %(number)s::int8"]


def test_fetch_raises_djangos_errors() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        prepared.fetch("SELECT 1 / %(number)s::int8", {"number": 0})


def test_fetch_refuses_a_broken_transaction() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            prepared.fetch("SELECT %(number)s::int8", {"number": 3})


def test_fetch_stays_one_statement_while_history_is_written() -> None:
    with pghistory.context(reason="test"):
        assert prepared.fetch("WITH one AS (SELECT 1) TABLE one", {}) == [(1,)]


def test_a_statement_may_have_many_values_and_name_one_twice() -> None:
    values = {f"value_{number}": number for number in range(90)}
    columns = ", ".join(f"%({name})s::int8" for name in [*values, "value_7"])

    assert prepared.fetch(f"SELECT {columns}", values) == [(*range(90), 7)]


def test_what_is_sent_together_is_not_waited_for_and_keeps_its_order() -> None:
    with transaction.atomic():
        began = time.monotonic()
        with prepared.together():
            prepared.run("SELECT set_config('nuan.test', %(value)s::text, true)", {"value": "first"})
            prepared.run("SELECT pg_sleep(%(seconds)s::float8)", {"seconds": 0.5})
            sent = time.monotonic()
            rows = prepared.fetch("SELECT current_setting('nuan.test')", {})

    assert rows == [("first",)]
    assert sent - began < 0.4 < time.monotonic() - began


def _fail_together(*, fetch: bool) -> None:
    with transaction.atomic(), prepared.together():
        prepared.run("SELECT 1 / %(number)s::int8", {"number": 0})
        if fetch:
            prepared.fetch("SELECT %(number)s::int8", {"number": 3})


@pytest.mark.parametrize("fetch", [True, False])
def test_what_fails_among_statements_sent_together_raises_djangos_error(fetch: bool) -> None:
    with pytest.raises(DataError, match="division by zero"):
        _fail_together(fetch=fetch)

    assert prepared.fetch("SELECT %(number)s::int8", {"number": 3}) == [(3,)]


_SITES = prepared.Rows(
    "FROM (VALUES (1)) AS the(one) LEFT JOIN clinic_clinic c ON c.id = the.one"
    " LEFT JOIN clinic_site s ON s.slug = %(slug)s::text",
    c=Clinic,
    s=Site,
)


def test_rows_are_what_django_reads() -> None:
    site: Site = factories.SiteFactory.create()
    Clinic.objects.get_or_create(pk=1)

    [(clinic, found)] = _SITES.fetch(slug=site.slug)

    for ours, theirs in ((clinic, Clinic.objects.get(pk=1)), (found, Site.objects.get(pk=site.pk))):
        assert ours == theirs
        assert not ours._state.adding
        for field in ours._meta.concrete_fields:
            assert getattr(ours, field.attname) == getattr(theirs, field.attname), field


def test_rows_are_none_where_a_join_finds_nothing() -> None:
    Clinic.objects.all().delete()

    assert _SITES.fetch(slug="nowhere") == [(None, None)]


@pytest.mark.parametrize("model", [Clinic, Practitioner, Resource, Site, VisitOffer, VisitType])
def test_models_that_are_read_as_rows_need_no_reading_of_their_own(model: type[Model]) -> None:
    own = [field for field in model._meta.concrete_fields if hasattr(field, "from_db_value")]

    assert {type(field) for field in own} <= {JSONField, PhoneNumberField}
