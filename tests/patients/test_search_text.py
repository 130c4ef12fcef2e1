"""Names as the search compares them: Python and the generated column say the same."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients.models import Patient
from patients.names import clean_name
from patients.search_text import fold, split_marked
from tests.factories import PatientFactory

NAMES = [
    ("Hannah  Whitfield", " hannah whitfield"),
    ("José Núñez-Łoś", " jose nunez los"),
    ("D’Angelo O'Brien", " dangelo obrien"),
    ("Đặng Thị Hòa", " dang thi hoa"),
    ("น้ำทิพย์ ทองคำ", " นำทิพย ทองคำ"),
    ("นํ้า", " นำ"),
    ("เเสงดี", " แสงดี"),
    ("ΟΔΥΣΣΕΥΣ", " οδυσσευσ"),
    ("İpek Işık", " ipek isik"),
    ("50%_\\ off", " 50 off"),
    ("ＡＢＣ ①", " abc 1"),
    ("😀 Ann", " 😀 ann"),
]


@pytest.mark.parametrize(("name", "folded"), NAMES)
def test_fold_leaves_what_is_compared(name: str, folded: str) -> None:
    assert fold(name) == folded


@pytest.mark.parametrize("nothing", ["", "  ", "%%%", "\\", "'"])
def test_fold_of_no_word_is_nothing(nothing: str) -> None:
    assert fold(nothing) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name, _ in NAMES])
def test_the_column_says_the_same(name: str) -> None:
    patient = Patient.objects.get(pk=PatientFactory.create(name=name, contact_name="Żaneta").pk)

    assert patient.search_text == fold(f"{name} Żaneta")


ALPHABET = st.characters(min_codepoint=32, max_codepoint=0x24F) | st.characters(
    min_codepoint=0xE01, max_codepoint=0xE5B
) | st.characters(min_codepoint=0x1EA0, max_codepoint=0x1EF9)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(ALPHABET, min_size=1, max_size=30).map(clean_name), min_size=8, max_size=8))
def test_the_column_says_the_same_of_whatever_is_typed(names: list[str]) -> None:
    wanted = [name for name in names if fold(name)]
    made = Patient.objects.bulk_create([PatientFactory.build(name=name) for name in wanted])

    found = dict(Patient.objects.filter(pk__in=[each.pk for each in made]).values_list("pk", "search_text"))

    assert [found[each.pk] for each in made] == [fold(name) for name in wanted]


@pytest.mark.parametrize(
    ("name", "words", "marked"),
    [
        ("Hannah Whitfield", ["whit"], ["Whit"]),
        ("Hannah Whitfield", ["h", "whitf"], ["H", "Whitf"]),
        ("José Núñez", ["jose"], ["José"]),
        ("น้ำทิพย์", ["นำ"], ["น้ำ"]),
        ("O’Brien", ["obr"], ["O’Br"]),
        ("Anne-Marie", ["mar"], ["Mar"]),
        ("Hannah", ["nah"], []),
        ("<b>Ann</b>", ["ann"], []),
    ],
)
def test_a_name_is_marked_where_a_typed_word_begins(name: str, words: list[str], marked: list[str]) -> None:
    pieces = split_marked(name, words)

    assert "".join(text for text, _ in pieces) == name
    assert [text for text, is_marked in pieces if is_marked] == marked
