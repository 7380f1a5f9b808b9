"""`explain`."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import orjson
import typer

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.cli.exit_codes import QueryError, say
from abandoned_checkouts.cli.opened_store import opened_store, shop_named
from abandoned_checkouts.cli.options import DatabaseOption, ShopOption, now, text_of
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.access_tokens import Access


def explain(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="File with the GraphQL document; - reads standard input.")
    ],
    shop: ShopOption,
    variables: Annotated[str, typer.Option(metavar="JSON", help="Variables of the query, as a JSON object.")] = "{}",
    operation: Annotated[
        str | None, typer.Option(help="Name of the operation to run, if the document has several.")
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Run a query and print its plan: each SELECT with rows and time, the columns, and the generated code."""
    text = text_of(file)
    try:
        given = orjson.loads(variables)
    except orjson.JSONDecodeError as problem:
        raise QueryError(f"--variables is not valid JSON: {problem}") from None
    if not isinstance(given, dict):
        raise QueryError("--variables must be a JSON object")

    async def work() -> None:
        async with opened_store(database) as store:
            await _explain(store, shop, text, given, operation)

    asyncio.run(work())


async def _explain(store: Database, domain: str, text: str, given: Mapping[str, object], name: str | None) -> None:
    # Imported here, because loading the schema is slow and other commands do not need it.
    from abandoned_checkouts.shopify.execution.execute import run
    from abandoned_checkouts.shopify.language.document import Operation
    from abandoned_checkouts.shopify.language.document_cache import Documents
    from abandoned_checkouts.shopify.language.versions import UNSTABLE
    from abandoned_checkouts.shopify.schema.build import graphql_schema
    from abandoned_checkouts.shopify.schema.resolving.request import Request
    from abandoned_checkouts.store.reading.snapshots import snapshots_of

    async with store.read() as connection:
        found = await shop_named(connection, domain)
    operation = Documents(graphql_schema()).read(text).operation(name)
    if not isinstance(operation, Operation):
        raise QueryError("; ".join(str(each["message"]) for each in operation))
    if operation.is_mutation:
        raise QueryError("cannot explain a mutation: `explain` runs the operation, so it would change the store")
    problems = operation.variables.check(given)
    if problems:
        raise QueryError("; ".join(str(each["message"]) for each in problems))
    values = operation.variables.values(given)
    access = Access(found, 0, 0, frozenset(), {}, None)
    request = Request(access=access, now=now(), version=UNSTABLE, base=f"https://{found.domain}", database=store)
    snapshots = snapshots_of(store)
    try:
        # The first run compiles the plan, the second measures it.
        for _ in range(2):
            outcome = await run(operation, request, values, {}, "explain", snapshots, explain=True)
    finally:
        await request.close()
        if snapshots is not None:
            await snapshots.close()
    for problem in outcome.errors:
        say(str(problem["message"]))
    for line in _lines(outcome.plan):
        sys.stdout.write(line + "\n")
    cost = f"{operation.cost.requested(values)} requested, {operation.cost.actual(values, outcome.counts)} actual"
    sys.stdout.write(f"response: {len(outcome.data):,} bytes; cost: {cost}\n")


def _lines(plan: UntypedJson | None) -> list[str]:
    if plan is None:
        return ["no compiled plan: graphql-core runs the resolvers"]
    lines = []
    for number, step in enumerate(plan["steps"], 1):
        if "sql" in step:
            figures = f"{step['rows']} rows, {step['parameters']} parameters, {step['ms']:.3f} ms"
            lines += [f"{number}. {figures}", f"   {step['sql']}"]
        elif "resolver" in step:
            lines.append(f"{number}. resolver {step['resolver']}, {step['ms']:.3f} ms")
        else:
            lines.append(f"total {step['total_ms']:.3f} ms")
    for writer in plan["writers"]:
        lines += ["", f"{writer['table'] or 'JSON'}: {', '.join(writer['columns'])}"]
        lines += [f"    {line}" for line in writer["code"]]
    return [*lines, ""]
