"""A plain description of a device, from what its browser says of itself. Only these few words are kept."""

import ipaddress
import re

_BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Opera", re.compile(r"\b(?:OPR|Opera)/")),
    ("LINE", re.compile(r"\bLine/")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(?:Chrome|CriOS|Chromium|HeadlessChrome)/")),
    ("Safari", re.compile(r"\bSafari/")),
)
"""In this order: most browsers also name those they descend from."""

_SYSTEMS = (
    ("iPhone", re.compile(r"\biPhone\b")),
    ("iPad", re.compile(r"\biPad\b")),
    ("Android", re.compile(r"\bAndroid\b")),
    ("Windows", re.compile(r"\bWindows\b")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("Mac", re.compile(r"\bMacintosh\b|\bMac OS\b")),
    ("Linux", re.compile(r"\bLinux\b")),
)


def describe_device(user_agent: str) -> tuple[str, str]:
    """Return the browser and the system, such as ("Chrome", "Windows"); "" for what is not recognised."""
    return _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)


def network_of(address: str) -> str:
    """Return the network an address is in: the first 24 bits of IPv4, 48 of IPv6; "" if it is none.

    Enough to tell the clinic from elsewhere, too little to tell one household from the next.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    bits = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network((str(parsed), bits), strict=False))


def _first(known: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> str:
    return next((name for name, pattern in known if pattern.search(text)), "")
