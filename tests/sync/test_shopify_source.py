"""Fields and values that this program does not know: they are kept and exported again, and stop nothing."""

import io
from typing import Any

import httpx
import orjson
import pytest

from abandoned_checkouts.exporting.checkouts import export_checkouts
from abandoned_checkouts.sync.run_sync import run_sync, sync_and_shop
from abandoned_checkouts.sync.shopify_source import Sizes
from tests.sync.conftest import SIZES, Copy, SourceShop

NEW = {"name": "loyaltyTier", "args": [], "type": {"kind": "ENUM", "ofType": None}}


class NewerSource(httpx.AsyncBaseTransport):
    """A source of a later API version: checkouts and lines have one more field."""

    def __init__(self, source: SourceShop, replaced: dict[str, str]) -> None:
        transport = source.server.transport
        assert isinstance(transport, httpx.AsyncBaseTransport)
        self._inner, self._replaced = transport, replaced

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = orjson.loads(request.content)
        asked = body["query"]
        body["query"] = asked.replace(" loyaltyTier", "")
        headers = {name: value for name, value in request.headers.items() if name != "content-length"}
        response = await self._inner.handle_async_request(
            httpx.Request(request.method, request.url, headers=headers, content=orjson.dumps(body))
        )
        answer: Any = orjson.loads(await response.aread())
        if "query SyncSchema" in asked:
            for name in ("checkout", "line"):
                answer["data"][name]["fields"].append(NEW)
        elif "loyaltyTier" in asked:
            for node in answer["data"]["abandonedCheckouts"]["nodes"]:
                for each in (node, *node["lineItems"]["nodes"]):
                    each["loyaltyTier"] = "PLATINUM"
        text = orjson.dumps(answer).decode()
        for old, new in self._replaced.items():
            text = text.replace(old, new)
        return httpx.Response(response.status_code, headers={"x-shopify-api-version": "2026-04"}, text=text)


async def exported(copy: Copy) -> list[dict[str, Any]]:
    _, shop = await sync_and_shop(copy.database, "main")
    file = io.BytesIO()
    await export_checkouts(copy.database, shop, file, "jsonl", address="https://copy.example")
    return [orjson.loads(line) for line in file.getvalue().splitlines()]


# Pages, because bulk operations begin with more checkouts than there are.
PAGES = Sizes(page=7, lines=10, allocations=3, bulk_from=1_000)


async def run_from(copy: Copy, transport: httpx.AsyncBaseTransport, sizes: Sizes = PAGES) -> None:
    await run_sync(
        copy.database,
        "main",
        copy.now,
        new_client=lambda: httpx.AsyncClient(transport=transport),
        sleep=copy.sleep,
        sizes=sizes,
    )


async def test_unknown_fields_are_kept_and_exported(copy: Copy, source: SourceShop) -> None:
    await run_from(copy, NewerSource(source, {}))
    found = await exported(copy)
    assert len(found) == 40
    for each in found:
        assert b'"PLATINUM"' in orjson.dumps({name: value for name, value in each.items() if name != "line_items"})
        assert all(b'"PLATINUM"' in orjson.dumps(line) for line in each["line_items"])


@pytest.mark.parametrize(
    "replaced",
    [
        {'"SUBSCRIBED"': '"PAUSED"', '"NOT_SUBSCRIBED"': '"PAUSED"'},
        {'"ACROSS"': '"SPREAD"', '"LINE_ITEM"': '"GIFT"', '"ALL"': '"SOME"'},
        {'"DiscountCodeApplication"': '"LoyaltyApplication"'},
        {'"DISABLED"': '"DORMANT"', '"USD"': '"XTS"'},
    ],
)
async def test_unknown_values_do_not_stop_a_sync(copy: Copy, source: SourceShop, replaced: dict[str, str]) -> None:
    await run_from(copy, NewerSource(source, replaced))
    assert len(await exported(copy)) == 40
    assert (await copy.verify()).is_same


class ChangingSource(httpx.AsyncBaseTransport):
    """A source whose API version is retired while it is read."""

    def __init__(self, source: SourceShop, after: int) -> None:
        transport = source.server.transport
        assert isinstance(transport, httpx.AsyncBaseTransport)
        self._inner, self._left = transport, after

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        self._left -= 1
        response.headers["x-shopify-api-version"] = "2026-04" if self._left >= 0 else "2026-07"
        return response


@pytest.mark.parametrize("after", [1, 3, 5])
async def test_a_version_that_is_retired_in_the_middle(copy: Copy, source: SourceShop, after: int) -> None:
    await run_from(copy, ChangingSource(source, after))
    assert len(await exported(copy)) == 40
    assert (await copy.verify()).is_same


class NulSource(httpx.AsyncBaseTransport):
    """A source with a NUL character in a note, in pages and in the files of bulk operations."""

    def __init__(self, source: SourceShop) -> None:
        transport = source.server.transport
        assert isinstance(transport, httpx.AsyncBaseTransport)
        self._inner = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["accept-encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        content = (await response.aread()).replace(b'"note 33"', b'"\\u0000x"')
        return httpx.Response(response.status_code, headers=response.headers, content=content)


@pytest.mark.parametrize("sizes", [SIZES, PAGES], ids=["bulk", "pages"])
async def test_nul_characters_are_replaced(copy: Copy, source: SourceShop, sizes: Sizes) -> None:
    await run_from(copy, NulSource(source), sizes)
    assert {"\ufffdx", "note 32"} < {each["note"] for each in await exported(copy)}
