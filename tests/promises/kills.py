"""A server that is killed while clients write to it.

    python -m tests.promises.kills --kills 300 --clients 8

Promised: no write that was acknowledged is lost, none is there by half, and the store file is sound.
"""

import argparse
import asyncio
import random
import sqlite3
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import create_shop
from tests.ports import free_port
from tests.promises.child import Child
from tests.promises.sender import present

TOKEN = "shpat_kills"


@dataclass
class Outcome:
    kills: int
    clients: int
    acknowledged: int
    abandoned: int
    seconds: float
    lost: list[str] = field(default_factory=list)
    half_written: list[str] = field(default_factory=list)
    integrity: str = ""

    @property
    def is_kept(self) -> bool:
        return not self.lost and not self.half_written and self.integrity == "ok"

    def __str__(self) -> str:
        return (
            f"{self.kills} kills while {self.clients} clients wrote for {self.seconds:.0f} s: {self.acknowledged} "
            f"acknowledged writes, {self.abandoned} checkouts abandoned meanwhile, {len(self.lost)} lost, "
            f"{len(self.half_written)} half-written, integrity_check {self.integrity}"
        )


async def prove(folder: Path, kills: int, clients: int, seed: int = 1) -> Outcome:
    file, chance, port = folder / "kills.sqlite3", random.Random(seed), free_port()
    url = f"sqlite+aiosqlite:///{file}"
    database = await open_database(url)
    async with database.begin() as connection:
        # Due at once, so that the workers move checkouts while the server is killed.
        shop = await create_shop(connection, "kills.myshopify.com", now=present(), abandoned_after_minutes=0)
        await issue_token(connection, shop, ["write_checkouts"], now=present(), token=TOKEN)
    await database.close()
    began, server = time.monotonic(), Child("tests.promises.server", url, str(port))
    acknowledged: dict[str, int] = {}
    writing = [asyncio.create_task(_write(port, f"client{number}", acknowledged)) for number in range(clients)]
    try:
        for _ in range(kills):
            await server.start()
            await asyncio.sleep(chance.uniform(0.02, 0.8))
            await server.kill()
    finally:
        for task in writing:
            task.cancel()
        await asyncio.gather(*writing, return_exceptions=True)
        await server.kill()
    outcome = Outcome(kills, clients, sum(acknowledged.values()), 0, time.monotonic() - began)
    # Opening and closing as the server does, so that what is checked is what a restart would find.
    await (await open_database(url)).close()
    _judge(file, acknowledged, outcome)
    return outcome


async def _write(port: int, name: str, acknowledged: dict[str, int]) -> None:
    """Begin checkouts and change each a few times; what is answered with 200 is acknowledged."""
    number = 0
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers={"X-Shopify-Access-Token": TOKEN}
    ) as client:
        while True:
            number += 1
            token = f"{name}-{number}"
            for change in range(1, 4):
                body = {
                    "token": token,
                    "email": "ada@example.com",
                    "note": str(change),
                    "line_items": [{"key": f"l{line}", "quantity": 1, "price": "1.00"} for line in range(change)],
                }
                while True:
                    try:
                        response = await client.post("/intake/checkouts", json=body, timeout=5)
                    except httpx.TransportError:
                        await asyncio.sleep(0.02)
                        continue
                    assert response.status_code == 200, response.text
                    acknowledged[token] = change
                    break


def _judge(file: Path, acknowledged: dict[str, int], outcome: Outcome) -> None:
    store = sqlite3.connect(file)
    outcome.integrity = store.execute("PRAGMA integrity_check").fetchone()[0]
    kept = {
        token: (number, int(note), lines, quantity, documents)
        for token, number, note, lines, quantity, documents in store.execute(
            "SELECT token, id, note, (SELECT count(*) FROM line_items l WHERE l.checkout_id = a.id),"
            " line_items_quantity, (SELECT count(*) FROM checkout_text t WHERE t.rowid = a.document_id)"
            " FROM abandoned_checkouts a"
        )
    }
    outcome.abandoned = len(kept)
    still_open = {
        token: (number, int(note), version)
        for token, number, note, version in store.execute(
            "SELECT token, id, json_extract(document, '$.note'), version FROM open_checkouts"
        )
    }
    kinds_by_number: dict[int, list[str]] = {}
    for number, kind in store.execute("SELECT checkout_id, kind FROM events ORDER BY id"):
        kinds_by_number.setdefault(number, []).append(kind)
    for token, change in acknowledged.items():
        found = kept.get(token) or still_open.get(token)
        if found is None or found[1] < change:
            outcome.lost.append(f"{token} change {change}: {found}")
    for token, (number, note, lines, quantity, documents) in kept.items():
        kinds = kinds_by_number.get(number, [])
        # Changes can be before or after the abandonment. Each has exactly one event.
        whole = lines == quantity == note and documents == 1 and token not in still_open
        if not whole or kinds[:1] != ["checkout_created"] or kinds.count("checkout_abandoned") != 1:
            outcome.half_written.append(
                f"{token}: {lines} of {quantity} lines, note {note}, {documents} texts, {kinds}"
            )
    for token, (number, _, version) in still_open.items():
        if len(kinds_by_number.get(number, [])) != version:
            outcome.half_written.append(f"{token}: version {version}, events {kinds_by_number.get(number)}")
    store.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        result = asyncio.run(prove(Path(name), given.kills, given.clients, given.seed))
    print(result)
    for problem in (*result.lost[:5], *result.half_written[:5]):
        print(" ", problem)
    raise SystemExit(not result.is_kept)
