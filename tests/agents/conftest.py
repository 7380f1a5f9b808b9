"""One twin of the demo shop for all tests of a file, because creating one takes a second.

Not for the session: a twin sets the source of random values for what runs in the same context.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from abandoned_checkouts.config import Settings
from abandoned_checkouts.demo.fill import DOMAIN, fill
from abandoned_checkouts.server import create_app, now
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import find_shop, register_app
from tests.databases import Databases

# An app that reads orders only, and one that is not approved for protected customer data.
READER, UNAPPROVED = "shpat_reader", "shpat_unapproved"


@pytest.fixture(scope="module")
async def twin_app(databases: Databases) -> AsyncIterator[Any]:
    url = databases.new("sqlite")
    database = await open_database(url)
    await fill(database, checkouts=30, seed=1, now=now())
    async with database.begin() as connection:
        shop = await find_shop(connection, DOMAIN)
        assert shop is not None
        await issue_token(connection, shop, ["read_orders"], now=now(), token=READER)
        settings = '{"kind": "custom", "protected_customer_data": []}'
        app_id = await register_app(connection, shop, now=0, title="Custom", settings=settings)
        scopes = ["write_orders", "read_customers"]
        await issue_token(connection, shop, scopes, now=now(), app_id=app_id, token=UNAPPROVED)
    await database.close()
    # Without a rate limit, because time does not add points to the bucket while the clock is frozen.
    app = create_app(Settings(database_url=url, work=False, twin=True, throttle=False))
    async with app.router.lifespan_context(app):
        yield app
