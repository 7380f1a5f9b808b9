"""A bulk operation at a Shopify source: start, wait, and read the file from any place on.

A file is complete if it has the lines that `objectCount` announced. A download that ends early continues where it
ended (RFC 9110, Range), and the same operation is found again after an interruption.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.sync.requests import ATTEMPTS, TIMEOUT, Sleep, pause_before
from abandoned_checkouts.sync.shopify_graphql import ShopifyGraphql
from abandoned_checkouts.sync.source import SourceError

_START = """mutation SyncBulk($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: true) { bulkOperation { id } userErrors { code message } }
}"""
# Before API version 2026-01, results are always grouped.
_START_BEFORE = _START.replace(", groupObjects: true", "")
_STATE = """query SyncBulkState($id: ID!) {
  node(id: $id) {
    ... on BulkOperation { status errorCode objectCount rootObjectCount fileSize url partialDataUrl }
  }
}"""
_CANCEL = "mutation SyncBulkCancel($id: ID!) { bulkOperationCancel(id: $id) { userErrors { message } } }"
_RUNNING = frozenset(("CREATED", "RUNNING", "CANCELING"))
_POLL, _LONGEST_POLL = 0.5, 10.0
# Five bulk operations run at once (API version 2026-01); others wait for one of them.
_FULL = ("LIMIT_REACHED", "OPERATION_IN_PROGRESS")
_WAITS_FOR_OTHERS = 60
_BLOCK = 1 << 18


class BulkRefusedError(SourceError):
    """No bulk operation is possible, or its result cannot be used; pages may do."""


@dataclass(frozen=True, slots=True)
class BulkResult:
    """A completed operation. `url` is None if it has no objects."""

    id: str
    objects: int
    roots: int
    size: int
    url: str | None


class ShopifyBulk:
    """Bulk operations of one shop. Its methods raise SourceError, and BulkRefusedError where pages may do."""

    def __init__(self, graphql: ShopifyGraphql, http: httpx.AsyncClient, sleep: Sleep) -> None:
        self._graphql, self._http, self._sleep = graphql, http, sleep

    async def start(self, query: str) -> str:
        """The id of a new operation. Waits while others run, if no more may run at once."""
        document = _START
        for attempt in range(_WAITS_FOR_OTHERS):
            try:
                found = (await self._graphql.ask(document, {"query": query}))["bulkOperationRunQuery"]
            except SourceError as problem:
                if document is _START and "groupObjects" in str(problem):
                    document = _START_BEFORE
                    continue
                raise BulkRefusedError(str(problem)) from None
            errors = found["userErrors"]
            if not errors:
                return str(found["bulkOperation"]["id"])
            is_full = any(each.get("code") in _FULL or "already in progress" in each["message"] for each in errors)
            if not is_full:
                raise BulkRefusedError(errors[0]["message"])
            await self._sleep(min(_LONGEST_POLL, pause_before(attempt, None)))
        raise BulkRefusedError("other bulk operations of the app do not end")

    async def result(self, gid: str) -> BulkResult:
        """Wait until the operation ends."""
        wait = _POLL
        while True:
            found = await self.state(gid)
            status = found["status"]
            if status == "COMPLETED":
                return BulkResult(
                    gid,
                    int(found["objectCount"] or 0),
                    int(found["rootObjectCount"] or 0),
                    int(found["fileSize"] or 0),
                    found["url"],
                )
            if status not in _RUNNING:
                # Rows of a partial file would be read without knowing which are missing.
                raise BulkRefusedError(f"the bulk operation ended as {status} ({found['errorCode'] or 'no reason'})")
            await self._sleep(wait)
            wait = min(_LONGEST_POLL, wait * 1.5)

    async def state(self, gid: str) -> UntypedJson:
        node = (await self._graphql.ask(_STATE, {"id": gid})).get("node")
        if not node:
            raise BulkRefusedError(f"the source no longer knows the bulk operation {gid}")
        return dict(node)

    async def lines(self, result: BulkResult, offset: int = 0) -> AsyncIterator[tuple[int, bytes]]:
        """Each line with the place behind it, from a place on. Raises BulkRefusedError if the file stays incomplete."""
        rest, place, attempt = b"", offset, 0
        while place + len(rest) < result.size:
            before = place + len(rest)
            try:
                async for part in self._parts(result, before):
                    rest += part
                    *whole, rest = rest.split(b"\n")
                    for line in whole:
                        place += len(line) + 1
                        yield place, line
            except (httpx.RequestError, SourceError) as problem:
                reason = str(problem) or type(problem).__name__
            else:
                reason = "it ends in the middle of a line" if rest else "it ends early"
            if place + len(rest) >= result.size:
                break
            attempt = attempt + 1 if place + len(rest) == before else 0
            if attempt == ATTEMPTS:
                raise BulkRefusedError(f"the file of the bulk operation cannot be read to its end: {reason}")
            await self._sleep(pause_before(attempt, None))
        if rest:
            yield place + len(rest), rest

    async def _parts(self, result: BulkResult, offset: int) -> AsyncIterator[bytes]:
        """The bytes of the file from a place on, with a new address of the file each time: an address expires."""
        url = (await self.state(result.id))["url"]
        if not url:
            raise SourceError("the result has expired")
        headers = (
            {"accept-encoding": "gzip"} if offset == 0 else {"range": f"bytes={offset}-", "accept-encoding": "identity"}
        )
        async with self._http.stream("GET", url, headers=headers, timeout=TIMEOUT) as response:
            if response.status_code not in (200, 206):
                raise SourceError(f"status {response.status_code}")
            skipped = offset if response.status_code == 200 else 0
            async for part in response.aiter_bytes(_BLOCK):
                if skipped >= len(part):
                    skipped -= len(part)
                    continue
                yield part[skipped:]
                skipped = 0
