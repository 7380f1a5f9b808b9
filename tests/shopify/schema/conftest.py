"""A small demo shop, and documents run on it."""

import pytest

from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.store.engine.database import Database
from tests.shopify.asker import NOW, Asker


@pytest.fixture
async def ask(store: Database) -> Asker:
    """A demo shop of 30 checkouts on each database."""
    await fill(store, checkouts=30, seed=1, now=NOW)
    return Asker(store)
