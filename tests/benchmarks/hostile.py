"""Measures how long /healthz takes while the server processes a hostile document.

    python -m tests.benchmarks.hostile

`serve` runs as a process. For each input of tests/promises/test_hostile_inputs.py, clients send it while another one
asks /healthz every 5 ms. The longest wait is to be at most 250 ms; the waits of an idle server show what the
machine adds.
"""

import argparse
import asyncio
import json
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from tests.cli.serving import serving
from tests.promises.test_hostile_inputs import INPUTS
from tests.shopify.caller import ALL_SCOPES, fill

MOST_MS = 250.0
PATH = "/admin/api/2026-10/graphql.json"
TOKEN = "shpat_hostile"


async def longest_wait(http: httpx.AsyncClient, work: "asyncio.Future[Any]") -> float:
    """The longest time of /healthz during the work, in milliseconds. It is requested at least three times."""
    longest, asked = 0.0, 0
    while not work.done() or asked < 3:
        began = time.perf_counter()
        response = await http.get("/healthz")
        assert response.status_code == 200, response.text
        longest = max(longest, (time.perf_counter() - began) * 1000)
        asked += 1
        await asyncio.sleep(0.005)
    return longest


async def measure(base: str, rounds: int, clients: int) -> dict[str, float]:
    """For each input, how long other requests waited while it was processed: the median of the longest waits of all
    rounds, in milliseconds."""
    found: dict[str, list[float]] = {}
    headers = {"X-Shopify-Access-Token": TOKEN, "Content-Type": "application/json"}
    async with (
        httpx.AsyncClient(base_url=base, timeout=120, trust_env=False) as watcher,
        httpx.AsyncClient(base_url=base, timeout=120, trust_env=False, headers=headers) as http,
    ):
        await http.post(PATH, json={"query": "{ __schema { queryType { name } } shop { id } }"})
        for round_ in range(rounds):
            idle = asyncio.ensure_future(asyncio.sleep(0.3))
            found.setdefault("an idle server", []).append(await longest_wait(watcher, idle))
            for kind, inputs in INPUTS.items():
                for name, given in inputs.items():
                    query, variables = (given, {}) if isinstance(given, str) else given
                    # Written before the clock starts, so that this process does not delay its own requests.
                    bodies = [
                        json.dumps({"query": f"{query} #{round_} {client}", "variables": dict(variables)}).encode()
                        for client in range(clients)
                    ]
                    work = asyncio.gather(*(http.post(PATH, content=body) for body in bodies))
                    found.setdefault(f"{kind}: {name}", []).append(await longest_wait(watcher, work))
                    assert all(response.status_code in (200, 413) for response in await work)
    return {name: sorted(waits)[len(waits) // 2] for name, waits in found.items()}


async def prepare(url: str) -> None:
    database = await open_database(url)
    shop = await fill("acme.myshopify.com", database, range(1, 101))
    async with database.begin() as connection:
        await issue_token(connection, shop, ALL_SCOPES, now=time.time_ns() // 1000, token=TOKEN)
    await database.close()


@contextmanager
def prepared_server(folder: Path):  # type: ignore[no-untyped-def]
    url = f"sqlite+aiosqlite:///{folder / 'hostile.sqlite3'}"
    asyncio.run(prepare(url))
    with serving(url, work=False, throttle=False) as server:
        yield server


def main(rounds: int, clients: int) -> bool:
    with tempfile.TemporaryDirectory() as folder, prepared_server(Path(folder)) as server:
        waits = asyncio.run(measure(server.base, rounds, clients))
    idle = waits.pop("an idle server")
    print(f"an idle server: {idle:.0f} ms")
    for name, wait in sorted(waits.items(), key=lambda each: -each[1])[:15]:
        print(f"{wait:6.0f} ms  {name}")
    above = [name for name, wait in waits.items() if wait > MOST_MS]
    print(f"{len(waits)} inputs, {len(above)} above {MOST_MS:g} ms")
    return not above


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=1)
    options = parser.parse_args()
    raise SystemExit(not main(options.rounds, options.clients))
