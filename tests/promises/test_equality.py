"""Plans return the same bytes as graphql-core, for generated documents over the whole schema, on both databases.

EXAMPLES says how many documents a database is asked: 10,000 by `make equality` and in continuous integration, always
the same ones; RANDOM=1 draws others.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from graphql import execute, parse, validate
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.schema.build import graphql_schema
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.reading.snapshots import Snapshots, snapshots_of
from tests.databases import Databases
from tests.shopify.execution.plan.answers import compare
from tests.shopify.execution.plan.documents import Pool, documents
from tests.shopify.execution.plan.stores import fill_store, request_for

EXAMPLES = int(os.environ.get("EXAMPLES", "60"))
# Shrinking a failed example takes long. SHRINK=0 shows the example as it was drawn.
PHASES = tuple(phase for phase in Phase if phase is not Phase.shrink or os.environ.get("SHRINK") != "0")
SCHEMA = graphql_schema()

_POOL = """{
  abandonedCheckouts(first: 20) {
    edges { cursor node { id customer { id } billingAddress { id } lineItems(first: 2) {
      edges { cursor node { id product { id } variant { id } } } } } }
  }
  byName: abandonedCheckouts(first: 3, sortKey: CUSTOMER_NAME) { edges { cursor } }
  byTime: abandonedCheckouts(first: 3, sortKey: CREATED_AT) { edges { cursor } }
  byTotal: abandonedCheckouts(first: 3, sortKey: TOTAL_PRICE) { edges { cursor } }
}"""


@dataclass(slots=True)
class Filled:
    runner: asyncio.Runner
    database: Database
    snapshots: Snapshots | None
    shop: Shop
    pool: Pool


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Filled]:
    """A filled store, and the values that generated queries can use."""
    with asyncio.Runner() as runner:
        database = runner.run(open_database(databases.new(request.param)))
        shop = runner.run(fill_store(database))
        snapshots = snapshots_of(database)
        yield Filled(runner, database, snapshots, shop, runner.run(_pool(database, shop)))
        if snapshots is not None:
            runner.run(snapshots.close())
        runner.run(database.close())


async def _pool(database: Database, shop: Shop) -> Pool:
    async with database.read() as connection:
        result: Any = await execute(SCHEMA, parse(_POOL), context_value=request_for(shop, connection))  # type: ignore[misc]
    assert result.errors is None, result.errors
    text = orjson.dumps(result.data).decode()
    ids: dict[str, list[str]] = {"": ["gid://shopify/Order/1", "gid://shopify/Unknown/1", "no id"]}
    for part in text.split('"'):
        if part.startswith("gid://shopify/"):
            kept = ids.setdefault(part.split("/")[3], [])
            if part not in kept and len(kept) < 8:
                kept.append(part)
    ids["AbandonedCheckout"].append("gid://shopify/AbandonedCheckout/7")
    edges = [edge for page in result.data.values() for edge in page["edges"]]
    cursors = [edge["cursor"] for edge in edges[::3]] + [edges[0]["node"]["lineItems"]["edges"][0]["cursor"]]
    return Pool({kind: tuple(kept) for kind, kept in ids.items()}, cursors)


@pytest.mark.timeout(240 + EXAMPLES)
def test_generated_documents_have_equal_answers(filled: Filled) -> None:
    outcomes: Counter[str] = Counter()

    @given(st.data())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        phases=PHASES,
        suppress_health_check=list(HealthCheck),
    )
    def equal(data: st.DataObject) -> None:
        document = data.draw(documents(SCHEMA, filled.pool))
        problems = validate(SCHEMA, parse(document.text))
        if problems:
            outcomes["invalid"] += 1
            return
        compared = filled.runner.run(
            compare(SCHEMA, filled.database, filled.snapshots, filled.shop, document.text, document.variables)
        )
        outcomes["planned" if compared.planned else f"{compared.why}, {'errors' if compared.errors else 'none'}"] += 1

    equal()
    reported = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
    assert outcomes["planned"] >= 0.4 * sum(outcomes.values()), reported
    print(reported)
