"""GraphQL requests to a Shopify source: cost, throttling, tokens, versions, and errors in rows."""

import re
from collections.abc import Sequence

import httpx
import orjson

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.intake.file_records import without_nul
from abandoned_checkouts.sync.requests import ATTEMPTS, SHOP_STATUSES, Sleep, pause_before, send
from abandoned_checkouts.sync.shopify_tokens import ShopifyTokens
from abandoned_checkouts.sync.source import ChangedVersionError, RefusedQueryError, SourceError

# A source that throttles every request for longer than about this time has another reason.
_MOST_THROTTLED = 30
_SHORTEST_WAIT, _LONGEST_WAIT = 0.5, 60.0


class TooExpensiveError(SourceError):
    """The query costs more than the source allows for one query."""


class ShopifyGraphql:
    """Sends documents to one shop. `version` is the version that the source last answered with."""

    def __init__(self, http: httpx.AsyncClient, url: str, version: str, tokens: ShopifyTokens, sleep: Sleep) -> None:
        self.asked_version = version
        self.version: str | None = None
        self.requests, self.cost = 0, 0.0
        self._http, self._url, self._tokens, self._sleep = http, url, tokens, sleep
        self._host = httpx.URL(url).host
        self._available: float | None = None
        self._restored = 50.0
        # The requested cost of each document that was sent.
        self._costs: dict[str, float] = {}

    async def ask(self, document: str, variables: UntypedJson | None = None) -> UntypedJson:
        """The `data` of the response.

        Errors in any part of the response are an error of the whole, so that no value that is null because of them is
        stored. Raises SourceError.
        """
        failures = 0
        for attempt in range(_MOST_THROTTLED):
            await self._wait_for(self._costs.get(document, 0.0))
            answer = await self._send(document, variables)
            errors = answer.get("errors")
            if not errors:
                if not isinstance(answer.get("data"), dict):
                    raise SourceError(f"{self._host} sent a response without data")
                return dict(answer["data"])
            codes = [(each.get("extensions") or {}).get("code") for each in errors]
            if "THROTTLED" in codes:
                self._available = self._available if self._available is not None else 0.0
                await self._wait_for(self._costs.get(document, 0.0), least=_SHORTEST_WAIT)
            elif "INTERNAL_SERVER_ERROR" in codes and failures < ATTEMPTS:
                failures += 1
                await self._sleep(pause_before(attempt, None))
            else:
                raise self._refused(errors, codes)
        raise SourceError(
            f"{self._host} throttled {_MOST_THROTTLED} requests in a row; another program uses its rate limit, the "
            "next run continues where this one stopped"
        )

    async def _send(self, document: str, variables: UntypedJson | None) -> UntypedJson:
        answer: UntypedJson = {}
        for is_last in (False, True):
            headers = {"x-shopify-access-token": await self._tokens.token()}
            url = f"{self._url}/admin/api/{self.asked_version}/graphql.json"
            body = {"query": document, "variables": variables or {}}
            self.requests += 1
            status, answer, version = await send(
                self._http, "POST", url, sleep=self._sleep, headers=headers, json=body, read=_read
            )
            if status == 401 and self._tokens.can_renew and not is_last:
                await self._tokens.renew()
                continue
            break
        if status == 401:
            raise SourceError(
                f"{self._host} refuses the access token (401): it is wrong, expired, or the app was removed; use "
                "another token (`sync renew` replaces the token of a sync)"
            )
        if status in SHOP_STATUSES:
            raise SourceError(f"{self._host} answers with {status} ({_text(answer)}): {SHOP_STATUSES[status]}")
        if status != 200:
            raise SourceError(f"{self._host} answers with status {status}: {_text(answer)}")
        self._note(document, answer)
        known, self.version = self.version, version or self.version or self.asked_version
        if known is not None and known != self.version:
            raise ChangedVersionError(f"{self._host} answers with API version {self.version} instead of {known}")
        return answer

    def _note(self, document: str, answer: UntypedJson) -> None:
        """Remember the cost of the document and what is left of the rate limit."""
        cost = (answer.get("extensions") or {}).get("cost") or {}
        if cost.get("requestedQueryCost") is not None:
            self._costs[document] = float(cost["requestedQueryCost"])
        self.cost += float(cost.get("actualQueryCost") or 0)
        status = cost.get("throttleStatus") or {}
        if status:
            self._available = float(status.get("currentlyAvailable", 0))
            self._restored = max(1.0, float(status.get("restoreRate", 50)))

    async def _wait_for(self, cost: float, least: float = 0.0) -> None:
        """Wait until the rate limit has room for a document of this cost."""
        missing = 0.0 if self._available is None else cost - self._available
        seconds = max(least, missing / self._restored)
        if seconds > 0:
            await self._sleep(min(seconds, _LONGEST_WAIT))
            self._available = None

    def _refused(self, errors: Sequence[UntypedJson], codes: Sequence[object]) -> SourceError:
        message = " ".join(str(errors[0].get("message", "")).split())
        if "MAX_COST_EXCEEDED" in codes:
            return TooExpensiveError(message)
        if "ACCESS_DENIED" in codes:
            place = ".".join(str(step) for step in errors[codes.index("ACCESS_DENIED")].get("path") or ())
            where = f" for {re.sub(r'[.][0-9]+(?=[.]|$)', '', place)}" if place else ""
            return SourceError(
                f"{self._host} denies access{where}: {message} Give the app the scope or the approval for protected "
                "customer data, and run the sync again; nothing was changed here"
            )
        return RefusedQueryError(f"{self._host} refuses the query: {message}")


def _read(response: httpx.Response) -> tuple[int, UntypedJson, str | None]:
    """Status, decoded body and API version. Raises ValueError for a body that is cut off."""
    try:
        answer = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        if response.status_code == 200:
            raise
        answer = {"errors": response.text[:200]}
    if b"\\u0000" in response.content:
        # PostgreSQL cannot store NUL in a text.
        answer = without_nul(answer)
    if not isinstance(answer, dict):
        answer = {"errors": str(answer)[:200]}
    if response.status_code == 200 and isinstance(answer.get("errors"), str):
        raise ValueError(answer["errors"])
    return response.status_code, answer, response.headers.get("x-shopify-api-version")


def _text(answer: UntypedJson) -> str:
    return " ".join(str(answer.get("errors", "no reason")).split())[:200]
