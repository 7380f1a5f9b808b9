"""The requested cost, case by case."""

from typing import Any

import pytest

from abandoned_checkouts.shopify.language.cost import exceeded, extension
from tests.pace import check_pace
from tests.shopify.language.cost.documents import BOTH_PAGES, PAGE, TAP, operation

CONDITIONAL = """query ($a: Boolean!, $b: Boolean!) {
  shop { id } order(id: "gid://shopify/Order/1") @include(if: $a) { id customer @skip(if: $b) { id } }
}"""
# document, variables, cost
CASES: list[tuple[str, dict[str, Any], int]] = [
    ("{ shop { id name } }", {}, 1),
    ("{ __typename }", {}, 1),
    ("{ shop { currencyFormats { moneyFormat } primaryDomain { id } } }", {}, 2),
    ("{ abandonedCheckouts { nodes { id } } }", {}, 2),
    ("{ abandonedCheckouts(first: 0) { nodes { id } } }", {}, 2),
    *(
        (f"{{ abandonedCheckouts(first: {n}) {{ nodes {{ id }} }} }}", {}, 2 + times)
        for n, times in ((1, 1), (2, 1), (3, 2), (5, 3), (10, 4), (20, 5), (50, 7), (100, 9), (250, 11))
    ),
    ("{ abandonedCheckouts(last: 10) { nodes { id } pageInfo { hasNextPage } } }", {}, 6),
    ("{ abandonedCheckouts(first: 10) { pageInfo { hasNextPage } } }", {}, 2),
    ("{ abandonedCheckouts(first: 10) { edges { cursor } } }", {}, 2),
    (f"{{ abandonedCheckouts(first: 10) {{ nodes {PAGE} }} }}", {}, 10),
    ("query ($n: Int = 10) { abandonedCheckouts(first: $n) { nodes { id } } }", {"n": 10}, 6),
    ("query ($n: Int, $m: Int) { abandonedCheckouts(first: $n, last: $m) { nodes { id } } }", {"m": 250}, 13),
    ("query ($n: Int) { abandonedCheckouts(first: $n) { nodes { id } } }", {}, 2),
    (BOTH_PAGES, {"first": 2}, 16),
    ("{ bulkOperations(first: 1) { nodes { id } } }", {}, 3),
    ('{ bulkOperation(id: "gid://shopify/BulkOperation/1") { id } }', {}, 1),
    ("{ publicApiVersions { handle } currentAppInstallation { accessScopes { handle } } }", {}, 3),
    ('mutation { bulkOperationRunQuery(query: "") { bulkOperation { id } userErrors { field } } }', {}, 10),
    (
        'mutation { savedSearchCreate(input: {name: "", query: "", resourceType: ORDER}) '
        "{ savedSearch { filters { key } } userErrors { field } } }",
        {},
        11,
    ),
    (
        "mutation { webhookSubscriptionCreate(topic: SHOP_UPDATE, webhookSubscription: {}) { webhookSubscription "
        "{ id topic endpoint { __typename ... on WebhookHttpEndpoint { callbackUrl } } } userErrors { field } } }",
        {},
        10,
    ),
    (
        "mutation ($id: ID!) { a: bulkOperationCancel(id: $id) { userErrors { field } } "
        "b: bulkOperationCancel(id: $id) { bulkOperation { id } } }",
        {},
        20,
    ),
    (
        '{ node(id: "gid://shopify/Order/1") { id ... on Order { customer { id } } ... on Product '
        "{ variants(first: 1) { nodes { id } } } ... on Node { id } } }",
        {},
        4,
    ),
    (
        '{ node(id: "gid://shopify/Order/1") { ... on HasMetafields { metafield(key: "a") { id } } '
        "... on Order { customer { id } } } }",
        {},
        3,
    ),
    (
        '{ customer(id: "gid://shopify/Customer/1") { defaultEmailAddress { emailAddress } '
        "defaultPhoneNumber { phoneNumber } defaultAddress { city } } }",
        {},
        3,
    ),
    # Two pages of variable size.
    *(
        (
            "query ($n: Int, $m: Int) { abandonedCheckouts(first: $n) { nodes { id } } "
            "bulkOperations(first: $m) { nodes { id } } }",
            variables,
            cost,
        )
        for variables, cost in (({"n": 10, "m": 100}, 17), ({"n": 100, "m": 10}, 17), ({"n": 10}, 8), ({}, 4))
    ),
    ("query ($n: Int) { abandonedCheckouts(last: $n) { nodes { id } } }", {"n": 10}, 6),
    ("query ($n: Int) { abandonedCheckouts(last: $n) { nodes { id } } }", {}, 2),
    ("{ abandonedCheckouts(first: 10, last: 1) { nodes { id } } }", {}, 6),
    ("{ abandonedCheckouts(first: 1, last: 10) { nodes { id } } }", {}, 3),
    (CONDITIONAL, {"a": True, "b": False}, 3),
    (CONDITIONAL, {"a": True, "b": True}, 2),
    (CONDITIONAL, {"a": False, "b": False}, 1),
    ('{ __type(name: "Shop") { inputFields { name } } }', {}, 2),
    ("{ shop { shopAddress { countryCodeV2 } } }", {}, 1),
    ("{ webhookSubscriptions(first: 5) { nodes { id apiVersion { handle } } } }", {}, 5),
    (TAP, {"first": 10}, 2 + 4 * (1 + 2 + 2 + 1 + (2 + 4 * 4))),
]


@pytest.mark.parametrize(("text", "variables", "cost"), CASES, ids=[text[:70] for text, _, _ in CASES])
def test_requested(text: str, variables: dict[str, Any], cost: int) -> None:
    assert operation(text).cost.requested(variables) == cost, text


def test_fields_for_the_debug_header() -> None:
    rule = operation("query ($n: Int) { shop { id } abandonedCheckouts(first: $n) { nodes { customer { id } } } }").cost
    rows = rule.fields({"n": 10})
    assert [(row["path"], row["definedCost"], row["requestedTotalCost"]) for row in rows] == [
        (["shop"], 1, 1),
        (["abandonedCheckouts"], 2, 10),
        (["abandonedCheckouts", "nodes"], 1, 2),
        (["abandonedCheckouts", "nodes", "customer"], 1, 1),
    ]
    assert [row["requestedChildrenCost"] for row in rows] == [None, 8, 1, None]
    assert list(rows[0]) == ["path", "definedCost", "requestedTotalCost", "requestedChildrenCost"]


def test_fields_of_a_document_with_conditions_and_sizes_for_the_debug_header() -> None:
    rule = operation(
        "query ($n: Int!, $a: Boolean!) { __typename shop @include(if: $a) { id } abandonedCheckouts(first: 10) "
        "{ __typename nodes { lineItems(first: $n) { nodes { id } } } pageInfo { hasNextPage } } }"
    ).cost
    page = [
        ("abandonedCheckouts", 2, 30, 28),
        ("abandonedCheckouts nodes", 1, 7, 6),
        ("abandonedCheckouts nodes lineItems", 2, 6, 4),
        ("abandonedCheckouts nodes lineItems nodes", 1, 1, None),
    ]
    for included, expected in ((True, [("shop", 1, 1, None), *page]), (False, page)):
        rows = rule.fields({"n": 10, "a": included})
        assert [(" ".join(row.pop("path")), *row.values()) for row in rows] == expected  # type: ignore[call-overload]


def test_fields_of_a_mutation_that_returns_no_objects() -> None:
    rule = operation(
        'mutation { webhookSubscriptionDelete(id: "gid://shopify/WebhookSubscription/1") '
        "{ deletedWebhookSubscriptionId } }"
    ).cost
    assert rule.fields({}) == [
        {
            "path": ["webhookSubscriptionDelete"],
            "definedCost": 10,
            "requestedTotalCost": 10,
            "requestedChildrenCost": None,
        }
    ]


def test_single_query_limit() -> None:
    assert exceeded(1_000) is None
    error = exceeded(2003)
    assert error is not None
    assert error["message"].startswith("Query cost is 2003, which exceeds the single query max cost limit (1000).\n\n")
    assert error["extensions"] == {
        "code": "MAX_COST_EXCEEDED",
        "cost": 2003,
        "maxCost": 1000,
        "documentation": "https://shopify.dev/api/usage/limits#rate-limits",
    }
    assert list(error) == ["message", "extensions"]


def test_extension() -> None:
    status = {"maximumAvailable": 2000, "currentlyAvailable": 1985, "restoreRate": 100}
    made = extension(16, 15, status)
    assert made == {"requestedQueryCost": 16, "actualQueryCost": 15, "throttleStatus": status}
    throttled = extension(16, None, status, [{"path": ["shop"]}])
    assert throttled == {**made, "actualQueryCost": None, "fields": [{"path": ["shop"]}]}
    assert list(throttled) == [*made, "fields"]


def test_price_of_a_typical_document_takes_no_time() -> None:
    rule, variables = operation(TAP).cost, {"first": 250}
    check_pace(500 * 20e-6, lambda: [rule.requested(variables) for _ in range(500)], "500 prices")
