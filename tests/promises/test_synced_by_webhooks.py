"""A server that runs a sync in the background and receives the webhooks of the source: both are real processes."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from abandoned_checkouts.pytest_plugin.client import Twin
from abandoned_checkouts.pytest_plugin.serving import started
from abandoned_checkouts.store.checkouts.known_records import find_known
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.sync.run_sync import sync_and_shop
from tests.cli.conftest import Run
from tests.cli.conftest import run as run  # The fixture.
from tests.cli.serving import serving
from tests.ports import free_port

# What goes wrong with the webhooks of a checkout.
FAULTS = ("none", "lost", "twice", "late", "out-of-order", "old-version")
SECONDS = 60.0


async def until(what: Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + SECONDS
    while not await what():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def is_copied(database: Database) -> bool:
    return (await sync_and_shop(database, "main"))[0].completed_at is not None


async def is_known(database: Database, token: str) -> bool:
    _, shop = await sync_and_shop(database, "main")
    async with database.read() as connection:
        return await find_known(connection, shop, token=token) is not None


async def test_webhooks_arrive_and_what_they_miss_is_read(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    of_today = {"ABANDONED_CHECKOUTS_TWIN_INSTANT": ""}
    with started(tmp_path, demo=None, settings=of_today) as server:
        twin = Twin(server)
        for place in range(3):
            await asyncio.to_thread(twin.checkout, email=f"buyer{place}@example.com", ago="2 days")
        approvals = ["customer_data", "name", "email", "phone", "address"]
        app = twin.ask("POST", "/apps", {"title": "Copy", "kind": "custom", "approve": approvals})
        secret = tmp_path / "secret"
        secret.write_text(app["app"]["clientSecret"])
        options = ("--client-id", app["app"]["clientId"], "--client-secret-file", str(secret))
        await asyncio.to_thread(
            run,
            "sync",
            "add",
            "main",
            "--shop",
            "copy.example",
            "--from",
            server.url,
            *options,
            "--database",
            sqlite_url,
        )
        database, port = await open_database(sqlite_url), free_port()
        with serving(sqlite_url, port=port, public_url=f"http://127.0.0.1:{port}"):
            await until(lambda: is_copied(database))
            for fault in FAULTS:
                rule = {"webhook": fault, "topic": "checkouts/*"}
                rule |= {"delay": "1 hour", "times": 1} if fault == "late" else {}
                twin.ask("POST", "/faults", [] if fault == "none" else [rule])
                await asyncio.to_thread(twin.checkout, state="open", token=f"by-{fault}", email=f"{fault}@example.com")
                if fault in ("none", "twice"):
                    # Before the source itself counts it as abandoned, so that no list has it.
                    await until(lambda token=f"by-{fault}": is_known(database, token))
            twin.ask("DELETE", "/faults")
            await asyncio.to_thread(twin.travel, "3 hours")
        await asyncio.to_thread(run, "sync", "run", "main", "--once", "--database", sqlite_url)
        done = await asyncio.to_thread(run, "sync", "verify", "main", "--json", "--database", sqlite_url)
        assert '"same": 9' in done.stdout
        for fault in FAULTS:
            # Those that came by webhook have the token of the source; the others were read from the list.
            assert fault not in ("none", "twice") or await is_known(database, f"by-{fault}")
        await database.close()
