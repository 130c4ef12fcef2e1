"""Passwords: long enough is all, unless somebody who attacks this clinic would try it first."""

import pytest
from django.contrib.auth.hashers import get_hashers
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from clinic.models import Clinic, User
from clinic.password_rules import GuessedFirst
from tests.calendars import make_calendar
from tests.clinic import factors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mali() -> None:
    Clinic.objects.create(pk=1, name="Mali Skin Clinic")
    make_calendar(practitioners=1, rooms=1)


def codes_of(password: str, user: User | None = None) -> set[str]:
    """Return why a password is refused."""
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        return {str(error.code) for error in refusal.error_list}
    return set()


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "correcthorsebattery",
        "เด็กน้อยกินข้าวเหนียวมะม่วง",
        "aquamarine-7-otters",
        "zT9$kq!Lw2#x",
        "the scar on my left knee is old",
        "mali eats mango with seven friends",
        "tiger 48213 90577 41",
        "k" * 5 + "ÄÖÜß漢字 αβγ" + "9" * 116,
    ],
)
def test_a_long_password_of_any_signs_is_fine(password: str) -> None:
    assert codes_of(password) == set()


@pytest.mark.parametrize("password", ["short", "zT9$kq!Lw2#"])
def test_under_twelve_signs_is_too_short(password: str) -> None:
    assert "password_too_short" in codes_of(password)


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "PASSWORD2026",
        "p@ssw0rd2026",
        "P4$$w0rd!!!!",
        "passwordpassword",
        "Sunshine2024!",
        "123456789012",
        "qwertyuiop12",
        "abcdefghijkl",
        "poiuytrewq12",
        "aaaaaaaaaaaa",
        "121212121212",
        "1q2w3e4r5t6y",
        "ｐａｓｓｗｏｒｄ２０２６",
        "iloveyou-iloveyou",
    ],
)
def test_a_common_password_or_a_variant_is_refused(password: str) -> None:
    assert codes_of(password) & {"guessed_first", "password_too_common"}


@pytest.mark.parametrize(
    "password",
    [
        "MaliClinic2026",
        "mali-skin-clinic",
        "M4l1Cl1n1c!!!",
        "nuannuannuan",
        "NuanPassword1",
        "acne scar laser",
        "dermatology123",
        "Bangkok20262026",
        "sukhumvit-2026!",
    ],
)
def test_the_clinics_own_words_are_refused(password: str) -> None:
    from clinic.models import Site

    Site.objects.update(name={"en": "Sukhumvit", "th": "สุขุมวิท"}, city={"en": "Bangkok", "th": "กรุงเทพฯ"})

    assert codes_of(password) & {"our_words", "guessed_first"}


def test_without_our_rule_they_would_pass(settings: object) -> None:
    rules = settings.AUTH_PASSWORD_VALIDATORS  # type: ignore[attr-defined]
    settings.AUTH_PASSWORD_VALIDATORS = rules[:-1]  # type: ignore[attr-defined]

    assert codes_of("p@ssw0rd2026") == codes_of("MaliClinic2026") == set()


def test_ones_own_name_is_refused() -> None:
    user = User(email="somchai.jaidee@example.com", name="Somchai Jaidee")

    assert "password_too_similar" in codes_of("somchaijaidee1", user)


def test_the_rule_says_what_it_wants() -> None:
    assert "words" in GuessedFirst().get_help_text()


def test_the_hash_is_slow_and_current() -> None:
    (hasher,) = get_hashers()

    assert hasher.algorithm == "pbkdf2_sha256"
    assert hasher.iterations >= 600_000  # type: ignore[attr-defined]


def test_the_form_takes_a_pasted_password_and_refuses_a_common_one(client: Client) -> None:
    user = factors.make_staff()
    client.force_login(user)
    path = reverse("account_change_password")
    page = client.get(path).content.decode()

    refused = client.post(path, change("PASSWORD2026"))
    taken = client.post(path, change("seven blue ducks swim"))

    assert "onpaste" not in page
    assert "maxlength" not in page
    assert 'autocomplete="new-password"' in page
    assert refused.context["form"].errors["password1"]
    assert taken.status_code == 302


def change(password: str) -> dict[str, str]:
    return {"oldpassword": factors.PASSWORD, "password1": password, "password2": password}
