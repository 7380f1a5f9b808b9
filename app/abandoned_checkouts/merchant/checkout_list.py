"""The list of checkouts: filters, a search text, saved views, sums and a table."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from urllib.parse import urlencode

from starlette.responses import Response

from abandoned_checkouts.checkouts.moment import to_datetime
from abandoned_checkouts.merchant import filters
from abandoned_checkouts.merchant.labels import EMAIL_STATES
from abandoned_checkouts.merchant.people import buyers_of
from abandoned_checkouts.merchant.report_links import FIGURE_NOTES
from abandoned_checkouts.merchant.search import (
    DEFAULT_SORT,
    Found,
    Search,
    find,
    listing_of,
    place_of,
    search_of,
    warnings_of,
)
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import _
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.reading.sums import sums_of
from abandoned_checkouts.store.tenants.saved_searches import CHECKOUT_SEARCHES, list_saved_searches

PATH = "/merchant/checkouts"
# The columns of the table: the name in the address, the heading, and whether the values are amounts.
COLUMNS = (
    ("name", _("Checkout"), False),
    ("buyer", _("Buyer"), False),
    ("started", _("Started"), False),
    ("state", _("State"), False),
    ("reminder", _("Reminder"), False),
    ("total", _("Total"), True),
)


async def list_page(visit: Visit) -> Response:
    """The list. Choices of filters are written into the search text first, so each address shows what it searches."""
    parameters = visit.parameters()
    if "filter" in parameters:
        text = filters.with_choices(parameters.get("query", ""), parameters, today_of(visit))
        return visit.redirect(address_of(Search(text, search_of(visit).sort)))
    search = search_of(visit)
    found, count, total, rows, views = await visit.database.read_behind(partial(_read, visit=visit, search=search))
    chosen = filters.choices_in(search.query)
    return visit.page(
        "checkouts.html",
        400 if found.problem else 200,
        search=search,
        path=PATH,
        rows=rows,
        count=count,
        total=visit.words.money(total, visit.shop.currency),
        columns=[_heading(search, *column) for column in COLUMNS],
        previous=_turn(search, found.rows[:1], "before") if found.has_previous else "",
        following=_turn(search, found.rows[-1:], "after") if found.has_next else "",
        warnings=[
            (text, address_of(Search(corrected, search.sort)) if corrected else "")
            for text, corrected in warnings_of(visit, search.query)
        ],
        problem=found.problem,
        figure_note=FIGURE_NOTES.get(parameters.get("figure", ""), ""),
        views=[(view, address_of(Search(view["query"]))) for view in views],
        selects=filters.SELECTS,
        periods=filters.PERIODS,
        chosen=chosen,
        period=filters.period_in(chosen, today_of(visit)),
        quick=_quick(visit, search),
        is_filtered=bool(chosen),
    )


async def _read(
    connection: Connection, visit: Visit, search: Search
) -> tuple[Found, int, int, list[dict[str, object]], Sequence[Row]]:
    """The page, the number and the sum of the whole result, the cells of the table, and the saved views."""
    found = await find(visit, connection, search)
    count, total = await _sums(visit, connection, search, found)
    rows = await table_rows(visit, connection, found.rows)
    return found, count, total, rows, await list_saved_searches(connection, visit.shop, CHECKOUT_SEARCHES)


def today_of(visit: Visit) -> date:
    """The day in the shop's time zone."""
    return to_datetime(visit.now).astimezone(visit.zone).date()


def address_of(search: Search, **more: str) -> str:
    values = {"query": search.query} if search.query else {}
    if search.sort != DEFAULT_SORT:
        values["sort"] = search.sort
    values |= more
    return PATH + (f"?{urlencode(values)}" if values else "")


async def table_rows(visit: Visit, connection: Connection, rows: list[Row]) -> list[dict[str, object]]:
    """The cells of the table."""
    buyers, words = await buyers_of(connection, visit.shop, rows), visit.words
    return [
        {
            "id": row["id"],
            "name": row["name"] or row["id"],
            "buyer": buyer,
            "email": "" if buyer == row["email"] else row["email"] or "",
            "started": words.moment(row["created_at"], visit.zone, "short"),
            "is_recovered": row["recovered_at"] is not None,
            "is_closed": row["closed_at"] is not None,
            "is_bought": row["completed_at"] is not None,
            "reminder": EMAIL_STATES.get(row["email_state"], row["email_state"]),
            "total": words.money(row["total_price"], row["currency"]),
            "own_total": words.money(row["presentment_total_price"], row["presentment_currency"])
            if row["presentment_currency"] not in ("", row["currency"])
            else "",
        }
        for row, buyer in zip(rows, buyers, strict=True)
    ]


async def _sums(visit: Visit, connection: Connection, search: Search, found: Found) -> tuple[int, int]:
    """The number of checkouts of the whole result, and the sum of their totals."""
    if found.problem:
        return 0, 0
    listing = listing_of(visit, search, connection.dialect.name)
    count, (total,) = await sums_of(connection, listing, ["total_price"])
    return count, total


def _heading(search: Search, name: str, text: str, is_amount: bool) -> dict[str, object]:
    """A column's heading, and the address that sorts by it. A second click reverses the order."""
    is_sorted = search.sort.removeprefix("-") == name
    is_descending = search.sort.startswith("-")
    reverse = not is_descending if is_sorted else name in ("started", "total")
    return {
        "text": text,
        "is_amount": is_amount,
        "address": address_of(Search(search.query, f"-{name}" if reverse else name)),
        "order": ("descending" if is_descending else "ascending") if is_sorted else "",
    }


def _turn(search: Search, rows: list[Row], side: str) -> str:
    return address_of(Search(search.query, search.sort), **{side: place_of(rows[0])}) if rows else ""


def _quick(visit: Visit, search: Search) -> list[tuple[str, str]]:
    """Links for periods. Other filters stay."""
    today = today_of(visit)
    chosen = {name: value for name, value in filters.choices_in(search.query).items() if name not in ("from", "to")}
    return [
        (text, address_of(Search(filters.with_choices(search.query, {**chosen, "period": name}, today), search.sort)))
        for name, text in filters.PERIODS
    ]
