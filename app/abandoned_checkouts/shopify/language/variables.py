"""The variables of a request, checked against their declarations in the operation.

The error INVALID_VARIABLE lists every problem of a variable, in Shopify's recorded form. Variables that are not
declared are ignored. (Shopify: GraphQL errors.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableDefinitionNode,
    get_named_type,
    get_nullable_type,
    is_input_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
    type_from_ast,
    value_from_ast_untyped,
)

from abandoned_checkouts.shopify.language.coercion import CoercionProblem, scalar_problem, scalar_rule, shown
from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.errors.entries import ErrorEntry, ErrorPath, entry, location
from abandoned_checkouts.shopify.language.unpublished import listed_values

__all__ = ["Variables", "problems"]

_NULL = CoercionProblem(texts.NULL_VALUE.words, has_message=False)
# Shopify lists every problem of a value. This limits the list for hostile values.
_MOST_PROBLEMS = 100
# As deep as a document may be. JSON is written up to 254 levels, and an error repeats the value.
MAX_DEPTH = 64
_NESTED = (list, dict)


@dataclass(frozen=True, slots=True)
class _Declared:
    name: str
    type: GraphQLInputType
    signature: str
    node: VariableDefinitionNode
    required: bool
    default: object
    has_default: bool
    # For a scalar, or a list of scalars: finds the problem of a value that is not null.
    rule: Callable[[object], CoercionProblem | None] | None
    takes_null: bool
    is_list: bool

    def accepts(self, value: object) -> bool:
        """Whether the value surely has no problem."""
        rule = self.rule
        if value is None or rule is None:
            return value is None and self.takes_null
        if self.is_list and isinstance(value, list):
            # Not `all`, because to resume a generator for each id takes as long as the rule.
            for each in value:  # noqa: SIM110
                if each is None or isinstance(each, _NESTED) or rule(each) is not None:
                    return False
            return True
        # A list or object may be nested too deeply even for a rule that rejects it.
        return not isinstance(value, _NESTED) and rule(value) is None


class Variables:
    """The variables that an operation declares. `check` returns their errors, `values` their values or defaults."""

    __slots__ = ("_declared",)

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        declared = []
        for node in operation.variable_definitions or ():
            type_ = type_from_ast(schema, node.type)
            if type_ is None or not is_input_type(type_):
                continue
            # As JSON, because the execution converts it as a client's value.
            default = value_from_ast_untyped(node.default_value) if node.default_value else None
            required = is_non_null_type(type_) and node.default_value is None
            name = node.variable.name.value
            bare = get_nullable_type(type_)
            is_list = isinstance(bare, GraphQLList)
            inner = get_nullable_type(bare.of_type) if isinstance(bare, GraphQLList) else bare
            rule = scalar_rule(inner.name) if isinstance(inner, GraphQLScalarType) else None
            has_default, takes_null = node.default_value is not None, not is_non_null_type(type_)
            declared.append(
                _Declared(name, type_, str(type_), node, required, default, has_default, rule, takes_null, is_list)
            )
        self._declared = tuple(declared)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(variable.name for variable in self._declared)

    def check(self, variables: Mapping[str, object]) -> list[ErrorEntry]:
        """The errors INVALID_VARIABLE, in the order of declaration."""
        entries = []
        for variable in self._declared:
            if variable.name in variables:
                value = variables[variable.name]
            elif variable.required:
                value = None
            else:
                continue
            if variable.accepts(value):
                continue
            if isinstance(value, list | dict) and _is_deeper(value, MAX_DEPTH):
                deep = entry(
                    texts.VARIABLE_TOO_DEEP,
                    locations=[location(variable.node)],
                    variableName=variable.name,
                    limit=MAX_DEPTH,
                )
                return [deep]
            found = problems(variable.type, value)
            if found:
                entries.append(_invalid(variable, value, found))
        return entries

    @property
    def has_lists(self) -> bool:
        """Whether a variable can be a list."""
        return any(variable.is_list for variable in self._declared)

    def simple_values(self, variables: Mapping[str, object]) -> dict[str, object] | None:
        """The same as `values`, if `check` surely finds no error and no value is an object. Otherwise None."""
        values = {}
        for variable in self._declared:
            name = variable.name
            if name in variables:
                value = variables[name]
                if not variable.accepts(value):
                    return None
                values[name] = value
            elif variable.required or isinstance(variable.default, _NESTED):
                return None
            elif variable.has_default:
                values[name] = variable.default
        return values

    def values(self, variables: Mapping[str, object]) -> dict[str, object]:
        """The declared variables that have a value in `variables` (JSON) or a default."""
        values = {}
        for variable in self._declared:
            if variable.name in variables:
                values[variable.name] = variables[variable.name]
            elif variable.has_default:
                values[variable.name] = variable.default
        return values


def _is_deeper(value: object, levels: int) -> bool:
    """Whether lists and objects are nested deeper. Level by level: a hostile value must not cost stack."""
    level = [value]
    for _ in range(levels + 1):
        level = [
            each
            for holder in level
            for each in (holder.values() if isinstance(holder, dict) else holder)  # type: ignore[attr-defined]
            if isinstance(each, list | dict)
        ]
        if not level:
            return False
    return True


def problems(type_: GraphQLInputType, value: object) -> list[tuple[ErrorPath, CoercionProblem]]:
    """The problems of a JSON value as an input type, each with its path in the value."""
    found = []
    for problem in _problems(type_, value, ()):
        found.append(problem)
        if len(found) == _MOST_PROBLEMS:
            break
    return found


def _problems(type_: GraphQLInputType, value: object, path: ErrorPath) -> Iterator[tuple[ErrorPath, CoercionProblem]]:
    if value is None:
        if is_non_null_type(type_):
            yield path, _NULL
        return
    bare = get_nullable_type(type_)
    if is_list_type(bare):
        # A single value is accepted as a list of one. The paths of its problems have no index.
        if not isinstance(value, list):
            yield from _problems(bare.of_type, value, path)
            return
        for index, item in enumerate(value):
            yield from _problems(bare.of_type, item, (*path, index))
        return
    named = get_named_type(bare)
    if isinstance(named, GraphQLInputObjectType):
        yield from _object_problems(named, value, path)
    elif isinstance(named, GraphQLEnumType):
        if not isinstance(value, str) or value not in named.values:
            allowed = ", ".join(listed_values(named.name, named.values))
            words = texts.NOT_ONE_OF.words.format(value=shown(value), allowed=allowed)
            yield path, CoercionProblem(words, has_message=False)
    else:
        problem = scalar_problem(named.name, value)
        if problem:
            yield path, problem


def _object_problems(
    type_: GraphQLInputObjectType, value: object, path: ErrorPath
) -> Iterator[tuple[ErrorPath, CoercionProblem]]:
    if not isinstance(value, dict):
        yield path, CoercionProblem(texts.NOT_AN_OBJECT.words.format(value=shown(value)), has_message=False)
        return
    # Recorded order: first the keys of the value, then the missing ones in the order of declaration.
    for name, item in value.items():
        field = type_.fields.get(name)
        if field is None:
            words = texts.UNDEFINED_INPUT_FIELD.words.format(typeName=type_.name)
            yield (*path, name), CoercionProblem(words, has_message=False)
        else:
            yield from _problems(field.type, item, (*path, name))
    for name, field in type_.fields.items():
        if name not in value and is_required_input_field(field):
            yield (*path, name), _NULL
    if type_.is_one_of:
        if len(value) != 1:
            words = texts.ONE_OF_COUNT.words.format(typeName=type_.name, count=len(value))
            yield path, CoercionProblem(words, has_message=False)
        elif None in value.values():
            words = texts.ONE_OF_NULL.words.format(typeName=type_.name, name=next(iter(value)))
            yield path, CoercionProblem(words, has_message=False)


def _invalid(variable: _Declared, value: object, found: list[tuple[ErrorPath, CoercionProblem]]) -> ErrorEntry:
    inner = ", ".join(f"{'.'.join(map(str, path))} ({problem.explanation})" for path, problem in found if path)
    error = entry(
        texts.VARIABLE_INVALID,
        locations=[location(variable.node)],
        variableName=variable.name,
        typeName=variable.signature,
        problems=f" for {inner}" if inner else "",
    )
    error["extensions"]["value"] = value
    error["extensions"]["problems"] = [
        {"path": list(path), "explanation": problem.explanation}
        | ({"message": problem.explanation} if problem.has_message else {})
        for path, problem in found
    ]
    return error
