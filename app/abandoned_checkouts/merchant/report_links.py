"""The search texts behind the numbers of the overview: each number links to the list that it counts. Pure."""

from urllib.parse import urlencode

from abandoned_checkouts.checkouts.money import format_price
from abandoned_checkouts.reports.bands import bounds_of
from abandoned_checkouts.reports.days import Period, iso

LIST = "/merchant/checkouts"


def abandoned_in(period: Period) -> str:
    """The search for the checkouts that were abandoned in the period, in the shop's zone."""
    return f"abandoned_at:>='{iso(period.first)}' abandoned_at:<'{iso(period.last + 1)}'"


def recovered_in(period: Period) -> str:
    return f"{abandoned_in(period)} recovery_state:recovered"


def lost_in(period: Period) -> str:
    return f"{abandoned_in(period)} recovery_state:not_recovered"


def mailed_in(period: Period) -> str:
    return f"{abandoned_in(period)} email_state:sent"


def in_band(period: Period, band: int) -> str:
    """Those with a total in a value band."""
    lower, upper = bounds_of(band)
    limit = "" if upper is None else f" total_price:<{format_price(upper)}"
    return f"{abandoned_in(period)} total_price:>={format_price(lower)}{limit}"


def of_product(period: Period, key: str, title: str) -> str:
    """Those with a product: by number, else by the words of its title."""
    if key.isdigit():
        return f"{abandoned_in(period)} product_id:{key}"
    words = "".join(letter if letter.isalnum() else " " for letter in title).split()
    return " ".join([abandoned_in(period), *(f"product_title:{word}" for word in words)])


def list_address(query: str) -> str:
    """The address of the list with that search."""
    return f"{LIST}?{urlencode({'query': query})}"
