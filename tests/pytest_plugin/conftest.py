"""A twin in this process for the tests of the plugin's parts."""

from collections.abc import Iterator

import pytest

from abandoned_checkouts.pytest_plugin.client import Twin
from abandoned_checkouts.pytest_plugin.in_process import in_process
from abandoned_checkouts.pytest_plugin.serving import TwinServer

INSTANT = "2026-12-01T09:00:00Z"


@pytest.fixture(scope="session")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinServer]:
    with in_process(tmp_path_factory.mktemp("twin"), demo=None, settings={}) as server:
        yield server


@pytest.fixture
def twin(own_server: TwinServer) -> Iterator[Twin]:
    """Its clock stands at INSTANT."""
    twin = Twin(own_server)
    twin.snapshot("before")
    twin.freeze(INSTANT)
    yield twin
    twin.restore("before")
    twin.close()
