"""Where bulk operations do not work, pages are read; where they stop, they continue."""

import httpx
import pytest

from abandoned_checkouts.sync.run_sync import run_sync
from abandoned_checkouts.sync.shopify_source import Sizes
from tests.sync.conftest import Copy, Json, SourceShop


def operations(source: SourceShop, kind: str) -> int:
    return int(source.ask("POST", "/requests/count", {"contains": kind})["count"])


async def test_pages_are_read_where_bulk_operations_fail(copy: Copy, source: SourceShop) -> None:
    source.ask("POST", "/faults", [{"bulk": "failed"}])
    await copy.run()
    assert operations(source, "SyncPage") > 5
    source.ask("DELETE", "/faults")
    assert (await copy.verify()).is_same


async def test_a_file_that_ends_in_the_middle_of_a_line_is_read_on(copy: Copy, source: SourceShop) -> None:
    source.ask("POST", "/faults", [{"endpoint": "bulk", "times": 3, "truncate": 0.5}])
    assert (await copy.run()).outcomes["created"] == 40
    assert (await copy.verify()).is_same


async def test_an_operation_is_found_again_after_an_interruption(copy: Copy, source: SourceShop) -> None:
    sync = await copy.sync()
    source.ask("PUT", "/bulk", {"progress": "manual"})
    copy.limit = 60.0
    with pytest.raises(TimeoutError):
        await copy.run()
    source.ask("PUT", "/bulk", {"progress": "immediate"})
    copy.limit = None
    before = (await copy.sync()).state["source"]["operation"]
    source.ask("POST", f"/bulk/{before}/run", {"shop": source.server.shop})
    assert (await copy.run()).outcomes["created"] == 40
    assert operations(source, before) > 0 and sync.watermark is None
    assert (await copy.verify()).is_same


async def test_five_operations_at_once_are_waited_for(copy: Copy, source: SourceShop) -> None:
    source.ask("PUT", "/bulk", {"progress": "manual"})
    start = 'mutation { bulkOperationRunQuery(query: "{ abandonedCheckouts { edges { node { id } } } }") '
    start += "{ bulkOperation { id } userErrors { message } } }"
    started = [source.graphql(start)["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"] for _ in range(5)]
    refused = source.graphql(start)["data"]["bulkOperationRunQuery"]
    assert refused["bulkOperation"] is None and refused["userErrors"]
    copy.limit = 20.0
    with pytest.raises(TimeoutError):
        await copy.run()
    assert (await copy.sync()).state == {}
    source.ask("PUT", "/bulk", {"progress": "immediate"})
    copy.limit = None
    for gid in started:
        source.ask("POST", f"/bulk/{gid}/run", {"shop": source.server.shop})
    assert (await copy.run()).outcomes["created"] == 40
    assert operations(source, "SyncPage") == 3


class RefusingSource(httpx.AsyncBaseTransport):
    """A source that answers requests of bulk operations with something else."""

    def __init__(self, source: SourceShop, answers: dict[str, Json]) -> None:
        transport = source.server.transport
        assert isinstance(transport, httpx.AsyncBaseTransport)
        self._inner, self._answers = transport, answers
        self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        for name, answer in self._answers.items():
            if name.encode() in request.content:
                self.asked += 1
                return httpx.Response(200, json=answer)
        return await self._inner.handle_async_request(request)


STARTED = {"SyncBulk(": {"data": {"bulkOperationRunQuery": {"bulkOperation": {"id": "gid://1"}, "userErrors": []}}}}


def refused(message: str, **more: object) -> dict[str, Json]:
    return {"SyncBulk(": {"errors": [{"message": message, **more}], "data": None}}


def ended(**state: object) -> dict[str, Json]:
    usual = {"errorCode": None, "objectCount": "0", "rootObjectCount": "0", "fileSize": None, "url": None}
    return {**STARTED, "SyncBulkState(": {"data": {"node": {**usual, **state}}}}


@pytest.mark.parametrize(
    "answers",
    [
        refused("Access denied for bulkOperationRunQuery field.", extensions={"code": "ACCESS_DENIED"}),
        refused("Field 'bulkOperationRunQuery' doesn't exist on type 'Mutation'"),
        {
            "SyncBulk(": {
                "data": {
                    "bulkOperationRunQuery": {
                        "bulkOperation": None,
                        "userErrors": [{"code": "INVALID", "message": "Bulk queries cannot be run."}],
                    }
                }
            }
        },
        ended(status="FAILED", errorCode="ACCESS_DENIED"),
        ended(status="FAILED", errorCode="TIMEOUT", partialDataUrl="https://files.example/part"),
        ended(status="CANCELED"),
        ended(status="EXPIRED"),
        ended(status="COMPLETED"),
        ended(status="COMPLETED", rootObjectCount="40", objectCount="40"),
        {**STARTED, "SyncBulkState(": {"data": {"node": None}}},
    ],
    ids=lambda answers: str(answers)[-60:-10],
)
async def test_pages_are_read_after_every_kind_of_refusal(
    copy: Copy, source: SourceShop, answers: dict[str, Json]
) -> None:
    refusing = RefusingSource(source, answers)
    sizes = Sizes(page=40, lines=10, allocations=3, bulk_from=20)
    result = await run_sync(
        copy.database,
        "main",
        copy.now,
        new_client=lambda: httpx.AsyncClient(transport=refusing),
        sleep=copy.sleep,
        sizes=sizes,
    )
    assert result.outcomes["created"] == 40 and refusing.asked >= 3
    assert (await copy.sync()).problem is None and (await copy.sync()).reconciled_at is not None
