"""Bulk operations of the twin: at once, after a time, when released; and with each of their faults."""

from typing import Any

import pytest

from tests.twin.conftest import TwinUser

RUN = (
    'mutation{bulkOperationRunQuery(query:"{abandonedCheckouts{edges{node{id}}}}")'
    "{bulkOperation{id status} userErrors{message}}}"
)
SHOW = "query($id:ID!){node(id:$id){... on BulkOperation{status errorCode objectCount url partialDataUrl}}}"


@pytest.fixture(autouse=True)
async def four_checkouts(twin: TwinUser) -> None:
    await twin.freeze("2026-12-01T09:00:00Z")
    for _ in range(4):
        await twin.checkout()


async def _begin(twin: TwinUser) -> str:
    found = (await twin.graphql(RUN))["data"]["bulkOperationRunQuery"]
    assert found["userErrors"] == []
    await twin.ask("PUT", "/clock", {"action": "advance", "durationMillis": 0})
    number: str = found["bulkOperation"]["id"]
    return number


async def _shown(twin: TwinUser, number: str) -> dict[str, Any]:
    found: dict[str, Any] = (await twin.graphql(SHOW, id=number))["data"]["node"]
    return found


async def _lines(twin: TwinUser, url: str) -> list[str]:
    response = await twin.client.get(url)
    assert response.status_code == 200
    return response.text.splitlines()


async def test_immediate(twin: TwinUser) -> None:
    shown = await _shown(twin, await _begin(twin))
    assert (shown["status"], shown["objectCount"], len(await _lines(twin, shown["url"]))) == ("COMPLETED", "4", 4)


async def test_timed(twin: TwinUser) -> None:
    await twin.ask("PUT", "/bulk", {"progress": "timed", "after": "10 minutes"})
    number = await _begin(twin)
    await twin.advance("9 minutes")
    assert (await _shown(twin, number))["status"] == "RUNNING"
    await twin.advance("2 minutes")
    assert (await _shown(twin, number))["status"] == "COMPLETED"


async def test_manual(twin: TwinUser) -> None:
    await twin.ask("PUT", "/bulk", {"progress": "manual"})
    number = await _begin(twin)
    await twin.advance("5 days")
    assert (await _shown(twin, number))["status"] == "RUNNING"
    await twin.ask("POST", f"/bulk/{number}/run")
    assert (await _shown(twin, number))["status"] == "COMPLETED"
    await twin.ask("POST", f"/bulk/{number}/run", None, 404)


async def test_an_operation_is_released_directly_after_it_was_created(twin: TwinUser) -> None:
    await twin.ask("PUT", "/bulk", {"progress": "manual"})
    number = await _begin(twin)
    await twin.ask("POST", f"/bulk/{number}/run")
    assert (await _shown(twin, number))["status"] == "COMPLETED"


async def test_failed_with_partial_data(twin: TwinUser) -> None:
    await twin.ask("POST", "/faults", {"bulk": "failed"})
    shown = await _shown(twin, await _begin(twin))
    assert (shown["status"], shown["errorCode"], shown["url"]) == ("FAILED", "INTERNAL_SERVER_ERROR", None)
    assert len(await _lines(twin, shown["partialDataUrl"])) == 2


async def test_empty_although_there_are_rows(twin: TwinUser) -> None:
    await twin.ask("POST", "/faults", {"bulk": "empty"})
    shown = await _shown(twin, await _begin(twin))
    assert (shown["status"], shown["objectCount"], shown["url"]) == ("COMPLETED", "0", None)


async def test_late(twin: TwinUser) -> None:
    await twin.ask("POST", "/faults", {"bulk": "late", "delay": "3 hours"})
    number = await _begin(twin)
    await twin.advance("2 hours")
    assert (await _shown(twin, number))["status"] == "RUNNING"
    await twin.advance("2 hours")
    assert (await _shown(twin, number))["status"] == "COMPLETED"


async def test_truncated_and_expired_files(twin: TwinUser) -> None:
    url = (await _shown(twin, await _begin(twin)))["url"]
    whole = (await twin.client.get(url)).content
    await twin.ask("POST", "/faults", {"endpoint": "bulk", "truncate": 0.4})
    assert (await twin.client.get(url)).content == whole[: int(len(whole) * 0.4)]
    await twin.ask("POST", "/faults", {"endpoint": "bulk", "status": 403})
    assert (await twin.client.get(url)).status_code == 403


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"progress": "manuel"}, 'Did you mean "manual"?'),
        ({"progress": "timed"}, '"after" belongs to "timed"'),
        ({"progress": "immediate", "after": "1 day"}, '"after" belongs to "timed"'),
        ({"progress": "timed", "after": "soon"}, "is not a duration"),
    ],
)
async def test_refusals(twin: TwinUser, body: dict[str, str], words: str) -> None:
    assert words in (await twin.ask("PUT", "/bulk", body, 422))["errors"]
