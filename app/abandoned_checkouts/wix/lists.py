"""Pages of abandoned checkouts, for both query and search.

The functions return query steps: generators that yield queries. store/reading/snapshots runs them.
"""

from collections.abc import Sequence
from dataclasses import replace

import orjson

from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.store.engine.rows import Row, RowValues
from abandoned_checkouts.store.reading.pages import Listing, Page, PageWindow, SortOrder
from abandoned_checkouts.store.reading.queries import ChildrenQuery, CountQuery, QuerySteps, RowsQuery, SortedPageQuery
from abandoned_checkouts.store.reading.sorted_pages import sorted_page_of
from abandoned_checkouts.store.search.contact_search import finds_few
from abandoned_checkouts.store.search.narrowing import SearchTooDeepError, narrowed
from abandoned_checkouts.wix.cursor import LONGEST, CursorContent, encode_cursor
from abandoned_checkouts.wix.errors import InvalidArgumentError, Violation
from abandoned_checkouts.wix.page_request import ListMethod, PageRequest
from abandoned_checkouts.wix.projection import projected
from abandoned_checkouts.wix.to_wix.checkout import COLUMNS, Site, checkout_to_wix
from abandoned_checkouts.wix.to_wix.line_item import COLUMNS as LINE_COLUMNS

# Counting reads every row, so a larger total is reported as `tooManyToCount`.
MOST_COUNTED = 1_000_000

_TABLE = "abandoned_checkouts"
_LINES = ChildrenQuery(
    "line_items",
    0,
    SortOrder("position", "position"),
    PageWindow(first=0),
    ("checkout_id", *LINE_COLUMNS),
    placed=False,
    parent="checkout_id",
    parents=(),
    per_parent=False,
    limit=1 << 31,  # no limit
)
_ACTIVITIES = replace(
    _LINES,
    table="activities",
    order=SortOrder("created_at", "sequence"),
    columns=("abandonment_id", "activity_type", "created_at"),
    parent="abandonment_id",
    # Not the statements of line items, which the copy would share.
    kept={},
)
# The checkout has the buyer's name and e-mail address. Only the phone number can be missing there.
_CUSTOMER_COLUMNS = ("id", "phone")


def list_response(dialect: str, site: Site, method: ListMethod, request: PageRequest) -> QuerySteps[bytes]:
    """The response body as JSON. It contains the list under each key of `method.lists`."""
    entities, metadata = yield from page_of(dialect, site, method, request)
    serialized = orjson.Fragment(orjson.dumps(entities))
    return orjson.dumps({**dict.fromkeys(method.lists, serialized), method.paging: metadata})


def page_of(dialect: str, site: Site, method: ListMethod, request: PageRequest) -> QuerySteps[tuple[list[Json], Json]]:
    """The entities of the page and Wix's paging metadata."""
    everything = Listing(_TABLE, site.shop.id, SortOrder("id"))
    try:
        listing = narrowed(everything, request.expression, dialect=dialect)
    except SearchTooDeepError:
        raise InvalidArgumentError(Violation(f"{method.name}.filter", "is nested too deeply")) from None
    offset = request.offset or 0
    names = (*COLUMNS, *(f"sort_{place}" for place in range(len(request.keys))))
    few = finds_few(request.expression)
    read = yield SortedPageQuery(listing, request.keys, COLUMNS, request.limit, request.place, offset, few)
    rows = [dict(zip(names, values, strict=True)) for values in read]
    cut = sorted_page_of(rows, request.limit, place=request.place, offset=offset)
    reads_lines = not request.fields or any(_reads_lines(path) for path in request.fields)
    entities = yield from entities_of(site, cut.rows, with_lines=reads_lines)
    if request.fields:
        entities = [projected(entity, request.fields) for entity in entities]
    metadata: Json = {"count": len(entities), "cursors": _cursors(site, method, request, cut), "hasNext": cut.has_next}
    if request.offset is not None:
        metadata["offset"] = request.offset
        [[total]] = yield CountQuery(listing, MOST_COUNTED + 1)
        metadata["tooManyToCount"] = total > MOST_COUNTED
        if total <= MOST_COUNTED:
            metadata["total"] = total
    return entities, metadata


def entities_of(site: Site, rows: Sequence[Row], *, with_lines: bool = True) -> QuerySteps[list[Json]]:
    """The entities of `rows`, in the same order."""
    shop_id, numbers = site.shop.id, [row["id"] for row in rows]
    lines: dict[int, list[Row]] = {}
    if with_lines:
        lines = _grouped(_LINES, (yield replace(_LINES, shop_id=shop_id, parents=numbers)))
    steps = _grouped(_ACTIVITIES, (yield replace(_ACTIVITIES, shop_id=shop_id, parents=numbers)))
    # A checkout without an address gets the phone number of its customer.
    without_address = [row for row in rows if row["shipping_address"] is None and row["billing_address"] is None]
    customers: dict[int, Row] = {}
    if customer_ids := sorted({row["customer_id"] for row in without_address} - {None}):
        found = yield RowsQuery("customers", shop_id, _CUSTOMER_COLUMNS, "id", customer_ids)
        customers = {values[0]: dict(zip(_CUSTOMER_COLUMNS, values, strict=True)) for values in found}
    return [
        checkout_to_wix(
            row,
            site,
            lines=lines.get(row["id"], ()),
            activities=steps.get(row["id"], ()),
            customer=customers.get(row["customer_id"]),
        )
        for row in rows
    ]


def _grouped(query: ChildrenQuery, rows: Sequence[RowValues]) -> dict[int, list[Row]]:
    """Rows by the id of their parent, which is the first column of the query."""
    grouped: dict[int, list[Row]] = {}
    for values in rows:
        grouped.setdefault(values[0], []).append(dict(zip(query.columns, values, strict=True)))
    return grouped


def _reads_lines(path: str) -> bool:
    """Whether a field needs the line items. Discounts contain line item ids and the amounts deducted from them."""
    return path.split(".")[0] in ("lineItems", "appliedDiscounts")


def _cursors(site: Site, method: ListMethod, request: PageRequest, cut: Page[Row]) -> Json:
    """The cursors of the next and the previous page. A page that does not exist has no key: the SDK takes even an
    empty text for a cursor."""
    cursors: Json = {}
    if cut.has_next:
        cursors["next"] = _cursor(site, method, request, cut.rows[-1], backward=False)
    if cut.has_previous:
        cursors["prev"] = _cursor(site, method, request, cut.rows[0], backward=True)
    return cursors


def _cursor(site: Site, method: ListMethod, request: PageRequest, row: Row, *, backward: bool) -> str:
    values = [row[f"sort_{place}"] for place in range(len(request.keys))]
    content: CursorContent = {"list": request.for_cursor, "values": values, "id": row["id"], "backward": backward}
    cursor = encode_cursor(site.shop, method.name, content)
    if len(cursor) > LONGEST:
        raise InvalidArgumentError(
            Violation(
                f"{method.name}.filter",
                f"is too long: the next page's cursor would contain it and exceed {LONGEST} characters. "
                "Use fewer conditions",
            )
        )
    return cursor
