"""The bodies and the error in docs/wix.md."""

from typing import Any

import orjson

from tests.docs.blocks import blocks_of
from tests.wix.conftest import site as site
from tests.wix.site import Site

QUERY, SEARCH, ERROR = (orjson.loads(block.text) for block in blocks_of("docs/wix.md") if block.language == "json")


async def asked(site: Site, method: str, body: Any) -> Any:
    return (await site.client.post(f"/ecom/v1/abandoned-checkout/{method}", json=body)).json()


async def test_the_bodies_find_checkouts(site: Site) -> None:
    found = await asked(site, "query", QUERY)
    assert found["abandonedCheckouts"] and {each["status"] for each in found["abandonedCheckouts"]} == {"ABANDONED"}
    assert "abandonedCheckouts" in await asked(site, "search", SEARCH)


async def test_an_unknown_field_has_the_shown_error(site: Site) -> None:
    assert await asked(site, "query", {"query": {"filter": {"colour": "red"}}}) == ERROR


async def test_a_filter_beside_the_query_narrows_nothing(site: Site) -> None:
    assert await asked(site, "query", {"filter": {"colour": "red"}}) == await asked(site, "query", {})
