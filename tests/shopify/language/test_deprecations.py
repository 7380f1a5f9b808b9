"""The deprecations that are reported for a document."""

from __future__ import annotations

import pytest
from graphql import build_schema

from abandoned_checkouts.shopify.language.document import Operation
from abandoned_checkouts.shopify.language.document_cache import Documents
from tests.contract.schema import contract_schema

CASES = [
    ("{ shop { id } }", ()),
    ('{ customer(id: "gid://shopify/Customer/1") { email phone email } }', ("Customer.email", "Customer.phone")),
    (
        "{ abandonedCheckouts(first: 1) { nodes { lineItemsQuantity ...F } } } "
        "fragment F on AbandonedCheckout { lineItems(first: 1) { nodes { variant { image { src } } } } }",
        ("AbandonedCheckout.lineItemsQuantity", "ProductVariant.image", "Image.src"),
    ),
    (
        "mutation { webhookSubscriptionCreate(topic: SHOP_UPDATE, "
        'webhookSubscription: {callbackUrl: "https://a.test"}) { userErrors { field } } }',
        ("WebhookSubscriptionInput.callbackUrl",),
    ),
    (
        'mutation { abandonmentEmailStateUpdate(id: "gid://shopify/Abandonment/1", emailState: SENT) '
        "{ userErrors { field } } }",
        ("Mutation.abandonmentEmailStateUpdate",),
    ),
    ("{ shop { ... on Shop { billingAddress { ... on ShopAddress { phone } } } } }", ("Shop.billingAddress",)),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:60] for text, _ in CASES])
def test_deprecations(text: str, expected: tuple[str, ...]) -> None:
    found = Documents(contract_schema()).read(text).operation()
    assert isinstance(found, Operation), found
    assert found.deprecations == expected


def test_arguments_and_enum_values() -> None:
    schema = build_schema(
        "enum Kind { NEW OLD @deprecated } type QueryRoot { a(kind: Kind, kinds: [Kind!], was: Int @deprecated): Int } "
        "schema { query: QueryRoot }"
    )
    found = Documents(schema).read("{ a(kind: OLD, kinds: [NEW, OLD], was: 1) }").operation()
    assert isinstance(found, Operation)
    assert found.deprecations == ("Kind.OLD", "QueryRoot.a.was")
