"""A page of abandoned checkouts, for query and search alike."""

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

# Beyond it nobody pages, and counting reads every row.
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
    limit=1 << 31,  # all of them
)
_ACTIVITIES = replace(
    _LINES,
    table="activities",
    order=SortOrder("created_at", "sequence"),
    columns=("abandonment_id", "activity_type", "created_at"),
    parent="abandonment_id",
)
# Who a buyer is stands on the checkout; this is what a customer may add.
_CUSTOMER_COLUMNS = ("id", "phone")


def list_response(dialect: str, site: Site, method: ListMethod, request: PageRequest) -> QuerySteps[bytes]:
    """The body of an answer, with the same list under each of the method's names, written once: a plan that
    store/reading/snapshots drives."""
    entities, metadata = yield from page_of(dialect, site, method, request)
    written = orjson.Fragment(orjson.dumps(entities))
    return orjson.dumps({**dict.fromkeys(method.lists, written), method.paging: metadata})


def page_of(dialect: str, site: Site, method: ListMethod, request: PageRequest) -> QuerySteps[tuple[list[Json], Json]]:
    """The entities and what Wix calls the paging metadata: a plan."""
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
    wants_lines = not request.fields or any(_reads_lines(path) for path in request.fields)
    entities = yield from entities_of(site, cut.rows, with_lines=wants_lines)
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
    """The entities of rows, in their order: a plan."""
    shop_id, numbers = site.shop.id, [row["id"] for row in rows]
    lines: dict[int, list[Row]] = {}
    if with_lines:
        lines = _grouped(_LINES, (yield replace(_LINES, shop_id=shop_id, parents=numbers)))
    steps = _grouped(_ACTIVITIES, (yield replace(_ACTIVITIES, shop_id=shop_id, parents=numbers)))
    # Customers have what addresses do not.
    alone = [row for row in rows if row["shipping_address"] is None and row["billing_address"] is None]
    customers: dict[int, Row] = {}
    if customer_ids := sorted({row["customer_id"] for row in alone} - {None}):
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


def _grouped(wanted: ChildrenQuery, read: Sequence[RowValues]) -> dict[int, list[Row]]:
    """Rows by their parent, which stands first in each."""
    grouped: dict[int, list[Row]] = {}
    for values in read:
        grouped.setdefault(values[0], []).append(dict(zip(wanted.columns, values, strict=True)))
    return grouped


def _reads_lines(path: str) -> bool:
    """Discounts name the lines they are on and the sum they take off them."""
    return path.split(".")[0] in ("lineItems", "appliedDiscounts")


def _cursors(site: Site, method: ListMethod, request: PageRequest, cut: Page) -> Json:
    """Left out where there is nothing: the SDK takes any text for a page that is there."""
    cursors: Json = {}
    if cut.has_next:
        cursors["next"] = _cursor(site, method, request, cut.rows[-1], backward=False)
    if cut.has_previous:
        cursors["prev"] = _cursor(site, method, request, cut.rows[0], backward=True)
    return cursors


def _cursor(site: Site, method: ListMethod, request: PageRequest, row: Row, *, backward: bool) -> str:
    values = [row[f"sort_{place}"] for place in range(len(request.keys))]
    content: CursorContent = {"list": request.carried, "values": values, "id": row["id"], "backward": backward}
    cursor = encode_cursor(site.shop, method.name, content)
    if len(cursor) > LONGEST:
        raise InvalidArgumentError(
            Violation(f"{method.name}.filter", "is too long for a list of several pages: a cursor has to carry it")
        )
    return cursor
