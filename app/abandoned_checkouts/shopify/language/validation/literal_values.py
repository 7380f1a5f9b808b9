"""Checks of literals against the types of arguments."""

from __future__ import annotations

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
)

from abandoned_checkouts.shopify.language.coercion import CoercionProblem, scalar_problem, shown

__all__ = ["INCOMPATIBLE", "literal_problem", "printed"]

# The value does not fit the type; the message only has the expected type.
INCOMPATIBLE = CoercionProblem("", has_message=False)
# Python does not parse longer integers (sys.set_int_max_str_digits), and no scalar accepts them.
_LONGEST_INT = 4_000


def literal_problem(type_: GraphQLInputType, node: ValueNode) -> CoercionProblem | None:
    """The first problem of a literal, or None. Variables in it are checked elsewhere."""
    if isinstance(node, VariableNode):
        return None
    if isinstance(node, NullValueNode):
        return INCOMPATIBLE if is_non_null_type(type_) else None
    bare = get_nullable_type(type_)
    if is_list_type(bare):
        items = node.values if isinstance(node, ListValueNode) else (node,)
        return next(filter(None, (literal_problem(bare.of_type, item) for item in items)), None)
    named = get_named_type(bare)
    if isinstance(named, GraphQLEnumType):
        fits = isinstance(node, EnumValueNode) and node.value in named.values
        return None if fits else INCOMPATIBLE
    if isinstance(named, GraphQLInputObjectType):
        return _object_problem(named, node)
    if named.name == "JSON":
        return None
    if isinstance(node, EnumValueNode | ListValueNode | ObjectValueNode):
        return INCOMPATIBLE
    problem = scalar_problem(named.name, _value(node))
    return problem if problem is None or problem.has_message else INCOMPATIBLE


def _object_problem(type_: GraphQLInputObjectType, node: ValueNode) -> CoercionProblem | None:
    if not isinstance(node, ObjectValueNode):
        return INCOMPATIBLE
    values = {field.name.value: field.value for field in node.fields}
    if any(is_required_input_field(field) and name not in values for name, field in type_.fields.items()):
        return INCOMPATIBLE
    for name, value in values.items():
        if name not in type_.fields:
            return INCOMPATIBLE
        problem = literal_problem(type_.fields[name].type, value)
        if problem:
            return problem
    return None


def _value(node: ValueNode) -> object:
    match node:
        case IntValueNode():
            return int(node.value) if len(node.value) < _LONGEST_INT else node.value
        case FloatValueNode():
            return float(node.value)
        case StringValueNode() | BooleanValueNode():
            return node.value
    return None


def printed(node: ValueNode) -> str:
    """A literal as graphql-ruby prints it in an error."""
    match node:
        case NullValueNode():
            return "null"
        case VariableNode():
            return f"${node.name.value}"
        case ListValueNode():
            return f"[{', '.join(printed(item) for item in node.values)}]"
        case ObjectValueNode():
            return f"{{{', '.join(f'{item.name.value}: {printed(item.value)}' for item in node.fields)}}}"
        case StringValueNode() | BooleanValueNode():
            return shown(node.value)
        case IntValueNode() | FloatValueNode() | EnumValueNode():
            return node.value
    return ""
