"""Record what the server and its commands answer, byte by byte, and compare two recordings.

    cd TREE && .venv/bin/python tests/promises/same_bytes.py record before.json
    cd TREE && .venv/bin/python tests/promises/same_bytes.py compare before.json after.json --allow changed.toml

`record` runs the stories in the folder `same_bytes` beside this file: each step is a command, a request, a document of
GraphQL or a run of the background jobs. It knows the program by its command line, its HTTP endpoints and the server
factory alone, so that a recording of one commit can be compared with one of another, whatever moved in between.

The clock is fixed, and random values are numbered: they begin with a mark by which `record` finds them, and it writes
`<random 1>`, `<random 2>` … in their place, in the order in which they first appear. Nothing else is changed, except
ports, signatures (which are verified) and public keys. `compare` prints the first differences and exits with 1 if there
are any. A file for --allow lists intended changes of texts as `[[change]]` tables with `was` and `becomes`.
"""

import argparse
import asyncio
import base64
import contextlib
import ctypes
import datetime
import email
import email.policy
import gc
import hashlib
import hmac
import html
import importlib
import inspect
import itertools
import json
import logging
import os
import random
import re
import secrets
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import tomllib
import traceback
import uuid
import warnings
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

STORIES = Path(__file__).with_suffix("")
LEAST_RECORDS, SHOWN = 500, 40
# The clock stays behind the real one, even when the stories move it: the server compares it with the times of files.
START = int(datetime.datetime(2026, 10, 5, 12, tzinfo=datetime.UTC).timestamp()) * 1_000_000
MINUTE = 60_000_000
SECRET = "hush"
SHOP = "demo-shop.myshopify.com"
# The marks of random values. A number of five random bytes begins with 250, which leaves 13 digits.
RANDOM = re.compile(
    r"5a3eb17e-0000-4000-8000-\d{12}|5a3eb17e000040008000\d{12}|5eedfeed[0-9a-f]{4,56}|(?<!\d)107374[1-9]\d{6}(?!\d)"
)
PEM = re.compile(r"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)
TOKEN = re.compile(r"(eyJ[\w-]+)\.(eyJ[\w-]+)\.[\w-]+")
# It covers signatures by keys that are generated.
BODY_HASH = re.compile(r'("body_hash": ?")[0-9a-f]{64}')
SIGNATURES = ("x-shopify-hmac-sha256", "x-abandoned-checkouts-hmac-sha256")
# Where the store lies, so that a slow disk does not matter.
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
# The event loop's clock, kept before it is replaced.
MONOTONIC = time.monotonic
Json = dict[str, Any]
Step = dict[str, Any]


# --- a fixed clock, and random values in order ------------------------------------------------------------------------


class Present:
    """The time in microseconds, and how many random values were used since `base` was set."""

    def __init__(self, now: int = START) -> None:
        self.now, self.base, self._count = now, 0, 0

    def number_from(self, base: int) -> None:
        self.base, self._count = base, 0

    def next(self) -> int:
        self._count += 1
        return self.base + self._count

    def seconds(self) -> float:
        return self.now / 1_000_000


def make_deterministic(present: Present) -> None:
    """Replace the clock and the sources of random values, before anything of the program is imported."""
    time.time = present.seconds
    time.time_ns = lambda: present.now * 1000
    time.perf_counter = lambda: 0.0
    time.monotonic = _monotonic(Path.cwd())
    random.random = lambda: 0.5
    random.randrange = lambda *_: 0
    uuid.uuid4 = lambda: uuid.UUID(f"5a3eb17e-0000-4000-8000-{present.next():012}")
    secrets.token_hex = lambda nbytes=None: f"5eedfeed{present.next():0{2 * (nbytes or 32) - 8}}"
    secrets.token_bytes = lambda nbytes=None: b"\xfa" + present.next().to_bytes((nbytes or 32) - 1)
    secrets.token_urlsafe = secrets.token_hex
    asyncio.gather = _one_after_another  # type: ignore[assignment]
    _be_patient()
    _replace_now(present)


def _be_patient() -> None:
    """Limits of a second or two for receivers of webhooks are long on an idle machine only. Shorter ones are pauses."""
    import anyio

    timeout, fail_after = asyncio.timeout, anyio.fail_after
    asyncio.timeout = lambda delay: timeout(delay if delay is None or delay < 1.2 else delay * 60)

    def longer(delay: float | None, *more: Any, **options: Any) -> Any:
        return fail_after(None if delay is None else delay * 60, *more, **options)

    anyio.fail_after = longer


async def _one_after_another(*tasks: Any, return_exceptions: bool = False) -> list[Any]:
    """In place of asyncio.gather, so that what is done at once is done in one order."""
    found: list[Any] = []
    for task in tasks:
        try:
            found.append(await task)
        except (Exception, asyncio.CancelledError) as problem:
            if not return_exceptions:
                raise
            found.append(problem)
    return found


def _monotonic(tree: Path) -> Callable[[], float]:
    """The program measures durations with it, which are never the same; the event loop needs the real one."""
    libraries = str(tree / ".venv")

    def monotonic() -> float:
        caller = sys._getframe(1).f_code.co_filename
        return 0.0 if caller.startswith(f"{tree}/") and not caller.startswith(libraries) else MONOTONIC()

    return monotonic


def _replace_now(present: Present) -> None:
    """datetime.now is written in C and reads the clock itself, so it is replaced within its class."""

    def now(_: type, tz: datetime.tzinfo | None = None) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(present.seconds(), tz)

    [members] = [each for each in gc.get_referents(datetime.datetime.__dict__) if isinstance(each, dict)]
    members["now"] = classmethod(now)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))


# --- the program: its server and its command line ---------------------------------------------------------------------


def find_program(tree: Path) -> Any:
    """The package, from this tree: `app` is its name of old."""
    # Beside this file are modules of the tests, which nothing of the program may find.
    known = [each for each in sys.path if each and Path(each) != Path(__file__).parent]
    inner = [str(tree / "app")] if (tree / "app" / "abandoned_checkouts").is_dir() else []
    sys.path[:] = list(dict.fromkeys((*inner, str(tree), *known)))
    for name in ("abandoned_checkouts", "app"):
        with contextlib.suppress(ModuleNotFoundError):
            found = importlib.import_module(name)
            if not str(found.__file__).startswith(f"{tree}/"):
                raise SystemExit(f"{name} comes from {found.__file__}, not from {tree}")
            return found
    raise SystemExit(f"{tree} holds neither abandoned_checkouts nor app")


def command_line(tree: Path) -> Callable[[], None]:
    """What the console script calls."""
    project = tomllib.loads((tree / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, name = project["scripts"]["abandoned-checkouts"].partition(":")
    found: Callable[[], None] = getattr(importlib.import_module(module), name)
    return found


def serve_commands(tree: Path) -> None:
    """Run each command that standard input names in a fork, so that the program is loaded only once."""
    present = Present()
    make_deterministic(present)
    find_program(tree)
    main = command_line(tree)
    _load_all_commands(main)
    for text in sys.stdin:
        asked = json.loads(text)
        present.now = asked["now"]
        present.number_from(asked["base"])
        child = os.fork()
        if child == 0:
            _become(main, asked)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _load_all_commands(main: Callable[[], None]) -> None:
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        for words in (["--help"], ["schema"], ["export", "--help"], ["event", "--help"], ["import", "--help"]):
            sys.argv = ["abandoned-checkouts", *words]
            with contextlib.suppress(SystemExit):
                main()


def _become(main: Callable[[], None], asked: Json) -> None:
    """The rest of this process is that command."""
    os.chdir(asked["folder"])
    for number, name, mode in ((0, "in", os.O_RDONLY), (1, "out", os.O_WRONLY), (2, "err", os.O_WRONLY)):
        os.dup2(os.open(name, mode), number)
    os.environ.update(asked["environment"])
    sys.argv = [str(Path(sys.executable).parent / "abandoned-checkouts"), *asked["words"]]
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it lives as long as the process
    code = 1
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


@dataclass
class Commands:
    """The command line of the program, in a folder of its own."""

    folder: Path
    environment: dict[str, str]
    process: subprocess.Popen[str]

    @classmethod
    def start(cls, tree: Path, folder: Path, environment: dict[str, str]) -> "Commands":
        words = [sys.executable, str(Path(__file__)), "_commands"]
        own = {**_bare_environment(), **environment}
        pipes: Json = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        return cls(folder, environment, subprocess.Popen(words, cwd=tree, env=own, **pipes))

    def run(self, words: list[str], stdin: str, environment: dict[str, str], present: Present) -> tuple[int, str, str]:
        (self.folder / "in").write_text(stdin, encoding="utf-8")
        out, err = self.folder / "out", self.folder / "err"
        out.write_bytes(b"")
        err.write_bytes(b"")
        asked = {"words": words, "environment": environment, "folder": str(self.folder)}
        pipe_in, pipe_out = self.process.stdin, self.process.stdout
        assert pipe_in is not None and pipe_out is not None
        pipe_in.write(json.dumps({**asked, "now": present.now, "base": present.base}) + "\n")
        pipe_in.flush()
        return int(pipe_out.readline()), _text(out.read_bytes()), _text(err.read_bytes())

    def stop(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait(30)


def _bare_environment() -> dict[str, str]:
    """Nothing of the caller's settings or terminal."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ABANDONED_CHECKOUTS_")}
    return {**kept, "COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


# --- HTTP in process, and what the server sends -----------------------------------------------------------------------


@dataclass
class Answer:
    status: int = 0
    headers: list[list[str]] = field(default_factory=list)
    body: bytes = b""


async def ask(app: Any, method: str, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """One request, spoken in ASGI."""
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    path, _, query = (slash + path or "/").partition("?")
    sent = {"host": host, "accept-encoding": "identity", **{name.lower(): text for name, text in headers.items()}}
    if body:
        sent.setdefault("content-length", str(len(body)))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": scheme,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "client": ("127.0.0.1", 50000),
        "server": (host, 443),
        "headers": [(name.encode(), text.encode("utf-8")) for name, text in sent.items()],
        "state": {},
    }
    return await _spoken(app, scope, body)


async def _spoken(app: Any, scope: Json, body: bytes) -> Answer:
    answer, finished, given = Answer(), asyncio.Event(), iter([body])

    async def receive() -> Json:
        for part in given:
            return {"type": "http.request", "body": part, "more_body": False}
        await finished.wait()
        return {"type": "http.disconnect"}

    async def send(message: Json) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = [[name.decode("latin-1"), text.decode("latin-1")] for name, text in message["headers"]]
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")
            if not message.get("more_body"):
                finished.set()

    try:
        await app(scope, receive, send)
    except Exception as problem:
        answer.body += f"\n[raised {type(problem).__name__}]".encode()
    return answer


@dataclass
class Receiver:
    """Takes webhooks. A path with /fail in it is answered 500, one with /gone 410."""

    received: list[tuple[str, list[list[str]], bytes]] = field(default_factory=list)
    port: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = [line.split(": ", 1) for line in head[1:] if line]
            length = int(next((text for name, text in headers if name.lower() == "content-length"), "0"))
            self.received.append((head[0], headers, await reader.readexactly(length)))
            status = "500 No" if "/fail" in head[0] else "410 Gone" if "/gone" in head[0] else "200 OK"
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok".encode())
            await writer.drain()
        writer.close()


@dataclass
class MailBox:
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    port: int = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 taken"


@contextlib.asynccontextmanager
async def receivers() -> AsyncIterator[tuple[Receiver, MailBox]]:
    from aiosmtpd.smtp import SMTP

    receiver, box = Receiver(), MailBox()
    loop = asyncio.get_running_loop()
    web = await asyncio.start_server(receiver.talk, "127.0.0.1", 0)
    mail = await loop.create_server(lambda: SMTP(box), "127.0.0.1", 0)
    receiver.port, box.port = web.sockets[0].getsockname()[1], mail.sockets[0].getsockname()[1]
    try:
        yield receiver, box
    finally:
        web.close()
        mail.close()


# --- recording --------------------------------------------------------------------------------------------------------


@dataclass
class Record:
    name: str
    request: str
    status: int
    headers: list[list[str]]
    body: str


class Recorder:
    """Runs steps one after another. `kept` holds texts that later steps name as {{name}}."""

    def __init__(self, folder: Path, commands: Commands, receiver: Receiver, box: MailBox, present: Present) -> None:
        self.folder, self.commands, self.receiver, self.box, self.present = folder, commands, receiver, box, present
        self.records: list[Record] = []
        self.kept: dict[str, str] = {"receiver": f"http://127.0.0.1:{receiver.port}", "port": str(receiver.port)}
        self.secrets = [SECRET]
        self.chapter, self._steps = "", itertools.count(1)
        self._servers, self._open = {}, contextlib.AsyncExitStack()  # type: ignore[var-annotated]
        self._wix_key: Any = None

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
        parts = [_encoded(b'{"alg":"HS256","typ":"JWT"}'), _encoded(step["session"].encode())]
        signature = hmac.new(step["secret"].encode(), ".".join(parts).encode(), hashlib.sha256).digest()
        self.kept[step["name"]] = ".".join([*parts, _encoded(signature)])

    async def _stop(self, _: Step) -> None:
        """Close the servers: what follows needs the store alone."""
        await self._open.aclose()
        self._servers.clear()

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
        await self._asked(step, "graphql", "POST", address, headers, sent)

    async def _everything(self, step: Step) -> None:
        """Every field of the schema, as introspection tells of it, under each of the lookups that the step names."""
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
        address = path if path.startswith("http") else f"https://{step.get('shop', SHOP)}{path}"
        if "topic" in step:
            headers |= self._signed_by_shopify(step, body)
        sent = self._signed_by_wix(body) if step.get("sign") == "wix" else body
        await self._asked(step, _kind(path), method, address, headers, sent, shown=body)

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
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        parts = [_encoded(b'{"alg":"RS256","kid":"k1","typ":"JWT"}'), _encoded(body)]
        signature = self._wix_key.sign(".".join(parts).encode(), padding.PKCS1v15(), hashes.SHA256())
        return ".".join([*parts, _encoded(signature)]).encode()

    async def _asked(
        self,
        step: Step,
        kind: str,
        method: str,
        address: str,
        headers: Mapping[str, str],
        body: bytes,
        shown: bytes | None = None,
    ) -> None:
        app = await self._server(step.get("server", "open"))
        answer = await ask(app, method, address, headers, body)
        lines = [f"{method} {address}", *(f"{name}: {text}" for name, text in headers.items())]
        server = [] if "server" not in step else [f"[server: {step['server']}]"]
        text = "\n".join([*server, *lines, "", _text(body if shown is None else shown)])
        self._add(kind, text, answer.status, answer.headers, answer.body, step)

    def _add(self, kind: str, request: str, status: int, headers: list[list[str]], body: bytes, step: Step) -> None:
        text = _text(body)
        self.records.append(Record(f"{kind} {self.chapter}", request, status, headers, text))
        searched = "\n".join([*(f"{name}: {value}" for name, value in headers), text])
        for name, pattern in step.get("keep", {}).items():
            found = re.search(pattern, searched, re.DOTALL)
            if found is None:
                raise SystemExit(f"{request}\nholds nothing like {pattern}:\n{status} {searched[:2000]}")
            self.kept[name] = found[1]
            if name.endswith("secret"):
                self.secrets.append(found[1])

    # -- the server

    async def _server(self, name: str) -> Any:
        if name not in self._servers:
            self._servers[name] = app = self._made(SERVERS[name])
            await self._open.enter_async_context(app.router.lifespan_context(app))
        return self._servers[name]

    def _made(self, settings: Mapping[str, str]) -> Any:
        package = find_program(Path.cwd()).__name__
        create_app = importlib.import_module(f"{package}.server").create_app
        settings_from = importlib.import_module(f"{package}.config").settings_from
        given = {"WORK": "false", "WIX_PUBLIC_KEY": self._wix_public_key(), **settings}
        if settings.get("WORK") == "true":
            given["SMTP_URL"] = f"smtp://127.0.0.1:{self.box.port}"
        environment = {f"ABANDONED_CHECKOUTS_{key}": text for key, text in given.items()}
        return create_app(settings_from({**self.commands.environment, **environment}), clock=lambda: self.present.now)

    def _wix_public_key(self) -> str:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import rsa

        if self._wix_key is None:
            self._wix_key = rsa.generate_private_key(65537, 2048)
        shape = serialization.PublicFormat.SubjectPublicKeyInfo
        pem: bytes = self._wix_key.public_key().public_bytes(serialization.Encoding.PEM, shape)
        return pem.decode()

    # -- the background jobs

    async def _work(self, step: Step) -> None:
        """Move the clock and run the background jobs until they have nothing more to do."""
        self.present.now += round(step["minutes"] * MINUTE)
        if step.get("work", True):
            await self._stop(step)
            app = self._made({**SERVERS["open"], "WORK": "true", "ALLOW_PRIVATE_TARGETS": "true"})
            async with app.router.lifespan_context(app):
                await self._quiet()
            self._date_results()
            self._add_sent()

    async def _quiet(self) -> None:
        """Wait until nothing was written for two seconds, which is longer than the jobs' pauses, and no job is busy: on
        a loaded machine a transaction takes longer than that."""
        store = sqlite3.connect(self.folder / "store.sqlite3")
        seen, since, begun = -1, MONOTONIC(), MONOTONIC()
        while MONOTONIC() - since < 2.0 or not _are_all_idle():
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

    def _add_sent(self) -> None:
        """Deliveries and mails go out side by side, so they are put in an order of their own."""
        webhooks = [self._webhook(*each) for each in self.receiver.received]
        mails = [_mail(*each) for each in self.box.mails]
        self.receiver.received.clear()
        self.box.mails.clear()
        for kind, found in (("webhook", webhooks), ("mail", mails)):
            self.records += sorted((Record(f"{kind} {self.chapter}", *each) for each in found), key=_order)

    def _webhook(self, line: str, headers: list[list[str]], body: bytes) -> tuple[str, int, list[list[str]], str]:
        told = []
        for name, text in headers:
            if name.lower() in SIGNATURES:
                text = _verified(text, body, self.secrets)
            told.append([name, text])
        return line, 0, told, _text(body)


def _are_all_idle() -> bool:
    """Whether every other task pauses or waits to be woken, and none for the store, a thread or the network."""
    return all(_is_idle(task.get_coro()) for task in asyncio.all_tasks() if task is not asyncio.current_task())


def _is_idle(innermost: Any) -> bool:
    while inspect.iscoroutine(getattr(innermost, "cr_await", None)):
        innermost = innermost.cr_await
    code = getattr(innermost, "cr_code", None)
    return code in (asyncio.sleep.__code__, asyncio.Event.wait.__code__)


def _order(record: Record) -> str:
    """For records that come in any order: their text without random values."""
    text = TOKEN.sub(lambda found: _decoded(found[1]) + _decoded(found[2]), json.dumps(asdict(record)))
    return RANDOM.sub("<random>", text)


def _verified(signature: str, body: bytes, keys: list[str]) -> str:
    for number, key in enumerate(keys):
        digest = base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()
        if digest == signature:
            return f"<signed with secret {number}>"
    return signature


def _mail(sender: str, recipients: list[str], content: bytes) -> tuple[str, int, list[list[str]], str]:
    """The headers as they were sent, and each part's headers and text."""
    found = email.message_from_bytes(content, policy=email.policy.default)
    parts = [
        "\n".join([*(f"{name}: {value}" for name, value in part.items()), "", str(part.get_content())])
        for part in found.walk()
        if not part.is_multipart()
    ]
    head = content.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace")
    return f"mail from {sender} to {', '.join(recipients)}", 0, [["head", head]], "\n\n".join(parts)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(part: str) -> str:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "base64: " + base64.b64encode(data).decode()


def _kind(path: str) -> str:
    """Which part of the server answers: for the counts alone."""
    path = path.partition("://")[2].partition("/")[2] if path.startswith("http") else path.lstrip("/")
    first = path.partition("/")[0].partition("?")[0]
    names = {"ecom": "wix", "v1": "wix", "oauth2": "wix", "oauth": "wix", "admin": "rest and oauth", "": "explorer"}
    known = ("intake", "control", "merchant", "explorer", "images", "demo", "healthz")
    return names.get(first, first if first in known else "recovery" if "checkouts/ac" in path else "other")


SERVERS: dict[str, dict[str, str]] = {
    "open": {"THROTTLE": "false"},
    "private": {"THROTTLE": "false", "ALLOW_PRIVATE_TARGETS": "true"},
    "throttled": {},
    "core": {"THROTTLE": "false", "EXECUTOR": "core"},
    "extended": {"THROTTLE": "false", "EXTENDED_SEARCH": "true"},
    "strict": {"THROTTLE": "false", "STRICT_SEARCH": "true"},
    "public": {"THROTTLE": "false", "PUBLIC_URL": "https://server.example/"},
    "limited": {"THROTTLE": "false", "WIX_REQUESTS_PER_MINUTE": "2"},
}


INTROSPECTION = (
    "{ __schema { queryType { name } mutationType { name } types { kind name description "
    "fields(includeDeprecated: true) { name description isDeprecated deprecationReason "
    "args { name defaultValue type { ...T } } type { ...T } } "
    "inputFields { name defaultValue type { ...T } } interfaces { name } possibleTypes { name } "
    "enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } } "
    "directives { name locations args { name type { ...T } } } } } "
    "fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }"
)


class Selections:
    """Documents that select all fields of a type: its leaves at once, and what is under it field by field."""

    def __init__(self, schema: Json) -> None:
        self._types: dict[str, Json] = {each["name"]: each for each in schema["types"]}

    def documents(self, lookup: str, kind: str) -> Iterator[str]:
        """`lookup` is a field with its arguments, such as node(id: "…"); `kind` the type that is found there."""
        fields = self._types[kind]["fields"]
        yield self._document(lookup, kind, " ".join(filter(None, map(self._leaf, fields))) or "__typename")
        for each in fields:
            inner = self._composite(each, 2)
            if inner:
                yield self._document(lookup, kind, inner)

    def _document(self, lookup: str, kind: str, selected: str) -> str:
        before, _, after = lookup.partition("…")
        inner = f"... on {kind} {{ {selected} }}" if lookup.startswith("node") else selected
        return f"{{ {before} {{ {inner} }} {after} }}"

    def _leaf(self, each: Json) -> str:
        return each["name"] if self._named(each)["kind"] in ("SCALAR", "ENUM") and not _required(each) else ""

    def _composite(self, each: Json, depth: int) -> str:
        kind = self._named(each)
        if kind["kind"] in ("SCALAR", "ENUM") or _required(each):
            return ""
        given = "(first: 2)" if any(argument["name"] == "first" for argument in each["args"]) else ""
        inner = self._selected(kind, depth - 1)
        return f"{each['name']}{given} {{ {inner} }}"

    def _selected(self, kind: Json, depth: int) -> str:
        if kind["kind"] != "OBJECT":
            return "__typename"
        parts = list(filter(None, map(self._leaf, kind["fields"])))
        # A connection, its edges and their nodes are one step.
        thin = kind["name"].endswith(("Connection", "Edge", "MoneyBag", "PageInfo"))
        if depth or thin:
            below = (self._composite(each, depth if thin else depth - 1) for each in kind["fields"] if depth >= 0)
            parts += [each for each in below if each] if depth >= 0 else []
        return " ".join(parts) or "__typename"

    def _named(self, each: Json) -> Json:
        found = each["type"]
        while found.get("ofType"):
            found = found["ofType"]
        return self._types[found["name"]]


def _required(each: Json) -> bool:
    return any(argument["type"]["kind"] == "NON_NULL" and argument["defaultValue"] is None for argument in each["args"])


# --- stories ----------------------------------------------------------------------------------------------------------


def steps_of(path: Path) -> Iterator[Step]:
    """The steps of a story. A step with `each` stands for several, one with `versions` or `servers` for several of
    those."""
    story = tomllib.loads(path.read_text(encoding="utf-8"))
    for step in story["step"]:
        step = {**story.get("defaults", {}).get(_kind_of(step), {}), **step}
        yield from _expanded(step)


def _kind_of(step: Step) -> str:
    return next((kind for kind in ("graphql", "ask", "run") if kind in step), "")


def _expanded(step: Step) -> Iterator[Step]:
    for plural, name in (("each", ""), ("versions", "version"), ("servers", "server"), ("tokens", "token")):
        if plural in step:
            rest = {key: value for key, value in step.items() if key != plural}
            for value in step[plural]:
                yield from _expanded({**rest, **(value if isinstance(value, dict) else {name or _place(step): value})})
            return
    yield step


def _place(step: Step) -> str:
    """Where the texts of `each` go: the part of the step that is left empty."""
    return next(name for name in ("graphql", "ask", "run", "body", "variables") if step.get(name) == "")


def documents() -> Iterator[Step]:
    """Documents of GraphQL, some of them wrong, by compiled plans and by graphql-core."""
    for text in (STORIES / "documents.graphql").read_text(encoding="utf-8").split("\n# ----\n"):
        for server in ("open", "core"):
            yield {"graphql": text.strip(), "server": server}


def searches() -> Iterator[Step]:
    """Every search text, with its warnings and what is found; the explorer's help with it."""
    page, count = "abandonedCheckouts(first: 3, query: $q)", "abandonedCheckoutsCount(query: $q)"
    query = f"query ($q: String) {{ {page} {{ nodes {{ name }} }} {count} {{ count precision }} }}"
    for place, text in enumerate(json.loads((STORIES / "searches.json").read_text(encoding="utf-8"))):
        variables = json.dumps({"q": text})
        yield {"graphql": query, "variables": variables, "headers": {"Shopify-Search-Query-Debug": "1"}}
        if place % 3 == 0:
            yield {"graphql": query, "variables": variables, "server": "extended"}
        if place % 5 == 0:
            yield {"graphql": query, "variables": variables, "server": "strict"}
        if place % 4 == 0:
            yield {"ask": f"GET /explorer/search.json?query={_quoted(text)}&zone=Europe/Berlin"}


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def wix_lists() -> Iterator[Step]:
    """What Wix's query and search refuse."""
    for method, asked in json.loads((STORIES / "wix_refused.json").read_text(encoding="utf-8")):
        body = json.dumps({method: asked}, ensure_ascii=False)
        yield {"ask": f"POST /ecom/v1/abandoned-checkout/{method}", "body": body, "wix": "shpat_demo"}


def full_checkouts() -> Iterator[Step]:
    """Checkouts with all that each format holds, imported into a shop each and exported again."""
    for place, source in enumerate(json.loads((STORIES / "checkouts.json").read_text(encoding="utf-8"))):
        shop = f"full{place}.example.com"
        yield {"file": f"full{place}.json", "text": json.dumps(source)}
        for words in (f"import full{place}.json", "export", "export --format csv"):
            yield {"run": f"{words} --shop {shop}"}


GENERATED: dict[str, Callable[[], Iterator[Step]]] = {
    "documents": documents,
    "searches": searches,
    "wix_refused": wix_lists,
    "full_checkouts": full_checkouts,
}


def chapters() -> Iterator[tuple[str, Iterator[Step]]]:
    """The stories in the order of their names; `chapters` at a story's head names what is generated before it."""
    for path in sorted(STORIES.glob("*.toml")):
        for name in tomllib.loads(path.read_text(encoding="utf-8")).get("chapters", []):
            yield name, GENERATED[name]()
        yield path.stem, steps_of(path)


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


def normal(records: list[Record], names: Mapping[str, str]) -> list[Record]:
    """The records with random values, ports, folders and public keys by name."""
    seen: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        return seen.setdefault(found[0], f"<random {len(seen) + 1}>")

    def opened(found: re.Match[str]) -> str:
        return f"<token {_decoded(found[1])} {_decoded(found[2])}>"

    def replaced(text: str) -> str:
        text = TOKEN.sub(opened, text)
        for old, new in names.items():
            text = re.sub(rf"(?<!\d){re.escape(old)}(?!\d)", new, text)
        return RANDOM.sub(numbered, BODY_HASH.sub(r"\1<hash>", PEM.sub("<public key>", text)))

    return [
        Record(
            each.name,
            replaced(each.request),
            each.status,
            [[name, replaced(value)] for name, value in each.headers],
            replaced(each.body),
        )
        for each in records
    ]


# --- comparing --------------------------------------------------------------------------------------------------------


@dataclass
class Change:
    """An intended change of a text. In JSON and HTML it stands with their escapes."""

    was: str
    becomes: str
    uses: int = 0

    def apply(self, text: str) -> str:
        forms: tuple[Callable[[str], str], ...] = (as_is, as_json, html.escape, as_jinja)
        for was, becomes in dict.fromkeys((form(self.was), form(self.becomes)) for form in forms):
            if was in text:
                self.uses += text.count(was)
                text = text.replace(was, becomes)
        return text


def as_is(text: str) -> str:
    return text


def as_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def as_jinja(text: str) -> str:
    return html.escape(text, quote=False).replace('"', "&#34;").replace("'", "&#39;")


def read_changes(path: Path | None) -> list[Change]:
    """The intended changes of texts in a TOML file, or in all TOML files of a folder."""
    if path is None:
        return []
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    tables = [tomllib.loads(file.read_text("utf-8")) for file in files]
    return [Change(each["was"], each["becomes"]) for table in tables for each in table["change"]]


def with_changes(record: Json, changes: list[Change]) -> Json:
    """An old record as it should be now; its length changes with its body."""
    body, headers = record["body"], record["headers"]
    for change in changes:
        body = change.apply(body)
        headers = [[name, change.apply(value)] for name, value in headers]
    if len(body.encode("utf-8", "surrogatepass")) != len(record["body"].encode("utf-8", "surrogatepass")):
        headers = [[name, "*" if name.lower() == "content-length" else value] for name, value in headers]
    return {**record, "body": body, "headers": headers}


def is_same(old: Json, new: Json) -> bool:
    free = [name for name, value in old["headers"] if value == "*"]
    headers = [[name, "*" if name in free else value] for name, value in new["headers"]]
    return old == {**new, "headers": headers}


def compare(before: Path, after: Path, allowed: Path | None) -> int:
    old, new = (json.loads(path.read_text(encoding="utf-8")) for path in (before, after))
    changes = read_changes(allowed)
    pairs = [
        (with_changes(was, changes) if was else was, now)
        for was, now in itertools.zip_longest(old, new, fillvalue=None)
    ]
    different = [(was, now) for was, now in pairs if was is None or now is None or not is_same(was, now)]
    for was, now in different[:SHOWN]:
        print(shown(was, now))
    unused = [change.was for change in changes if not change.uses]
    for text in unused:
        print(f"--allow: nothing holds {text!r}")
    print(f"{len(old)} records before, {len(new)} after, {len(different)} different")
    for kind, count in Counter(str((was or now or {}).get("name")) for was, now in different).most_common():
        print(f"  {count} {kind}")
    few = min(len(old), len(new)) < LEAST_RECORDS
    if few:
        print(f"a recording has fewer than {LEAST_RECORDS} records")
    return 1 if different or few else 0


def shown(was: Json | None, now: Json | None) -> str:
    known = was or now or {}
    lines = [f"=== {known['name']}", known["request"][:1500]]
    if was and now and was["request"] != now["request"]:
        lines += ["--- the request is another now:", now["request"][:1500]]
    place = next((at for at, pair in enumerate(zip(_whole(was), _whole(now), strict=False)) if pair[0] != pair[1]), 0)
    for label, record in (("before", was), ("after", now)):
        lines.append(f"--- {label}, from character {max(0, place - 200)}")
        lines.append(_whole(record)[max(0, place - 200) : place + 600] or "[no such record]")
    return "\n".join([*lines, ""])


def _whole(record: Json | None) -> str:
    if record is None:
        return ""
    return "\n".join(
        [str(record["status"]), *(f"{name}: {value}" for name, value in record["headers"]), record["body"]]
    )


# --- the command ------------------------------------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(description="Record what the server answers, or compare two recordings.")
    parser.add_argument("action", choices=("record", "compare", "_commands"))
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--allow", type=Path, help="TOML file, or folder of files, with intended changes of texts")
    asked = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":
        # Sets must have one order: Starlette writes the header Allow from one.
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    tree = Path.cwd()
    if asked.action == "_commands":
        serve_commands(tree)
        return 0
    if asked.action == "compare":
        return compare(asked.files[0], asked.files[1], asked.allow)
    return record_to(tree, asked.files[0].absolute())


def record_to(tree: Path, out: Path) -> int:
    begun, folder = MONOTONIC(), Path(tempfile.mkdtemp(prefix="same-bytes-", dir=IN_MEMORY))
    present = Present()
    make_deterministic(present)
    signal.alarm(1200)
    os.environ.update(_bare_environment())
    try:
        find_program(tree)
        records = asyncio.run(record(tree, folder, present))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    out.write_text(json.dumps([asdict(each) for each in records], ensure_ascii=False, indent=1) + "\n", "utf-8")
    for kind, count in sorted(Counter(each.name for each in records).items()):
        print(f"{count:6} {kind}")
    print(f"{len(records)} records in {MONOTONIC() - begun:.1f} seconds: {out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
