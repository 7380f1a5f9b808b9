"""Arrays in arguments can have 250 items, at any depth. Ids of the wrong type are reported."""

import json
from typing import Any

import pytest

from tests.shopify.caller import Caller

GIDS = [f"gid://shopify/AbandonedCheckout/{number}" for number in range(1, 252)]
CREATE = """mutation($input: WebhookSubscriptionInput!) {
  made: webhookSubscriptionCreate(topic: CHECKOUTS_UPDATE, webhookSubscription: $input) { userErrors { message } }
}"""


def refusal(size: int, path: list[Any], column: int, line: int = 1) -> dict[str, Any]:
    return {
        "message": f"The input array size of {size} is greater than the maximum allowed of 250.",
        "locations": [{"line": line, "column": column}],
        "path": path,
        "extensions": {"code": "MAX_INPUT_SIZE_EXCEEDED"},
    }


# document, variables, the entries of the answer
CASES: dict[str, tuple[str, dict[str, Any], list[dict[str, Any]]]] = {
    "literal": (f"{{ nodes(ids: {json.dumps(GIDS)}) {{ id }} }}", {}, [refusal(251, ["nodes", "ids"], 3)]),
    "variable": (
        "query($ids: [ID!]!) { found: nodes(ids: $ids) { id } }",
        {"ids": GIDS},
        [refusal(251, ["found", "ids"], 23)],
    ),
    "inside an input": (
        CREATE,
        {"input": {"uri": "https://receiver.example.com", "includeFields": ["id"] * 300}},
        [refusal(300, ["made", "webhookSubscription", "includeFields"], 3, 2)],
    ),
    "inside a literal input": (
        "mutation($fields: [String!]) { webhookSubscriptionCreate(topic: CHECKOUTS_UPDATE, "
        'webhookSubscription: { uri: "https://x.example", includeFields: $fields }) { userErrors { message } } }',
        {"fields": ["id"] * 251},
        [refusal(251, ["webhookSubscriptionCreate", "webhookSubscription", "includeFields"], 32)],
    ),
    "in a fragment": (
        "query($ids: [ID!]!) { ...f } fragment f on QueryRoot { nodes(ids: $ids) { id } }",
        {"ids": GIDS},
        [refusal(251, ["nodes", "ids"], 56)],
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_too_many(sqlite_caller: Caller, name: str) -> None:
    document, variables, errors = CASES[name]
    answer = await sqlite_caller.answer(document, variables)
    assert answer == {"errors": errors}
    assert list(answer["errors"][0]) == ["message", "locations", "path", "extensions"]


async def test_as_many_as_there_may_be(sqlite_caller: Caller) -> None:
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    answer = await sqlite_caller.answer(document, {"ids": GIDS[:250]})
    assert [node and node["id"] for node in answer["data"]["nodes"]] == [*GIDS[:12], *[None] * 238]
    # A variable that no argument takes is not looked at.
    kept = await sqlite_caller.answer("{ shop { id } }", {"ids": GIDS})
    assert "errors" not in kept


@pytest.mark.parametrize(
    ("field", "argument", "right"),
    [
        ("abandonment", "id", "Abandonment"),
        ("abandonmentByAbandonedCheckoutId", "abandonedCheckoutId", "AbandonedCheckout"),
        ("customer", "id", "Customer"),
        ("order", "id", "Order"),
        ("product", "id", "Product"),
        ("productVariant", "id", "ProductVariant"),
        ("bulkOperation", "id", "BulkOperation"),
        ("webhookSubscription", "id", "WebhookSubscription"),
        ("app", "id", "App"),
        ("appInstallation", "id", "AppInstallation"),
    ],
)
async def test_ids_of_another_type_are_not_found(sqlite_caller: Caller, field: str, argument: str, right: str) -> None:
    ask = f"query($id: ID!) {{ {field}({argument}: $id) {{ id }} }}"
    wrong = "gid://shopify/Metafield/1"
    answer = await sqlite_caller.answer(ask, {"id": wrong})
    assert answer["data"] == {field: None}
    (error,) = answer["errors"]
    assert (error["message"], error["extensions"], error["path"]) == (
        f"Invalid id: {wrong}",
        {"code": "RESOURCE_NOT_FOUND"},
        [field],
    )
    assert list(error) == ["message", "locations", "extensions", "path"]
    absent = await sqlite_caller.answer(ask, {"id": f"gid://shopify/{right}/99999999"})
    assert (absent["data"], absent.get("errors")) == ({field: None}, None)
    malformed = await sqlite_caller.answer(ask, {"id": "gid://shopify/Metafield"})
    assert malformed["errors"][0]["extensions"]["code"] == "INVALID_VARIABLE"
