"""Mutations through the door: cost, several in one document, saved searches put to use, another app's view."""

from tests.admin.conftest import Caller

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
    """Each sees what those before it did."""
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


async def test_without_the_scope_nothing_changes(caller: Caller) -> None:
    answer = await caller.answer(
        """mutation { abandonmentEmailStateUpdate(id: "gid://shopify/Abandonment/3", emailState: SENT)
          { abandonment { id } userErrors { message } } }""",
        token="products",
    )
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    found = await caller.answer('{ abandonedCheckoutsCount(query: "email_state:sent") { count } }')
    assert found["data"]["abandonedCheckoutsCount"] == {"count": 0}
