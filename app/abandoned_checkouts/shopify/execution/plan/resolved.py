"""Fields that need their resolvers inside a plan: graphql-core runs them as the root field of a small operation."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute,
)

from abandoned_checkouts.shopify.execution.plan.field_at import FieldAt, FieldPath
from abandoned_checkouts.shopify.execution.plan.leaves import text_of
from abandoned_checkouts.shopify.execution.plan.level_compiler import LevelCompiler
from abandoned_checkouts.shopify.execution.plan.parsed import WHOLE
from abandoned_checkouts.shopify.execution.plan.run import NOT_READY, Run
from abandoned_checkouts.shopify.execution.plan.selection import Selected
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.schema.resolving.fields import TYPES
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.queries import QuerySteps, columns_of


@dataclass(frozen=True, slots=True)
class ResolvedPart:
    """A field of objects in the response.

    Resolvers read an object's columns by name: `columns` has the index of each column in the rows, and `flags` the
    names of boolean columns. An object stored as JSON has no `columns`; the index of the whole object is `whole`.
    """

    schema: GraphQLSchema
    document: DocumentNode
    kind: str
    key: str
    columns: Mapping[str, int] | None
    flags: frozenset[str]
    whole: int
    path: FieldPath

    @classmethod
    def of(cls, compiler: LevelCompiler, type_: GraphQLObjectType, at: FieldAt) -> "ResolvedPart":
        level, selected = at.level, at.selected
        columns: Mapping[str, int] | None
        if level.table is None:
            # Bound methods of the same level are equal, although they are not identical.
            if at.reading != level.own:
                raise UnplannedError(f"{selected.name} is resolved on a part of a JSON object")
            columns, flags, whole = None, frozenset[str](), level.index(WHOLE)
        else:
            facts = columns_of(level.table)
            names = {name: column for name in facts if (column := at.reading(name)) is not None}
            columns = {name: level.index(column) for name, column in names.items()}
            flags = frozenset(name for name, column in names.items() if facts[column].kind == "flag")
            whole = -1
        document = _document_of(compiler.document, compiler.operation, selected)
        schema = _schema_from(compiler.schema, type_)
        return cls(schema, document, type_.name, selected.key, columns, flags, whole, at.path)

    def texts(self, run: Run, rows: Sequence[RowValues]) -> QuerySteps[list[str]]:
        kind = TYPES[self.kind]
        objects = [kind(row=self._row(row)) for row in rows]
        values: list[object] = yield _resolved(self.schema, self.document, self.key, objects, run)
        run.resolved.append((self.path, values))
        return [text_of(value) for value in values]

    def _row(self, row: RowValues) -> Mapping[str, object]:
        if self.columns is None:
            whole: Mapping[str, object] = row[self.whole]
            return whole
        by_name = {name: row[index] for name, index in self.columns.items()}
        for name in self.flags:
            by_name[name] = bool(by_name[name])
        return by_name


@dataclass(frozen=True, slots=True)
class ResolvedRoot:
    """A root field that a plan cannot answer: graphql-core answers it, and the plan answers the others."""

    schema: GraphQLSchema
    document: DocumentNode
    key: str

    @classmethod
    def of(cls, compiler: LevelCompiler, selected: Selected) -> "ResolvedRoot":
        document = _document_of(compiler.document, compiler.operation, selected)
        return cls(compiler.schema, document, selected.key)

    async def prepared(self, run: Run) -> None:
        run.resolves = True
        run.short = False

    def ready(self, run: Run) -> object:
        return NOT_READY

    def text(self, run: Run, prepared: None) -> QuerySteps[str]:
        (value,) = yield _resolved(self.schema, self.document, self.key, [None], run, may_add_entries=True)
        run.resolved.append(((self.key,), [value]))
        return text_of(value)


async def _resolved(
    schema: GraphQLSchema,
    document: DocumentNode,
    key: str,
    objects: list[object],
    run: Run,
    *,
    may_add_entries: bool = False,
) -> list[object]:
    """The field's value for each object. Raises UnplannedError if a resolver fails.

    With `may_add_entries` the resolver may add entries to extensions.search. This is possible only for a root field,
    where the path of an entry is the path in the response.
    """
    before = len(run.request.search)
    results: list[ExecutionResult | Awaitable[ExecutionResult]] = [
        execute(schema, document, root_value=each, context_value=run.request, variable_values=run.variables)
        for each in objects
    ]
    waiting = {number: result for number, result in enumerate(results) if isinstance(result, Awaitable)}
    for number, finished in zip(waiting, await asyncio.gather(*waiting.values()), strict=True):
        results[number] = finished
    values = []
    for result in results:
        assert isinstance(result, ExecutionResult)
        if result.errors or result.data is None:
            raise UnplannedError("a resolver failed")
        values.append(result.data[key])
    entries = run.request.search[before:]
    del run.request.search[before:]
    run.search += entries
    if entries and not may_add_entries:
        raise UnplannedError("a resolver below the root added a search entry")
    return values


def _document_of(document: DocumentNode, operation: OperationDefinitionNode, selected: Selected) -> DocumentNode:
    """The document with a single operation that selects only that field."""
    fragments = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
    small = OperationDefinitionNode(
        operation=OperationType.QUERY,
        variable_definitions=operation.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=tuple(selected.nodes)),
    )
    return DocumentNode(definitions=(small, *fragments))


@lru_cache(maxsize=512)
def _schema_from(schema: GraphQLSchema, root: GraphQLObjectType) -> GraphQLSchema:
    """The same schema with another query root. The types are shared."""
    if root is schema.query_type:
        return schema
    parts = {**schema.to_kwargs(), "query": root, "mutation": None, "subscription": None, "assume_valid": True}
    return GraphQLSchema(**parts)  # type: ignore[arg-type]
