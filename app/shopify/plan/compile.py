"""From the selections of an operation to writers and the parts they need, scope by scope."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from graphql import (
    DocumentNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    is_non_null_type,
)

from app.shopify.plan.arguments import Arguments, Given, place_of
from app.shopify.plan.connections import Connection, ListedPart, ParsedListPart
from app.shopify.plan.joined import JoinedPart
from app.shopify.plan.leaves import TextOf, Texts, completed
from app.shopify.plan.objects import Objects, Path
from app.shopify.plan.parsed import ParsedPart
from app.shopify.plan.resolved import ResolvedPart
from app.shopify.plan.scope import SORT, Reading, Scope
from app.shopify.plan.selection import Selected, Selections, Truths
from app.shopify.plan.unplanned import UnplannedError
from app.shopify.plan.writer import Code, Part, Template, Writer, Writing, listed_members
from app.shopify.schema.sources import Joined, Kinds, Listed, Parsed, ParsedList, Source

Made = TypeVar("Made")


class Compiling:
    """One operation being made a plan. A scope's rows are known when all its writers are: `finish` ends each."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        given: Sequence[Given],
        truths: Truths,
    ) -> None:
        self.schema = schema
        self.document = document
        self.operation = operation
        self._given = given
        self.selections = Selections(schema, document, truths)
        self.writers: list[Writer] = []
        # Where objects and pages that are counted stand in the answer.
        self.paths: list[Path] = []
        self.resolves = False
        self._unfinished: list[tuple[Writing, Template]] = []

    def object_type(self, name: str) -> GraphQLObjectType:
        type_ = self.schema.get_type(name)
        if not isinstance(type_, GraphQLObjectType):
            raise UnplannedError(f"{name} is no object type")
        return type_

    def arguments(self, selected: Selected) -> Arguments:
        node = selected.nodes[0]
        return Arguments(place_of(node, self._given), selected.field, Given(node))

    def completing(self, field: GraphQLField) -> TextOf:
        return _completing(field.type)

    def memory(self, field: GraphQLField, compute: Callable[..., Any] | None) -> Texts:
        return _memory(field.type, compute)

    def tried(self, make: Callable[[], Made]) -> Made | None:
        """What `make` gives, or None when it comes upon something that plans do not do."""
        before = len(self._unfinished), len(self.writers), self.resolves
        try:
            return make()
        except UnplannedError:
            del self._unfinished[before[0] :], self.writers[before[1] :]
            self.resolves = before[2]
            return None

    def finish(self) -> None:
        for writing, template in self._unfinished:
            writing.finish(template)
        self._unfinished.clear()

    def objects(
        self,
        scope: Scope,
        kind: str,
        sets: list[SelectionSetNode],
        path: Path,
        kinds: Kinds | None = None,
        reading: Reading | None = None,
    ) -> Writer:
        """A writer of objects over the rows of a scope."""
        writing = Writing(scope)
        template = Objects(self, writing).one_of(kinds, kind, sets, reading or scope.own, path)
        return self._written(writing, template)

    def edges(self, scope: Scope, kind: str, edge: str, sets: list[SelectionSetNode], path: Path) -> Writer:
        """A writer of a connection's edges over the rows of a scope."""
        writing = Writing(scope)
        objects, members = Objects(self, writing), []
        for selected in self.selections.of(self.object_type(edge), sets):
            if selected.name == "cursor":
                scope.placed = True
                value: Template = ['"', Code(f"cursor({', '.join(SORT)})"), '"']
            elif selected.name == "node":
                value = objects.of(kind, selected.below, scope.own, (*path, selected.key))
            elif selected.name == "__typename":
                value = [f'"{edge}"']
            else:
                raise UnplannedError(f"{edge} has a field {selected.name} that plans do not know")
            members.append((selected.key, value))
        return self._written(writing, listed_members(members))

    def _written(self, writing: Writing, template: Template) -> Writer:
        self._unfinished.append((writing, template))
        self.writers.append(writing.writer)
        return writing.writer

    def connection(self, scope: Scope, kind: str, selected: Selected, path: Path) -> Connection:
        return Connection.of(self, scope, kind, selected, path)

    def part(self, scope: Scope, selected: Selected, source: Source, reading: Reading, path: Path) -> Part:
        """What is fetched, or taken out of JSON, for all rows of the scope at once."""
        self.paths.append(path)
        optional = not is_non_null_type(selected.field.type)
        if isinstance(source, Joined):
            return JoinedPart.of(self, scope, selected, source, reading, path, optional)
        if isinstance(source, Listed):
            return ListedPart.of(self, scope, selected, source, reading, path)
        if isinstance(source, Parsed):
            return ParsedPart.of(self, scope, selected, source, reading, path, optional)
        if isinstance(source, ParsedList):
            return ParsedListPart.of(self, scope, selected, source, reading, path)
        raise UnplannedError(f"a {type(source).__name__} below the root")

    def resolved(
        self, scope: Scope, type_: GraphQLObjectType, selected: Selected, reading: Reading, path: Path
    ) -> Part:
        """A field that its resolver answers, row by row."""
        self.resolves = True
        return ResolvedPart.of(self, scope, type_, selected, reading, path)


@lru_cache(maxsize=4096)
def _completing(type_: GraphQLOutputType) -> TextOf:
    return completed(type_)


@lru_cache(maxsize=4096)
def _memory(type_: GraphQLOutputType, compute: Callable[..., Any] | None) -> Texts:
    complete = completed(type_)
    if compute is None:
        return Texts(complete)
    return Texts(lambda value: complete(compute(value)))
