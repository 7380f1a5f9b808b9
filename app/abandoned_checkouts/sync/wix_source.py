"""A site at Wix, or at a server that speaks its Abandoned Checkouts API, as a source.

Wix has no bulk operations and no number of all checkouts, so everything is read by pages of 100 behind a cursor (Wix:
Query Abandoned Checkouts). Requests carry the API key of the site's owner and the site id.
"""

import asyncio
from collections.abc import AsyncIterator

import httpx
import orjson

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import format_milliseconds, parse_moment
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.intake.file_records import without_nul
from abandoned_checkouts.store.sync.seen import Seen
from abandoned_checkouts.sync.requests import Sleep, send
from abandoned_checkouts.sync.source import Batch, Facts, RefusedQueryError, SourceError
from abandoned_checkouts.wix.from_wix.checkout import checkout_from_wix

ADDRESS = "https://www.wixapis.com"
_QUERY = "/ecom/v1/abandoned-checkout/query"
PAGE = 100
_LISTED = ["id", "createdDate", "updatedDate"]
_REFUSALS = {
    401: "the API key is wrong or was revoked; set a new one with `sync renew`",
    403: "the API key has no permission to read abandoned checkouts (ECOM.ABANDONED_CHECKOUT_READ) of this site",
    404: "there is no such site",
    428: "the site has no Wix Stores",
}


class WixSource:
    """See Source. Wix has no cost points."""

    def __init__(
        self, http: httpx.AsyncClient, url: str, site_id: str, key: str, sleep: Sleep, *, page: int = PAGE
    ) -> None:
        self.requests, self.cost = 0, 0.0
        self._http, self._address, self._site_id, self._key = http, url + _QUERY, site_id, key
        self._sleep, self._page = sleep, page

    async def open(self) -> Facts:
        """The currency is that of the first checkout: Wix's API of checkouts has no other facts of the site."""
        found = await self._ask({"cursorPaging": {"limit": 1}})
        checkouts = _checkouts_of(found)
        currency = str(checkouts[0].get("currency", "")) if checkouts else ""
        return Facts(self._site_id, self._site_id, currency, "UTC")

    async def count(self) -> int | None:
        return None

    async def everything(self, state: UntypedJson | None) -> AsyncIterator[Batch]:
        async for batch in self._batches({}, state):
            yield batch

    async def changed_since(self, since: int | None, state: UntypedJson | None) -> AsyncIterator[Batch]:
        query = {} if since is None else {"updatedDate": {"$gte": format_milliseconds(since)}}
        async for batch in self._batches(query, state):
            yield batch

    async def created_between(self, start: int, end: int) -> AsyncIterator[Batch]:
        async for batch in self._batches(_created(start, end), None):
            yield batch

    async def listing(self) -> AsyncIterator[list[Seen]]:
        async for found, _ in self._pages({}, None, _LISTED):
            yield [_seen(each) for each in found]

    async def listing_between(self, start: int, end: int) -> AsyncIterator[list[Seen]]:
        async for found, _ in self._pages(_created(start, end), None, _LISTED):
            yield [_seen(each) for each in found]

    async def subscribe(self, address: str) -> None:
        """Wix has no call for this: its events are set up in the app's dashboard."""

    async def close(self) -> None:
        await self._http.aclose()

    async def _batches(self, query: UntypedJson, state: UntypedJson | None) -> AsyncIterator[Batch]:
        async for found, cursor in self._pages(query, (state or {}).get("cursor"), None):
            yield await asyncio.to_thread(_batch_of, found, None if cursor is None else {"cursor": cursor})

    async def _pages(
        self, query: UntypedJson, cursor: str | None, fields: list[str] | None
    ) -> AsyncIterator[tuple[list[UntypedJson], str | None]]:
        """Each page with the cursor of the next one; None at the end. The cursor carries filter and order."""
        sort = [{"fieldName": "createdDate", "order": "ASC"}]
        while True:
            if cursor is not None:
                asked: UntypedJson = {"cursorPaging": {"limit": self._page, "cursor": cursor}}
            else:
                asked = {"filter": query, "sort": sort, "cursorPaging": {"limit": self._page}}
            if fields is not None:
                asked["fields"] = fields
            found = await self._ask(asked)
            metadata = found.get("metadata") or found.get("pagingMetadata") or {}
            cursor = (metadata.get("cursors") or {}).get("next") or None
            yield _checkouts_of(found), cursor
            if cursor is None:
                return

    async def _ask(self, query: UntypedJson) -> UntypedJson:
        headers = {"authorization": self._key, "wix-site-id": self._site_id}
        self.requests += 1
        status, answer = await send(
            self._http, "POST", self._address, sleep=self._sleep, headers=headers, json={"query": query}, read=_read
        )
        if status == 200:
            return dict(answer)
        reason = " ".join(str(answer.get("message") or "no reason").split())[:200]
        kind = RefusedQueryError if status == 400 else SourceError
        raise kind(
            f"{httpx.URL(self._address).host} answers with {status} ({reason}): "
            f"{_REFUSALS.get(status, 'the query was refused')}"
        )


def _read(response: httpx.Response) -> tuple[int, UntypedJson]:
    """Status and decoded body. Raises ValueError for a body that is cut off."""
    try:
        answer = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        if response.status_code == 200:
            raise
        answer = {"message": response.text[:200]}
    return response.status_code, answer if isinstance(answer, dict) else {"message": str(answer)[:200]}


def _checkouts_of(answer: UntypedJson) -> list[UntypedJson]:
    found = answer.get("abandonedCheckouts")
    return list(found if found is not None else answer.get("results") or [])


def _batch_of(found: list[UntypedJson], state: UntypedJson | None) -> Batch:
    batch = Batch(state=state)
    for each in found:
        try:
            cleaned = without_nul(each)
            assert isinstance(cleaned, dict)
            batch.checkouts.append((_seen(each), checkout_from_wix(cleaned)))
        except RejectedRecordError as problem:
            batch.rejected.append((str(each.get("id")), str(problem)))
    return batch


def _seen(entity: UntypedJson) -> Seen:
    created = parse_moment(entity["createdDate"])
    updated = entity.get("updatedDate")
    return Seen(str(entity["id"]), created, created if updated is None else parse_moment(updated))


def _created(start: int, end: int) -> UntypedJson:
    return {"createdDate": {"$gte": format_milliseconds(start), "$lt": format_milliseconds(end)}}
