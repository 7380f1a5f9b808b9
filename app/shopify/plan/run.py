"""One run of a plan: what the request brought, and what is found on the way beside the text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql.execution.values import VariableValues

from app.shopify.plan.arguments import Given
from app.shopify.request import Request


@dataclass(slots=True)
class Run:
    """`variables` are as the client gave them, `coerced` as graphql-core understands them.

    `counts` has, by response path without positions, how many rows a page brought and how many objects were not null;
    `search` the entries of extensions.search. `short`: few rows by key are all it needs. `resolves`: some field is
    its resolver's, which reads the request's own connection, and so must the plan.
    """

    request: Request
    variables: dict[str, Any]
    coerced: VariableValues | None
    given: Sequence[Given]
    resolves: bool = False
    short: bool = True
    counts: dict[tuple[str, ...], int] = field(default_factory=dict)
    search: list[dict[str, Any]] = field(default_factory=list)


Counts = Mapping[tuple[str, ...], int]
