"""A restore drill: a server is killed, its store is restored from a backup that was made while it ran.

No event of the backup is lost, and none that was delivered before the backup is sent again.
"""

import asyncio
from pathlib import Path

import httpx
import orjson

from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.server import now
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.moving.backup import back_up, restore
from tests.cli.serving import Serving, serving
from tests.databases import Databases
from tests.work.receiver import Receiver

TOKEN = {"X-Shopify-Access-Token": "shpat_demo"}
SUBSCRIBE = """mutation($uri: String!) { webhookSubscriptionCreate(topic: CHECKOUTS_CREATE,
  webhookSubscription: {uri: $uri}) { webhookSubscription { id } userErrors { message } } }"""
SECONDS = 60


async def sent_by(server: Serving, names: list[str]) -> None:
    async with httpx.AsyncClient(base_url=server.base, headers=TOKEN) as http:
        for name in names:
            body = {"email": f"{name}@example.com", "line_items": [{"title": "Mug", "price": "9.00", "quantity": 1}]}
            assert (await http.post("/intake/checkouts", json=body)).status_code < 300


def emails(receiver: Receiver) -> list[str]:
    return sorted(str(orjson.loads(each.body)["email"]).partition("@")[0] for each in receiver.received)


async def until_received(receiver: Receiver, names: list[str]) -> None:
    for _ in range(SECONDS * 20):
        if len(receiver.received) >= len(names):
            break
        await asyncio.sleep(0.05)
    assert emails(receiver) == sorted(names)


async def test_kill_restore_and_go_on(databases: Databases, tmp_path: Path) -> None:
    store, restored, backup = databases.new("sqlite"), databases.blank("sqlite"), tmp_path / "backup"
    database = await open_database(store)
    await fill(database, checkouts=3, seed=1, now=now())
    await database.close()
    async with Receiver() as receiver:
        created = {"query": SUBSCRIBE, "variables": {"uri": receiver.url("/hooks")}}
        with serving(store, allow_private_targets=True) as server:
            async with httpx.AsyncClient(base_url=server.base, headers=TOKEN) as http:
                answer = (await http.post("/admin/api/2026-10/graphql.json", json=created)).json()
            assert answer["data"]["webhookSubscriptionCreate"]["userErrors"] == []
            await sent_by(server, ["ada", "bob"])
            await until_received(receiver, ["ada", "bob"])
        # This server stores events and does not send them: they wait in the backup.
        with serving(store, allow_private_targets=True, work=False) as server:
            await sent_by(server, ["cleo", "dan"])
            await asyncio.to_thread(back_up, store, backup)
            await sent_by(server, ["eve"])
            server.process.kill()
            server.process.wait()
        await asyncio.to_thread(restore, backup, restored, None)
        with serving(restored, allow_private_targets=True) as server:
            await until_received(receiver, ["ada", "bob", "cleo", "dan"])
            await sent_by(server, ["finn"])
            await until_received(receiver, ["ada", "bob", "cleo", "dan", "finn"])
