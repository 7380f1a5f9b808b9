"""Compiles the selections of an operation into writers and their parts, level by level.

The compiler creates a writer for a level, and `objects` its template. A field that is not made of the row's columns
becomes a part, and the part calls the compiler for the writer of its level. Therefore parts receive the compiler, as
a LevelCompiler.
"""

from collections.abc import Callable

from graphql import (
    DocumentNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
)

from abandoned_checkouts.shopify.execution.plan.field_at import FieldAt, FieldPath
from abandoned_checkouts.shopify.execution.plan.joined import JoinedPart
from abandoned_checkouts.shopify.execution.plan.level import Level
from abandoned_checkouts.shopify.execution.plan.level_compiler import LevelCompiler, Result
from abandoned_checkouts.shopify.execution.plan.listed import ListedPart
from abandoned_checkouts.shopify.execution.plan.objects import ObjectTemplates
from abandoned_checkouts.shopify.execution.plan.parsed import ParsedListPart, ParsedPart
from abandoned_checkouts.shopify.execution.plan.resolved import ResolvedPart
from abandoned_checkouts.shopify.execution.plan.selection import Selections, Truths
from abandoned_checkouts.shopify.execution.plan.templates import Template, object_template
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.execution.plan.writer import Part, Writer, WriterBuilder
from abandoned_checkouts.shopify.schema.resolving.sources import Joined, Kinds, Listed, Parsed, ParsedList, Source


class Compiler(LevelCompiler):
    """Compiles one operation. `finish` completes the writers when the columns of all levels are known."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        truths: Truths,
    ) -> None:
        self.schema = schema
        self.document = document
        self.operation = operation
        self.selections = Selections(schema, document, truths)
        self.writers: list[Writer] = []
        # The paths of the objects and pages that are counted.
        self.paths: list[FieldPath] = []
        # Whether a field needs its resolver.
        self.resolves = False
        self._unfinished: list[tuple[WriterBuilder, Template]] = []

    def object_type(self, name: str) -> GraphQLObjectType:
        type_ = self.schema.get_type(name)
        if not isinstance(type_, GraphQLObjectType):
            raise UnplannedError(f"{name} is not an object type")
        return type_

    def attempt(self, make: Callable[[], Result]) -> Result | None:
        before = len(self._unfinished), len(self.writers), self.resolves
        try:
            return make()
        except UnplannedError:
            del self._unfinished[before[0] :], self.writers[before[1] :]
            self.resolves = before[2]
            return None

    def finish(self) -> None:
        """Complete all writers. Their rows now have all columns."""
        for builder, template in self._unfinished:
            builder.finish(template)
        self._unfinished.clear()

    def objects(
        self, level: Level, kind: str, sets: list[SelectionSetNode], path: FieldPath, kinds: Kinds | None = None
    ) -> Writer:
        builder = WriterBuilder(level)
        template = ObjectTemplates(self, builder).one_of(kinds, kind, sets, level.own, path)
        return self._written(builder, template)

    def edges(self, level: Level, kind: str, edge: str, sets: list[SelectionSetNode], path: FieldPath) -> Writer:
        builder = WriterBuilder(level)
        objects, members = ObjectTemplates(self, builder), []
        for selected in self.selections.of(self.object_type(edge), sets):
            if selected.name == "cursor":
                value: Template = ['"', builder.place(), '"']
            elif selected.name == "node":
                value = objects.of(kind, selected.below, level.own, (*path, selected.key))
            elif selected.name == "__typename":
                value = [f'"{edge}"']
            else:
                raise UnplannedError(f"plans do not support the field {edge}.{selected.name}")
            members.append((selected.key, value))
        return self._written(builder, object_template(members))

    def _written(self, builder: WriterBuilder, template: Template) -> Writer:
        self._unfinished.append((builder, template))
        self.writers.append(builder.writer)
        return builder.writer

    def part(self, at: FieldAt, source: Source) -> Part:
        self.paths.append(at.path)
        if isinstance(source, Joined):
            return JoinedPart.of(self, at, source)
        if isinstance(source, Listed):
            return ListedPart.of(self, at, source)
        if isinstance(source, Parsed):
            return ParsedPart.of(self, at, source)
        if isinstance(source, ParsedList):
            return ParsedListPart.of(self, at, source)
        raise UnplannedError(f"a {type(source).__name__} below the root")

    def resolved(self, type_: GraphQLObjectType, at: FieldAt) -> Part:
        self.resolves = True
        return ResolvedPart.of(self, type_, at)
