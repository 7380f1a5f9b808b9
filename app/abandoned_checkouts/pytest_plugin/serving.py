"""A server with a twin: one that the plugin starts as a separate process, or one that already runs."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from abandoned_checkouts.config import PREFIX, variable
from abandoned_checkouts.pytest_plugin.made import Json, TwinError

# The shop of a server that starts empty.
EMPTY_SHOP = "test-shop.myshopify.com"
# An empty shop begins here, so that tests can freeze the clock at any later instant, whenever they run.
FIRST_INSTANT = "2020-01-01T00:00:00Z"
HEADER = "X-Abandoned-Checkouts-Twin"
# Seconds in which a server must start.
_START = 120.0


@dataclass(frozen=True, slots=True)
class TwinServer:
    """A running server: its URL, its shop and an access token with all scopes.

    `transport` is for httpx clients of a server in this process; others are None.
    """

    url: str
    shop: str
    token: str
    transport: httpx.BaseTransport | None = None


@contextmanager
def started(folder: Path, *, demo: int | None, settings: Mapping[str, str]) -> Iterator[TwinServer]:
    """A server on a free port with a store in `folder`, until the context ends.

    `demo` is the number of checkouts of the demo shop; None is an empty shop. `settings` are environment variables.
    """
    environment = environment_of(folder, demo=demo, settings=settings)
    if demo is not None:
        fill_demo(environment, demo)
    ready, log = folder / "ready", folder / "server.log"
    command = [*_PROGRAM, "serve", "--twin", "--port", "0", "--ready-file", str(ready)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + _START
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise TwinError(f"The twin did not start:\n{log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.02)
        yield prepared(ready.read_text().strip())
    finally:
        # The store is in a temporary folder: nothing has to be saved.
        process.kill()
        process.wait()


# -P: modules in the folder of the tests do not replace those of the server.
_PROGRAM = (sys.executable, "-P", "-m", "abandoned_checkouts")


def environment_of(folder: Path, *, demo: int | None, settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a server: without the settings of this process, which are for another server."""
    unknown = [name for name in settings if not name.startswith(PREFIX)]
    if unknown:
        raise TwinError(f"twin_settings: {unknown[0]} is not a setting. Their names start with {PREFIX}.")
    own = {
        variable("database_url"): f"sqlite+aiosqlite:///{folder / 'twin.sqlite3'}",
        variable("bulk_folder"): str(folder / "bulk-operations"),
        variable("allow_private_targets"): "true",
        variable("log_level"): "warning",
    }
    if demo is None:
        own[variable("twin_instant")] = FIRST_INSTANT
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**inherited, **own, **settings}


def fill_demo(environment: Mapping[str, str], checkouts: int) -> None:
    """Create the demo shop in the store of the environment."""
    command = [*_PROGRAM, "demo", "--checkouts", str(checkouts)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise TwinError(f"The demo shop cannot be created:\n{done.stderr[-4000:]}")


@contextmanager
def running(url: str) -> Iterator[TwinServer]:
    """A server that runs already. At the end, it has the state that it has now."""
    url = url.rstrip("/")
    with client_of(url) as client:
        _ask(client, "PUT", "/snapshots/pytest-session")
        try:
            yield prepared(url)
        finally:
            _ask(client, "POST", "/snapshots/pytest-session/restore")
            _ask(client, "DELETE", "/snapshots/pytest-session")


def prepared(url: str, transport: httpx.BaseTransport | None = None) -> TwinServer:
    """The server at the URL, with a shop and a token for it: the demo shop, else the first one, else a new one."""
    with client_of(url, transport) as client:
        shops = _ask(client, "GET", "/shops")["shops"]
        if not shops:
            shops = [_ask(client, "POST", "/shops", {"domain": EMPTY_SHOP})["shop"]]
        chosen = next((shop for shop in shops if shop["isDemo"]), shops[0])
        made = _ask(client, "POST", "/tokens", {"shop": chosen["domain"]})
    return TwinServer(url, chosen["domain"], made["token"], transport)


def client_of(
    url: str, transport: httpx.BaseTransport | None = None, timeout: httpx.Timeout | float = 60
) -> httpx.Client:
    """A client for the server at the URL. It ignores proxies that are set in the environment."""
    # Loading certificates takes tens of milliseconds for each client; http needs none.
    return httpx.Client(
        base_url=url, transport=transport, timeout=timeout, trust_env=False, verify=url.startswith("https:")
    )


def _ask(client: httpx.Client, method: str, path: str, body: Json | None = None) -> Json:
    try:
        response = client.request(method, f"/__twin{path}", json=body)
    except (httpx.TransportError, httpx.InvalidURL, ValueError) as problem:
        raise TwinError(f"There is no server at {client.base_url} ({problem}). Start one: serve --twin.") from None
    if HEADER not in response.headers:
        raise TwinError(f"The server at {client.base_url} has no twin. Start it with: serve --twin.")
    found: Json = response.json() if response.content else {}
    if not response.is_success:
        raise TwinError(f"{client.base_url}: {found.get('errors') or response.status_code}")
    return found
