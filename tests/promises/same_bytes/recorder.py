"""Runs steps one after another, and records each response."""

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import logging
import os
import re
import shlex
import sqlite3
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.promises.same_bytes.asgi import ask
from tests.promises.same_bytes.determinism import MINUTE, MONOTONIC, Present
from tests.promises.same_bytes.program import Commands
from tests.promises.same_bytes.receivers import MailBox, Receiver, receivers
from tests.promises.same_bytes.records import Json, Record, encoded, normal, text_of
from tests.promises.same_bytes.selections import INTROSPECTION, Selections
from tests.promises.same_bytes.sent_records import sent_records
from tests.promises.same_bytes.servers import SERVERS, Servers, are_all_idle
from tests.promises.same_bytes.steps import Step, chapters

SECRET = "hush"
SHOP = "demo-shop.myshopify.com"
LOOPBACK = "127.0.0.1"


async def record(tree: Path, folder: Path, present: Present) -> list[Record]:
    environment = {"ABANDONED_CHECKOUTS_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/store.sqlite3"}
    commands = Commands.start(tree, folder, environment)
    try:
        async with receivers() as (receiver, box):
            recorder = Recorder(folder, commands, receiver, box, present)
            logging.basicConfig(level=logging.ERROR)
            warnings.simplefilter("ignore")
            for name, steps in chapters():
                await recorder.run(name, steps)
            await recorder.step({"stop": True})
            return normal(recorder.records, {str(receiver.port): "<port>", str(folder): "<folder>"})
    finally:
        commands.stop()


class Recorder:
    """Runs steps one after another. `kept` has texts that later steps refer to as {{name}}."""

    def __init__(self, folder: Path, commands: Commands, receiver: Receiver, box: MailBox, present: Present) -> None:
        self.folder, self.commands, self.receiver, self.box, self.present = folder, commands, receiver, box, present
        self.records: list[Record] = []
        self.kept: dict[str, str] = {"receiver": f"http://127.0.0.1:{receiver.port}", "port": str(receiver.port)}
        self.secrets = [SECRET]
        self.chapter, self._steps = "", itertools.count(1)
        self._servers = Servers(commands.environment, box.port, lambda: present.now)

    async def run(self, chapter: str, steps: Iterator[Step]) -> None:
        self.chapter = chapter
        for step in steps:
            await self.step({name: self.filled(value) for name, value in step.items()})

    def filled(self, value: Any) -> Any:
        if isinstance(value, str):
            return re.sub(r"\{\{(\w+)\}\}", lambda found: self.kept[found[1]], value)
        if isinstance(value, list):
            return [self.filled(each) for each in value]
        return {name: self.filled(each) for name, each in value.items()} if isinstance(value, dict) else value

    async def step(self, step: Step) -> None:
        kinds: dict[str, Callable[[Step], Any]] = {
            "run": self._command,
            "graphql": self._graphql,
            "ask": self._request,
            "minutes": self._work,
            "file": self._file,
            "session": self._session,
            "copy": self._copy,
            "stop": self._stop,
            "everything": self._everything,
        }
        [kind] = [kind for kind in kinds if kind in step]
        self.present.number_from(1000 * next(self._steps))
        done = kinds[kind](step)
        if done is not None:
            await done

    # -- the kinds of steps

    def _file(self, step: Step) -> None:
        (self.folder / step["file"]).write_text(step["text"], encoding="utf-8")

    def _copy(self, step: Step) -> None:
        """Record a file that a command wrote."""
        path = self.folder / step["copy"]
        self._add("file", f"file {step['copy']}", 0, [], path.read_bytes() if path.exists() else b"[missing]", step)

    def _session(self, step: Step) -> None:
        """Keep a session token, as Shopify's admin signs it for an app (HS256)."""
        parts = [encoded(b'{"alg":"HS256","typ":"JWT"}'), encoded(step["session"].encode())]
        signature = hmac.new(step["secret"].encode(), ".".join(parts).encode(), hashlib.sha256).digest()
        self.kept[step["name"]] = ".".join([*parts, encoded(signature)])

    async def _stop(self, _: Step) -> None:
        """Close the servers, because the following steps need only the store."""
        await self._servers.close()

    def _command(self, step: Step) -> None:
        words, stdin = shlex.split(step["run"]), step.get("stdin", "")
        code, out, err = self.commands.run(words, stdin, step.get("environment", {}), self.present)
        text = "abandoned-checkouts " + step["run"] + (f"\n{stdin}" if stdin else "")
        self._add("command", text, code, [], f"{out}\n--- standard error ---\n{err}".encode(), step)

    async def _graphql(self, step: Step) -> None:
        version, token = step.get("version", "2026-10"), step.get("token", "shpat_demo")
        body: Json = {"query": step["graphql"]}
        if "variables" in step:
            body["variables"] = json.loads(step["variables"])
        if "operation" in step:
            body["operationName"] = step["operation"]
        headers = {"Content-Type": "application/json", "X-Shopify-Access-Token": token, **step.get("headers", {})}
        address = f"https://{step.get('shop', SHOP)}/admin/api/{version}/graphql.json"
        sent = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
        await self._send(step, "graphql", "POST", address, headers, sent)

    async def _everything(self, step: Step) -> None:
        """Request every field of the schema, as introspection lists it, below each lookup field that the step names."""
        await self._graphql({**step, "graphql": INTROSPECTION})
        schema = json.loads(self.records[-1].body)["data"]["__schema"]
        for lookup, kind in step["everything"]:
            for text in Selections(schema).documents(lookup, kind):
                for server in ("open", "core"):
                    await self._graphql({**step, "graphql": text, "server": server})

    async def _request(self, step: Step) -> None:
        method, _, path = step["ask"].partition(" ")
        body, headers = step.get("body", "").encode("utf-8", "surrogatepass"), dict(step.get("headers", {}))
        if body:
            headers.setdefault("Content-Type", step.get("type", "application/json"))
        if "token" in step:
            headers["X-Shopify-Access-Token"] = step["token"]
        if "wix" in step:
            headers["Authorization"] = step["wix"]
        # The control API and the merchant pages are served at this machine's address only.
        usual = LOOPBACK if path.startswith(("/control", "/merchant")) else step.get("shop", SHOP)
        address = path if path.startswith("http") else f"https://{step.get('host', usual)}{path}"
        if "topic" in step:
            headers |= self._signed_by_shopify(step, body)
        sent = self._signed_by_wix(body) if step.get("sign") == "wix" else body
        await self._send(step, _kind(path), method, address, headers, sent, shown=body)

    def _signed_by_shopify(self, step: Step, body: bytes) -> dict[str, str]:
        digest = hmac.new(step.get("secret", SECRET).encode(), body, hashlib.sha256).digest()
        return {
            "X-Shopify-Topic": step["topic"],
            "X-Shopify-Shop-Domain": step.get("shop", SHOP),
            "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
            "X-Shopify-Webhook-Id": step.get("id", f"webhook-{self.present.base}"),
            "X-Shopify-API-Version": "2026-07",
        }

    def _signed_by_wix(self, body: bytes) -> bytes:
        signed = ".".join([encoded(b'{"alg":"RS256","kid":"k1","typ":"JWT"}'), encoded(body)])
        return f"{signed}.{encoded(self._servers.signed_by_wix(signed.encode()))}".encode()

    async def _send(
        self,
        step: Step,
        kind: str,
        method: str,
        address: str,
        headers: Mapping[str, str],
        body: bytes,
        shown: bytes | None = None,
    ) -> None:
        app = await self._servers.app(step.get("server", "open"))
        answer = await ask(app, method, address, headers, body)
        lines = [f"{method} {address}", *(f"{name}: {text}" for name, text in headers.items())]
        server = [] if "server" not in step else [f"[server: {step['server']}]"]
        text = "\n".join([*server, *lines, "", text_of(body if shown is None else shown)])
        self._add(kind, text, answer.status, answer.headers, answer.body, step)

    def _add(self, kind: str, request: str, status: int, headers: list[list[str]], body: bytes, step: Step) -> None:
        text = text_of(body)
        self.records.append(Record(f"{kind} {self.chapter}", request, status, headers, text))
        searched = "\n".join([*(f"{name}: {value}" for name, value in headers), text])
        for name, pattern in step.get("keep", {}).items():
            found = re.search(pattern, searched, re.DOTALL)
            if found is None:
                raise SystemExit(f"{request}\nholds nothing like {pattern}:\n{status} {searched[:2000]}")
            self.kept[name] = found[1]
            if name.endswith("secret"):
                self.secrets.append(found[1])

    # -- the background jobs

    async def _work(self, step: Step) -> None:
        """Move the clock and run the background jobs until they have nothing more to do."""
        self.present.now += round(step["minutes"] * MINUTE)
        if step.get("work", True):
            await self._stop(step)
            app = self._servers.create({**SERVERS["open"], "WORK": "true", "ALLOW_PRIVATE_TARGETS": "true"})
            async with app.router.lifespan_context(app):
                await self._quiet()
            self._date_results()
            self.records += sent_records(self.chapter, self.receiver, self.box, self.secrets)

    async def _quiet(self) -> None:
        """Wait until nothing was written for two seconds, which is longer than the jobs' pauses, and no job is busy: on
        a loaded machine a transaction takes longer than that."""
        store = sqlite3.connect(self.folder / "store.sqlite3")
        seen, since, begun = -1, MONOTONIC(), MONOTONIC()
        while MONOTONIC() - since < 2.0 or not are_all_idle():
            if MONOTONIC() - begun > 300:
                raise SystemExit("the background jobs do not come to an end")
            await asyncio.sleep(0.05)
            version = store.execute("PRAGMA data_version").fetchone()[0] + len(self.receiver.received)
            if version != seen:
                seen, since = version, MONOTONIC()
        store.close()

    def _date_results(self) -> None:
        """The results of bulk operations are sent with the time of their file."""
        for path in self.folder.rglob("*.jsonl"):
            os.utime(path, (self.present.seconds(), self.present.seconds()))


def _kind(path: str) -> str:
    """The part of the server that responds. Only used for the counts."""
    path = path.partition("://")[2].partition("/")[2] if path.startswith("http") else path.lstrip("/")
    first = path.partition("/")[0].partition("?")[0]
    names = {"ecom": "wix", "v1": "wix", "oauth2": "wix", "oauth": "wix", "admin": "rest and oauth", "": "explorer"}
    known = ("intake", "control", "merchant", "explorer", "images", "demo", "healthz")
    return names.get(first, first if first in known else "recovery" if "checkouts/ac" in path else "other")
