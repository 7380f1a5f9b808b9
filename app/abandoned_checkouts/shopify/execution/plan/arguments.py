"""The arguments of planned fields: constant values from the document, and values from variables."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInputType,
    GraphQLList,
    GraphQLScalarType,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    get_argument_values,
    get_named_type,
    get_nullable_type,
    is_required_argument,
)
from graphql.execution.values import VariableValues

from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.selection import Selected
from abandoned_checkouts.shopify.schema.arguments import resolver_arguments, resolver_names

# An argument that is a variable: the resolver's parameter, the variable's name, and the function that coerces it.
VariableArgument: TypeAlias = tuple[str, str, Callable[[object], object]]


@dataclass(slots=True)
class Arguments:
    """The arguments of one field in the document.

    The first use computes the constant arguments (`_fixed`) and the arguments that are variables (`_variables`).
    `_variables` stays None if a variable is inside of a list or object; then graphql-core evaluates all arguments of
    each request.
    """

    field: GraphQLField
    node: FieldNode
    _fixed: dict[str, object] | None = None
    _variables: tuple[VariableArgument, ...] | None = None

    @classmethod
    def of_field(cls, selected: Selected) -> "Arguments":
        """The arguments of a selected field. Equal response keys have equal arguments, so the first node has them."""
        return cls(selected.field, selected.nodes[0])

    def of(self, run: Run) -> dict[str, Any]:
        """The values by the resolver's parameter names, without null values. Raises GraphQLError."""
        if self._fixed is None:
            self._fixed = self._constants()
        if self._variables is None:
            return self._values(self.field, self.node, run.coerced_variables())
        if not self._variables:
            return self._fixed
        values, variables = dict(self._fixed), run.variables
        for name, variable, coerce in self._variables:
            if variable in variables:
                value = variables[variable]
                if value is None:
                    values.pop(name, None)
                else:
                    values[name] = coerce(value)
        return values

    def _constants(self) -> dict[str, object]:
        """The constant values. Also sets `_variables`."""
        arguments = self.node.arguments or ()
        varying = {each.name.value: each.value for each in arguments if _varies(each.value)}
        names = resolver_names(self.field)
        from_variables: list[VariableArgument] = []
        for name, value in varying.items():
            coerce = _coercion(self.field.args[name].type)
            if not isinstance(value, VariableNode) or coerce is None:
                return {}
            from_variables.append((names[name], value.name.value, coerce))
        required = {name for name in varying if is_required_argument(self.field.args[name])}
        others = GraphQLField(self.field.type, args={n: a for n, a in self.field.args.items() if n not in required})
        others.extensions = self.field.extensions
        fixed = tuple(each for each in arguments if each.name.value not in varying)
        values = self._values(others, FieldNode(name=self.node.name, arguments=fixed), None)
        self._variables = tuple(from_variables)
        return values

    def _values(
        self, field: GraphQLField, node: FieldNode, coerced_variables: VariableValues | None
    ) -> dict[str, object]:
        return resolver_arguments(field, get_argument_values(field, node, coerced_variables))


def _coercion(type_: GraphQLInputType) -> Callable[[object], object] | None:
    """The function that coerces a variable's value to a scalar, an enum or a list of scalars; None for other types."""
    bare = get_nullable_type(type_)
    if isinstance(bare, GraphQLList):
        inner = _coercion(bare.of_type)
        return None if inner is None or not isinstance(get_named_type(bare), GraphQLScalarType) else _list_of(inner)
    if isinstance(bare, GraphQLScalarType):
        return bare.coerce_input_value
    if isinstance(bare, GraphQLEnumType):
        values = bare.values

        def name(value: object) -> object:
            if value not in values:
                raise GraphQLError(f"{value!r} is not a value of {bare.name}")
            return value

        return name
    return None


def _list_of(coerce: Callable[[object], object]) -> Callable[[object], object]:
    def items(value: object) -> list[object]:
        """A single value is a list of one."""
        return [None if each is None else coerce(each) for each in (value if isinstance(value, list) else [value])]

    return items


def _varies(value: ValueNode) -> bool:
    if isinstance(value, ListValueNode):
        return any(map(_varies, value.values))
    if isinstance(value, ObjectValueNode):
        return any(_varies(field.value) for field in value.fields)
    return isinstance(value, VariableNode)
