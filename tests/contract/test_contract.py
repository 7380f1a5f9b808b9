"""The schema that is served, held against Shopify's: every name, type, argument, default, interface, deprecation."""

from graphql import build_schema

from abandoned_checkouts.shopify.schema.build import graphql_schema, printed_schema
from tests.contract.facts import facts_of
from tests.contract.schema import contract_schema


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
