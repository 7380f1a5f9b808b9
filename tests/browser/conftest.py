"""Tests in Chromium, driven by Playwright, against a real server. The browser has no network.

The server runs on a demo shop in a temporary store; EXPLORER_URL selects another server. SCREENSHOTS is a folder that
keeps the screenshots. Without an installed Chromium, these tests are skipped.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    ViewportSize,
    expect,
    sync_playwright,
)

from abandoned_checkouts.explorer.build import build
from tests.ports import free_port

CHECKOUTS = 300
SCOPES = "read_orders,read_customers,read_products"
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PATIENCE = 20_000  # milliseconds; only reached on a busy machine
expect.set_options(timeout=PATIENCE)
# The browser reports these as errors. Some tests use an invalid token, bad input, an outdated version, or no network.
EXPECTED = re.compile("status of (401|409|422)|ERR_INTERNET_DISCONNECTED")
GRAPHQL = "**/graphql.json"
# The browser resolves no name but the server's.
ARGUMENTS = [
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), None)


def wait_for(url: str, server: subprocess.Popen[str]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(f"the server stopped:\n{server.communicate()[0]}")
        try:
            with urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer within 30 seconds")


PROGRAM = str(Path(sys.executable).with_name("abandoned-checkouts"))


def command_output(*command: str) -> str:
    """The standard output of a command."""
    done = subprocess.run([PROGRAM, *command], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store with a demo shop."""
    url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('explorer') / 'demo.sqlite3'}"
    command_output("demo", "--checkouts", str(CHECKOUTS), "--seed", "1", "--database", url)
    return url


@pytest.fixture
def new_token(server: str, store: str) -> Callable[[], str]:
    """Creates tokens of the demo shop, each of a separate app."""
    if os.environ.get("EXPLORER_URL"):
        pytest.skip("tokens cannot be created in the store of EXPLORER_URL")
    with urlopen(f"{server}/explorer/session.json") as answer:
        domain = json.load(answer)["demoShops"][0]["domain"]
    return lambda: command_output("token", "create", "--shop", domain, "--scopes", SCOPES, "--database", store).strip()


@pytest.fixture
def other_shop(new_token: Callable[[], str], store: str) -> Callable[[], tuple[str, str]]:
    """Creates a shop without checkouts; returns its name and a token."""
    command = ("token", "create", "--shop", "quiet-shop.myshopify.com", "--scopes", SCOPES, "--database", store)
    return lambda: ("Quiet Shop", command_output(*command).strip())


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a server with a demo shop."""
    if given := os.environ.get("EXPLORER_URL"):
        yield given.rstrip("/")
        return
    build()
    store = request.getfixturevalue("store")
    port = free_port()
    process = subprocess.Popen(
        [PROGRAM, "serve", "--host", "127.0.0.1", "--port", str(port), "--database", store],
        # The output is read only if the server stops, so a line for each request would fill the pipe.
        env={**os.environ, "ABANDONED_CHECKOUTS_LOG_LEVEL": "warning"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Closed after the last test of this folder, because Playwright's event loop conflicts with asynchronous tests."""
    executable = chromium()
    if executable is None:
        pytest.skip("found no chromium: run apt-get install chromium, or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield started
        started.close()


ANOTHER = "Sign in to another shop…"
Opener = Callable[..., BrowserContext]
PageOpener = Callable[..., Page]
Scheme = Literal["light", "dark"]


class Watch:
    """Collects the requests of a context to other hosts, and the errors on its console."""

    def __init__(self, home: str) -> None:
        self.home = urlsplit(home).netloc
        self.foreign: list[str] = []
        self.errors: list[str] = []

    def over(self, context: BrowserContext) -> BrowserContext:
        context.set_default_timeout(PATIENCE)
        context.on("request", self.on_request)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("console", self.on_console)
        return context

    def on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob", "about"} and address.netloc != self.home:
            self.foreign.append(request.url)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED.search(message.text):
            self.errors.append(message.text)

    def check(self) -> None:
        foreign, errors, self.foreign, self.errors = self.foreign, self.errors, [], []
        assert not foreign, f"requests left the machine: {foreign}"
        assert not errors, f"the browser reported errors: {errors}"


@pytest.fixture
def open_context(browser: Browser, server: str) -> Iterator[Opener]:
    """Opens contexts without cache and storage. Requests to other hosts and errors on the console fail the test."""
    watch = Watch(server)
    contexts: list[BrowserContext] = []

    def opened(**options: Any) -> BrowserContext:
        contexts.append(watch.over(browser.new_context(**{"viewport": DESKTOP, **options})))
        return contexts[-1]

    yield opened
    for context in contexts:
        context.close()
    watch.check()


@pytest.fixture(scope="package")
def warm_context(browser: Browser, server: str) -> Iterator[tuple[BrowserContext, Watch]]:
    """One context with a warm cache of the page's files, for tests that need no cold start."""
    watch = Watch(server)
    context = watch.over(browser.new_context(viewport=DESKTOP))
    yield context, watch
    context.close()


@pytest.fixture
def open_page(warm_context: tuple[BrowserContext, Watch], server: str) -> Iterator[PageOpener]:
    """Opens pages of the warm context with empty storage, signed in to the demo shop, after the first response."""
    context, watch = warm_context
    pages: list[Page] = []

    def opened(width: int = 1440, scheme: Scheme = "light") -> Page:
        pages.append(page := context.new_page())
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        page.add_init_script("if (!sessionStorage.fresh) { localStorage.clear(); sessionStorage.fresh = 'yes' }")
        page.goto(f"{server}/graphiql")
        page.wait_for_selector("tbody tr")
        return page

    yield opened
    for page in pages:
        page.close()
    watch.check()


@pytest.fixture
def explorer(open_page: PageOpener) -> Page:
    return open_page()


def about(text: str) -> Callable[[Request | Response], bool]:
    """Whether a request to the Admin API, or the request of a response, contains `text`."""

    def is_about(one: Request | Response) -> bool:
        request = one.request if isinstance(one, Response) else one
        return request.url.endswith("/graphql.json") and text in (request.post_data or "")

    return is_about


def sign_in(page: Page, token: str) -> None:
    """Signs in to another shop."""
    page.get_by_label("Shop").select_option(label=ANOTHER)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Access token").fill(token)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).not_to_be_visible()


def opened_page(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}/graphiql" if address.count("/") == 2 else address)
    page.wait_for_selector("tbody tr")
    return page


@pytest.fixture
def picture(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[Page], Path]:
    """Takes a screenshot named after the test. A screenshot of one colour is empty and fails the test."""
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str = "") -> Path:
        path = folder / f"{request.node.name.removeprefix('test_')}{name and '-'}{name}.png"
        page.screenshot(path=path)
        assert path.stat().st_size > 10_000, f"{path} is empty"
        return path

    return take
