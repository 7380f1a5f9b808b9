"""Fields that their own resolvers answer, inside a plan: graphql-core runs them as the root of a small operation."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

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
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.selection import Selected
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.schema.resolving.fields import TYPES
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.queries import QuerySteps, columns_of


@dataclass(frozen=True, slots=True)
class ResolvedPart:
    """A field of objects in the answer. Resolvers read an object's columns by name: `columns` says where each is in
    the rows, `flags` which of them are booleans. Objects that are JSON have no `columns`; they are whole at `whole`."""

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
            # Bound methods are equal when they are one level's, though never the same object.
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

    def _row(self, row: Any) -> Mapping[str, object]:
        if self.columns is None:
            whole: Mapping[str, object] = row[self.whole]
            return whole
        by_name = {name: row[index] for name, index in self.columns.items()}
        for name in self.flags:
            by_name[name] = bool(by_name[name])
        return by_name


@dataclass(frozen=True, slots=True)
class ResolvedRoot:
    """A field of the root that plans do not know: graphql-core answers it, beside the others."""

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

    def text(self, run: Run, prepared: None) -> QuerySteps[str]:
        (value,) = yield _resolved(self.schema, self.document, self.key, [None], run, may_note=True)
        run.resolved.append(((self.key,), [value]))
        return text_of(value)


async def _resolved(
    schema: GraphQLSchema, document: DocumentNode, key: str, objects: list[object], run: Run, *, may_note: bool = False
) -> list[object]:
    """What a field is for each of the objects. Raises UnplannedError where there is an error to tell.

    With `may_note` the field may have something to say of a search in extensions.search: only of a field of the root
    is the path that it notes the one in the answer.
    """
    noted = len(run.request.search)
    results: list[Any] = [
        execute(schema, document, root_value=each, context_value=run.request, variable_values=run.variables)
        for each in objects
    ]
    waiting = [number for number, result in enumerate(results) if isinstance(result, Awaitable)]
    for number, result in zip(waiting, await asyncio.gather(*(results[each] for each in waiting)), strict=True):
        results[number] = result
    values = []
    for result in results:
        assert isinstance(result, ExecutionResult)
        if result.errors or result.data is None:
            raise UnplannedError("a resolver has an error to tell")
        values.append(result.data[key])
    notes = run.request.search[noted:]
    del run.request.search[noted:]
    run.search += notes
    if notes and not may_note:
        raise UnplannedError("a resolver has something to say of a search")
    return values


def _document_of(document: DocumentNode, operation: OperationDefinitionNode, selected: Selected) -> DocumentNode:
    """The document with one operation, which selects that field only."""
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
    """The same schema with another root: its types are shared, nothing is built anew."""
    if root is schema.query_type:
        return schema
    parts = {**schema.to_kwargs(), "query": root, "mutation": None, "subscription": None, "assume_valid": True}
    return GraphQLSchema(**parts)  # type: ignore[arg-type]
