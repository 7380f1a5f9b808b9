"""Mutations over HTTP: cost, several in one document, use of saved searches, and other apps."""

import pytest

from tests.shopify.caller import Caller

HOOK = """mutation Hook($uri: String!) { webhookSubscriptionCreate(topic: CHECKOUTS_UPDATE,
  webhookSubscription: { uri: $uri }) { webhookSubscription { id uri } userErrors { field message } } }"""


async def test_a_change_is_kept_and_costs_ten(caller: Caller) -> None:
    answer = await caller.answer(HOOK, {"uri": "https://receiver.example.com/hooks"})
    made = answer["data"]["webhookSubscriptionCreate"]["webhookSubscription"]
    assert made["uri"] == "https://receiver.example.com/hooks"
    assert answer["extensions"]["cost"]["requestedQueryCost"] == 10
    own = await caller.answer("{ webhookSubscriptions(first: 5) { nodes { id } } }")
    assert own["data"]["webhookSubscriptions"]["nodes"] == [{"id": made["id"]}]
    foreign = await caller.answer("{ webhookSubscriptions(first: 5) { nodes { id } } }", token="foreign")
    assert foreign["data"]["webhookSubscriptions"]["nodes"] == []


async def test_changes_of_one_document_follow_each_other(caller: Caller) -> None:
    """Each mutation sees the changes of those before it."""
    answer = await caller.answer(
        """mutation {
          one: abandonmentEmailStateUpdate(id: "gid://shopify/Abandonment/3", emailState: SCHEDULED)
            { abandonment { emailState abandonedCheckoutPayload { id } } userErrors { message } }
          two: abandonmentEmailStateUpdate(id: "gid://shopify/Abandonment/3", emailState: SENT,
            emailSentAt: "2026-11-21T11:59:00Z") { abandonment { emailState emailSentAt } userErrors { message } }
        }"""
    )
    assert answer["data"] == {
        "one": {
            "abandonment": {
                "emailState": "SCHEDULED",
                "abandonedCheckoutPayload": {"id": "gid://shopify/AbandonedCheckout/3"},
            },
            "userErrors": [],
        },
        "two": {"abandonment": {"emailState": "SENT", "emailSentAt": "2026-11-21T11:59:00Z"}, "userErrors": []},
    }
    found = await caller.answer('{ abandonedCheckouts(first: 5, query: "email_state:sent") { nodes { id } } }')
    assert found["data"]["abandonedCheckouts"]["nodes"] == [{"id": "gid://shopify/AbandonedCheckout/3"}]


async def test_a_saved_search_narrows_the_list_and_the_count(caller: Caller) -> None:
    saved = await caller.answer(
        """mutation { savedSearchCreate(input: { name: "Away", query: "status:closed", resourceType: ORDER })
          { savedSearch { id } userErrors { message } } }"""
    )
    gid = saved["data"]["savedSearchCreate"]["savedSearch"]["id"]
    answer = await caller.answer(
        """query($id: ID!) {
          abandonedCheckouts(first: 20, savedSearchId: $id, query: "id:<=8") { nodes { id } }
          abandonedCheckoutsCount(savedSearchId: $id) { count precision }
        }""",
        {"id": gid},
    )
    nodes = answer["data"]["abandonedCheckouts"]["nodes"]
    assert [node["id"].rpartition("/")[2] for node in nodes] == ["4", "8"]
    assert answer["data"]["abandonedCheckoutsCount"] == {"count": 3, "precision": "EXACT"}


async def test_variables_that_nobody_gave_have_their_defaults(caller: Caller) -> None:
    """Enumerations, lists of one and objects, written in the document as they would be given."""
    made = await caller.answer(
        """mutation($topic: WebhookSubscriptionTopic = CHECKOUTS_UPDATE,
          $wanted: WebhookSubscriptionInput = {uri: "https://e.com/hooks", format: JSON, includeFields: "token"})
          { webhookSubscriptionCreate(topic: $topic, webhookSubscription: $wanted)
          { webhookSubscription { topic format includeFields } userErrors { message } } }"""
    )
    assert made["data"]["webhookSubscriptionCreate"] == {
        "webhookSubscription": {"topic": "CHECKOUTS_UPDATE", "format": "JSON", "includeFields": ["token"]},
        "userErrors": [],
    }
    listing = "{ webhookSubscriptions(first: 3, topics: $topics) { nodes { topic } } }"
    for topics, count in {"CHECKOUTS_UPDATE": 1, "[CARTS_UPDATE, CHECKOUTS_UPDATE]": 1, "[CARTS_UPDATE]": 0}.items():
        answer = await caller.answer(f"query($topics: [WebhookSubscriptionTopic!] = {topics}) {listing}")
        assert len(answer["data"]["webhookSubscriptions"]["nodes"]) == count, topics
    for first in (1, 2, 3):
        answer = await caller.answer(
            f"query($n: Int = {first}) {{ abandonedCheckouts(first: $n) {{ nodes {{ id }} }} }}"
        )
        assert len(answer["data"]["abandonedCheckouts"]["nodes"]) == first


@pytest.mark.parametrize(
    ("document", "type_"),
    [
        ("query($null: Boolean = true) { shop { id @include(if: $null) } }", "Boolean!"),
        ('query($null: ID = "gid://shopify/Shop/1") { node(id: $null) { id } }', "ID!"),
        (
            "mutation($null: WebhookSubscriptionTopic = CARTS_UPDATE) { webhookSubscriptionCreate(topic: $null, "
            'webhookSubscription: {uri: "https://e.com/"}) { userErrors { message } } }',
            "WebhookSubscriptionTopic!",
        ),
    ],
)
async def test_null_instead_of_a_default_is_refused_where_null_may_not_be(
    sqlite_caller: Caller, document: str, type_: str
) -> None:
    answer = await sqlite_caller.answer(document, {"null": None})
    message = f"`null` is not a valid input for `{type_}`, please provide a value for this argument."
    assert [error["message"] for error in answer["errors"]] == [message], answer
    assert answer["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}
    assert "errors" not in await sqlite_caller.answer(document)


# Every text that a mutation stores, as $text.
KEPT = {
    "name": 'savedSearchCreate(input: {name: $text, query: "", resourceType: ORDER}) '
    "{ savedSearch { stored: name } E }",
    "query": 'savedSearchCreate(input: {name: "n", query: $text, resourceType: ORDER}) '
    "{ savedSearch { stored: query } E }",
    "includeFields": "webhookSubscriptionCreate(topic: APP_UNINSTALLED, webhookSubscription: "
    '{uri: "https://e.com/", includeFields: [$text]}) { webhookSubscription { stored: includeFields } E }',
    "metafieldNamespaces": "webhookSubscriptionCreate(topic: APP_UNINSTALLED, webhookSubscription: "
    '{uri: "https://e.com/", metafieldNamespaces: [$text]}) { webhookSubscription { stored: metafieldNamespaces } E }',
    "reason": 'abandonmentEmailStateUpdate(id: "gid://shopify/Abandonment/1", emailState: SENT, '
    "emailStateChangeReason: $text) { abandonment { stored: emailState } E }",
}


@pytest.mark.parametrize("kept", KEPT)
async def test_characters_that_a_database_cannot_store_are_replaced(caller: Caller, kept: str) -> None:
    """PostgreSQL cannot store NUL; the response is the same on both databases."""
    field = KEPT[kept].replace("E }", "userErrors { message } }")
    document = f"mutation ($text: String!) {{ done: {field} }}"
    done = (await caller.answer(document, {"text": "a\0b"}))["data"]["done"]
    assert done.pop("userErrors") == []
    (stored,) = done.values()
    assert stored["stored"] in ("a\ufffdb", ["a\ufffdb"], "SENT")


@pytest.mark.parametrize(
    ("gid", "is_well_formed"),
    [
        ("AbandonedCheckoutLineItem/a?checkout=%00&index=0", True),
        ("MailingAddress/1?model_name=%00", True),
        ("AbandonedCheckoutLineItem/a?checkout=\0&index=0", False),
        ("Customer/\0", False),
    ],
)
async def test_an_id_with_a_nul_names_nothing(caller: Caller, gid: str, is_well_formed: bool) -> None:
    answer = await caller.answer("query ($id: ID!) { node(id: $id) { id } }", {"id": f"gid://shopify/{gid}"})
    if is_well_formed:
        assert answer["data"] == {"node": None}
    else:
        assert answer["errors"][0]["extensions"]["code"] == "INVALID_VARIABLE"


async def test_without_the_scope_nothing_changes(caller: Caller) -> None:
    answer = await caller.answer(
        """mutation { abandonmentEmailStateUpdate(id: "gid://shopify/Abandonment/3", emailState: SENT)
          { abandonment { id } userErrors { message } } }""",
        token="products",
    )
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    found = await caller.answer('{ abandonedCheckoutsCount(query: "email_state:sent") { count } }')
    assert found["data"]["abandonedCheckoutsCount"] == {"count": 0}
