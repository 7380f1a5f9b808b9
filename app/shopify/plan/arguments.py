"""The arguments of a planned field. A plan is shared by all documents that differ in nothing but literals, so it knows
only where in the document its field stands; the values come from the document at hand, or from variables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import DocumentNode, FieldNode, GraphQLField, VariableNode, get_argument_values
from graphql.language import Visitor, visit
from strawberry.types.arguments import convert_arguments

from app.shopify.schema.build import strawberry_schema
from app.shopify.schema.root_fields import given

if TYPE_CHECKING:
    from app.shopify.plan.run import Run


@dataclass(slots=True)
class Given:
    """A field with arguments, of one document. `fixed` are their values, once known, when they hold no variable."""

    node: FieldNode
    varies: bool
    fixed: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Arguments:
    """`place` is the field's among the document's fields with arguments; None without any."""

    place: int | None
    field: GraphQLField
    bare: FieldNode

    def of(self, run: "Run") -> dict[str, Any]:
        """By the names that resolvers know them by; null is as absent. Raises GraphQLError."""
        if self.place is None:
            return self._values(self.bare, run)
        here = run.given[self.place]
        if here.varies:
            return self._values(here.node, run)
        if here.fixed is None:
            here.fixed = self._values(here.node, run)
        return here.fixed

    def _values(self, node: FieldNode, run: "Run") -> dict[str, Any]:
        values = get_argument_values(self.field, node, run.coerced)
        definition = self.field.extensions["strawberry-definition"]
        schema = strawberry_schema()
        return given(
            convert_arguments(values, definition.arguments, schema.schema_converter.scalar_registry, schema.config)
        )


def given_in(document: DocumentNode) -> list[Given]:
    """The document's fields with arguments, in its order."""
    found: list[Given] = []

    class Finder(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            if node.arguments:
                found.append(Given(node, _varies(node)))

    visit(document, Finder())
    return found


def _varies(node: FieldNode) -> bool:
    class Finder(Visitor):
        found = False

        def enter_variable(self, _node: VariableNode, *_: Any) -> None:
            self.found = True

    finder = Finder()
    for argument in node.arguments or ():
        visit(argument.value, finder)
    return finder.found


def place_of(node: FieldNode, fields: Sequence[Given]) -> int | None:
    for place, each in enumerate(fields):
        if each.node is node:
            return place
    return None
