"""The facts of a field are those that graphql-core finds in the schema."""

from graphql import get_named_type, is_composite_type

from abandoned_checkouts.shopify.language.field_facts import fields_of
from abandoned_checkouts.shopify.schema.build import graphql_schema


def test_each_type_has_the_fields_that_graphql_core_finds() -> None:
    schema = graphql_schema()
    names = {name for type_ in schema.type_map.values() for name in getattr(type_, "fields", ())}
    for type_ in schema.type_map.values():
        if not is_composite_type(type_):
            continue
        facts = fields_of(schema, type_)
        for name in (*names, "__typename", "__schema", "__type"):
            field = schema.get_field(type_, name)
            if field is None:
                assert name not in facts, (type_.name, name)
                continue
            named = get_named_type(field.type)
            assert facts[name].definition is field
            assert facts[name].below is (named if is_composite_type(named) else None)
            assert facts[name].is_deprecated == (field.deprecation_reason is not None)
