"""Exports of the list."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from abandoned_checkouts.merchant.site import Site
from abandoned_checkouts.shopify.bulk.rules.files import Results
from abandoned_checkouts.store.tenants.exports import add_export, claim_export, find_export
from abandoned_checkouts.work.export_job import KEPT_FOR, run_exports
from tests.control.conftest import Desk
from tests.intake.messages import START, Clock
from tests.merchant.test_checkout_list import fill
from tests.merchant.test_users import as_owner


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Results:
    folder = Results(tmp_path / "results")
    monkeypatch.setattr(Site, "results", folder)
    return folder


async def exported(desk: Desk, results: Results, form: str, query: str) -> tuple[str, bytes]:
    """The page of a finished export, and its file."""
    secret = await as_owner(desk)
    asked = await desk.client.post("/merchant/exports", data={"form_key": secret, "format": form, "query": query})
    page = asked.headers["location"]
    waiting = (await desk.client.get(page)).text
    assert "data-refresh" in waiting and "of … checkouts are written" in waiting
    assert (await desk.client.get(f"{page}/file")).status_code == 404
    await run_exports(desk.store, results, Clock(START))
    done = (await desk.client.get(page)).text
    file = await desk.client.get(f"{page}/file")
    assert "attachment" in file.headers["content-disposition"] and f".{form}" in file.headers["content-disposition"]
    return done, file.content


async def test_csv_has_all_rows_of_the_search_and_a_byte_order_mark(desk: Desk, results: Results) -> None:
    await fill(desk, 1200)
    done, content = await exported(desk, results, "csv", "email:zoe*")
    assert "1,200 checkouts are written." in done and "data-refresh" not in done
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert len({row["Name"] for row in rows}) == 1200 and not any("ada" in row["Email"] for row in rows)
    mode = next(results.folder.glob("*/export-*.csv")).stat().st_mode
    assert mode & 0o077 == 0


async def test_json_lines_without_a_search_have_every_checkout(desk: Desk, results: Results) -> None:
    await fill(desk, 3)
    done, content = await exported(desk, results, "jsonl", "")
    assert "4 checkouts are written." in done
    assert len([json.loads(line) for line in content.splitlines()]) == 4


async def test_an_interrupted_export_runs_again_and_old_files_are_deleted(desk: Desk, results: Results) -> None:
    clock = Clock(START)
    async with desk.store.begin() as connection:
        details = {"query": "", "form": "csv", "author": "me", "address": "https://a.example", "now": START}
        number = await add_export(connection, desk.shop, **details)  # type: ignore[arg-type]
        assert (await claim_export(connection, START) or {})["id"] == number
        assert await claim_export(connection, START) is None
    assert await run_exports(desk.store, results, clock) == 0
    clock.pass_minutes(3)
    assert await run_exports(desk.store, results, clock) == 1
    assert len(list(results.folder.glob("*/*"))) == 1
    clock.now += KEPT_FOR + 1
    assert await run_exports(desk.store, results, clock) == 1
    async with desk.store.read() as connection:
        assert await find_export(connection, desk.shop, number) is None
    assert list(results.folder.glob("*/*")) == []


async def test_an_erasure_deletes_the_files_of_exports(desk: Desk, results: Results) -> None:
    await exported(desk, results, "csv", "")
    await desk.ask("POST", "/control/erasures", {"email": "ada@example.com"})
    await run_exports(desk.store, results, Clock(START))
    assert list(results.folder.glob("*/*")) == []


async def test_exports_of_other_shops_and_searches_that_are_too_deep(desk: Desk, results: Results) -> None:
    deep = " ".join(["(a OR", "-(b"] * 150)
    done, _ = await _failed(desk, results, deep[:1000])
    assert re.search("levels of nested groups", done)
    assert (await desk.ask("GET", "/merchant/exports/99")).status_code == 404


async def _failed(desk: Desk, results: Results, query: str) -> tuple[str, int]:
    async with desk.store.begin() as connection:
        details = {"query": query * 3, "form": "csv", "author": "me", "address": "https://a.example", "now": START}
        number = await add_export(connection, desk.shop, **details)  # type: ignore[arg-type]
    await run_exports(desk.store, results, Clock(START))
    return (await desk.ask("GET", f"/merchant/exports/{number}")).text, number
