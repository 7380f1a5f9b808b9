"""Several processes import a file into the same store as one process does."""

from pathlib import Path

import orjson
import pytest

from abandoned_checkouts.intake.file_records import SourceError
from abandoned_checkouts.intake.import_file import import_file
from abandoned_checkouts.intake.import_result import Rejection
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.shops import create_shop
from tests.databases import Databases
from tests.intake.samples import node, rest_checkout, wix_checkout
from tests.intake.stored import content

DOMAIN = "acme.myshopify.com"
NOW = 1_790_000_000_000_000


async def brought_in(url: str, file: Path, processes: int) -> tuple[dict[int, object], dict[str, int], list[Rejection]]:
    database = await open_database(url)
    rejections: list[Rejection] = []
    try:
        async with database.begin() as connection:
            # Keys and tokens that a source does not include follow from the shop's secret.
            await create_shop(connection, DOMAIN, now=NOW, secret="5" * 64)
        done = await import_file(database, DOMAIN, file, now=NOW, processes=processes, reject=rejections.append)
        found = await content(database, DOMAIN)
    finally:
        await database.close()
    return found, dict(done.changes), sorted(rejections, key=lambda rejection: rejection.place)


async def test_two_processes_and_one_write_the_same_store(
    databases: Databases, database_kind: str, tmp_path: Path
) -> None:
    file = tmp_path / "mixed.jsonl"
    records = [rest_checkout(number) for number in range(1, 800)]
    records += [rest_checkout(number, note="newer", updated_at="2026-10-13T00:00:00Z") for number in range(1, 40)]
    records += [{"id": 7}, node(5000), wix_checkout(), {"id": "gid://shopify/Order/1", "createdAt": "x"}]
    file.write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in records) + b"nonsense\n")
    one = await brought_in(databases.new(database_kind), file, 1)
    two = await brought_in(databases.new(database_kind), file, 2)
    assert len(one[0]) == 801 and len(one[2]) == 3
    differing = {number: (one[0][number], found) for number, found in two[0].items() if one[0].get(number) != found}
    assert not differing
    assert (two[1], two[2], list(two[0])) == (one[1], one[2], list(one[0]))


async def test_an_error_in_another_process_is_raised_here(databases: Databases, tmp_path: Path) -> None:
    database = await open_database(databases.new("sqlite"))
    file = tmp_path / "gone.jsonl"
    file.write_bytes(orjson.dumps(rest_checkout(1)) + b"\n")
    try:
        await import_file(database, DOMAIN, file, now=NOW)
        file.unlink()
        with pytest.raises(SourceError, match="cannot be read"):
            await import_file(database, DOMAIN, file, now=NOW, processes=2)
    finally:
        await database.close()
