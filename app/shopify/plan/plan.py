"""A plan: made once for an operation, run for each request."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, OperationType, get_variable_values
from graphql.execution.values import VariableValues

from app.shopify.cost import Cost
from app.shopify.plan.arguments import Given
from app.shopify.plan.compile import Compiling
from app.shopify.plan.explain import explained, recorded
from app.shopify.plan.objects import source_of
from app.shopify.plan.roots import Root, root_of
from app.shopify.plan.run import Counts, Run
from app.shopify.plan.selection import Truths
from app.shopify.plan.unplanned import UnplannedError
from app.shopify.plan.writer import Writer
from app.shopify.request import Request
from app.store.snapshots import ConnectionSnapshot, Snapshots


@dataclass(frozen=True, slots=True)
class Answer:
    """`data` is the text of the answer's data, `search` the entries of extensions.search.

    `counts` is what the actual cost needs to know (see cost/actual.py), but for what is below the paths in `resolved`:
    that stands in `partial`, an answer that holds only what resolvers gave.
    """

    data: bytes
    counts: Counts
    partial: dict[str, Any] | None
    resolved: frozenset[tuple[str, ...]]
    search: list[dict[str, Any]]
    explained: dict[str, Any] | None = None

    def returned(self, cost: Cost) -> Counts:
        """What cost.actual takes."""
        if self.partial is None:
            return self.counts
        found = {
            path: count
            for path, count in cost.returned_in(self.partial).items()
            if any(path[:length] in self.resolved for length in range(1, len(path) + 1))
        }
        return {**found, **self.counts}


@dataclass(frozen=True, slots=True)
class Plan:
    """How one operation is answered, for one outcome of its @include and @skip."""

    roots: tuple[tuple[str, Root], ...]
    writers: tuple[Writer, ...]
    resolves: bool

    async def run(self, request: Request, run: Run, snapshots: Snapshots | None) -> Answer:
        """Raises whatever keeps the plan from an answer; nothing is changed then, and graphql-core answers."""
        run.resolves = run.resolves or self.resolves
        ready = [await root.ready(run) for _, root in self.roots]
        if run.resolves or snapshots is None:
            snapshots = ConnectionSnapshot(await request.connected(), request.turn)
        asking: Generator[Any, Any, bytes] = self._text(run, ready)
        if run.steps is not None:
            asking = recorded(asking, snapshots.dialect, run.steps)
        data = await snapshots.answer(asking, short=run.short)
        told = None if run.steps is None else explained(run.steps, self.writers)
        resolved = frozenset(path for path, _ in run.resolved)
        return Answer(data, run.counts, run.partial(), resolved, run.search, told)

    def _text(self, run: Run, ready: Sequence[Any]) -> Generator[Any, Any, bytes]:
        parts: list[bytes] = []
        for (key, root), known in zip(self.roots, ready, strict=True):
            parts.append(f',"{key}":'.encode() if parts else f'{{"{key}":'.encode())
            text: str | list[bytes] = yield from root.text(run, known)
            parts += text if isinstance(text, list) else [text.encode()]
        parts.append(b"}" if parts else b"{}")
        return b"".join(parts)


def compiled(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    given: Sequence[Given],
    truths: Truths,
) -> Plan:
    """Raises UnplannedError for what graphql-core has to answer."""
    root = schema.query_type
    if operation.operation is not OperationType.QUERY or root is None or operation.directives:
        raise UnplannedError("not a query")
    compiling = Compiling(schema, document, operation, given, truths)
    roots = []
    for selected in compiling.selections.of(root, [operation.selection_set]):
        roots.append((selected.key, root_of(compiling, selected, source_of(selected.field))))
    compiling.finish()
    return Plan(tuple(roots), tuple(compiling.writers), compiling.resolves)


def coerced(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> VariableValues | None:
    """Raises UnplannedError where graphql-core would have an error to tell."""
    if not operation.variable_definitions:
        return None
    values = get_variable_values(schema, operation.variable_definitions, dict(variables))
    if isinstance(values, list):
        raise UnplannedError("variables with errors")
    return values
