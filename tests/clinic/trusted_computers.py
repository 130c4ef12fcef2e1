"""The desk's computer, as tests trust it."""

from django.test import Client

from clinic.models import SignIn, User
from tests.clinic import factors
from tests.clinic.signing_in_pages import sign_in_of

HERE = "/account/this-computer/"


def signed_in_by_code(user: User) -> Client:
    """Return a browser in which somebody signed in by password and code."""
    client = Client()
    factors.type_password(client, email=user.email or "")
    factors.type_code(client, factors.code_of(factors.secret_of(user)))
    assert sign_in_of(user).how == SignIn.How.FACTOR
    return client


def trusted(user: User) -> Client:
    """Return the desk's computer, which somebody has just trusted."""
    client = signed_in_by_code(user)
    client.post(f"{HERE}trust/")
    return client
