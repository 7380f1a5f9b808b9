"""The schema of each API version is made from the same types, and has exactly what Shopify's has in that version."""

from typing import Any

import pytest
from graphql import build_schema, execute, parse, print_schema, validate_schema

from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.shopify.language.version_schema import SINCE, schema_for
from abandoned_checkouts.shopify.language.versions import UNSTABLE
from abandoned_checkouts.shopify.schema.build import graphql_schema
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.tenants.access_tokens import find_access
from tests.contract.facts import facts_of
from tests.contract.schema import contract_schema
from tests.shopify.asker import Asker

VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10", "2027-01", "unstable")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_version_differs_from_the_contract_just_as_shopifys(version: str) -> None:
    ours = schema_for(version, graphql_schema())
    assert validate_schema(ours) == []
    served = facts_of(build_schema(print_schema(ours)))
    shopifys = facts_of(build_schema(print_schema(schema_for(version, contract_schema()))))
    # The contract is that of 2026-10; it lacks what only unstable has.
    beyond = {name for name, since in SINCE.items() if since == version == UNSTABLE}
    assert served ^ shopifys == beyond


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_every_version_answers(ask: Asker) -> None:
    query = (
        "{ node(id: %s) { __typename ... on Customer { displayName lastOrder { name } } } "
        "publicApiVersions { handle } abandonedCheckouts(first: 2) { nodes { name } } }"
    )
    gid = f'"gid://shopify/Customer/{await ask.one("SELECT min(id) FROM customers")}"'
    answers: list[Any] = []
    for version in VERSIONS:
        async with ask.database.read() as connection:
            access = await find_access(connection, ask.token, ask.now, Endpoint.GRAPHQL)
            assert access is not None
            request = Request(access=access, connection=connection, now=ask.now, version=version)
            running: Any = execute(schema_for(version, graphql_schema()), parse(query % gid), context_value=request)
            result = await running
        assert not result.errors, f"{version}: {result.errors}"
        answers.append(result.data)
    assert answers[0]["node"]["__typename"] == "Customer"
    assert all(answer == answers[0] for answer in answers)
