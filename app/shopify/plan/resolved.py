"""Fields that their own resolvers answer, inside a plan: graphql-core runs them as the root of a small operation."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

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

from app.shopify.plan.leaves import text_of
from app.shopify.plan.parsed import WHOLE
from app.shopify.plan.scope import Reading, Scope
from app.shopify.plan.selection import Selected
from app.shopify.plan.unplanned import UnplannedError
from app.shopify.plan.writer import Asking
from app.shopify.schema.fields import TYPES
from app.store.wanted import columns_of

if TYPE_CHECKING:
    from app.shopify.plan.compile import Compiling
    from app.shopify.plan.run import Run


@dataclass(frozen=True, slots=True)
class ResolvedPart:
    """`columns` maps the object's columns to places in the rows; None stands for an object that is JSON itself."""

    schema: GraphQLSchema
    document: DocumentNode
    kind: str
    key: str
    columns: Mapping[str, int] | None
    flags: frozenset[str]
    whole: int
    path: tuple[str, ...]

    @classmethod
    def of(
        cls,
        compiling: "Compiling",
        scope: Scope,
        type_: GraphQLObjectType,
        selected: Selected,
        reading: Reading,
        path: tuple[str, ...],
    ) -> "ResolvedPart":
        # Not a bound method's own identity: the rows themselves are read by the scope's own Reading, others through it.
        if scope.table is None:
            if reading != scope.own:
                raise UnplannedError(f"{selected.name} is resolved on a part of a JSON object")
            columns, flags, whole = None, frozenset[str](), scope.place(WHOLE)
        else:
            facts = columns_of(scope.table)
            names = {name: column for name in facts if (column := reading(name)) is not None}
            columns = {name: scope.place(column) for name, column in names.items()}
            flags = frozenset(name for name, column in names.items() if facts[column].kind == "flag")
            whole = -1
        document = document_of(compiling.document, compiling.operation, selected)
        schema = schema_from(compiling.schema, type_)
        return cls(schema, document, type_.name, selected.key, columns, flags, whole, path)

    def texts(self, run: "Run", rows: Sequence[Any]) -> Asking:
        kind = TYPES[self.kind]
        values = yield answers(self.schema, self.document, self.key, [kind(row=self._row(row)) for row in rows], run)
        run.resolved.append((self.path, values))
        return [text_of(value) for value in values]

    def _row(self, row: Any) -> Mapping[str, Any]:
        if self.columns is None:
            whole: Mapping[str, Any] = row[self.whole]
            return whole
        made = {name: row[place] for name, place in self.columns.items()}
        for name in self.flags:
            made[name] = bool(made[name])
        return made


async def answers(
    schema: GraphQLSchema, document: DocumentNode, key: str, roots: list[Any], run: "Run", *, notes: bool = False
) -> list[Any]:
    """What a field is for each of the objects. Raises UnplannedError where there is an error to tell.

    With `notes` the field may have something to say of a search: then its path is the root's own.
    """
    noted = len(run.request.search)
    results: list[Any] = [
        execute(schema, document, root_value=root, context_value=run.request, variable_values=run.variables)
        for root in roots
    ]
    waiting = [place for place, result in enumerate(results) if isinstance(result, Awaitable)]
    for place, result in zip(waiting, await asyncio.gather(*(results[each] for each in waiting)), strict=True):
        results[place] = result
    found = []
    for result in results:
        assert isinstance(result, ExecutionResult)
        if result.errors or result.data is None:
            raise UnplannedError("a resolver has an error to tell")
        found.append(result.data[key])
    told = run.request.search[noted:]
    del run.request.search[noted:]
    run.search += told
    if told and not notes:
        raise UnplannedError("a resolver has something to say of a search")
    return found


def document_of(document: DocumentNode, operation: OperationDefinitionNode, selected: Selected) -> DocumentNode:
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
def schema_from(schema: GraphQLSchema, root: GraphQLObjectType) -> GraphQLSchema:
    """The same schema with another root: its types are shared, nothing is built anew."""
    if root is schema.query_type:
        return schema
    parts = {**schema.to_kwargs(), "query": root, "mutation": None, "subscription": None, "assume_valid": True}
    return GraphQLSchema(**parts)  # type: ignore[arg-type]
