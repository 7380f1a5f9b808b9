"""Runs a document by plan and by graphql-core, and compares both responses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import DocumentNode, ExecutionResult, GraphQLSchema, OperationDefinitionNode, execute, parse

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.execution.plan import FALLBACKS, plans_of
from abandoned_checkouts.shopify.language.cost import Cost
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.reading.snapshots import Snapshots, SqliteSnapshots
from tests.shopify.execution.plan.stores import request_for


@dataclass(slots=True)
class Compared:
    """`planned` is whether a plan answered; `why` names the reason otherwise."""

    planned: bool
    why: str
    errors: bool


async def compare(
    schema: GraphQLSchema,
    database: Database,
    snapshots: Snapshots | None,
    shop: Shop,
    text: str,
    variables: Mapping[str, Any],
) -> Compared:
    """Run the document in both ways. Raises AssertionError with the document and both responses if they differ."""
    document = parse(text)
    operation = _operation(document)
    before = FALLBACKS.copy()
    async with database.read() as connection:
        request = request_for(shop, connection)
        plans = plans_of(schema, document, operation)
        answer = await plans.run(request, dict(variables), snapshots)
        quick = None
        if isinstance(snapshots, SqliteSnapshots):
            quick = plans.run_at_once(request, dict(variables), snapshots)
            assert quick is None or answer is not None, f"only at once there is an answer to\n{text}\n{variables}"
            if quick is not None and answer is not None:
                assert (quick.data, quick.search, quick.counts) == (answer.data, answer.search, answer.counts), text
        await request.close()
        assert not request.search, "a plan leaves its request as it was"
        if answer is not None and snapshots is not None and quick is None:
            # The first run of a plan has other statements, and no generated code.
            again = await plans.run(request_for(shop, connection), dict(variables), snapshots)
            assert again == answer, f"{text}\nwith {dict(variables)}\nfirst:  {answer}\nsecond: {again}"
    async with database.read() as connection:
        request = request_for(shop, connection)
        running = execute(schema, document, context_value=request, variable_values=dict(variables))
        result = running if isinstance(running, ExecutionResult) else await running
        await request.close()
    why = ", ".join(FALLBACKS - before)
    if answer is None:
        assert why != "failed", f"a plan failed at\n{text}\n{variables}"
        assert why == "unplanned" or result.errors, (
            f"the plan failed although graphql-core has no error\n{text}\n{variables}"
        )
        return Compared(False, why, bool(result.errors))
    expected = orjson.dumps(result.data)
    label = f"{text}\nwith {dict(variables)}"
    assert not result.errors, f"{label}\nshould be answered with {result.errors}"
    assert answer.data == expected, f"{label}\nby plan:    {answer.data!r}\nby resolvers: {expected!r}"
    assert answer.search == request.search, f"{label}\nby plan:    {answer.search}\nby resolvers: {request.search}"
    cost = Cost(schema, document, operation)
    ordinary = cost.actual(variables, cost.returned_in(result.data))
    assert cost.actual(variables, answer.returned(cost)) == ordinary, (
        f"{label}\ncounted {dict(answer.returned(cost))}, not {ordinary}"
    )
    return Compared(True, "", False)


def _operation(document: DocumentNode) -> OperationDefinitionNode:
    return next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
