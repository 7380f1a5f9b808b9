"""A plan: made once for an operation, run for each request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, OperationType, get_variable_values
from graphql.execution.values import VariableValues

from abandoned_checkouts.shopify.execution.plan.compiler import Compiler
from abandoned_checkouts.shopify.execution.plan.explain import explained, recorded
from abandoned_checkouts.shopify.execution.plan.field_at import FieldPath
from abandoned_checkouts.shopify.execution.plan.objects import source_of
from abandoned_checkouts.shopify.execution.plan.roots import Root, root_of
from abandoned_checkouts.shopify.execution.plan.run import Counts, Run
from abandoned_checkouts.shopify.execution.plan.selection import Truths
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.execution.plan.writer import Writer
from abandoned_checkouts.shopify.language.cost import Cost
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.reading.queries import QuerySteps
from abandoned_checkouts.store.reading.snapshots import ConnectionSnapshot, Snapshots


@dataclass(frozen=True, slots=True)
class PlanResult:
    """`data` is the text of the answer's data, `search` the entries of extensions.search.

    `counts` is what the actual cost is counted from (see cost/actual.py), but for what is at and below
    `resolved_paths`: that is to be found in `resolved_alone`, an answer that holds only what resolvers gave.
    """

    data: bytes
    counts: Counts
    resolved_alone: dict[str, object] | None
    resolved_paths: frozenset[FieldPath]
    search: list[dict[str, object]]
    explained: dict[str, object] | None = None

    def returned(self, cost: Cost) -> Counts:
        """What cost.actual takes."""
        if self.resolved_alone is None:
            return self.counts
        found = {
            path: count
            for path, count in cost.returned_in(self.resolved_alone).items()
            if any(path[:length] in self.resolved_paths for length in range(1, len(path) + 1))
        }
        return {**found, **self.counts}


@dataclass(frozen=True, slots=True)
class Plan:
    """How one operation is answered, for one outcome of its @include and @skip. `resolves`: some field is its
    resolver's."""

    roots: tuple[tuple[str, Root], ...]
    writers: tuple[Writer, ...]
    resolves: bool

    async def run(self, request: Request, run: Run, snapshots: Snapshots | None) -> PlanResult:
        """Raises whatever keeps the plan from an answer; nothing is changed then, and graphql-core answers."""
        run.resolves = run.resolves or self.resolves
        prepared = [await root.prepared(run) for _, root in self.roots]
        if run.resolves or snapshots is None:
            snapshots = ConnectionSnapshot(await request.connected(), request.turn)
        asking = self._text(run, prepared)
        if run.steps is not None:
            asking = recorded(asking, snapshots.dialect, run.steps)
        data = await snapshots.answer(asking, short=run.short)
        steps = None if run.steps is None else explained(run.steps, self.writers)
        resolved_paths = frozenset(path for path, _ in run.resolved)
        return PlanResult(data, run.counts, run.resolved_alone(), resolved_paths, run.search, steps)

    def _text(self, run: Run, prepared: Sequence[object]) -> QuerySteps[bytes]:
        chunks: list[bytes] = []
        for (key, root), known in zip(self.roots, prepared, strict=True):
            chunks.append(f',"{key}":'.encode() if chunks else f'{{"{key}":'.encode())
            text: str | list[bytes] = yield from root.text(run, known)
            chunks += text if isinstance(text, list) else [text.encode()]
        chunks.append(b"}" if chunks else b"{}")
        return b"".join(chunks)


def compiled(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, truths: Truths) -> Plan:
    """The plan of an operation. Raises UnplannedError for what graphql-core has to answer."""
    root = schema.query_type
    if operation.operation is not OperationType.QUERY or root is None or operation.directives:
        raise UnplannedError("not a query")
    compiler = Compiler(schema, document, operation, truths)
    roots = []
    for selected in compiler.selections.of(root, [operation.selection_set]):
        roots.append((selected.key, root_of(compiler, selected, source_of(selected.field))))
    compiler.finish()
    return Plan(tuple(roots), tuple(compiler.writers), compiler.resolves)


def coerced(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Mapping[str, object]
) -> VariableValues | None:
    """The variables as graphql-core understands them. Raises UnplannedError where it would have an error to tell."""
    if not operation.variable_definitions:
        return None
    values = get_variable_values(schema, operation.variable_definitions, dict(variables))
    if isinstance(values, list):
        raise UnplannedError("variables with errors")
    return values
