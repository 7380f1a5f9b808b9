"""What the parts of a plan ask of the compiler that makes them.

A writer's objects hold parts, and a part has the compiler make the writer of its own level. The compiler knows the
parts; they know it by this protocol alone, so that no module imports in a circle.
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

Made = TypeVar("Made")


class LevelCompiler(Protocol):
    """Compiles one operation, level by level."""

    schema: GraphQLSchema
    document: DocumentNode
    operation: OperationDefinitionNode
    selections: Selections

    def object_type(self, name: str) -> GraphQLObjectType:
        """The object type of that name. Raises UnplannedError where there is none."""

    def tried(self, make: Callable[[], Made]) -> Made | None:
        """The result of `make`. None when it comes upon something that plans do not do; it has then left no trace,
        and the field around it can be its resolver's."""

    def objects(
        self, level: Level, kind: str, sets: list[SelectionSetNode], path: FieldPath, kinds: Kinds | None = None
    ) -> Writer:
        """A writer of objects over the rows of a level."""

    def edges(self, level: Level, kind: str, edge: str, sets: list[SelectionSetNode], path: FieldPath) -> Writer:
        """A writer of a connection's edges over the rows of a level."""

    def part(self, at: FieldAt, source: Source) -> Part:
        """The part that reads a field from its source, for all rows of the level at once."""

    def resolved(self, type_: GraphQLObjectType, at: FieldAt) -> Part:
        """The part for a field of an object of that type which its resolver answers, row by row."""
