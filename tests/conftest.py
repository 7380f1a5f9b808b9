"""Stores for tests. A test that uses the fixture `store` runs on SQLite and on PostgreSQL, each time with an empty
store."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests import quick
from tests.databases import Databases
from tests.shop_statements import Recorder, recorded_statements

# Examples have no time limit, because a busy machine must not make a test fail. They are the same in every run;
# RANDOM=1 draws others.
settings.register_profile("project", deadline=None, derandomize="RANDOM" not in os.environ)
settings.load_profile("project")


def pytest_addoption(parser: pytest.Parser) -> None:
    quick.add_options(parser)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose the part of the suite. If EXAMPLES is set, a test has no time limit."""
    quick.select(config, items)
    if "EXAMPLES" in os.environ:
        for item in items:
            item.add_marker(pytest.mark.timeout(0))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Makes empty stores, as many as a test needs: `databases.new("sqlite" or "postgresql")` gives a URL."""
    made = Databases(tmp_path_factory.mktemp("stores"))
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Ask for this to run a test once on each database."""
    return str(request.param)


@pytest.fixture
def store_url(databases: Databases, database_kind: str) -> Iterator[str]:
    """The URL of an empty store that is brought up to date; it is emptied for another test after this one."""
    url = databases.new(database_kind)
    yield url
    databases.give_back(url)


@pytest.fixture
def sqlite_url(databases: Databases) -> str:
    """An empty store on SQLite, for tests that do not depend on the database."""
    return databases.new("sqlite")


@pytest.fixture
async def store(store_url: str):  # type: ignore[no-untyped-def]
    """An open, empty `abandoned_checkouts.store.engine.database.Database`."""
    from abandoned_checkouts.store.engine.database import open_database

    database = await open_database(store_url)
    yield database
    await database.close()


@pytest.fixture
async def shop(store):  # type: ignore[no-untyped-def]
    """A shop in the store: acme.myshopify.com, US dollars, New York."""
    from abandoned_checkouts.store.tenants.shops import create_shop

    async with store.begin() as connection:
        return await create_shop(
            connection,
            "acme.myshopify.com",
            now=1_790_000_000_000_000,
            currency="USD",
            timezone="America/New_York",
        )


@pytest.fixture(scope="session")
def recorder() -> Iterator[Recorder]:
    """Records the statements that the code sends to PostgreSQL."""
    with recorded_statements() as made:
        yield made


@pytest.fixture(autouse=True)
def _statements_are_of_one_shop(recorder: Recorder) -> Iterator[None]:
    """Each statement that a test causes for the first time follows the rule of tests/shop_statements.py."""
    yield
    assert recorder.new_problems() == []
