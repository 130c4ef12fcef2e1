"""The address for limits: what a client writes about itself is not believed."""

from typing import Any

import pytest
from django.test import RequestFactory

from clinic.addresses import client_address, client_network


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "10.0.0.1"),
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (2, "6.6.6.6, 203.0.113.7, 10.0.0.9", "203.0.113.7"),
        (2, " , 203.0.113.7", "203.0.113.7"),
        (1, "6.6.6.6, 203.0.113.7:50123", "203.0.113.7"),
        (1, "[2001:db8:0:1::7]:50123", "2001:db8:0:1::7"),
        (1, "2001:DB8:0:1:0:0:0:7", "2001:db8:0:1::7"),
        (1, "unknown", "10.0.0.1"),
        (1, "<b>" + "x" * 99, "10.0.0.1"),
    ],
)
def test_client_address_believes_only_our_own_proxies(
    rf: RequestFactory, settings: Any, proxies: int, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}

    assert client_address(rf.get("/", headers=headers, REMOTE_ADDR="10.0.0.1")) == address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:0:1:aaaa::1", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:bbbb::2", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("unix:", "unix:"),
        ("", ""),
    ],
)
def test_client_network_takes_the_addresses_of_one_subscriber_together(
    rf: RequestFactory, address: str, network: str
) -> None:
    assert client_network(rf.get("/", REMOTE_ADDR=address)) == network
