"""Messages leave with the clinic's own words, facts and links staying; whatever is wrong, they leave."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError

from clinic.models import Clinic, MessageWording, OutboxMessage, Role, User
from clinic.services import delivery
from clinic.services import letters as sending
from clinic.services.meanwhile import ChangedMeanwhile
from clinic.services.message_wordings import DEFAULT, publish_wording
from clinic.services.own_words import OwnWords
from tests.clinic import letters
from tests.clinic.letters import SITE, part, read, words
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

SUBJECT = {"en": "See you on {time}", "th": "พบกัน {time}"}
HEADING = {"en": "{clinic} is looking forward to it", "th": "{clinic} รอพบคุณ"}
OWN = {
    "en": "Please come early.\nTake the lift.\n\nCall {phone} or open {link}",
    "th": "กรุณามาก่อนเวลา\n\nโทร {phone}",
}


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    """Let it be the year of the visit, whose days are written without it."""
    with time_machine.travel(letters.NOW):
        yield


@pytest.fixture(autouse=True)
def clinic() -> Clinic:
    return Clinic.objects.create(pk=1, name="Mali <b>", email="hello@mali.example")


@pytest.fixture
def boss() -> User:
    return StaffFactory.create(roles=[Role.OWNER])


def use(boss: User, kind: str = "booked", **texts: Any) -> MessageWording:
    return publish_wording(kind=kind, texts={**DEFAULT, **texts}, seen=0, by=boss, now=letters.NOW)


@pytest.mark.parametrize("content_type", ["text/plain", "text/html"])
@pytest.mark.parametrize("kind", ["booked", "moved", "changed", "cancelled"])
def test_own_words_come_with_every_fact_and_link(boss: User, kind: str, content_type: str) -> None:
    facts = letters.visit_facts(old_starts_at=letters.STARTS_AT.isoformat())
    plain = read(letters.post(kind, facts=facts))
    use(boss, kind, subject=SUBJECT, heading=HEADING, words=OWN)

    mail = read(letters.post(kind, facts=facts))

    body = part(mail, content_type)
    assert mail["subject"].startswith("See you on Thu 26 Nov, 10:30")
    assert "Please come early." in body
    for fact in ("10:30 Bangkok time", "Mali, Sathorn", "1 Soi Mali, Bangkok", "BCDF2345", "+66 2 105 0000"):
        assert fact in body
    links = {line for line in part(plain, "text/plain").splitlines() if line.startswith(SITE)}
    assert links
    assert all(link in body for link in links)


def test_what_is_filled_in_is_escaped_in_html_and_linked(boss: User) -> None:
    use(boss, heading=HEADING, words=OWN)

    html = part(read(letters.post()), "text/html")

    assert "Mali &lt;b&gt; is looking forward" in html
    assert f'open <a class="link" href="{SITE}/visit/' in html
    assert "Please come early.<br>Take the lift.</p>" in html


def test_the_reader_of_thai_gets_thai(boss: User) -> None:
    use(boss, subject=SUBJECT, heading=HEADING, words=OWN)

    mail = read(letters.post(language="th"))

    assert mail["subject"].strip().startswith("พบกัน")
    assert "กรุณามาก่อนเวลา" in part(mail, "text/plain")
    assert "Please come early" not in words(mail)


def test_texts_that_are_left_empty_say_the_default(boss: User) -> None:
    use(boss, words=OWN)

    mail = read(letters.post())

    assert mail["subject"].startswith("Your appointment on")
    assert "You’re booked" in part(mail, "text/plain")


def test_a_notice_says_own_words_instead_of_ours(boss: User) -> None:
    use(boss, "clinic_message", words={"en": "Please look: {link}", "th": "ดูที่ {link}"})

    body = part(read(letters.post("clinic_message", facts={})), "text/plain")

    assert "We have written to you" not in body
    assert f"Please look: {SITE}/messages/" in body
    assert f"Read the message:\n{SITE}/messages/" in body


def test_a_kind_with_fixed_words_keeps_them(boss: User) -> None:
    use(boss, "urgent_call", words={"en": "Relax", "th": "สบาย"})

    assert "Relax" not in words(read(letters.post("urgent_call", facts={})))


@pytest.mark.parametrize(
    "broken",
    [
        {"words": {"en": "{nothing}", "th": "ก"}},
        {"words": {"en": "{phone", "th": "ก"}},
        {"words": {"en": "About your eczema", "th": "ก"}},
        {"subject": {"en": "No time said", "th": "ก"}},
        {"subject": {"en": 5, "th": "ก"}},
        {"words": ["no", "mapping"]},
        {"heading": None},
    ],
)
def test_a_message_leaves_with_the_default_if_its_words_are_not_in_order(
    boss: User, broken: dict[str, Any]
) -> None:
    fields: dict[str, Any] = {"words": OWN} | broken
    if fields.get("heading", {}) is None:
        fields["heading"] = "no mapping"
    MessageWording.objects.create(kind="booked", version=1, by=boss, at=letters.NOW, **fields)

    message = letters.post()
    delivery.deliver(message_id=message.pk, now=letters.NOW)

    message.refresh_from_db()
    body = words(read(message))
    assert message.status == OutboxMessage.Status.SENT
    assert "Please come early" not in body
    assert "eczema" not in body


def test_a_fault_in_filling_in_never_keeps_a_message(boss: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any) -> OwnWords:
        raise RuntimeError

    monkeypatch.setattr(sending, "own_words", fail)
    use(boss, words=OWN)

    assert "You’re booked" in part(read(letters.post()), "text/plain")


def test_a_subject_stays_one_line(boss: User) -> None:
    Clinic.objects.update(name="Mali\r\nBcc: a@b.example")
    use(boss, subject={"en": "{clinic}: {time}", "th": "{clinic}: {time}"})

    mail = read(letters.post())

    assert mail["bcc"] is None
    assert mail["subject"].startswith("Mali Bcc: a@b.example: Thu")


def test_versions_are_kept_and_the_default_comes_back(boss: User) -> None:
    first = use(boss, words=OWN)
    again = use(boss, words=OWN)
    publish_wording(kind="booked", texts=DEFAULT, seen=1, by=boss, now=letters.NOW)

    assert again.pk == first.pk
    assert list(MessageWording.objects.values_list("version", flat=True)) == [2, 1]
    assert "Please come early" not in words(read(letters.post()))


def test_a_second_owner_does_not_overwrite_unseen_words(boss: User) -> None:
    use(boss, words=OWN)

    with pytest.raises(ChangedMeanwhile):
        use(boss, heading=HEADING)


def test_a_version_never_changes_and_is_there_once(boss: User) -> None:
    wording = use(boss, words=OWN)

    with pytest.raises(ProgrammingError), transaction.atomic():
        MessageWording.objects.filter(pk=wording.pk).update(words={})
    with pytest.raises(ProgrammingError), transaction.atomic():
        wording.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        MessageWording.objects.create(kind="booked", version=1, by=boss, at=letters.NOW)
