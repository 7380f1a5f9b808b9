"""A plan: compiled once for an operation, run for each request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, OperationType, get_variable_values
from graphql.execution.values import VariableValues

from abandoned_checkouts.shopify.execution.plan.compiler import Compiler
from abandoned_checkouts.shopify.execution.plan.explain import explained, recorded
from abandoned_checkouts.shopify.execution.plan.field_at import FieldPath
from abandoned_checkouts.shopify.execution.plan.field_sources import source_of
from abandoned_checkouts.shopify.execution.plan.roots import Root, root_of
from abandoned_checkouts.shopify.execution.plan.run import NOT_READY, Counts, Run
from abandoned_checkouts.shopify.execution.plan.selection import Truths
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.execution.plan.writer import Writer
from abandoned_checkouts.shopify.language.cost import Cost
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.reading.queries import QuerySteps, StoreQuery
from abandoned_checkouts.store.reading.snapshots import ConnectionSnapshot, Snapshots, SqliteSnapshots
from abandoned_checkouts.store.reading.statement_shapes import Statement


@dataclass(slots=True)
class PlanResult:
    """`data` is the response's data as JSON, `search` the entries of extensions.search.

    `counts` has the counts for the actual cost (see cost/actual.py), except at and below `resolved_paths`. These are
    counted in `resolved_alone`, a response with only the values of resolvers.
    """

    data: bytes
    counts: Counts
    resolved_alone: dict[str, object] | None
    resolved_paths: frozenset[FieldPath]
    search: list[dict[str, object]]
    explained: dict[str, object] | None = None

    def returned(self, cost: Cost) -> Counts:
        """The counts for `cost.actual`."""
        if self.resolved_alone is None:
            return self.counts
        found = {
            path: count
            for path, count in cost.returned_in(self.resolved_alone).items()
            if any(path[:length] in self.resolved_paths for length in range(1, len(path) + 1))
        }
        return {**found, **self.counts}


_NO_PATHS: frozenset[FieldPath] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of one operation, for one outcome of its @include and @skip.

    `resolves` is whether a field needs its resolver.
    """

    roots: tuple[tuple[str, Root], ...]
    writers: tuple[Writer, ...]
    resolves: bool

    async def run(self, request: Request, run: Run, snapshots: Snapshots | None) -> PlanResult:
        """Run the plan for a request. If it raises an exception, nothing has changed, and graphql-core can answer."""
        run.resolves = run.resolves or self.resolves
        prepared = []
        for _, root in self.roots:
            prepared.append(await root.prepared(run))
        if run.resolves or snapshots is None:
            snapshots = ConnectionSnapshot(await request.connected(), request.turn)
        run.pauses = snapshots.pauses and not run.short
        query_steps = partial(self._query_steps, run, prepared, snapshots.statement)
        data = await snapshots.answer(query_steps(), short=run.short, restart=query_steps, sliced=run.sliced)
        steps = None if run.steps is None else explained(run.steps, self.writers)
        if not run.resolved:
            return PlanResult(data, run.counts, None, _NO_PATHS, run.search, steps)
        resolved_paths = frozenset([path for path, _ in run.resolved])
        return PlanResult(data, run.counts, run.resolved_alone(), resolved_paths, run.search, steps)

    def run_at_once(self, request: Request, run: Run, snapshots: SqliteSnapshots) -> PlanResult | None:
        """Run the plan without awaiting anything. Returns None, and nothing has changed, if it may take long or has to
        await something."""
        if self.resolves:
            return None
        prepared = []
        for _, root in self.roots:
            ready = root.ready(run)
            if ready is NOT_READY:
                return None
            prepared.append(ready)
        if run.resolves or not run.short:
            return None
        data = snapshots.run_at_once(self._text(run, prepared))
        return None if data is None else PlanResult(data, run.counts, None, _NO_PATHS, run.search)

    def _query_steps(
        self, run: Run, prepared: Sequence[object], statement_of: Callable[[StoreQuery], Statement]
    ) -> QuerySteps[bytes]:
        run.counts.clear()
        if run.steps is None:
            return self._text(run, prepared)
        run.steps.clear()
        return recorded(self._text(run, prepared), statement_of, run.steps)

    def _text(self, run: Run, prepared: Sequence[object]) -> QuerySteps[bytes]:
        chunks: list[bytes] = []
        for (key, root), prepared_root in zip(self.roots, prepared, strict=True):
            chunks.append(f',"{key}":'.encode() if chunks else f'{{"{key}":'.encode())
            text: str | list[bytes] = yield from root.text(run, prepared_root)
            chunks += text if isinstance(text, list) else [text.encode()]
        chunks.append(b"}" if chunks else b"{}")
        return b"".join(chunks)


def compiled(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, truths: Truths) -> Plan:
    """The plan of an operation. Raises UnplannedError if only graphql-core can answer it."""
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
    """The variables as graphql-core coerces them. Raises UnplannedError if one is invalid."""
    if not operation.variable_definitions:
        return None
    values = get_variable_values(schema, operation.variable_definitions, dict(variables))
    if isinstance(values, list):
        raise UnplannedError("invalid variables")
    return values
