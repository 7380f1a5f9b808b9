"""One run of a plan: what the request brought, and what is found on the way beside the text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql.execution.values import VariableValues

from app.shopify.plan.arguments import Given
from app.shopify.request import Request


@dataclass(slots=True)
class Run:
    """`variables` are as the client gave them, checked; `coerced` gives them as graphql-core understands them.

    `counts` has, by response path without positions, how many rows a page brought and how many objects were not null;
    `search` the entries of extensions.search. `short`: few rows by key are all it needs. `resolves`: some field is
    its resolver's, which reads the request's own connection, and so must the plan; `resolved` is what it gave, and
    where.
    """

    request: Request
    variables: dict[str, Any]
    coerced: Callable[[], VariableValues | None]
    given: Sequence[Given]
    resolves: bool = False
    short: bool = True
    counts: dict[tuple[str, ...], int] = field(default_factory=dict)
    search: list[dict[str, Any]] = field(default_factory=list)
    # The steps of a run that is to be explained.
    steps: list[dict[str, Any]] | None = None
    resolved: list[tuple[tuple[str, ...], list[Any]]] = field(default_factory=list)

    def count(self, path: tuple[str, ...], number: int) -> None:
        self.counts[path] = self.counts.get(path, 0) + number

    def partial(self) -> dict[str, Any] | None:
        """What resolvers gave, at its place in an answer that is empty but for it; lists hold an object for each."""
        if not self.resolved:
            return None
        answer: dict[str, Any] = {}
        for path, values in self.resolved:
            here = answer
            for key in path[:-2]:
                here = here.setdefault(key, {})
                here = here[0] if isinstance(here, list) else here
            if len(path) == 1:
                answer[path[0]] = values[0]
            else:
                objects = here.get(path[-2])
                if not isinstance(objects, list):
                    # Nothing is there yet, or what stands deeper inside.
                    objects = here[path[-2]] = [objects or {}]
                objects += [{path[-1]: value} for value in values]
        return answer


Counts = Mapping[tuple[str, ...], int]
