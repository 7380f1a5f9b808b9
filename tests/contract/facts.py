"""Schemas as sets of facts, to compare two of them."""

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    print_ast,
)


def _default(item: GraphQLArgument | GraphQLInputField) -> str:
    """The default as the schema's text has it, because both schemas are built from text."""
    node = item.ast_node
    return "" if node is None or node.default_value is None else f" = {print_ast(node.default_value)}"


def _mark(item: object) -> str:
    return " @deprecated" if getattr(item, "deprecation_reason", None) is not None else ""


def _field_facts(owner: str, fields: dict[str, GraphQLField]) -> set[str]:
    facts = set()
    for name, field in fields.items():
        facts.add(f"{owner}.{name}: {field.type}{_mark(field)}")
        for key, argument in field.args.items():
            facts.add(f"{owner}.{name}({key}: {argument.type}{_default(argument)}{_mark(argument)})")
    return facts


def _type_facts(type_: GraphQLNamedType) -> set[str]:
    name = type_.name
    facts = {f"{type(type_).__name__.removeprefix('GraphQL').removesuffix('Type').lower()} {name}"}
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        facts |= {f"{name} implements {interface.name}" for interface in type_.interfaces}
        facts |= _field_facts(name, type_.fields)
    elif isinstance(type_, GraphQLInputObjectType):
        for key, field in type_.fields.items():
            facts.add(f"{name}.{key}: {field.type}{_default(field)}{_mark(field)}")
    elif isinstance(type_, GraphQLEnumType):
        facts |= {f"{name}.{key}{_mark(value)}" for key, value in type_.values.items()}
    elif isinstance(type_, GraphQLUnionType):
        facts |= {f"{name} holds {member.name}" for member in type_.types}
    return facts


def facts_of(schema: GraphQLSchema) -> set[str]:
    """Everything that a client can see of a schema except descriptions, one fact per line."""
    facts = {f"query {schema.query_type}", f"mutation {schema.mutation_type}"}
    for name, type_ in schema.type_map.items():
        if not name.startswith("__"):
            facts |= _type_facts(type_)
    return facts
