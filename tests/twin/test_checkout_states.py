"""Checkouts in every state: each has the values and the events of a real one."""

import pytest

from abandoned_checkouts.shopify.formats import rest_keys
from tests.twin.conftest import Json, TwinUser

STATES = {
    "open": ("open", {"createdAt", "dueAt"}),
    "completed": ("completed", {"createdAt", "completedAt"}),
    "abandoned": ("abandoned", {"createdAt", "abandonedAt"}),
    "mailed": ("abandoned", {"createdAt", "abandonedAt"}),
    "visited": ("abandoned", {"createdAt", "abandonedAt"}),
    "recovered": ("recovered", {"createdAt", "abandonedAt", "completedAt", "recoveredAt"}),
    "closed": ("abandoned", {"createdAt", "abandonedAt", "closedAt"}),
    "lapsed": ("lapsed", {"createdAt", "abandonedAt", "lapsedAt"}),
}


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
async def test_every_state(twin: TwinUser) -> None:
    await twin.freeze()
    for state, (shown, moments) in STATES.items():
        made = await twin.checkout(state=state)
        assert (made["state"], {name for name in made if name.endswith("At")}) == (shown, moments), state
        # The response is about the checkout as the store has it.
        visited = (
            await twin.ask("POST", f"/checkouts/{made['id']}/visit") if state == "abandoned" else {"checkout": made}
        )
        assert visited["checkout"] == made
    # Six of the eight are abandoned checkouts, and are found as what they are.
    expected = {
        "": 6,
        "status:closed": 1,
        "recovery_state:recovered": 1,
        "email_state:sent": 3,
        "recovery_state:not_recovered": 5,
    }
    assert {query: await twin.count(query) for query in expected} == expected


async def test_a_state_needs_its_time(twin: TwinUser) -> None:
    await twin.freeze()
    early = await twin.ask("POST", "/checkouts", {"state": "abandoned", "ago": "5 minutes"}, 422)
    assert "waits 10 minutes" in early["errors"]
    early = await twin.ask("POST", "/checkouts", {"state": "lapsed", "ago": "5 days"}, 422)
    assert "waits 30 days" in early["errors"]
    assert await twin.count() == 0


async def test_a_checkout_without_a_contact_is_never_abandoned(twin: TwinUser) -> None:
    refused = await twin.ask("POST", "/checkouts", {"state": "abandoned", "email": None}, 422)
    assert '"email" or "phone"' in refused["errors"]


async def test_actions_follow_the_rules_of_real_life(twin: TwinUser) -> None:
    await twin.freeze("2026-12-01T09:00:00Z")
    number = (await twin.checkout(state="open"))["id"]
    refused = await twin.ask("POST", f"/checkouts/{number}/close", {}, 409)
    assert refused["errors"] == "only an abandoned checkout can be closed; this one is open"
    await twin.advance("1 hour")
    gid = f"gid://shopify/AbandonedCheckout/{number}"
    assert (await twin.ask("POST", f"/checkouts/{gid}/close", {}))["checkout"]["closedAt"] == "2026-12-01T10:00:00Z"
    assert "closed already" in (await twin.ask("POST", f"/checkouts/{number}/close", {}, 409))["errors"]
    await twin.advance("40 days")
    # Its time is over, but the buyer comes by the link.
    recovered = (await twin.ask("POST", f"/checkouts/{number}/recover", {}))["checkout"]
    assert recovered["state"] == "recovered"
    assert "completed already" in (await twin.ask("POST", f"/checkouts/{number}/complete", {}, 409))["errors"]
    assert (await twin.ask("POST", f"/checkouts/{number}/delete", {}))["checkout"]["state"] == "deleted"
    assert "has no checkout" in (await twin.ask("POST", f"/checkouts/{number}/visit", {}, 404))["errors"]
    assert await twin.count() == 0


async def test_a_checkout_has_a_buyer_and_a_line_by_default(twin: TwinUser) -> None:
    await twin.checkout()
    found = await twin.graphql("{abandonedCheckouts(first:1){nodes{lineItems(first:5){nodes{title quantity}}}}}")
    assert found["data"]["abandonedCheckouts"]["nodes"][0]["lineItems"]["nodes"] == [
        {"title": "Enamel mug", "quantity": 1}
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"stat": "open"}, '"stat" is not a field here. Did you mean "state"?'),
        ({"agoo": "2 hours"}, '"agoo" is not a field here. Did you mean "ago"?'),
        ({"emial": "ada@example.com"}, '"emial" is not a field here. Did you mean "email"?'),
        ({"line_item": []}, '"line_item" is not a field here. Did you mean "line_items"?'),
        ({"line_items": [{"titel": "Mug"}]}, '"titel" is not a field of line_items[0]. Did you mean "title"?'),
        ({"line_items": [{}, {"qty": 2}]}, '"qty" is not a field of line_items[1]. Did you mean "quantity"?'),
        ({"customer": {"firstname": "Nina"}}, '"firstname" is not a field of customer. Did you mean "first_name"?'),
        ({"checkout": {}, "email": "ada@example.com"}, '"email" is not a field here.'),
        ({"checkout": {"state": "open"}}, '"state" is not a field of a checkout. Write it beside "checkout".'),
        ({"checkout": []}, '"checkout" must be a JSON object.'),
    ],
)
async def test_a_field_that_would_have_no_effect_is_refused(twin: TwinUser, body: Json, reason: str) -> None:
    assert reason in (await twin.ask("POST", "/checkouts", body, 422))["errors"]
    assert await twin.count() == 0


async def test_a_whole_checkout_of_shopify_is_accepted_with_fields_that_are_unknown_here(twin: TwinUser) -> None:
    await twin.freeze()
    given = {"email": "ada@example.com", "currency": "USD"}
    own = ("created_at", "updated_at", *given)
    whole = {**{name: None for name in rest_keys.CHECKOUT if name not in own}, **given}
    for body in (whole, {"checkout": {**whole, "cart_level": 1}}):
        assert (await twin.checkout(**body, state="open"))["email"] == "ada@example.com"


async def test_an_action_refuses_unknown_fields(twin: TwinUser) -> None:
    made = await twin.checkout()
    refused = await twin.ask("POST", f"/checkouts/{made['id']}/close", {"shp": "acme.myshopify.com"}, 422)
    assert refused["errors"] == '"shp" is not a field here. Did you mean "shop"?'
