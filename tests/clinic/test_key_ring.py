"""The key ring: read strictly, wraps with its first key, unwraps with any."""

import base64
import uuid

import pytest

from clinic.key_ring import BadKeyRing, parse_key_ring
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


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a:",
        ":AAAA",
        "a:not base64!",
        "a:" + text_of(b"short"),
        f"{OLD} {OLD}",
        OLD + " ก:" + text_of(new_key()),
    ],
)
def test_ring_refuses_what_it_cannot_read(text: str) -> None:
    with pytest.raises(BadKeyRing):
        parse_key_ring(text)


def test_refusal_never_repeats_a_key() -> None:
    secret = text_of(new_key())[:-4]

    with pytest.raises(BadKeyRing) as refusal:
        parse_key_ring(f"a:{secret}")

    assert secret not in str(refusal.value)
