"""Executes documents with graphql-core, without a plan."""

from dataclasses import dataclass, field
from typing import Any

from graphql import ExecutionResult, execute, parse, validate
from sqlalchemy import text

from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.demo.demo_token import DOMAIN, TOKEN
from abandoned_checkouts.shopify.schema.build import graphql_schema
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.access_tokens import find_access, issue_token
from abandoned_checkouts.store.tenants.shops import create_shop, find_shop

NOW = parse_moment("2026-11-21T12:00:00Z")


@dataclass
class Asker:
    """Runs documents as one app of one shop; `now` may be moved."""

    database: Database
    token: str = TOKEN
    now: int = NOW
    search: list[dict[str, Any]] = field(default_factory=list)
    reach: Reach = Reach.PUBLIC
    strict_search: bool = False

    async def __call__(self, document: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        result = await self.run(document, **variables)
        assert not result.errors, f"{document}\n{result.errors}"
        return result.data

    async def run(self, document: str, **variables: Any) -> ExecutionResult:
        tree = parse(document)
        assert not (wrong := validate(graphql_schema(), tree)), f"{document}\n{wrong}"
        async with self.database.read() as connection:
            access = await find_access(connection, self.token, self.now, Endpoint.GRAPHQL)
            assert access is not None
            request = Request(
                access=access,
                connection=connection,
                now=self.now,
                version="2026-10",
                base="https://here.test",
                database=self.database,
                reach=self.reach,
                strict_search=self.strict_search,
            )
            result: Any = execute(graphql_schema(), tree, context_value=request, variable_values=variables)
            answer: ExecutionResult = result if isinstance(result, ExecutionResult) else await result
            self.search = request.search
        return answer

    async def one(self, statement: str) -> Any:
        """The first value that a statement returns, for example an id for a query."""
        async with self.database.read() as connection:
            return (await connection.execute(text(statement))).scalar()

    async def write(self, statement: str, **values: Any) -> None:
        async with self.database.begin() as connection:
            await connection.execute(text(statement), values)

    async def stranger(self, *, shop: bool) -> "Asker":
        """Another caller: an app of another shop, or another app of this shop."""
        async with self.database.begin() as connection:
            if shop:
                other: Any = await create_shop(connection, "other.myshopify.com", now=self.now)
            else:
                other = await find_shop(connection, DOMAIN)
            token = await issue_token(connection, other, ["read_orders"], now=self.now)
        return Asker(self.database, token, self.now)
