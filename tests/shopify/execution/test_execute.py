"""If a field fails, graphql-core cancels its siblings while they read. This must not damage connections."""

import asyncio

from tests.shopify.caller import Caller

# `shop` is never null, so the cursor that cannot be read ends the whole answer while the others are still reading.
DROPPED = """{
  node(id: "gid://shopify/AbandonedCheckout/1") { id ... on AbandonedCheckout { customer { id } } }
  other: node(id: "gid://shopify/Customer/902") { id }
  webhookSubscriptions(first: 5) { nodes { id } }
  shop { metafields(first: 1, after: "nonsense") { nodes { id } } }
}"""
WHOLE = """{
  node(id: "gid://shopify/AbandonedCheckout/1") { id }
  webhookSubscriptions(first: 5) { nodes { id } }
  abandonedCheckoutsCount { count }
}"""


async def test_reads_that_are_dropped_leave_the_store_as_it_was(caller: Caller) -> None:
    """Connections used to be thrown away with the statement that they ran, and the pool with them."""
    for _ in range(25):
        answers = await asyncio.gather(*(caller.answer(DROPPED) for _ in range(3)), caller.answer(WHOLE))
        for answer in answers[:3]:
            assert [error["message"] for error in answer["errors"]] == ["Malformed cursor"], answer
            assert answer["data"] is None
        assert "errors" not in answers[3], answers[3]
        assert answers[3]["data"]["abandonedCheckoutsCount"] == {"count": 12}
