"""The state of one run of a plan: its input, and the results other than the text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql.execution.values import VariableValues

from abandoned_checkouts.shopify.execution.plan.field_at import FieldPath
from abandoned_checkouts.shopify.schema.resolving.request import Request


@dataclass(slots=True)
class Run:
    """`variables` are the client's values after validation. `coerced_variables` returns the coerced values."""

    request: Request
    variables: dict[str, object]
    coerced_variables: Callable[[], VariableValues | None]
    # A field needs its resolver, which reads on the request's connection. Then the plan must read on it, too.
    resolves: bool = False
    # The run probably reads only a few rows, which is not worth a thread.
    short: bool = True
    # Every statement returns its rows one after another, so that the run can be divided into short slices.
    sliced: bool = True
    # The steps of the run include PAUSE.
    pauses: bool = False
    # The number of rows in each page and of non-null objects, from which the actual cost is computed.
    counts: dict[FieldPath, int] = field(default_factory=dict)
    # The entries of extensions.search.
    search: list[dict[str, object]] = field(default_factory=list)
    # The values of resolvers with their paths, in the order of the response.
    resolved: list[tuple[FieldPath, list[object]]] = field(default_factory=list)
    # The steps of the run, if it is explained.
    steps: list[dict[str, object]] | None = None

    def count(self, path: FieldPath, number: int) -> None:
        self.counts[path] = self.counts.get(path, 0) + number

    def resolved_alone(self) -> dict[str, object] | None:
        """A response with only the values of resolvers, each at its path; lists have an object for each value.

        The plan does not count inside these values, so the cost is computed from this response.
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
                    # The key is new, or it has values at deeper levels only.
                    objects = here[path[-2]] = [objects or {}]
                objects += [{path[-1]: value} for value in values]
        return answer


Counts = Mapping[FieldPath, int]

# A root field can only be prepared by awaiting something.
NOT_READY = object()
