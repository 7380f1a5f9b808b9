"""Where bulk operations do not work, pages are read; where they stop, they continue."""

import pytest

from tests.sync.conftest import Copy, SourceShop


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
