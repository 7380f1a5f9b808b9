"""A page of abandoned checkouts, for query and search alike."""

from collections.abc import Sequence
from typing import Any

import orjson

from app.store.database import Connection
from app.store.details import details_of
from app.store.pages import Cut, Listing, Order
from app.store.read import Row, count_of
from app.store.search import SearchTooDeepError, narrowed
from app.store.sorted_pages import sorted_page
from app.wix.cursor import LONGEST, written_cursor
from app.wix.entity import COLUMNS, Site, abandoned_checkout
from app.wix.errors import InvalidArgumentError, Violation
from app.wix.line_item import COLUMNS as LINE_COLUMNS
from app.wix.page_request import Method, PageRequest
from app.wix.projection import projected

Json = dict[str, Any]

# Beyond it nobody pages, and counting reads every row.
MOST_COUNTED = 1_000_000


async def page_of(connection: Connection, site: Site, method: Method, request: PageRequest) -> tuple[list[Json], Json]:
    """The entities and what Wix calls the paging metadata."""
    everything = Listing("abandoned_checkouts", site.shop.id, Order("id"))
    try:
        listing = narrowed(everything, request.expression, dialect=connection.dialect.name)
    except SearchTooDeepError:
        raise InvalidArgumentError(Violation(f"{method.name}.filter", "is nested too deeply")) from None
    cut = await sorted_page(
        connection,
        listing,
        request.keys,
        COLUMNS,
        limit=request.limit,
        place=request.place,
        offset=request.offset or 0,
    )
    wants_lines = not request.fields or any(_reads_lines(path) for path in request.fields)
    entities = await entities_of(connection, site, cut.rows, with_lines=wants_lines)
    if request.fields:
        entities = [projected(entity, request.fields) for entity in entities]
    metadata: Json = {"count": len(entities), "cursors": _cursors(site, method, request, cut), "hasNext": cut.has_next}
    if request.offset is not None:
        metadata["offset"] = request.offset
        total = await count_of(connection, listing, MOST_COUNTED + 1)
        metadata["tooManyToCount"] = total > MOST_COUNTED
        if total <= MOST_COUNTED:
            metadata["total"] = total
    return entities, metadata


async def entities_of(
    connection: Connection, site: Site, rows: Sequence[Row], *, with_lines: bool = True
) -> list[Json]:
    """The entities of whole rows, in their order."""
    # Customers tell what addresses do not.
    alone = [row for row in rows if row["shipping_address"] is None and row["billing_address"] is None]
    details = await details_of(
        connection,
        site.shop.id,
        [row["id"] for row in rows],
        line_columns=LINE_COLUMNS,
        customer_ids=sorted({row["customer_id"] for row in alone} - {None}),
        with_lines=with_lines,
    )
    return [
        abandoned_checkout(
            row,
            site,
            lines=details.lines.get(row["id"], ()),
            activities=details.activities.get(row["id"], ()),
            customer=details.customers.get(row["customer_id"]),
        )
        for row in rows
    ]


def _reads_lines(path: str) -> bool:
    """Discounts name the lines they are on and the sum they take off them."""
    return path.split(".")[0] in ("lineItems", "appliedDiscounts")


def _cursors(site: Site, method: Method, request: PageRequest, cut: Cut) -> Json:
    """Left out where there is nothing: the SDK takes any text for a page that is there."""
    cursors: Json = {}
    if cut.has_next:
        cursors["next"] = _cursor(site, method, request, cut.rows[-1], backward=False)
    if cut.has_previous:
        cursors["prev"] = _cursor(site, method, request, cut.rows[0], backward=True)
    return cursors


def _cursor(site: Site, method: Method, request: PageRequest, row: Row, *, backward: bool) -> str:
    values = [row[f"sort_{place}"] for place in range(len(request.keys))]
    content = {"list": request.carried, "values": values, "id": row["id"], "backward": backward}
    cursor = written_cursor(site.shop, method.name, content)
    if len(cursor) > LONGEST:
        raise InvalidArgumentError(
            Violation(f"{method.name}.filter", "is too long for a list of several pages: a cursor has to carry it")
        )
    return cursor


def list_answer(names: Sequence[str], entities: Sequence[Json], metadata_name: str, metadata: Json) -> bytes:
    """The body, with the same list under each of the names, written once."""
    written = orjson.Fragment(orjson.dumps(entities))
    return orjson.dumps({**dict.fromkeys(names, written), metadata_name: metadata})
