"""A shop at Shopify, or at a server that speaks its Admin GraphQL API, as a source."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

import httpx
import orjson

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import format_utc, parse_moment
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.intake.bulk_lines import grouped
from abandoned_checkouts.intake.file_records import without_nul
from abandoned_checkouts.intake.record import FileRecord
from abandoned_checkouts.shopify.formats.from_node.checkout import checkout_from_node
from abandoned_checkouts.store.sync.seen import Seen
from abandoned_checkouts.sync.requests import Sleep
from abandoned_checkouts.sync.shopify_bulk import BulkRefusedError, BulkResult, ShopifyBulk
from abandoned_checkouts.sync.shopify_graphql import ShopifyGraphql, TooExpensiveError
from abandoned_checkouts.sync.shopify_selection import ALLOCATION, INTROSPECTION, LISTED, CheckoutSelection
from abandoned_checkouts.sync.shopify_webhooks import subscribe
from abandoned_checkouts.sync.source import Batch, Facts, SourceError

_SMALLEST_PAGE = 5
_REST_OF_LINES, _ALL_DISCOUNTS = 50, 250
# Bulk operations that are tried before pages are read instead.
_TRIES = 3

_COUNT = "query SyncCount($query: String) { abandonedCheckoutsCount(query: $query, limit: null) { count } }"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is read at a time.

    `page` is at most 250, the largest of the API. A page has the first `lines` of each checkout, and the first
    `allocations` of each line; others are read after it. `batch` is the number of checkouts that are stored at a time
    from a bulk file. Below `bulk_from` checkouts, pages are cheaper and quicker than a bulk operation.
    """

    page: int = 250
    lines: int = 10
    allocations: int = 3
    batch: int = 500
    bulk_from: int = 1_000


class ShopifySource:
    """See Source."""

    def __init__(self, graphql: ShopifyGraphql, http: httpx.AsyncClient, sleep: Sleep, sizes: Sizes) -> None:
        self._graphql, self._http, self._sleep = graphql, http, sleep
        self._bulk = ShopifyBulk(graphql, http, sleep)
        self._sizes, self._page = sizes, sizes.page
        self._selection: CheckoutSelection | None = None
        self._currency = ""

    @property
    def requests(self) -> int:
        return self._graphql.requests

    @property
    def cost(self) -> float:
        return self._graphql.cost

    @property
    def version(self) -> str | None:
        """The API version that the source answers with: not the one asked for, if that is no longer supported."""
        return self._graphql.version

    async def open(self) -> Facts:
        self._graphql.version = None
        found = await self._graphql.ask(INTROSPECTION)
        self._selection = CheckoutSelection(found)
        shop = found["shop"]
        self._currency = shop["currencyCode"]
        return Facts(shop["myshopifyDomain"], shop["name"], shop["currencyCode"], shop["ianaTimezone"])

    async def count(self) -> int | None:
        counted = (await self._graphql.ask(_COUNT, {"query": None})).get("abandonedCheckoutsCount")
        return None if counted is None else int(counted["count"])

    async def everything(self, state: UntypedJson | None) -> AsyncIterator[Batch]:
        """A bulk operation, or pages for a small shop and where bulk operations do not work."""
        state = state or {}
        total = state.get("total")
        if total is None:
            total = await self.count()
        state = {**state, "total": total}
        refusals = int(state.get("refusals", 0))
        # A page of one shows missing scopes and approvals with their place, which bulk operations do not.
        await self._graphql.ask(self._page_document(self._checkout_fields()), {"first": 1})
        while "cursor" not in state and refusals < _TRIES and (total or 0) >= self._sizes.bulk_from:
            try:
                async for batch in self._bulk_batches(state, total):
                    if batch.state is not None:
                        state = batch.state
                    yield batch
                return
            except BulkRefusedError:
                refusals += 1
                state = {"total": total, "refusals": refusals}
        async for batch in self._pages("", {"total": total, **state}, total):
            yield batch

    async def changed_since(self, since: int | None, state: UntypedJson | None) -> AsyncIterator[Batch]:
        query = "" if since is None else f"updated_at:>='{format_utc(since)}'"
        async for batch in self._pages(query, state or {}, None):
            yield batch

    async def created_between(self, start: int, end: int) -> AsyncIterator[Batch]:
        async for batch in self._pages(_created(start, end), {}, None):
            yield batch

    async def listing(self) -> AsyncIterator[list[Seen]]:
        total = await self.count()
        if total is not None and total >= self._sizes.bulk_from:
            for _ in range(_TRIES):
                try:
                    result = await self._run_bulk(_bulk_query(LISTED), total)
                except BulkRefusedError:
                    continue
                found: list[Seen] = []
                async for _place, line in self._bulk.lines(result):
                    found.append(_seen(orjson.loads(line)))
                    if len(found) == 5_000:
                        yield found
                        found = []
                yield found
                return
        async for part in self._listed_pages(""):
            yield part

    async def listing_between(self, start: int, end: int) -> AsyncIterator[list[Seen]]:
        async for part in self._listed_pages(_created(start, end)):
            yield part

    async def subscribe(self, address: str) -> None:
        await subscribe(self._graphql, address)

    async def close(self) -> None:
        await self._http.aclose()

    def _checkout_fields(self) -> str:
        assert self._selection is not None, "the source is not open yet"
        return self._selection.of_page(self._sizes.lines, self._sizes.allocations)

    @staticmethod
    def _page_document(fields: str) -> str:
        return (
            "query SyncPage($first: Int!, $after: String, $query: String) { abandonedCheckouts(first: $first, after: "
            f"$after, query: $query) {{ nodes {{ {fields} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        )

    async def _pages(self, query: str, state: UntypedJson, total: int | None) -> AsyncIterator[Batch]:
        document, cursor = self._page_document(self._checkout_fields()), state.get("cursor")
        while True:
            found = await self._page_of(document, query, cursor)
            for node in found["nodes"]:
                await self._complete(node)
            cursor = found["pageInfo"]["endCursor"]
            has_more = bool(found["pageInfo"]["hasNextPage"])
            following = {**state, "cursor": cursor} if has_more else None
            yield await asyncio.to_thread(self._batch_of, found["nodes"], following, total)
            if not has_more:
                return

    async def _listed_pages(self, query: str) -> AsyncIterator[list[Seen]]:
        document, cursor = self._page_document(LISTED), None
        while True:
            found = await self._page_of(document, query, cursor)
            yield [_seen(node) for node in found["nodes"]]
            if not found["pageInfo"]["hasNextPage"]:
                return
            cursor = found["pageInfo"]["endCursor"]

    async def _page_of(self, document: str, query: str, cursor: str | None) -> UntypedJson:
        """A page; a smaller one if the source says that it is too expensive."""
        while True:
            asked = {"first": self._page, "after": cursor, "query": query or None}
            try:
                return dict((await self._graphql.ask(document, asked))["abandonedCheckouts"])
            except TooExpensiveError:
                if self._page <= _SMALLEST_PAGE:
                    raise
                self._page = max(_SMALLEST_PAGE, self._page // 2)

    async def _complete(self, node: UntypedJson) -> None:
        """Read the lines and discounts of a checkout that were not on its page."""
        assert self._selection is not None
        lines = node["lineItems"]
        while lines["pageInfo"]["hasNextPage"]:
            inner = self._selection.of_lines(self._sizes.allocations)
            document = (
                "query SyncLines($id: ID!, $after: String) { node(id: $id) { ... on AbandonedCheckout { "
                f"lineItems(first: {_REST_OF_LINES}, after: $after) {inner} }} }} }}"
            )
            asked = {"id": node["id"], "after": lines["pageInfo"]["endCursor"]}
            found = ((await self._graphql.ask(document, asked)).get("node") or {}).get("lineItems")
            if found is None:
                # The checkout was deleted in the meantime.
                break
            lines["nodes"] += found["nodes"]
            lines["pageInfo"] = found["pageInfo"]
        for line in lines["nodes"]:
            if line["discountAllocations"]["pageInfo"]["hasNextPage"]:
                await self._complete_discounts(line)

    async def _complete_discounts(self, line: UntypedJson) -> None:
        inner = f"discountAllocations(first: {_ALL_DISCOUNTS}) {{ nodes {ALLOCATION} }}"
        document = (
            "query SyncDiscounts($id: ID!) { node(id: $id) { ... on AbandonedCheckoutLineItem { " + inner + " } } }"
        )
        found = (await self._graphql.ask(document, {"id": line["id"]})).get("node")
        if found:
            line["discountAllocations"] = found["discountAllocations"]

    async def _run_bulk(self, query: str, total: int | None) -> BulkResult:
        """Run an operation to its end. Raises BulkRefusedError for an empty result of a shop that has checkouts."""
        result = await self._bulk.result(await self._bulk.start(query))
        _check(result, total)
        return result

    async def _bulk_batches(self, state: UntypedJson, total: int | None) -> AsyncIterator[Batch]:
        """The batches of an operation: of the one in the state, else of a new one."""
        assert self._selection is not None
        gid = state.get("operation")
        if gid is None:
            gid = await self._bulk.start(_bulk_query(self._selection.of_bulk()))
            state = {**state, "operation": gid, "place": 0}
            yield Batch(state=state, total=total)
        result = await self._bulk.result(gid)
        _check(result, total)
        group: list[bytes] = []
        roots, place = 0, int(state.get("place", 0))
        async for behind, line in self._bulk.lines(result, place):
            if b'"__parentId"' not in line:
                if roots == self._sizes.batch:
                    state = {**state, "place": place}
                    yield await asyncio.to_thread(self._batch_of_lines, group, state, result.roots)
                    group, roots = [], 0
                roots += 1
            group.append(line)
            place = behind
        yield await asyncio.to_thread(self._batch_of_lines, group, None, result.roots)

    def _batch_of_lines(self, lines: Sequence[bytes], state: UntypedJson | None, total: int) -> Batch:
        return self._batch_of((record.value for record in grouped(_records(lines))), state, total)

    def _batch_of(
        self, nodes: "Iterator[object] | Sequence[UntypedJson]", state: UntypedJson | None, total: int | None
    ) -> Batch:
        batch = Batch(state=state, total=total)
        for node in nodes:
            try:
                checkout = self._checkout_of(node)
                batch.checkouts.append((_seen(node), checkout))
            except RejectedRecordError as problem:
                key = str(node.get("id")) if isinstance(node, dict) else "?"
                batch.rejected.append((key.rpartition("/")[2], str(problem)))
        return batch

    def _checkout_of(self, node: object) -> Checkout:
        if not isinstance(node, dict):
            raise RejectedRecordError("it is not an object")
        return checkout_from_node(node, currency=self._currency)


def _bulk_query(fields: str) -> str:
    return f"{{ abandonedCheckouts {{ edges {{ node {{ {fields} }} }} }} }}"


def _check(result: BulkResult, total: int | None) -> None:
    """Raises BulkRefusedError for an empty result of a shop that has checkouts (airbytehq/airbyte#85372)."""
    if total and result.roots == 0:
        raise BulkRefusedError(f"the bulk operation has no checkouts although the shop has {total:,}")
    if result.roots and (result.url is None or not result.size):
        raise BulkRefusedError("the bulk operation has no file although it has checkouts")


def _records(lines: Sequence[bytes]) -> Iterator[FileRecord]:
    for count, line in enumerate(lines, 1):
        if line.strip():
            value = orjson.loads(line)
            # PostgreSQL cannot store NUL in a text. Few files have one, and looking at each text takes long.
            yield FileRecord(f"line {count}", without_nul(value) if b"\\u0000" in line else value)


def _seen(node: object) -> Seen:
    assert isinstance(node, dict)
    if not node.get("createdAt") or not node.get("updatedAt"):
        raise SourceError("the source lists a checkout without createdAt or updatedAt")
    key = str(node["id"]).rpartition("/")[2].partition("?")[0]
    return Seen(key, parse_moment(node["createdAt"]), parse_moment(node["updatedAt"]))


def _created(start: int, end: int) -> str:
    return f"created_at:>='{format_utc(start)}' AND created_at:<'{format_utc(end)}'"
