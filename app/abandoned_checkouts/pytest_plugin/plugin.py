"""The hooks and fixtures that pytest finds. Importing this module imports pytest alone."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from abandoned_checkouts.pytest_plugin.client import Twin
    from abandoned_checkouts.pytest_plugin.serving import TwinServer

_SHOPS = ("empty", "demo")
_MARKERS = {
    "twin_version": ("version", "2026-10", "the API version that `twin.graphql` uses"),
    "twin_plan": ("plan", "plus", "the Shopify plan whose rate limits the shop has"),
    "twin_instant": ("instant", "2026-12-01T09:00:00Z", "freeze the twin's clock at this instant before the test"),
}
# The snapshot to which a test is rewound.
_BEFORE = "pytest-before-test"
_TWINS = pytest.StashKey["list[Twin]"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("twin", "a twin of Shopify's Admin API for abandoned checkouts")
    group.addoption("--twin-url", metavar="URL", help="Use the server at this URL, which runs with --twin.")
    group.addoption("--twin-shop", choices=_SHOPS, help="Start with an empty shop (default) or with the demo shop.")
    group.addoption("--twin-checkouts", type=int, metavar="N", help="Checkouts of the demo shop (default: 500).")
    parser.addini("twin_shop", "The default of --twin-shop.", default="empty")
    parser.addini("twin_checkouts", "The default of --twin-checkouts.", default="500")


def pytest_configure(config: pytest.Config) -> None:
    for name, (argument, _, meaning) in _MARKERS.items():
        config.addinivalue_line("markers", f"{name}({argument}): {meaning}.")


@pytest.fixture(scope="session")
def twin_settings() -> Mapping[str, str]:
    """Settings of the server, as environment variables. Override this fixture to change some."""
    return {}


@pytest.fixture(scope="session")
def twin_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, twin_settings: Mapping[str, str]
) -> Iterator[TwinServer]:
    """A server for this process of the session: on a free port with its own store, or the one of `--twin-url`."""
    from abandoned_checkouts.pytest_plugin import serving

    url = request.config.getoption("--twin-url")
    if url is None:
        folder, demo = _new_store(request.config, tmp_path_factory)
        with serving.started(folder, demo=demo, settings=twin_settings) as server:
            yield server
        return
    if hasattr(request.config, "workerinput"):
        raise pytest.UsageError(
            "--twin-url is one server, which each test rewinds. Run without -n, or without --twin-url: then each "
            "process starts its own server."
        )
    with serving.running(url) as server:
        yield server


@pytest.fixture
def twin(request: pytest.FixtureRequest, twin_server: TwinServer) -> Iterator[Twin]:
    """The twin of this test. It is rewound after the test: store, clock, faults, journal and random values."""
    yield from _rewound(request, twin_server)


@pytest.fixture(scope="session")
def twin_in_process_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, twin_settings: Mapping[str, str]
) -> Iterator[TwinServer]:
    """A server in this process, without a port."""
    from abandoned_checkouts.pytest_plugin.in_process import in_process

    folder, demo = _new_store(request.config, tmp_path_factory)
    with in_process(folder, demo=demo, settings=twin_settings) as server:
        yield server


@pytest.fixture
def twin_in_process(request: pytest.FixtureRequest, twin_in_process_server: TwinServer) -> Iterator[Twin]:
    """Like `twin`, but the server runs in this process, and only clients with `twin_transport` reach it."""
    yield from _rewound(request, twin_in_process_server)


@pytest.fixture
def twin_transport(twin_in_process: Twin) -> httpx.BaseTransport:
    """The transport for `httpx.Client` and `httpx.AsyncClient` that reaches the server of `twin_in_process`."""
    assert twin_in_process.transport is not None
    return twin_in_process.transport


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the journal to the report of a failed test."""
    report = yield
    if report.failed and report.when != "teardown":
        for twin in item.stash.get(_TWINS, []):
            report.sections.append((f"Journal of the twin at {twin.url}", _journal(twin)))
    return report


def _journal(twin: Twin) -> str:
    from abandoned_checkouts.pytest_plugin.journal_report import journal_report
    from abandoned_checkouts.pytest_plugin.made import TwinError

    try:
        return journal_report(twin.requests(), twin.deliveries(), twin.mails())
    except TwinError as problem:
        return str(problem)


def _new_store(config: pytest.Config, folders: pytest.TempPathFactory) -> tuple[Path, int | None]:
    """An empty folder, and how many checkouts the demo shop has; None for an empty shop."""
    shop = config.getoption("--twin-shop") or config.getini("twin_shop")
    if shop not in _SHOPS:
        raise pytest.UsageError(f'twin_shop is "{shop}". Use one of: {", ".join(_SHOPS)}.')
    checkouts = config.getoption("--twin-checkouts") or config.getini("twin_checkouts")
    if not str(checkouts).isdigit():
        raise pytest.UsageError(f'twin_checkouts is "{checkouts}". It must be a whole number.')
    return folders.mktemp("twin"), int(checkouts) if shop == "demo" else None


def _rewound(request: pytest.FixtureRequest, server: TwinServer) -> Iterator[Twin]:
    """A twin as the markers of the test want it, until the test ends; then the server is as it was before."""
    from abandoned_checkouts.pytest_plugin.client import Twin

    version, plan, instant = (_marked(request.node, name) for name in _MARKERS)
    twin = Twin(server, version)
    twin.snapshot(_BEFORE)
    try:
        _set_clock(twin, instant)
        if plan is not None:
            twin.change_shop(plan=plan)
        request.node.stash.setdefault(_TWINS, []).append(twin)
        yield twin
    finally:
        twin.restore(_BEFORE)
        twin.forget(_BEFORE)
        twin.close()


def _set_clock(twin: Twin, instant: str | None) -> None:
    from abandoned_checkouts.pytest_plugin.serving import FIRST_INSTANT

    if instant is not None:
        twin.freeze(instant)
    elif twin.now.isoformat().startswith(FIRST_INSTANT[:19]):
        # The server has not been used yet.
        twin.ask("PUT", "/clock", {"action": "reset"})


def _marked(node: pytest.Item, name: str) -> str | None:
    """The argument of a marker, or None without the marker."""
    marker = node.get_closest_marker(name)
    if marker is None:
        return None
    if len(marker.args) == 1 and isinstance(marker.args[0], str) and not marker.kwargs:
        return marker.args[0]
    raise pytest.UsageError(f'{node.nodeid}: write, for example, @pytest.mark.{name}("{_MARKERS[name][1]}")')
