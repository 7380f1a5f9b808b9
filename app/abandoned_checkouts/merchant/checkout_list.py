"""The list of checkouts: a search, its warnings, and a page of the rows that it finds."""

from starlette.responses import Response

from abandoned_checkouts.checkouts.moment import to_datetime
from abandoned_checkouts.merchant.people import buyers_of
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.store.flows.flows import list_flows
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, SortOrder
from abandoned_checkouts.store.reading.shop_rows import window_of
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.search.narrowing import SearchTooDeepError, narrowed
from search_syntax import check, parse

SHOWN = 50
LONGEST_QUERY = 1000


async def list_page(visit: Visit) -> Response:
    """The latest checkouts, or those that a search finds, and the flows."""
    query = visit.parameters().get("query", "")[:LONGEST_QUERY].strip()
    listing = Listing("abandoned_checkouts", visit.shop.id, SortOrder("created_at"))
    warnings, problem = [], ""
    async with visit.database.read() as connection:
        if query:
            now = to_datetime(visit.now)
            meaning = check(parse(query), checkout_fields(extended=True), zone=visit.zone, now=now)
            warnings = list(meaning.warnings)
            try:
                listing = narrowed(listing, meaning.root, dialect=connection.dialect.name)
            except SearchTooDeepError as error:
                problem = str(error)
        window = PageWindow(first=0 if problem else SHOWN, reverse=True)
        found = await window_of(connection, listing, window)
        buyers = await buyers_of(connection, visit.shop, found.rows)
        flows = await list_flows(connection, visit.shop)
    rows = [
        {
            "id": row["id"],
            "name": row["name"],
            "buyer": buyer,
            "total": visit.words.money(row["total_price"], visit.shop.currency),
            "at": visit.words.moment(row["created_at"], visit.zone, "short"),
            "is_recovered": row["recovered_at"] is not None,
        }
        for row, buyer in zip(found.rows, buyers, strict=True)
    ]
    return visit.page(
        "checkouts.html",
        400 if problem else 200,
        rows=rows,
        has_more=found.has_next,
        query=query,
        flows=flows,
        warnings=warnings,
        problem=problem,
    )
