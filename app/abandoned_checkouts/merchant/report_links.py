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


def begun_in(period: Period) -> str:
    """Of the checkouts that began in the period, those that were abandoned. Others are counted, and not listed."""
    return f"created_at:>='{iso(period.first)}' created_at:<'{iso(period.last + 1)}'"


def counted_in(period: Period, counted_as: str) -> str:
    """Those that reports count in this way: see COUNTED_VALUES in store/search/report_search."""
    return f"{abandoned_in(period)} counted_as:{counted_as}"


def acted_in(period: Period, field: str) -> str:
    """Those with an action in the period: `field` is mailed_at, visited_at or skipped_at."""
    return f"{field}:>='{iso(period.first)}' {field}:<'{iso(period.last + 1)}'"


def mailed_by(period: Period, step: str) -> str:
    """Those that a step of a flow mailed in the period; an empty step is that of another program."""
    return acted_in(period, "mailed_at") + (f" mailed_step:{step}" if step else "")


def recovered_after(period: Period, step: str) -> str:
    """Those that were recovered after the mail of a step of a flow as the last."""
    return f"{abandoned_in(period)} recovered_step:{step or '*'}"


def skipped_for(period: Period, reason: str) -> str:
    """Those with a step that was skipped for this reason in the period. A text that the search cannot compare exactly
    is left out."""
    exact = reason.replace("…", "").isascii() and reason.isprintable() and not set(reason) & set('"\\*')
    return acted_in(period, "skipped_at") + (f' skipped_reason:"{reason}"' if exact and reason else "")


def lost_in(period: Period) -> str:
    return f"{abandoned_in(period)} recovery_state:not_recovered"


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
