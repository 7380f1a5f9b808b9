"""The dry run of a flow: a worker computes it, and the page shows its progress and its result."""

from httpx import Response

from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.shopify.bulk.rules.files import Results
from abandoned_checkouts.store.tenants.exports import claim_export, delete_exports, update_export
from abandoned_checkouts.work.export_job import run_exports
from tests.control.conftest import Desk
from tests.intake.messages import START, Clock
from tests.merchant.test_exports import results
from tests.merchant.test_flows import TWO, stored
from tests.merchant.test_users import as_owner

__all__ = ["results"]


async def started(desk: Desk, number: int, days: str = "30") -> str:
    """The address of the dry run that a person started."""
    secret = await as_owner(desk)
    asked = await desk.client.post(f"/merchant/flows/{number}/dry-run", data={"form_key": secret, "days": days})
    assert asked.status_code == 303
    return asked.headers["location"]


async def finished(desk: Desk, results: Results, page: str) -> Response:
    await run_exports(desk.store, results, Clock(START + DAY))
    return await desk.client.get(page)


async def test_the_dry_run_lists_who_and_why_not(desk: Desk, results: Results) -> None:
    number = await stored(desk, {**TWO, "only_if": {"exclude": ["nobody@*"]}})
    address = await started(desk, number)
    waiting = (await desk.client.get(address)).text
    assert "data-refresh" in waiting and "0 of … checkouts are tried" in waiting and ">Reload</a>" in waiting
    page = (await finished(desk, results, address)).text
    assert "data-refresh" not in page
    assert "1 checkout was abandoned" in page and "ada@example.com" in page and "would run: 1" in page
    none = await stored(desk, {**TWO, "name": "None", "only_if": {"exclude": ["ada@*"]}})
    page = (await finished(desk, results, await started(desk, none, "7"))).text
    assert "would run: 0" in page and "the address is excluded: 1" in page and 'value="7"' in page
    assert 'value="30"' in (await desk.client.get(await started(desk, none, "999"))).text


async def test_its_progress_is_that_of_the_worker(desk: Desk, results: Results) -> None:
    address = await started(desk, await stored(desk, TWO))
    async with desk.store.begin() as connection:
        run = await claim_export(connection, START)
        assert run is not None
        await update_export(connection, run, {"done": 40, "total": 1200})
    page = (await desk.client.get(address)).text
    assert '<progress max="1200" value="40"' in page and "40 of 1,200 checkouts are tried" in page


async def test_a_run_belongs_to_its_flow_and_ends_with_it(desk: Desk, results: Results) -> None:
    number, other = await stored(desk, TWO), await stored(desk, {**TWO, "name": "Other"})
    address = await started(desk, number)
    run = address.rpartition("=")[2]
    for path in (
        f"/merchant/flows/{other}/dry-run?run={run}",
        f"/merchant/flows/{number}/dry-run?run=424242",
        "/merchant/flows/424242/dry-run",
        # It is not an export of checkouts.
        f"/merchant/exports/{run}",
        f"/merchant/exports/{run}/file",
    ):
        assert (await desk.client.get(path)).status_code == 404, path
    assert "Days to look back" in (await desk.client.get(f"/merchant/flows/{number}/dry-run")).text
    await desk.ask("DELETE", f"/control/flows/{number}")
    assert await run_exports(desk.store, results, Clock(START + DAY)) == 1
    assert not list(results.folder.glob("*/export-*"))


async def test_an_erasure_deletes_the_result(desk: Desk, results: Results) -> None:
    address = await started(desk, await stored(desk, TWO))
    assert "ada@example.com" in (await finished(desk, results, address)).text
    async with desk.store.begin() as connection:
        await delete_exports(connection, desk.shop)
    gone = (await desk.client.get(address)).text
    assert "ada@example.com" not in gone and "The result was deleted" in gone
    await run_exports(desk.store, results, Clock(START + DAY))
    assert not list(results.folder.glob("*/export-*"))
