"""The search texts behind the numbers of the overview: each number links to the list that it counts. Pure."""

from collections.abc import Mapping
from urllib.parse import quote_plus

from abandoned_checkouts.checkouts.money import format_price
from abandoned_checkouts.merchant.words import _
from abandoned_checkouts.reports.bands import bounds_of
from abandoned_checkouts.reports.days import Period, iso

LIST = "/merchant/checkouts"
# What a figure counts that differs from the list behind it.
FIGURE_NOTES: Mapping[str, str] = {
    "begun": _("The figure also counts checkouts that were not abandoned. This list has those that were."),
    "mails": _("The figure counts mails. A checkout with several mails is listed once."),
    "visits": _("The figure counts visits. A checkout with several visits is listed once."),
    "steps": _("The figure counts skipped steps. A checkout with several of them is listed once."),
    "product": _(
        "The figure has the price of this product only. The totals in this list are those of whole checkouts."
    ),
    "people": _("The figure counts people. A person can have several checkouts in this list."),
}
# What `quote_plus` makes of each character of ASCII.
_QUOTED = str.maketrans({chr(code): quote_plus(chr(code)) for code in range(128)})


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
    """Those that a step of a flow mailed in the period; an empty step is that of another program. Here and below, a
    step is flow.position, or flow.* for all steps of the flow."""
    return acted_in(period, "mailed_at") + (f" mailed_step:{step}" if step else "")


def recovered_after(period: Period, step: str) -> str:
    """Those that were recovered after the mail of a step of a flow as the last."""
    return f"{abandoned_in(period)} recovered_step:{step or '*'}"


def skipped_for(period: Period, reason: str = "", step: str = "") -> str:
    """Those with a skipped step in the period; by default for all reasons and of all steps. A reason that the search
    cannot compare exactly is left out."""
    exact = reason.replace("…", "").isascii() and reason.isprintable() and not set(reason) & set('"\\*')
    of_step = f" skipped_step:{step}" if step else ""
    return acted_in(period, "skipped_at") + of_step + (f' skipped_reason:"{reason}"' if exact and reason else "")


def lost_in(period: Period) -> str:
    return f"{abandoned_in(period)} recovery_state:not_recovered"


def in_band(period: Period, band: int, *, is_lowest: bool = False) -> str:
    """Those with a total in a value band; the lowest one has no lower limit."""
    lower, upper = bounds_of(band)
    limit = "" if upper is None else f" total_price:<{format_price(upper)}"
    start = "" if is_lowest else f" total_price:>={format_price(lower)}"
    return f"{abandoned_in(period)}{start}{limit}"


def in_slot(period: Period, band: int, hour: int, *, is_lowest: bool = False) -> str:
    """Those in a value band that were abandoned in an hour of the day."""
    return f"{in_band(period, band, is_lowest=is_lowest)} abandoned_hour:{hour}"


def visited_after(period: Period, step: str) -> str:
    """Those whose recovery link was opened in the period, after the mail of a step of a flow as the last."""
    return f"{acted_in(period, 'visited_at')} visited_step:{step}"


def of_group(flow_id: int, group: str) -> str:
    """The checkouts of the people whom a flow wrote to (`mailed`) or left alone (`held_out`), of all time."""
    return f"flow_group:{flow_id}.{group}"


def of_product(period: Period, key: str, title: str) -> str:
    """Those with a product: by number, else by the words of its title."""
    if key.isdigit():
        return f"{abandoned_in(period)} product_id:{key}"
    words = "".join(letter if letter.isalnum() else " " for letter in title).split()
    return " ".join([abandoned_in(period), *(f"product_title:{word}" for word in words)])


def list_address(query: str, figure: str = "") -> str:
    """The address of the list with that search. `figure` is the name of a note for figures that count something else
    than the list: see FIGURE_NOTES."""
    # The page has hundreds of these links; `quote_plus` takes ten times as long.
    quoted = query.translate(_QUOTED) if query.isascii() else quote_plus(query)
    return f"{LIST}?query={quoted}{figure and f'&figure={figure}'}"
