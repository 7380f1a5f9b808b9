"""Compares the served schema with Shopify's: every name, type, argument, default, interface and deprecation."""

from graphql import GraphQLEnumType, build_schema, print_schema

from abandoned_checkouts.shopify.language.version_schema import schema_for
from abandoned_checkouts.shopify.schema.build import graphql_schema
from tests.contract.facts import facts_of
from tests.contract.schema import contract_schema


def _listed(facts: set[str]) -> str:
    return "\n".join(f"  {fact}" for fact in sorted(facts)) or "  nothing"


def test_the_schema_is_shopifys() -> None:
    served = facts_of(build_schema(print_schema(schema_for("2026-10", graphql_schema()))))
    shopifys = facts_of(contract_schema())
    missing, extra = shopifys - served, served - shopifys
    assert not missing and not extra, (
        f"In the contract and not served:\n{_listed(missing)}\nServed and not in the contract:\n{_listed(extra)}"
    )


def test_topics_that_only_unstable_has() -> None:
    """As in the published schema of unstable."""
    stable, unstable = (
        schema_for(version, graphql_schema()).type_map["WebhookSubscriptionTopic"]
        for version in ("2027-01", "unstable")
    )
    assert isinstance(stable, GraphQLEnumType) and isinstance(unstable, GraphQLEnumType)
    assert unstable.values.keys() - stable.values.keys() == {
        "CHECKOUTS_PAID",
        "PRODUCT_OPERATIONS_FINISH",
        "VARIANTS_DELETE",
        "VARIANT_PUBLICATIONS_CREATE",
        "VARIANT_PUBLICATIONS_DELETE",
    }
    assert len(stable.values) == 218


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
