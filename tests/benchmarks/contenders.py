"""The measured servers, each in a separate process, and a client that uses little CPU time."""

import asyncio
import itertools
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.benchmarks.queries import Question, new_text

TOKEN = "shpat_benchmark"
CONNECTIONS = 4
_numbers = itertools.count(time.time_ns())


@dataclass(slots=True)
class Contender:
    """`application` as uvicorn is given it, or the command that starts another server, to which the port is added;
    `environment` in addition to ours."""

    title: str
    application: str | tuple[str, ...]
    environment: dict[str, str]
    factory: bool = False
    # The class of its connections, as uvicorn is given it.
    http: str = "httptools"
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    latencies: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)
    rates: dict[str, list[float]] = field(default_factory=dict)

    async def start(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        environment = {**os.environ, **self.environment}
        self.process = subprocess.Popen(self._command(), env=environment)  # noqa: ASYNC220
        for _ in range(1_200):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return await self._settle()
        raise RuntimeError(f"{self.title} does not start")

    def _command(self) -> list[str]:
        if not isinstance(self.application, str):
            return [*self.application, str(self.port)]
        command = [sys.executable, "-m", "uvicorn", self.application, "--port", str(self.port)]
        command += ["--no-access-log", "--log-level", "warning", "--loop", "uvloop", "--http", self.http]
        return command + (["--factory"] if self.factory else [])

    async def _settle(self) -> None:
        """Wait until the server has loaded the rest of its modules, which it does in a thread after its start."""
        client = await self.connect()
        before = int(await client.get("/cpu"))
        for _ in range(60):
            await asyncio.sleep(0.5)
            after = int(await client.get("/cpu"))
            if after - before < 5_000_000:
                break
            before = after
        client.close()

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)

    def forget(self) -> None:
        """Begin the measurements again."""
        for measured in (self.latencies, self.cpu, self.rates):
            measured.clear()

    async def connect(self) -> "Client":
        return Client(*await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 22))

    async def measure(self, question: Question, repeats: int) -> None:
        """One round: CPU per request, and how long each took, in milliseconds."""
        clients = [await self.connect() for _ in range(CONNECTIONS)]
        requests = iter([clients[0].packed(question, number) for number in range(repeats)])
        took = self.latencies.setdefault(question.title, [])

        async def send(client: Client) -> None:
            for request in requests:
                start = time.perf_counter()
                await client.ask(request)
                took.append((time.perf_counter() - start) * 1000)

        before, start = int(await clients[0].get("/cpu")), time.perf_counter()
        await asyncio.gather(*map(send, clients))
        self.rates.setdefault(question.title, []).append(repeats / (time.perf_counter() - start))
        after = int(await clients[0].get("/cpu"))
        self.cpu.setdefault(question.title, []).append((after - before) / repeats / 1e6)
        for client in clients:
            client.close()


class Client:
    """HTTP/1.1 over one connection, with only the features that the measured servers use."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    def packed(self, question: Question, number: int) -> bytes:
        """The request with the body of that number; after the last body, the first follows."""
        text = new_text(question.text, next(_numbers)) if question.fresh else question.text
        variables = question.bodies[number % len(question.bodies)]
        if question.pasted:
            # Servers that do not parse GraphQL read the cursor from the variables.
            text = text.replace("CURSOR", variables["after"])
        return packed(text, variables, question.name)

    async def ask(self, request: bytes) -> bytes:
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        return await self._reader.readexactly(length)

    async def get(self, path: str) -> bytes:
        return await self.ask(f"GET {path} HTTP/1.1\r\nhost: bench.myshopify.com\r\n\r\n".encode())

    def close(self) -> None:
        self._writer.close()


def packed(text: str, variables: dict[str, Any], name: str) -> bytes:
    body = orjson.dumps({"query": text, "variables": variables})
    head = (
        "POST /admin/api/2026-10/graphql.json HTTP/1.1\r\nhost: bench.myshopify.com\r\n"
        f"content-type: application/json\r\nx-shopify-access-token: {TOKEN}\r\nx-question: {name}\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
