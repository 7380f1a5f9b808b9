"""One run of a plan: what the request brought, and what is found on the way beside the text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql.execution.values import VariableValues

from abandoned_checkouts.shopify.execution.plan.field_at import FieldPath
from abandoned_checkouts.shopify.schema.resolving.request import Request


@dataclass(slots=True)
class Run:
    """`variables` are as the client gave them, checked; `coerced_variables` gives them as graphql-core understands
    them."""

    request: Request
    variables: dict[str, object]
    coerced_variables: Callable[[], VariableValues | None]
    # Some field is its resolver's, which reads the request's own connection: so must the plan, to see the same.
    resolves: bool = False
    # Few rows by key are all that is read: that is not worth a thread.
    short: bool = True
    # How many rows each page brought and how many objects were not null: what the actual cost is counted from.
    counts: dict[FieldPath, int] = field(default_factory=dict)
    # The entries of extensions.search.
    search: list[dict[str, object]] = field(default_factory=list)
    # What resolvers gave, and where, in the order of the answer.
    resolved: list[tuple[FieldPath, list[object]]] = field(default_factory=list)
    # The steps of a run that is to be explained.
    steps: list[dict[str, object]] | None = None

    def count(self, path: FieldPath, number: int) -> None:
        self.counts[path] = self.counts.get(path, 0) + number

    def resolved_alone(self) -> dict[str, object] | None:
        """What resolvers gave, at its place in an answer that is empty but for it; lists hold an object for each.

        Within such values nothing was counted: the cost looks for pages and objects there itself.
        """
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


Counts = Mapping[FieldPath, int]
