"""The schema that is served, held against Shopify's: every name, type, argument, default, interface, deprecation."""

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
    build_schema,
    print_ast,
)

from abandoned_checkouts.shopify.schema.build import graphql_schema, printed_schema
from tests.contract.schema import contract_schema


def _default(item: GraphQLArgument | GraphQLInputField) -> str:
    """As the schema's text has it; both sides are built from text."""
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
    """Everything a client can see of a schema but its prose, one fact a line."""
    facts = {f"query {schema.query_type}", f"mutation {schema.mutation_type}"}
    for name, type_ in schema.type_map.items():
        if not name.startswith("__"):
            facts |= _type_facts(type_)
    return facts


def _listed(facts: set[str]) -> str:
    return "\n".join(f"  {fact}" for fact in sorted(facts)) or "  nothing"


def test_the_schema_is_shopifys() -> None:
    shopifys, served = facts_of(contract_schema()), facts_of(build_schema(printed_schema()))
    missing, extra = shopifys - served, served - shopifys
    assert not missing and not extra, (
        f"In the contract and not served:\n{_listed(missing)}\nServed and not in the contract:\n{_listed(extra)}"
    )


def test_everything_is_described() -> None:
    """Own descriptions on every type, field, argument and value."""
    bare = []
    for name, type_ in graphql_schema().type_map.items():
        if name.startswith("__"):
            continue
        parts = [(name, type_)]
        for key, field in getattr(type_, "fields", {}).items():
            parts.append((f"{name}.{key}", field))
            parts += [(f"{name}.{key}({argument})", each) for argument, each in getattr(field, "args", {}).items()]
        parts += [(f"{name}.{key}", value) for key, value in getattr(type_, "values", {}).items()]
        bare += [place for place, item in parts if not item.description]
    assert not bare, "Without a description: " + ", ".join(bare)
