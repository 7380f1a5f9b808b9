"""The Admin API over each database, or over SQLite alone."""

from collections.abc import AsyncIterator

import pytest

from abandoned_checkouts.config import Settings
from tests.shopify.caller import Caller, caller_for


@pytest.fixture
async def caller(store_url: str) -> AsyncIterator[Caller]:
    """A server on each database, without its workers, which have their own tests."""
    async for each in caller_for(store_url, Settings(database_url=store_url, work=False)):
        yield each


@pytest.fixture
async def sqlite_caller(sqlite_url: str) -> AsyncIterator[Caller]:
    """For what does not depend on the database."""
    async for each in caller_for(sqlite_url, Settings(database_url=sqlite_url, work=False)):
        yield each
