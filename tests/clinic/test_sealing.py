"""What is sealed opens in its own place with its own key, and nowhere else."""

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.sealing import Place, Unreadable, canonical, key_id_of, new_key, seal, unseal

KEY, KEY_ID = new_key(), uuid.uuid4()
PLACE = Place("patients_draft", uuid.uuid4(), "sealed")


def sealed(data: bytes = b"keloid") -> bytes:
    return seal(data, key=KEY, key_id=KEY_ID, place=PLACE)


@given(st.binary(max_size=5000))
def test_seal_gives_back_what_was_sealed(data: bytes) -> None:
    assert unseal(sealed(data), key=KEY, place=PLACE) == data


def test_seal_hides_what_it_holds_and_never_repeats_itself() -> None:
    assert b"keloid" not in sealed()
    assert sealed() != sealed()


def test_sealed_value_names_its_key() -> None:
    assert key_id_of(sealed()) == KEY_ID


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, table="patients_review"),
        replace(PLACE, row=uuid.uuid4()),
        replace(PLACE, field="message"),
    ],
)
def test_unseal_refuses_another_place(elsewhere: Place) -> None:
    with pytest.raises(Unreadable):
        unseal(sealed(), key=KEY, place=elsewhere)


def test_unseal_refuses_another_key() -> None:
    with pytest.raises(Unreadable):
        unseal(sealed(), key=new_key(), place=PLACE)


@pytest.mark.parametrize("position", [0, 1, 16, 17, 28, 29, -1])
def test_unseal_refuses_a_changed_byte(position: int) -> None:
    broken = bytearray(sealed())
    broken[position] ^= 1

    with pytest.raises(Unreadable):
        unseal(bytes(broken), key=KEY, place=PLACE)


@pytest.mark.parametrize("length", [0, 1, 16, 28, 29, 44])
def test_unseal_refuses_a_short_value(length: int) -> None:
    with pytest.raises(Unreadable):
        unseal(sealed()[:length], key=KEY, place=PLACE)


def test_unreadable_says_nothing_of_the_content() -> None:
    assert str(Unreadable("keloid")) == "A sealed value could not be opened."


def test_canonical_is_one_text_whatever_the_order() -> None:
    assert canonical({"b": [1, "ก"], "a": None}) == '{"a":null,"b":[1,"ก"]}'.encode()


def test_the_shortest_value_that_names_its_key_is_read() -> None:
    header = sealed()[:29]

    assert key_id_of(header) == KEY_ID
    with pytest.raises(Unreadable):
        key_id_of(header[:-1])
