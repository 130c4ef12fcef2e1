"""Whatever is asked, typed or breaks: nothing of it stands in a log. Every logger says all it can."""

import logging
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import OperationalError, connection
from django.test import Client, override_settings
from procrastinate.contrib.django import app

from clinic.models import Role
from tests.clinic import letters
from tests.clinic.log_capture import Log, everything_logged
from tests.clinic.mail_servers import mail_server
from tests.clinic.test_tasks import run_worker
from tests.everybody import Everybody, routes, swept
from tests.patients.whole_records import CANARY as WRITTEN
from tests.test_bad_input import FIELDS

TYPED = "Zebrafink9"


@pytest.fixture
def everybody(settings: Any, tmp_path: Path) -> Everybody:
    settings.PHOTOS_ROOT = tmp_path
    return Everybody()


def secrets_of(everybody: Everybody) -> list[str]:
    """Return what must not be read in a log: what was written, is typed, and opens something."""
    record = everybody.record
    patient = record.patient
    people = [patient.name, patient.email or WRITTEN, patient.phone.as_e164 if patient.phone else WRITTEN]
    return [TYPED, WRITTEN, quote(TYPED), *people, record.token, record.tablet_secret]


def ask_everything(everybody: Everybody, who: str, *, namespaces: tuple[str, ...] = ()) -> None:
    """Let somebody open every page, and send it every field, with canaries in address, query and headers."""
    client, sent = everybody.browsers[who], dict.fromkeys(FIELDS, TYPED)
    headers = {"referer": f"http://testserver/{TYPED}/", "user-agent": TYPED, "x-forwarded-for": TYPED}
    for route in routes():
        if (route.namespace == "admin" and who != Role.OWNER) or route.namespace in namespaces:
            continue
        path = everybody.path_of(route)
        client.get(path, {"q": TYPED, "next": TYPED}, headers=headers)
        client.post(f"{path}?q={TYPED}", sent, headers=headers)
        if route.names:
            client.get(everybody.path_of(route, **dict.fromkeys(route.names, TYPED)))


@pytest.mark.django_db
@pytest.mark.parametrize("who", swept("patient", Role.CLINICIAN))
def test_no_page_logs_what_it_is_about_or_what_is_sent(everybody: Everybody, who: str) -> None:
    with everything_logged() as log:
        ask_everything(everybody, who)

    assert len(log.lines) > 500
    assert [secret for secret in secrets_of(everybody) if secret in log.text] == []


@pytest.mark.django_db
def test_other_lines_would_tell(everybody: Everybody) -> None:
    with everything_logged(logging.Formatter()) as log:
        ask_everything(everybody, "patient", namespaces=("desk", "setup", "review", "queue", "people"))

    assert {TYPED, WRITTEN} <= {secret for secret in secrets_of(everybody) if secret in log.text}


class Broken:
    """Middleware in whose stead everything breaks, with somebody's words in every place there is."""

    fault: type[Exception] = ValueError

    def __init__(self, _get_response: Any) -> None:
        pass

    def __call__(self, request: Any) -> Any:
        answers = {"name": TYPED, "asked": dict(request.POST)}
        raise self.fault(f"{TYPED} {answers}")


class BrokenDatabase(Broken):
    """The same, by the database."""

    fault = OperationalError


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "status"), [("Broken", 500), ("BrokenDatabase", 503)])
def test_no_fault_logs_its_words_or_its_variables(settings: Any, kind: str, status: int) -> None:
    changed = [*settings.MIDDLEWARE, f"tests.test_log_canaries.{kind}"]

    with override_settings(MIDDLEWARE=changed), everything_logged() as log:
        answer = Client(raise_request_exception=False).post("/book/", {"name": TYPED})

    assert (answer.status_code, TYPED in log.text, TYPED in answer.content.decode()) == (status, False, False)
    assert any(line.get("frames") for line in log.lines)


@pytest.mark.django_db
def test_no_refusal_logs_what_was_refused() -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    with everything_logged() as log:
        refused = [
            client.post(f"/book/{TYPED}/", {"name": TYPED}),
            client.post("/theme/", {"theme": TYPED}),
            client.get("/", headers={"host": f"{TYPED}.example"}),
            Client().post("/book/details/", {"name": TYPED * 200_000}),
            Client().post("/book/details/", {f"{TYPED}{n}": "" for n in range(600)}),
            Client().generic(TYPED.upper(), "/"),
            client.get(f"/visit/%00{TYPED}/"),
        ]

    assert [answer.status_code for answer in refused] == [404, 403, 400, 400, 400, 405, 400]
    assert TYPED.lower() not in log.text.lower()
    assert events(log, "nuan.security") >= {"refused"}


@pytest.mark.django_db(transaction=True)
def test_no_mail_that_fails_is_told_in_the_log() -> None:
    with mail_server(on_recipient=f"550 {TYPED} is not here"), everything_logged() as log:
        message = letters.post(to=f"{TYPED}@example.com")
        run_worker()

    message.refresh_from_db()
    assert message.status == "failed"
    ours = [line for line in log.text.splitlines() if '"mail.log"' not in line]
    assert TYPED not in "\n".join(ours)
    (told,) = [line for line in log.lines if line.get("event") == "message not sent"]
    assert (told["fault"], told["request_id"].split("-")[0]) == ("SMTPRecipientsRefused", "job")


@app.task(name="tests.breaks")
def breaks(words: str) -> None:
    """Fail with words, as a job could."""
    raise ValueError(words)


@pytest.mark.django_db(transaction=True)
def test_no_job_that_fails_is_told_in_the_log() -> None:
    breaks.defer(words=TYPED)

    with everything_logged() as log:
        run_worker()

    failed = [line for line in log.lines if line.get("action") == "job_error"]
    assert [(line["task"], line["fault"]) for line in failed] == [("tests.breaks", "ValueError")]
    assert TYPED not in log.text


@pytest.mark.django_db
def test_arguments_of_waiting_jobs_are_ids_only(everybody: Everybody) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT value #>> '{}' FROM procrastinate_jobs, jsonb_each(args)")
        values = [value for (value,) in cursor.fetchall()]

    assert values
    assert [value for value in values if not is_id(value)] == []


def is_id(value: str) -> bool:
    """Say whether an argument is a number or a UUID."""
    try:
        uuid.UUID(value)
    except ValueError:
        return value.isdigit()
    return True


def events(log: Log, logger: str) -> set[str]:
    """Return what one logger told of."""
    return {line["event"] for line in log.lines if line["logger"] == logger}
