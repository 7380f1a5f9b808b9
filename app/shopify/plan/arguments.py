"""The arguments of a planned field. A plan is shared by all documents that differ in nothing but literals, so it knows
only where in the document its field stands; the values come from the document at hand, or from variables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInputType,
    GraphQLScalarType,
    ValueNode,
    VariableNode,
    get_argument_values,
    get_nullable_type,
    is_required_argument,
)
from graphql.execution.values import VariableValues
from graphql.language import Visitor, visit
from strawberry.types.arguments import convert_arguments

from app.shopify.schema.build import strawberry_schema
from app.shopify.schema.root_fields import given

if TYPE_CHECKING:
    from app.shopify.plan.run import Run

_SCHEMA = strawberry_schema()

Taking: TypeAlias = tuple[str, str, Callable[[Any], Any]]


@dataclass(slots=True)
class Given:
    """A field with arguments, of one document. `fixed` are the values that no variable changes, once they are known;
    `taken` the arguments that are a variable, by the resolver's name for them, with what coerces it. Without `taken`
    variables stand deeper inside, and graphql-core has to look."""

    node: FieldNode
    fixed: dict[str, Any] | None = None
    taken: tuple[Taking, ...] | None = None


@dataclass(frozen=True, slots=True)
class Arguments:
    """`place` is the field's among the document's fields with arguments; a field without any has its `own`."""

    place: int | None
    field: GraphQLField
    own: Given

    def of(self, run: "Run") -> dict[str, Any]:
        """By the names that resolvers know them by; null is as absent. Raises GraphQLError."""
        here = self.own if self.place is None else run.given[self.place]
        if here.fixed is None:
            self._look(here)
        if here.taken is None:
            return self._values(self.field, here.node, run.coerced())
        fixed = here.fixed or {}
        if not here.taken:
            return fixed
        values, variables = dict(fixed), run.variables
        for name, variable, coerce in here.taken:
            if variable in variables:
                value = variables[variable]
                if value is None:
                    values.pop(name, None)
                else:
                    values[name] = coerce(value)
        return values

    def _look(self, here: Given) -> None:
        """Find out which arguments no variable changes, and how to take the others."""
        varying = {each.name.value: each.value for each in here.node.arguments or () if _varies(each.value)}
        definition = self.field.extensions["strawberry-definition"]
        names = {_SCHEMA.config.name_converter.from_argument(each): each.python_name for each in definition.arguments}
        taken: list[Taking] = []
        for name, value in varying.items():
            coerce = _coercion(self.field.args[name].type)
            if not isinstance(value, VariableNode) or coerce is None:
                here.fixed = {}
                return
            taken.append((names[name], value.name.value, coerce))
        required = {name for name in varying if is_required_argument(self.field.args[name])}
        others = GraphQLField(self.field.type, args={n: a for n, a in self.field.args.items() if n not in required})
        others.extensions = self.field.extensions
        kept = tuple(each for each in here.node.arguments or () if each.name.value not in varying)
        here.taken = tuple(taken)
        here.fixed = self._values(others, FieldNode(name=here.node.name, arguments=kept), None)

    def _values(self, field: GraphQLField, node: FieldNode, coerced: VariableValues | None) -> dict[str, Any]:
        values = get_argument_values(field, node, coerced)
        arguments = field.extensions["strawberry-definition"].arguments
        return given(convert_arguments(values, arguments, _SCHEMA.schema_converter.scalar_registry, _SCHEMA.config))


def _coercion(type_: GraphQLInputType) -> Callable[[Any], Any] | None:
    """What makes a variable's value an argument of one of the plain types."""
    bare = get_nullable_type(type_)
    if isinstance(bare, GraphQLScalarType):
        return bare.coerce_input_value
    if isinstance(bare, GraphQLEnumType):
        known = bare.values

        def name(value: Any) -> Any:
            if value not in known:
                raise GraphQLError(f"{value!r} is no {bare.name}")
            return value

        return name
    return None


def given_in(document: DocumentNode) -> list[Given]:
    """The document's fields with arguments, in its order."""
    found: list[Given] = []

    class Finder(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            if node.arguments:
                found.append(Given(node))

    visit(document, Finder())
    return found


def _varies(value: ValueNode) -> bool:
    class Finder(Visitor):
        found = False

        def enter_variable(self, _node: VariableNode, *_: Any) -> None:
            self.found = True

    finder = Finder()
    visit(value, finder)
    return finder.found


def place_of(node: FieldNode, fields: Sequence[Given]) -> int | None:
    for place, each in enumerate(fields):
        if each.node is node:
            return place
    return None
