"""Every condition of every rule in words, in both languages."""

import pytest
from django.utils import translation

from patients.conditions import _OPERATORS
from patients.rule_book import load_rule_book
from patients.rule_words import _SAY, say_condition
from patients.versions import CURRENT


def test_every_operator_has_words() -> None:
    assert _SAY.keys() == _OPERATORS.keys()


@pytest.mark.parametrize("language", ["en", "th"])
def test_every_condition_is_said_without_keys(language: str) -> None:
    book = load_rule_book()

    written = [rule.when_data for rule in book.rules] + [rule.when_data for rule in book.urgent]
    with translation.override(language):
        said = [say_condition(data, CURRENT) for data in written if data]

    assert len(said) == len(book.rules) + len(book.urgent)
    assert [words for words in said if "_" in words] == []
    assert len(set(said)) > len(said) - 5


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"age_lt": 18}, "age below 18"),
        ({"all": [{"age_gte": 18}, {"age_lt": 20}]}, "age 18 or more; and age below 20"),
        ({"eq": ["l_selfharm", "yes"]}, "Thoughts of self-harm: Yes"),
        ({"gte": ["l_dcq_total", 9]}, "9 or more"),
        ({"lt": ["n_stay_days", 7]}, "less than 7"),
        ({"ne": ["l_selfharm", "no"]}, "anything but No"),
        ({"days_since_lt": ["i_isotretinoin_stop", 183]}, "less than 183 days ago"),
        ({"days_until_lt": ["l_event_date", 56]}, "in less than 56 days"),
        ({"med_within": ["jak_oral", 28]}, "last taken less than 28 days ago, or no date was given"),
        ({"treat_ever": ["radiotherapy"]}, ": at any time"),
        ({"fact_in": ["ad_level", ["severe", "very_severe"]]}, "severe or very severe"),
        ({"yes": "d_pregnant"}, "yes (or, weakly, not sure)"),
        (
            {"any": [{"age_lt": 18}, {"all": [{"age_gte": 70}, {"age_lt": 90}]}]},
            "age below 18; or (age 70 or more; and age below 90)",
        ),
    ],
)  # fmt: skip
def test_a_condition_is_said_with_its_numbers(data: dict[str, object], words: str) -> None:
    assert words in say_condition(data, CURRENT)


def test_an_operator_nobody_knows_is_not_passed_over() -> None:
    with pytest.raises(KeyError):
        say_condition({"perhaps": ["l_selfharm"]}, CURRENT)
