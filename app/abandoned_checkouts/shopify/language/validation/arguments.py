"""Arguments of fields and directives, and the input objects inside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from graphql import (
    ArgumentNode,
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    ListValueNode,
    Node,
    ObjectFieldNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_required_argument,
    is_required_input_field,
)

from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.validation.context import Context, Usage
from abandoned_checkouts.shopify.language.validation.literal_values import literal_problem, printed

__all__ = ["check_arguments", "check_required"]

_Accepted: TypeAlias = Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField]


def check_required(
    context: Context,
    owner: Node,
    kind: str,
    name: str,
    accepted: Mapping[str, GraphQLArgument],
    arguments: Sequence[ArgumentNode],
) -> None:
    """Repeated arguments, then required arguments that are missing: one error for all missing ones."""
    _check_repeated(context, arguments)
    names = {argument.name.value for argument in arguments}
    missing = [key for key, argument in accepted.items() if is_required_argument(argument) and key not in names]
    if missing:
        listed = ", ".join(missing)
        context.add(texts.ARGUMENTS_MISSING, owner, className=kind, name=name, arguments=listed)


def check_arguments(
    context: Context,
    owner: Node,
    kind: str,
    name: str,
    accepted: _Accepted,
    arguments: Sequence[ArgumentNode] | Sequence[ObjectFieldNode],
) -> None:
    """Whether each argument (or input field) is accepted, and its value valid for the type."""
    for argument in arguments:
        key = argument.name.value
        with context.at(key):
            definition = accepted.get(key)
            if definition is None:
                # Its value is not visited, so a variable in it counts as unused (recorded).
                context.add(texts.ARGUMENT_NOT_ACCEPTED, argument, name=name, typeName=kind, argumentName=key)
                continue
            has_default = definition.default is not None or definition.default_value is not Undefined
            _visit_value(context, argument, definition.type, argument.value, has_default)
            if isinstance(argument.value, VariableNode) or context.has_errors_below():
                continue
            problem = literal_problem(definition.type, argument.value)
            if problem is None:
                continue
            if problem.has_message:
                context.add(texts.LITERAL_NOT_COERCED, owner, typeName="CoercionError", problem=problem.explanation)
            else:
                context.add(
                    texts.LITERAL_INCOMPATIBLE,
                    owner,
                    argumentName=key,
                    typeName=kind,
                    name=name,
                    value=printed(argument.value),
                    type=definition.type,
                )


def _visit_value(
    context: Context,
    argument: ArgumentNode | ObjectFieldNode,
    type_: GraphQLInputType,
    value: ValueNode,
    has_default: bool = False,
) -> None:
    if isinstance(value, VariableNode):
        if context.current is not None:
            path = tuple(context.path)
            context.current.usages.append(Usage(value, path, argument.name.value, argument, type_, has_default))
    elif isinstance(value, ListValueNode):
        bare = get_nullable_type(type_)
        inner = bare.of_type if is_list_type(bare) else type_
        for index, item in enumerate(value.values):
            with context.at(index):
                _visit_value(context, argument, inner, item)
    elif isinstance(value, ObjectValueNode):
        named = get_named_type(type_)
        if isinstance(named, GraphQLInputObjectType):
            _check_object(context, named, value)
        else:
            for field in value.fields:
                _visit_value(context, field, type_, field.value)


def _check_object(context: Context, type_: GraphQLInputObjectType, node: ObjectValueNode) -> None:
    _check_repeated(context, node.fields)
    if type_.is_one_of and len(node.fields) != 1:
        context.add(texts.ONE_OF, node, inputObjectType=type_.name)
    names = {field.name.value for field in node.fields}
    for key, field in type_.fields.items():
        if is_required_input_field(field) and key not in names:
            with context.at(key):
                context.add(
                    texts.INPUT_FIELD_MISSING,
                    node,
                    argumentName=key,
                    argumentType=str(field.type),
                    inputObjectType=type_.name,
                )
    check_arguments(context, node, "InputObject", type_.name, type_.fields, node.fields)


def _check_repeated(context: Context, arguments: Sequence[ArgumentNode] | Sequence[ObjectFieldNode]) -> None:
    places: dict[str, list[Node]] = {}
    for argument in arguments:
        places.setdefault(argument.name.value, []).append(argument)
    for name, nodes in places.items():
        if len(nodes) > 1:
            field = isinstance(nodes[0], ObjectFieldNode)
            context.add(texts.INPUT_FIELD_TWICE if field else texts.ARGUMENT_TWICE, *nodes, name=name)
