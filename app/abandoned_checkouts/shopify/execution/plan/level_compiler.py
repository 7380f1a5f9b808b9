"""The compiler as the parts of a plan see it.

The compiler creates parts, and a part calls the compiler for the writer of its level. The compiler imports the parts;
the parts import only this protocol, which avoids an import circle.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from graphql import (
    DocumentNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
)

from abandoned_checkouts.shopify.execution.plan.field_at import FieldAt, FieldPath
from abandoned_checkouts.shopify.execution.plan.level import Level
from abandoned_checkouts.shopify.execution.plan.selection import Selections
from abandoned_checkouts.shopify.execution.plan.writer import Part, Writer
from abandoned_checkouts.shopify.schema.resolving.sources import Kinds, Source

Result = TypeVar("Result")


class LevelCompiler(Protocol):
    """Compiles one operation, level by level."""

    schema: GraphQLSchema
    document: DocumentNode
    operation: OperationDefinitionNode
    selections: Selections
    # The paths of the objects and pages that are counted.
    paths: list[FieldPath]

    def object_type(self, name: str) -> GraphQLObjectType:
        """The object type with that name. Raises UnplannedError if there is none."""

    def attempt(self, make: Callable[[], Result]) -> Result | None:
        """The result of `make`; None if it raises UnplannedError. Then its changes are undone, and the caller can use
        the field's resolver instead."""

    def objects(
        self, level: Level, kind: str, sets: list[SelectionSetNode], path: FieldPath, kinds: Kinds | None = None
    ) -> Writer:
        """A writer of an object for each row of a level."""

    def edges(self, level: Level, kind: str, edge: str, sets: list[SelectionSetNode], path: FieldPath) -> Writer:
        """A writer of an edge for each row of a level."""

    def part(self, at: FieldAt, source: Source) -> Part:
        """The part that reads a field from its source, for all rows of the level together."""

    def resolved(self, type_: GraphQLObjectType, at: FieldAt) -> Part:
        """The part that calls the resolver of a field for each object of that type."""
