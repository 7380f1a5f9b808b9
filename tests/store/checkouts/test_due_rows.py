"""Due rows are found by an index, as the query plans of both databases show."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import event, text

from abandoned_checkouts.checkouts.lifecycle import rules_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.due_rows import (
    checkouts_created_before,
    claim_due_checkouts,
    claim_lapsing,
)
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.outbox.claims import Limits, claim_deliveries
from abandoned_checkouts.store.outbox.deliveries import (
    DeliveryKey,
    has_next_event,
    latest_hash,
    next_delivery_at,
    next_events,
)
from abandoned_checkouts.store.outbox.events import link_visited_at
from tests.intake.messages import START

pytestmark = pytest.mark.anyio

KEY = DeliveryKey(1, "shopify", 1)
QUERIES: dict[str, tuple[Callable[[Connection, Shop], Awaitable[Any]], str]] = {
    "open checkouts that are due": (lambda c, _: claim_due_checkouts(c, START, 10), "ix_open_checkouts_due"),
    "checkouts that may lapse": (
        lambda c, s: claim_lapsing(c, s, rules_of(s), START, 10),
        "ix_abandoned_checkouts_lapsing",
    ),
    "checkouts that retention may delete": (
        lambda c, s: checkouts_created_before(c, s, START, (0, 0), 10),
        "ix_abandoned_checkouts_by_created_at",
    ),
    "whether events wait": (lambda c, _: has_next_event(c), "ix_events_waiting"),
    "the events that wait": (lambda c, _: next_events(c, 10), "ix_events_waiting"),
    "deliveries that are due": (lambda c, _: claim_deliveries(c, START, 1, 10), "ix_deliveries_due"),
    "earlier deliveries to the same address": (lambda c, _: claim_deliveries(c, START, 1, 10), "ix_deliveries_waiting"),
    "subscriptions with deliveries": (
        lambda c, _: claim_deliveries(c, START, 1, 10, Limits(1, {})),
        "ix_deliveries_due_of_subscription",
    ),
    "when the next delivery is due": (lambda c, _: next_delivery_at(c), "ix_deliveries_due"),
    "the hash of the last body": (lambda c, _: latest_hash(c, KEY, "checkout/1"), "ix_deliveries_by_subject"),
    "visits of the link": (lambda c, s: link_visited_at(c, s, 1), "ix_events_by_checkout"),
}


@pytest.fixture
async def planned(store: Database, shop: Shop) -> AsyncIterator[Connection]:
    async with store.begin() as connection:
        if not store.is_sqlite:
            # The tables are empty. The test is whether an index can be used, not what is cheapest without rows.
            for way in ("seqscan", "bitmapscan", "sort"):
                await connection.execute(text(f"SET LOCAL enable_{way} = off"))
        yield connection


@pytest.mark.parametrize("name", QUERIES)
async def test_each_query_uses_its_index(planned: Connection, shop: Shop, name: str) -> None:
    ask, index = QUERIES[name]
    statements: list[tuple[str, Any]] = []

    def remember(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if statement.startswith("SELECT") and "advisory" not in statement:
            statements.append((statement, parameters))

    event.listen(planned.sync_connection, "before_cursor_execute", remember)
    await ask(planned, shop)
    event.remove(planned.sync_connection, "before_cursor_execute", remember)
    statement, parameters = statements[0]
    explain = "EXPLAIN QUERY PLAN " if planned.dialect.name == "sqlite" else "EXPLAIN "
    rows = await planned.exec_driver_sql(explain + statement, parameters)
    plan = "\n".join(" ".join(map(str, row)) for row in rows)
    assert index in plan, f"{statement}\n{plan}"
    assert "TEMP B-TREE" not in plan and "Sort" not in plan, f"{statement}\n{plan}"
