"""The actual cost, case by case."""

from typing import Any

import pytest

from tests.shopify.language.cost.documents import BOTH_PAGES, PAGE, operation

ACTUAL: list[tuple[str, dict[str, Any], dict[str, Any], int]] = [
    (
        BOTH_PAGES,
        {"first": 2},
        {
            "abandonedCheckouts": {"nodes": [], "edges": [], "pageInfo": {"hasNextPage": False}},
            "abandonedCheckoutsCount": {"count": 0, "precision": "EXACT"},
            "abandonment": None,
            "abandonmentByAbandonedCheckoutId": None,
        },
        15,
    ),
    ("{ abandonedCheckouts(first: 250) { edges { node { id } } } }", {}, {"abandonedCheckouts": {"edges": []}}, 2),
    (
        f"{{ abandonedCheckouts(first: 10) {{ nodes {PAGE} }} }}",
        {},
        {"abandonedCheckouts": {"nodes": [{"customer": None}, {"customer": {"id": 1}}]}},
        4,
    ),
    # Recorded: the rest of this list, with the connections and types of the contract.
    *(
        (
            f"{{ bulkOperations(first: {size}) {{ nodes {{ id }} }} }}",
            {},
            {"bulkOperations": {"nodes": [{"id": 1}] * rows}},
            cost,
        )
        for size, rows, cost in (
            (250, 0, 13),
            (250, 2, 2),
            (100, 7, 3),
            (100, 85, 10),
            (50, 5, 3),
            (20, 9, 5),
            (10, 1, 3),
        )
    ),
    *(
        (
            f"{{ bulkOperations(first: {size}) {{ edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage }} }} }}",
            {},
            {"bulkOperations": {"edges": [{"node": {"id": 1}}] * rows, "pageInfo": {"hasNextPage": False}}},
            cost,
        )
        for size, rows, cost in ((10, 1, 3), (10, 2, 4), (10, 3, 4), (50, 16, 5), (250, 0, 2))
    ),
    ('{ __type(name: "Shop") { fields { name } } }', {}, {"__type": {"fields": [{"name": "id"}] * 30}}, 1),
    ('{ __type(name: "A") { kind enumValues { name } } }', {}, {"__type": {"kind": "ENUM", "enumValues": []}}, 2),
    (
        '{ __type(name: "A") { inputFields { name isDeprecated deprecationReason } } }',
        {},
        {"__type": {"inputFields": [{"name": "a", "isDeprecated": False, "deprecationReason": None}] * 3}},
        2,
    ),
    (
        '{ node(id: "gid://shopify/App/1") { __typename id ... on Order { customer { id } lastOrder: id } } }',
        {},
        {"node": {"__typename": "App", "id": "gid://shopify/App/1"}},
        2,
    ),
    (
        '{ nodes(ids: ["gid://shopify/Customer/1", "gid://shopify/Customer/2"]) '
        "{ ... on Customer { defaultEmailAddress { emailAddress } lastOrder { id } } } }",
        {},
        {"nodes": [{"defaultEmailAddress": {"emailAddress": "a"}, "lastOrder": None}] * 2},
        3,
    ),
    (
        "{ page: abandonedCheckouts(first: 10) { them: edges { it: node { who: customer { id } } } } }",
        {},
        {"page": {"them": [{"it": {"who": {"id": 1}}}] * 10}},
        10,
    ),
    (
        "query ($e: Boolean!) { abandonedCheckouts(first: 10) { nodes { id } edges @skip(if: $e) { node { id } } } }",
        {"e": True},
        {"abandonedCheckouts": {"nodes": [{"id": 1}] * 10}},
        6,
    ),
    ("{ shop { primaryDomain { id } } }", {}, {"shop": {"primaryDomain": {"id": 1}}}, 2),
    (
        'mutation { bulkOperationRunQuery(query: "") { bulkOperation { id } userErrors { field } } }',
        {},
        {"bulkOperationRunQuery": {"bulkOperation": None, "userErrors": []}},
        10,
    ),
    ('{ order(id: "gid://shopify/Order/1") { customer { id } } }', {}, {"order": None}, 1),
    # Without first and last, a page costs 2.
    ("{ abandonedCheckouts { nodes { id } } }", {}, {"abandonedCheckouts": {"nodes": [{"id": 1}] * 3}}, 2),
    # The type name of a page is free, that of an object costs 1.
    (
        "{ bulkOperations(first: 10) { __typename nodes { id } } shop { __typename id } }",
        {},
        {"bulkOperations": {"__typename": "x", "nodes": [{"id": 1}] * 2}, "shop": {"__typename": "Shop", "id": 1}},
        5,
    ),
    # A list is charged once, also when the response leaves room below the requested cost.
    (
        '{ nodes(ids: ["gid://shopify/Customer/1", "gid://shopify/Customer/2"]) '
        "{ ... on Customer { lastOrder { id } } } bulkOperations(first: 10) { nodes { id } } }",
        {},
        {"nodes": [{"lastOrder": {"id": 1}}] * 2, "bulkOperations": {"nodes": [{"id": 1}]}},
        5,
    ),
    # The 10 points of a mutation include the objects of its payload, but not objects in them.
    *(
        (
            'mutation { savedSearchCreate(input: {name: "", query: "", resourceType: ORDER}) '
            "{ savedSearch { filters { key } } userErrors { field } } }",
            {},
            {"savedSearchCreate": {"savedSearch": found, "userErrors": []}},
            cost,
        )
        for found, cost in ((None, 10), ({"filters": [{"key": "a"}]}, 11))
    ),
    # 4 checkouts whose pages of lines are empty: 2 + 0.4 × (1 + 4 + 4 × 2 + 0.4 × 10 × 4).
    (
        "{ abandonedCheckouts(first: 10) { nodes { lineItems(first: 10) { nodes { id } } } } }",
        {},
        {"abandonedCheckouts": {"nodes": [{"lineItems": {"nodes": []}}] * 4}},
        14,
    ),
    # The size of the inner page is a variable: 2 + 0.4 × (1 + 2 + 2 × 2 + 0.4 × (2 + 6)).
    (
        "query ($n: Int) { abandonedCheckouts(first: 10) { nodes { lineItems(first: $n) { nodes { id } } } } }",
        {"n": 10},
        {"abandonedCheckouts": {"nodes": [{"lineItems": {"nodes": [{"id": 1}] * 3}}] * 2}},
        6,
    ),
    (
        '{ node(id: "gid://shopify/Product/1") { id ... on Order { customer { id lastOrder { id } } } } }',
        {},
        {"node": {"id": "gid://shopify/Product/1"}},
        1,
    ),
]


@pytest.mark.parametrize(("text", "variables", "data", "cost"), ACTUAL, ids=[row[0][:70] for row in ACTUAL])
def test_actual(text: str, variables: dict[str, Any], data: dict[str, Any], cost: int) -> None:
    rule = operation(text).cost
    assert rule.actual(variables, rule.returned_in(data)) == cost, text


@pytest.mark.parametrize(
    ("arguments", "requested"),
    [("", 2), ("(first: 1, last: 1)", 3), ('(first: 1, query: "created_at:>=not-a-date")', 3)],
)
def test_actual_of_an_answer_of_null(arguments: str, requested: int) -> None:
    """Recorded: a page that fails makes `data` null, and only the page's own 2 are charged."""
    rule = operation(f"{{ bulkOperations{arguments} {{ nodes {{ id }} }} }}").cost
    assert (rule.requested({}), rule.actual({}, rule.returned_in(None))) == (requested, 2)


def test_actual_of_nested_pages_counts_rows_over_all_parents() -> None:
    rule = operation("{ abandonedCheckouts(first: 10) { nodes { lineItems(first: 10) { nodes { id } } } } }").cost
    assert rule.requested({}) == 2 + 4 * (1 + 2 + 4)
    full = {"nodes": [{"lineItems": {"nodes": [{"id": 1}] * 10}}] * 10}
    assert rule.actual({}, rule.returned_in({"abandonedCheckouts": full})) == rule.requested({})
    half = {("abandonedCheckouts",): 5, ("abandonedCheckouts", "nodes", "lineItems"): 25}
    # 5 rows of 10 with 5 lines of 10 each: 0.4 for each row, line page and line, and for `nodes` of each page.
    assert rule.actual({}, half) == round(2 + 0.4 * (1 + 5 + 5 * 2 + 0.4 * (5 + 25)))


@pytest.mark.parametrize(
    ("text", "included", "excluded"),
    [
        ("query ($a: Boolean!) { shop @include(if: $a) { primaryDomain { id } } }", 2, 1),
        # An empty page of 10: `nodes` cost as much as in a full page.
        ("query ($a: Boolean!) { bulkOperations(first: 10) { nodes @include(if: $a) { id } } }", 6, 2),
        ("query ($a: Boolean!) { bulkOperations(first: 10) { edges @include(if: $a) { node { id } } } }", 2, 2),
    ],
)
def test_actual_without_counts(text: str, included: int, excluded: int) -> None:
    """Without counts there is an object for each parent, and pages are empty."""
    rule = operation(text).cost
    assert (rule.actual({"a": True}, {}), rule.actual({"a": False}, {})) == (included, excluded)


@pytest.mark.parametrize(
    ("text", "returned", "included", "excluded"),
    [
        (
            "query ($a: Boolean!) { shop @include(if: $a) { primaryDomain { id } } "
            "bulkOperations(first: 10) { nodes { id } } }",
            {("bulkOperations",): 1},
            5,
            3,
        ),
        (
            "query ($a: Boolean!) { bulkOperations(first: 10) "
            "{ nodes @include(if: $a) { id } edges { node { id } } } }",
            {},
            6,
            2,
        ),
    ],
)
def test_actual_of_an_excluded_part_below_the_requested_cost(
    text: str, returned: dict[tuple[str, ...], int], included: int, excluded: int
) -> None:
    rule = operation(text).cost
    assert (rule.actual({"a": True}, returned), rule.actual({"a": False}, returned)) == (included, excluded)


def test_actual_of_a_page_with_rows_and_an_excluded_part() -> None:
    rule = operation(
        "query ($a: Boolean!) { bulkOperations(first: 10) { nodes { id } edges { node @include(if: $a) { id } } } }"
    ).cost
    returned = {("bulkOperations",): 5}
    # 2 + 0.4 × (1 for nodes + 1 for edges + 5 rows, twice if both are included).
    assert [rule.actual({"a": included}, returned) for included in (True, False)] == [7, 5]


def test_actual_of_a_page_with_rows_and_excluded_edges() -> None:
    rule = operation(
        "query ($a: Boolean!) { bulkOperations(first: 10) { nodes { id } edges @include(if: $a) { node { id } } } }"
    ).cost
    returned = {("bulkOperations",): 5}
    # 2 + 0.4 × (1 for nodes + 5 rows), and as much again for edges if they are included.
    assert [rule.actual({"a": included}, returned) for included in (True, False)] == [7, 4]


def test_actual_of_a_page_whose_rows_are_all_excluded() -> None:
    """The executor may count rows that the response does not have. Without rows, `pageInfo` costs nothing."""
    rule = operation(
        "query ($a: Boolean!) { bulkOperations(first: 10) { nodes @include(if: $a) { id } "
        "one: pageInfo { hasNextPage } two: pageInfo { endCursor } } }"
    ).cost
    returned = {("bulkOperations",): 5}
    # 2 + 0.4 × (1 for nodes + 1 for each pageInfo + 5 rows).
    assert [rule.actual({"a": included}, returned) for included in (True, False)] == [5, 2]


OTHER = "other: bulkOperations(first: 10) { nodes { id } }"


@pytest.mark.parametrize(
    ("page", "rows", "cost"),
    [
        ("bulkOperations(first: 1) { pageInfo { hasNextPage } }", 1, 2),
        ("bulkOperations(first: 1) { pageInfo { hasNextPage } }", 3, 2),
        ("bulkOperations(first: 1) { nodes @include(if: $a) { id } pageInfo { hasNextPage } }", 1, 2),
        # 2 + 1 for nodes + 1 for the row.
        ("bulkOperations(first: 1) { nodes { id } }", 1, 4),
    ],
)
def test_actual_of_a_page_of_one(page: str, rows: int, cost: int) -> None:
    """Beside it is a page of 10 with one row, which costs 3 of the 6 requested points, so the sum is not limited."""
    variables = "($a: Boolean!)" if "$a" in page else ""
    document = f"query {variables} {{ page: {page} {OTHER} }}"
    assert operation(document).cost.actual({"a": False}, {("page",): rows, ("other",): 1}) == cost + 3


def test_actual_of_a_part_of_another_type_below_the_requested_cost() -> None:
    rule = operation(
        f'{{ node(id: "gid://shopify/Product/1") {{ id ... on Order {{ customer {{ id }} }} }} {OTHER} }}'
    ).cost
    data = {"node": {"id": "gid://shopify/Product/1"}, "other": {"nodes": [{"id": 1}]}}
    assert (rule.requested({}), rule.actual({}, rule.returned_in(data))) == (8, 4)
