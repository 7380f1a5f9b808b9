"""The arguments of planned fields: out of the document, as far as no variable changes them, and out of variables."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import (
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

from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.selection import Selected
from abandoned_checkouts.shopify.schema.arguments import resolver_arguments, resolver_names

# A variable in the place of an argument: the resolver's name for the argument, the variable, and what coerces it.
Taken: TypeAlias = tuple[str, str, Callable[[object], object]]


@dataclass(slots=True)
class Arguments:
    """What a document gives for one of its fields. At the first use it is found out, and kept, which of it no
    variable changes (`_fixed`) and which arguments are a variable each (`_taken`). `_taken` stays None where
    variables stand deeper inside: then graphql-core has to look each time."""

    field: GraphQLField
    node: FieldNode
    _fixed: dict[str, object] | None = None
    _taken: tuple[Taken, ...] | None = None

    @classmethod
    def of_field(cls, selected: Selected) -> "Arguments":
        """Those of a selected field. Equal response keys have equal arguments, so any of its nodes has them."""
        return cls(selected.field, selected.nodes[0])

    def of(self, run: Run) -> dict[str, Any]:
        """By the names that resolvers know them by; null is as absent. Raises GraphQLError."""
        if self._fixed is None:
            self._fixed = self._look()
        if self._taken is None:
            return self._values(self.field, self.node, run.coerced_variables())
        if not self._taken:
            return self._fixed
        values, variables = dict(self._fixed), run.variables
        for name, variable, coerce in self._taken:
            if variable in variables:
                value = variables[variable]
                if value is None:
                    values.pop(name, None)
                else:
                    values[name] = coerce(value)
        return values

    def _look(self) -> dict[str, object]:
        """The values that no variable changes; notes how to take the others."""
        arguments = self.node.arguments or ()
        varying = {each.name.value: each.value for each in arguments if _varies(each.value)}
        names = resolver_names(self.field)
        taken: list[Taken] = []
        for name, value in varying.items():
            coerce = _coercion(self.field.args[name].type)
            if not isinstance(value, VariableNode) or coerce is None:
                return {}
            taken.append((names[name], value.name.value, coerce))
        required = {name for name in varying if is_required_argument(self.field.args[name])}
        others = GraphQLField(self.field.type, args={n: a for n, a in self.field.args.items() if n not in required})
        others.extensions = self.field.extensions
        fixed = tuple(each for each in arguments if each.name.value not in varying)
        values = self._values(others, FieldNode(name=self.node.name, arguments=fixed), None)
        self._taken = tuple(taken)
        return values

    def _values(
        self, field: GraphQLField, node: FieldNode, coerced_variables: VariableValues | None
    ) -> dict[str, object]:
        return resolver_arguments(field, get_argument_values(field, node, coerced_variables))


def _coercion(type_: GraphQLInputType) -> Callable[[object], object] | None:
    """What makes a variable's value an argument of one of the plain types."""
    bare = get_nullable_type(type_)
    if isinstance(bare, GraphQLScalarType):
        return bare.coerce_input_value
    if isinstance(bare, GraphQLEnumType):
        known = bare.values

        def name(value: object) -> object:
            if value not in known:
                raise GraphQLError(f"{value!r} is no {bare.name}")
            return value

        return name
    return None


def _varies(value: ValueNode) -> bool:
    class Finder(Visitor):
        found = False

        def enter_variable(self, _node: VariableNode, *_: object) -> None:
            self.found = True

    finder = Finder()
    visit(value, finder)
    return finder.found
