"""The transport of a twin in this process, with httpx's two clients."""

import httpx
import pytest

from abandoned_checkouts.pytest_plugin.client import Twin

COUNT = {"query": "{ abandonedCheckoutsCount { count } }"}


def test_a_client(twin: Twin) -> None:
    with httpx.Client(transport=twin.transport, headers=twin.headers) as client:
        response = client.post(twin.graphql_url, json=COUNT)
        assert response.json()["data"] == {"abandonedCheckoutsCount": {"count": 0}}
        page = client.get(f"{twin.url}/", headers={"Accept-Encoding": "gzip"})
        assert page.headers["X-Abandoned-Checkouts-Twin"] and "<html" in page.text


async def test_an_asynchronous_client_of_another_event_loop(twin: Twin) -> None:
    assert isinstance(twin.transport, httpx.AsyncBaseTransport)
    async with httpx.AsyncClient(transport=twin.transport, headers=twin.headers) as client:
        response = await client.post(twin.graphql_url, json=COUNT)
    assert response.status_code == 200


def test_a_connection_that_a_fault_resets(twin: Twin) -> None:
    twin.fault(endpoint="graphql", connection="reset")
    with httpx.Client(transport=twin.transport) as client, pytest.raises(httpx.ReadError, match="reset by a fault"):
        client.post(twin.graphql_url, json=COUNT)
