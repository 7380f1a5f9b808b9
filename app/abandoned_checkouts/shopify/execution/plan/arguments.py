"""The arguments of planned fields: constant values from the document, and values from variables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    EnumValueNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInputType,
    GraphQLList,
    GraphQLScalarType,
    IntValueNode,
    ListValueNode,
    NameNode,
    NullValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    get_argument_values,
    get_named_type,
    get_nullable_type,
    is_required_argument,
)
from graphql.execution.values import VariableValues

from abandoned_checkouts.checkouts.caches import cached
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.selection import Selected
from abandoned_checkouts.shopify.schema.arguments import resolver_arguments, resolver_names
from abandoned_checkouts.shopify.schema.resolving.connection import window_from
from abandoned_checkouts.shopify.values.cursor import CursorForm
from abandoned_checkouts.store.reading.pages import PageWindow

# An argument that is a variable: the resolver's parameter, the variable's name, and the function that coerces it.
VariableArgument: TypeAlias = tuple[str, str, Callable[[object], object]]

_Literals: TypeAlias = tuple[tuple[str, type[Any], object], ...]
_SIMPLE = (IntValueNode, EnumValueNode, BooleanValueNode, NullValueNode)
_LONGEST_LITERAL = 40


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
    # The arguments of a connection that were used last, with their window.
    _window: tuple[object, PageWindow] | None = None

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

    def window(self, run: Run, form: CursorForm) -> PageWindow:
        """The window that the arguments of a connection describe. Raises Refusal. Constant arguments are always the
        same object, with the same window."""
        kept = self._window
        if kept is not None and not self._variables and self._variables is not None:
            return kept[1]
        arguments = self.of(run)
        if kept is None or kept[0] is not arguments:
            kept = self._window = (arguments, window_from(form, **arguments))
        return kept[1]

    def _constants(self) -> dict[str, object]:
        """The constant values. Also sets `_variables`."""
        arguments = self.node.arguments or ()
        varying = {each.name.value: each.value for each in arguments if _varies(each.value)}
        from_variables: list[VariableArgument] = []
        if varying:
            names = _names_of(_OneField(self.field))
            for name, value in varying.items():
                coerce = _coercion(self.field.args[name].type)
                if not isinstance(value, VariableNode) or coerce is None:
                    return {}
                from_variables.append((names[name], value.name.value, coerce))
        required = frozenset([name for name in varying if is_required_argument(self.field.args[name])])
        fixed = tuple([each for each in arguments if each.name.value not in varying])
        literals = _simple_literals(fixed)
        if literals is None:
            values = self._values(_without(self.field, required), FieldNode(name=self.node.name, arguments=fixed), None)
        else:
            values = _constant_values(_OneField(self.field), required, literals)
        self._variables = tuple(from_variables)
        return values

    def _values(
        self, field: GraphQLField, node: FieldNode, coerced_variables: VariableValues | None
    ) -> dict[str, object]:
        return resolver_arguments(field, get_argument_values(field, node, coerced_variables))


class _OneField:
    """A field of a schema as a key: graphql-core compares fields by their parts, so they cannot be keys."""

    __slots__ = ("field",)

    def __init__(self, field: GraphQLField) -> None:
        self.field = field

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _OneField) and other.field is self.field

    def __hash__(self) -> int:
        return id(self.field)


@cached(300, 700)
def _names_of(one: _OneField) -> dict[str, str]:
    return resolver_names(one.field)


def _simple_literals(arguments: Sequence[ArgumentNode]) -> _Literals | None:
    """The names, kinds and values of arguments that are short numbers, enum values, booleans or null; otherwise
    None."""
    found = []
    for each in arguments:
        value = each.value
        if not isinstance(value, _SIMPLE) or len(str(getattr(value, "value", ""))) > _LONGEST_LITERAL:
            return None
        found.append((each.name.value, type(value), getattr(value, "value", None)))
    return tuple(found)


@cached(300, 1_200)
def _constant_values(one: _OneField, required: frozenset[str], literals: _Literals) -> dict[str, object]:
    """The values of constant arguments and the defaults of others, without the `required` arguments. Most documents
    have the same few, for example `first: 10`. Do not change the result."""
    field = _without(one.field, required)
    nodes: list[ArgumentNode] = []
    for name, kind, content in literals:
        value: Any = kind() if kind is NullValueNode else kind(value=content)
        nodes.append(ArgumentNode(name=NameNode(value=name), value=value))
    node = FieldNode(name=NameNode(value=""), arguments=tuple(nodes))
    return resolver_arguments(field, get_argument_values(field, node, None))


def _without(field: GraphQLField, required: frozenset[str]) -> GraphQLField:
    """The field without these arguments, which get their values from variables."""
    if not required:
        return field
    others = GraphQLField(field.type, args={name: each for name, each in field.args.items() if name not in required})
    others.extensions = field.extensions
    return others


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
