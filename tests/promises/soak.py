"""Runs a server under reads, intake and deliveries for a long time, and compares its memory and open files.

    python -m tests.promises.soak --seconds 1200

Promised after 20 minutes: the median memory of the last quarter is at most 1.03 times that of the time from 40 % to
65 % (of 20 minutes: the last 5, and minutes 8 to 13), and the number of open files is the same.
"""

import argparse
import asyncio
import itertools
import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import httpx
import psutil

from abandoned_checkouts.config import variable
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import create_shop, register_app
from tests.places import ROOT
from tests.ports import free_port
from tests.promises.sender import present
from tests.work.receiver import Receiver

TOKEN = "shpat_soak"
MOST_GROWTH = 1.03
WORDS = ("soap", "cup", "hoodie", "lamp", "mug", "chair", "olive", "green", "blue", "large")


@dataclass
class Samples:
    """Of each sample: seconds since the start, bytes of memory, open files and connections."""

    times: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    # The pages of the store's file that are mapped into memory: they grow with the store, up to its limit.
    mapped: list[int] = field(default_factory=list)

    def add(self, seconds: float, process: psutil.Process) -> None:
        self.times.append(seconds)
        self.memory.append(process.memory_info().rss)
        self.files.append(process.num_fds())
        self.mapped.append(process.memory_info().shared)

    def between(self, values: list[int], start: float, end: float) -> float:
        return median(value for at, value in zip(self.times, values, strict=True) if start <= at <= end)


class Soak:
    def __init__(self, url: str, port: int, seconds: float, clients: int) -> None:
        self.url, self.port, self.seconds, self.clients = url, port, seconds, clients
        self.samples = Samples()
        self.requests = 0
        self.failed: list[str] = []
        self._number = itertools.count(1)

    async def run(self) -> None:
        async with Receiver(lambda *_: 200) as receiver:
            await self._fill(receiver)
            environment = {
                **os.environ,
                variable("database_url"): self.url,
                variable("port"): str(self.port),
                variable("throttle"): "false",
                variable("allow_private_targets"): "true",
                variable("extended_search"): "true",
            }
            server = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.promises.soak_server", cwd=ROOT, env=environment
            )
            try:
                await self._load(server.pid)
            finally:
                server.terminate()
                await server.wait()
            self.delivered = len(receiver.received)

    async def _fill(self, receiver: Receiver) -> None:
        database = await open_database(self.url)
        async with database.begin() as connection:
            shop = await create_shop(connection, "soak.myshopify.com", now=present(), abandoned_after_minutes=0)
            await register_app(connection, shop, now=present(), title="Receiver", client_secret="s")
            scopes = ["write_orders", "write_checkouts", "read_customers", "read_products"]
            await issue_token(connection, shop, scopes, now=present(), token=TOKEN)
        await database.close()
        self._address = receiver.url()

    async def _load(self, pid: int) -> None:
        headers = {"X-Shopify-Access-Token": TOKEN, "Authorization": TOKEN, "Host": "127.0.0.1"}
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=60, trust_env=False
        ) as http:
            await _until_ready(http)
            subscription = {"topic": "abandoned_checkouts/abandoned", "address": self._address}
            made = await http.post("/control/events/subscriptions", json=subscription)
            assert made.status_code in (200, 201), made.text
            started, process = time.monotonic(), psutil.Process(pid)
            self._ends_at = started + self.seconds
            tasks = [asyncio.create_task(self._client(http, number)) for number in range(self.clients)]
            while time.monotonic() < self._ends_at:
                self.samples.add(time.monotonic() - started, process)
                await asyncio.sleep(1)
            await asyncio.gather(*tasks)
            self.caches = (await http.get("/cache-sizes")).json()

    async def _client(self, http: httpx.AsyncClient, seed: int) -> None:
        chance = random.Random(seed)
        while time.monotonic() < self._ends_at:
            for request in (self._intake(chance), self._graphql(chance), self._rest(chance), self._wix()):
                method, path, body = request
                response = await http.request(method, path, json=body)
                self.requests += 1
                if response.status_code >= 400 and response.status_code != 429:
                    self.failed.append(f"{path} {response.status_code} {response.text[:200]}")

    def _intake(self, chance: random.Random) -> tuple[str, str, object]:
        number = next(self._number)
        lines = [
            {
                "key": f"l{line}",
                "title": f"{chance.choice(WORDS)} {number}",
                "quantity": 1,
                "price": f"{number % 90}.99",
            }
            for line in range(3)
        ]
        return (
            "POST",
            "/intake/checkouts",
            {"token": f"t{number}", "email": f"b{number}@example.com", "line_items": lines},
        )

    def _graphql(self, chance: random.Random) -> tuple[str, str, object]:
        """Every document is another one, as from a client that writes its values into the text."""
        name = f"a{chance.randrange(10**9)}"
        words = " OR ".join(chance.sample(WORDS, chance.randrange(1, 5)))
        fields = " ".join(chance.sample(("id", "name", "createdAt", "updatedAt", "note"), chance.randrange(1, 6)))
        query = (
            f'query {name} {{ {name}: abandonedCheckouts(first: {chance.randrange(1, 30)}, query: "{words} {name}") '
            f"{{ nodes {{ {fields} totalPriceSet {{ shopMoney {{ amount }} }} "
            "lineItems(first: 3) { nodes { title quantity } } } } }"
        )
        return "POST", "/admin/api/2026-10/graphql.json", {"query": query}

    def _rest(self, chance: random.Random) -> tuple[str, str, object]:
        return "GET", f"/admin/api/2026-10/checkouts.json?limit={chance.randrange(1, 50)}", None

    def _wix(self) -> tuple[str, str, object]:
        return "POST", "/ecom/v1/abandoned-checkout/query", {"query": {"cursorPaging": {"limit": 10}}}

    def report(self) -> bool:
        seconds, samples = self.seconds, self.samples
        early = samples.between(samples.memory, 0.4 * seconds, 0.65 * seconds)
        late = samples.between(samples.memory, 0.75 * seconds, seconds)
        files = [samples.between(samples.files, 0.4 * seconds, 0.65 * seconds)]
        files.append(samples.between(samples.files, 0.75 * seconds, seconds))
        print(f"{self.requests} requests and {self.delivered} deliveries in {seconds:g} s, {len(self.failed)} failed")
        print(f"memory: {samples.memory[0] / 2**20:.1f} MiB at first, {early / 2**20:.1f}, then {late / 2**20:.1f}")
        mapped = [
            samples.between(samples.mapped, a * seconds, b * seconds) / 2**20 for a, b in ((0.4, 0.65), (0.75, 1))
        ]
        print(f"of which mapped files: {mapped[0]:.1f} MiB, then {mapped[1]:.1f}")
        print(f"growth {late / early:.3f} (at most {MOST_GROWTH}); open files {files[0]:g}, then {files[1]:g}")
        for name, size in sorted(self.caches.items(), key=lambda each: -each[1])[:12]:
            print(f"  {size / 2**20:6.2f} MiB  {name}")
        for text in self.failed[:5]:
            print(" ", text)
        return late / early <= MOST_GROWTH and abs(files[1] - files[0]) <= 2 and not self.failed


async def _until_ready(http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                if (await http.get("/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=1200)
    parser.add_argument("--clients", type=int, default=6)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        soak = Soak(f"sqlite+aiosqlite:///{Path(name) / 'soak.sqlite3'}", free_port(), given.seconds, given.clients)
        asyncio.run(soak.run())
    raise SystemExit(not soak.report())
