"""Which fields of an operation are charged: fragments, `@include` and `@skip`, possible types, aliases."""

from itertools import product

import pytest

from tests.shopify.language.cost.documents import operation

BOTH, FIRST, SECOND = "($a: Boolean!, $b: Boolean!)", "($a: Boolean!)", "($b: Boolean!)"
PAGE = "{ abandonedCheckouts(first: 10) "
NODE = '{ node(id: "gid://shopify/Order/1") '
SHOP = "shop { primaryDomain { id } }"
CANCEL = 'bulkOperationCancel(id: "gid://shopify/BulkOperation/1")'

# A document with the variables a and b, and its cost for true and true, true and false, false and true, false and false
CONDITIONS = [
    # A page of 10 costs 2 + 4 for its nodes.
    (f"query {SECOND}" + PAGE + "{ edges { node @include(if: $b) { id } } } }", (6, 2, 6, 2)),
    (f"query {SECOND}" + PAGE + "{ edges @include(if: $b) { node { id } } } }", (6, 2, 6, 2)),
    (f"query {BOTH}" + PAGE + "{ edges @skip(if: $a) { node @include(if: $b) { id } } } }", (2, 2, 6, 2)),
    (f"query {BOTH}" + PAGE + "{ nodes @skip(if: $a) { id } edges { node @include(if: $b) { id } } } }", (6, 2, 10, 6)),
    (f"query {BOTH}" + PAGE + "@include(if: $a) @skip(if: $b) { nodes { id } } }", (1, 6, 1, 1)),
    (f"query {BOTH}" + PAGE + "@include(if: $a) { nodes { customer @include(if: $b) { id } } } }", (10, 6, 1, 1)),
    # The most expensive possible type.
    (f"query {FIRST}" + NODE + "{ ... on Order { customer @include(if: $a) { id } } } }", (2, 2, 1, 1)),
    (
        f"query {FIRST}"
        + NODE
        + "{ ... on Order { customer { id } } ... on Customer { lastOrder @include(if: $a) { id } "
        "defaultEmailAddress @include(if: $a) { emailAddress } } } }",
        (3, 3, 2, 2),
    ),
    (
        f"query {BOTH}" + NODE + "{ ... on Order { customer @include(if: $a) { id } } "
        "... on Customer { lastOrder @include(if: $b) { customer { id } } } } }",
        (3, 2, 3, 1),
    ),
    # Fragments with conditions.
    (f"query ($a: Boolean!) {{ ...F @include(if: $a) }} fragment F on QueryRoot {{ {SHOP} }}", (2, 2, 1, 1)),
    (f"query ($a: Boolean!) {{ ...F ...F @include(if: $a) }} fragment F on QueryRoot {{ {SHOP} }}", (2, 2, 2, 2)),
    (f"query ($a: Boolean!) {{ ... @include(if: $a) {{ {SHOP} }} ... {{ order: {SHOP} }} }}", (4, 4, 2, 2)),
    # A field that is selected twice is included if either is.
    (
        "query ($a: Boolean!, $b: Boolean!) { shop @include(if: $a) { primaryDomain { id } } "
        "shop @include(if: $b) { primaryDomain { id } } }",
        (2, 2, 2, 1),
    ),
    (f"mutation ($a: Boolean!) {{ {CANCEL} @include(if: $a) {{ bulkOperation {{ id }} }} }}", (10, 10, 1, 1)),
    (
        f'mutation ($a: Boolean!) {{ {CANCEL} @idempotent(key: "k") @include(if: $a) {{ bulkOperation {{ id }} }} }}',
        (10, 10, 1, 1),
    ),
]


@pytest.mark.parametrize(("text", "costs"), CONDITIONS)
def test_conditions(text: str, costs: tuple[int, ...]) -> None:
    cost = operation(text).cost
    variables = [dict(zip("ab", values, strict=True)) for values in product((True, False), repeat=2)]
    assert tuple(map(cost.requested, variables)) == costs, text


WITHOUT_VARIABLES = [
    (f"{{ ...F }} fragment F on QueryRoot {{ {SHOP} }}", 2),
    ("{ ...F } fragment F on QueryRoot { shop { ...G } } fragment G on Shop { primaryDomain { id } }", 2),
    # Fragments directly in fragments.
    (f"{{ ...F }} fragment F on QueryRoot {{ ...G }} fragment G on QueryRoot {{ {SHOP} }}", 2),
    ('{ node(id: "gid://shopify/Order/1") { ... on Node { ... on Order { customer { id } } } } }', 2),
    # A fragment that is used twice, before another field.
    (f"{{ ...F ...F a: shop {{ id }} }} fragment F on QueryRoot {{ {SHOP} }}", 3),
    # Literal conditions, before other fields.
    ("{ a: shop @skip(if: true) { id } b: shop { id } c: shop @include(if: false) { id } d: shop { id } }", 2),
    ("{ a: shop @skip(if: false) { id } b: shop @include(if: true) { id } }", 2),
    # The same field under two names, and twice under one.
    ("{ a: shop { id } b: shop { id } }", 2),
    ("{ shop { id } shop { primaryDomain { id } } }", 2),
    # A fragment on an interface, and one on a type that the object is not.
    ('{ customer(id: "gid://shopify/Customer/1") { ... on Node { id } ... on Customer { lastOrder { id } } } }', 2),
    ('{ node(id: "gid://shopify/Order/1") { ... on Customer { lastOrder { id } } ... on Order { id } } }', 2),
]


@pytest.mark.parametrize(("text", "cost"), WITHOUT_VARIABLES)
def test_selections(text: str, cost: int) -> None:
    assert operation(text).cost.requested({}) == cost, text
