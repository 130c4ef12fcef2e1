"""Words stay words: markup that somebody wrote is shown, never obeyed."""

from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.template import Context, Template
from django.test import Client

from clinic.models import OutboxMessage, Role
from clinic.services.letters import write
from tests.everybody import Everybody, routes, swept
from tests.patients import whole_records
from tests.poison import AS_TEXT, PAYLOAD, RAW, markup_in, poison_everything
from tests.test_bad_input import FIELDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Everybody:
    settings.PHOTOS_ROOT = tmp_path
    monkeypatch.setattr(whole_records, "CANARY", PAYLOAD)
    return Everybody()


@pytest.mark.parametrize("who", swept("patient", Role.FRONT_DESK, Role.CLINICIAN, Role.OWNER))
def test_no_page_obeys_what_stands_in_a_record(everybody: Everybody, who: str) -> None:
    taken = poison_everything()
    client, shown, wrong = everybody.browsers[who], 0, []

    for route in routes():
        if route.namespace != "admin" or who == Role.OWNER:
            answer: Any = client.get(everybody.path_of(route))
            wrong += [f"{route.name}: {where}" for where in markup_in(answer)]
            wrong += [f"{route.name}: broken"] if answer.status_code >= 500 else []
            shown += not answer.streaming and AS_TEXT in answer.content.decode("utf-8", "replace")

    assert wrong == []
    assert len(taken) > 20
    assert shown > 5


def test_no_message_obeys_it(everybody: Everybody) -> None:
    poison_everything()
    letters = [write(message) for message in OutboxMessage.objects.all()]
    bodies = [str(body) for letter in letters for body, _kind in letter.alternatives]

    assert bodies
    assert [body for body in bodies if RAW in body] == []
    assert all("\n" not in letter.subject for letter in letters)
    assert mail.outbox == []


def test_no_page_obeys_what_is_sent_to_it(everybody: Everybody) -> None:
    wrong, shown = [], 0
    for who in ("stranger", "holding", "patient"):
        client = everybody.browsers[who]
        for route in routes():
            if route.namespace in ("admin", "desk", "setup", "review", "queue", "people", "imports"):
                continue
            for answer in (
                client.get(everybody.path_of(route), dict.fromkeys(FIELDS, PAYLOAD)),
                client.post(everybody.path_of(route), dict.fromkeys(FIELDS, PAYLOAD)),
            ):
                wrong += [f"{route.name}: {where}" for where in markup_in(answer)]
                shown += not answer.streaming and AS_TEXT in answer.content.decode("utf-8", "replace")

    assert wrong == []
    assert shown > 3


def test_the_sweep_sees_a_page_that_obeys(settings: Any) -> None:
    careless = Template("{{ name|safe }}").render(Context({"name": PAYLOAD}))
    answer: Any = Client().get("/")
    answer.content = careless

    assert list(markup_in(answer)) == [careless[: careless.index(RAW) + 40]]
