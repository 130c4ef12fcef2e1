"""Who sends a request, as the limits on holds and bookings know them."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from bookings.views.visitors import actor_of


@pytest.mark.parametrize(
    ("other", "is_same"),
    [("2001:db8:0:1:f::9", True), ("2001:db8:0:2::1", False), ("203.0.113.7", False)],
)
def test_the_addresses_of_one_ipv6_network_count_as_one(
    rf: RequestFactory, other: str, is_same: bool
) -> None:
    def counted_by(address: str) -> str:
        request = rf.get("/", REMOTE_ADDR=address)
        request.user = AnonymousUser()
        return actor_of(request).address

    assert (counted_by(other) == counted_by("2001:db8:0:1::1")) is is_same
