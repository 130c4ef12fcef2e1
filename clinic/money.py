"""Money in words. Amounts are whole minor units (satang, pence) of an ISO 4217 currency."""

_SYMBOLS = {
    "THB": "฿",
    "GBP": "£",
    "EUR": "€",
    "USD": "$",
    "JPY": "¥",
    "KRW": "₩",
    "INR": "₹",
    "SGD": "S$",
    "AUD": "A$",
}
_WITHOUT_MINOR_UNITS = frozenset({"JPY", "KRW", "VND", "ISK", "CLP"})


def format_money(minor: int, currency: str) -> str:
    """Return an amount: 150000 THB is "฿1,500", 150050 THB is "฿1,500.50", 990 CHF is "CHF 9.90"."""
    symbol = _SYMBOLS.get(currency, f"{currency}\N{NO-BREAK SPACE}")
    if currency in _WITHOUT_MINOR_UNITS:
        return f"{symbol}{minor:,}"
    whole, rest = divmod(minor, 100)
    return f"{symbol}{whole:,}.{rest:02}" if rest else f"{symbol}{whole:,}"


def minor_units(currency: str) -> int:
    """Return how many minor units make one of a currency: 100 satang are a baht, a yen has none smaller."""
    return 1 if currency in _WITHOUT_MINOR_UNITS else 100
