"""Rules for the declarations and the uses of variables."""

from __future__ import annotations

from graphql import (
    GraphQLInputType,
    GraphQLSchema,
    NamedTypeNode,
    NonNullTypeNode,
    NullValueNode,
    OperationDefinitionNode,
    TypeNode,
    VariableDefinitionNode,
    get_named_type,
    get_nullable_type,
    is_input_type,
    is_list_type,
    is_non_null_type,
    print_ast,
    type_from_ast,
)
from graphql.type import GraphQLNonNull
from graphql.utilities import is_type_sub_type_of

from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.validation.context import Context, Usage
from abandoned_checkouts.shopify.language.validation.literal_values import literal_problem

__all__ = ["check_declarations", "check_usage"]


def check_declarations(context: Context, operation: OperationDefinitionNode) -> None:
    nodes = operation.variable_definitions or ()
    places: dict[str, list[VariableDefinitionNode]] = {}
    for node in nodes:
        places.setdefault(node.variable.name.value, []).append(node)
    for name, same in places.items():
        if len(same) > 1:
            context.add(texts.VARIABLE_TWICE, *same, variableName=name)
    for node in nodes:
        name, inner = node.variable.name.value, _innermost(node.type)
        type_ = context.schema.get_type(inner)
        if type_ is None:
            context.add(texts.VARIABLE_TYPE_UNDEFINED, node, typeName=inner, variableName=name)
        elif not is_input_type(type_):
            context.add(texts.VARIABLE_TYPE_NOT_INPUT, node, typeName=inner, variableName=name)
        else:
            _check_default(context, node, name)


def _check_default(context: Context, node: VariableDefinitionNode, name: str) -> None:
    type_ = declared_type(context.schema, node)
    if node.default_value is not None and type_ is not None and literal_problem(type_, node.default_value):
        context.add(texts.VARIABLE_DEFAULT, node, variableName=name, typeName=str(type_))


def check_usage(context: Context, declared: VariableDefinitionNode, usage: Usage) -> None:
    """Report a variable whose declared type does not fit the place where it is used."""
    type_, expected = declared_type(context.schema, declared), usage.type
    if type_ is None or expected is None or _fits(context.schema, type_, declared, usage, expected):
        return
    if get_named_type(type_) is not get_named_type(expected):
        mismatch = "Type mismatch"
    elif _lists(type_) != _lists(expected):
        mismatch = "List dimension mismatch"
    else:
        mismatch = "Nullability mismatch"
    context.add(
        texts.VARIABLE_MISMATCH,
        usage.argument_node,
        path=usage.path,
        errorMessage=mismatch,
        variableName=usage.node.name.value,
        argumentName=usage.argument,
        typeName=print_ast(declared.type),
        expected=expected,
    )


def declared_type(schema: GraphQLSchema, node: VariableDefinitionNode) -> GraphQLInputType | None:
    type_ = type_from_ast(schema, node.type)
    return type_ if is_input_type(type_) else None


def _fits(
    schema: GraphQLSchema,
    type_: GraphQLInputType,
    declared: VariableDefinitionNode,
    usage: Usage,
    expected: GraphQLInputType,
) -> bool:
    # With a default of the variable or of the argument, a nullable variable fits a non-null place.
    if is_non_null_type(expected) and not is_non_null_type(type_):
        default = declared.default_value
        if (default is None or isinstance(default, NullValueNode)) and not usage.has_default:
            return False
        return is_type_sub_type_of(schema, type_, get_nullable_type(expected))
    return is_type_sub_type_of(schema, type_, expected)


def _lists(type_: GraphQLInputType) -> int:
    depth, inner = 0, type_
    while isinstance(inner, GraphQLNonNull) or is_list_type(inner):
        depth += is_list_type(inner)
        inner = inner.of_type
    return depth


def _innermost(node: TypeNode) -> str:
    while not isinstance(node, NamedTypeNode):
        assert isinstance(node, NonNullTypeNode) or hasattr(node, "type")
        node = node.type
    return node.name.value
