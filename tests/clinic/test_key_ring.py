"""The key ring: read strictly, wraps with its first key, unwraps with any."""

import base64
import uuid

import pytest
from django.conf import LazySettings

from clinic.key_ring import BadKeyRing, get_key_ring, parse_key_ring
from clinic.sealing import Place, Unreadable, new_key

PLACE = Place("patients_datakey", uuid.uuid4(), "wrapped")


def text_of(key: bytes) -> str:
    return base64.b64encode(key).decode()


OLD, NEW = f"old:{text_of(new_key())}", f"new:{text_of(new_key())}"


def test_ring_wraps_with_its_first_key() -> None:
    assert parse_key_ring(f"{NEW} {OLD}").current == "new"


@pytest.mark.parametrize("separator", [" ", ",", "\n", ", "])
def test_ring_unwraps_what_an_older_key_wrapped(separator: str) -> None:
    data_key = new_key()
    name, wrapped = parse_key_ring(OLD).wrap(data_key, place=PLACE)

    assert parse_key_ring(f"{NEW}{separator}{OLD}").unwrap(wrapped, name=name, place=PLACE) == data_key


def test_ring_without_the_key_unwraps_nothing() -> None:
    name, wrapped = parse_key_ring(OLD).wrap(new_key(), place=PLACE)

    with pytest.raises(Unreadable):
        parse_key_ring(NEW).unwrap(wrapped, name=name, place=PLACE)


NAMELESS, NOT_BASE64, NOT_32 = "has no name of its own.", "is not base64.", "is not 32 bytes long."


@pytest.mark.parametrize(
    ("text", "number", "fault"),
    [
        ("", 1, NAMELESS),
        ("a", 1, NOT_32),
        ("a:", 1, NOT_32),
        (":AAAA", 1, NAMELESS),
        ("a:not_base64!", 1, NOT_BASE64),
        ("a:" + text_of(bytes(32)) + "!", 1, NOT_BASE64),
        ("a:b:" + text_of(bytes(32)), 1, NOT_BASE64),
        ("a:" + text_of(b"short"), 1, NOT_32),
        ("a:" + text_of(bytes(33)), 1, NOT_32),
        (f"{OLD} {OLD}", 2, NAMELESS),
        (OLD + " ก:" + text_of(bytes(32)), 2, NAMELESS),
        (OLD + " " + "a" * 41 + ":" + text_of(bytes(32)), 2, NAMELESS),
        (f"{OLD},{NEW}\nb:AAAA", 3, NOT_32),
    ],
)
def test_ring_says_which_key_it_cannot_read_and_why(text: str, number: int, fault: str) -> None:
    with pytest.raises(BadKeyRing) as refusal:
        parse_key_ring(text)

    assert str(refusal.value) == f"Key {number} of NUAN_KEYS {fault}"


def test_the_ring_of_the_installation_is_that_of_its_settings(settings: LazySettings) -> None:
    settings.NUAN_KEYS = f"{NEW} {OLD}"

    assert get_key_ring() == parse_key_ring(f"{NEW} {OLD}")


def test_refusal_never_repeats_a_key() -> None:
    secret = text_of(new_key())[:-4]

    with pytest.raises(BadKeyRing) as refusal:
        parse_key_ring(f"a:{secret}")

    assert secret not in str(refusal.value)
