"""What counts as a reason."""

import pytest

from patients.forms.reason import ReasonForm


@pytest.mark.parametrize("typed", ["", "short", " " * 20, "." * 20, "a" * 20, "ab ab ab ab ab", "x1" * 151])
def test_what_says_nothing_is_no_reason(typed: str) -> None:
    assert "reason" in ReasonForm({"reason": typed}).errors


@pytest.mark.parametrize(
    "typed",
    ["คนไข้โทรมาถามเรื่องนัด", "Vertretung für Dr. Ploy", "Dr Ploy asked me to look", "張先生打電話來問預約的事"],
)
def test_a_few_words_in_any_language_are_one(typed: str) -> None:
    assert ReasonForm({"reason": typed}).is_valid()


def test_a_reason_is_kept_with_single_spaces() -> None:
    form = ReasonForm({"reason": "  Dr Ploy \r\n asked  me "})

    assert form.is_valid()
    assert form.cleaned_data["reason"] == "Dr Ploy asked me"
