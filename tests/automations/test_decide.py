"""The rules by which a flow stops, skips a step or does not start, one line for each case."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from abandoned_checkouts.automations.decide import (
    FlowFacts,
    PersonFacts,
    Refusal,
    is_too_old,
    recipient_of,
    record_of,
    why_flow_stops,
    why_step_is_skipped,
)
from abandoned_checkouts.automations.flow import (
    Action,
    ApplyDiscount,
    Conditions,
    CreateTask,
    Flow,
    SendEmail,
    SendNotification,
    Step,
    Trigger,
)
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.moment import DAY, HOUR, MINUTE
from abandoned_checkouts.checkouts.money import UNIT
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.search.checkout_fields import checkout_fields

NOW = 1_790_000_000_000_000
FIELDS = checkout_fields(extended=True)
TEXTS = dict.fromkeys(("uuid", "domain", "name", "email", "owner_name", "platform", "secret"), "x")
SHOP = Shop(id=1, currency="USD", timezone="UTC", **TEXTS)
MAIL = SendEmail()


def customer(**changes: Any) -> Customer:
    values = {"id": 501, "created_at": NOW, "updated_at": NOW, "email": "ada@home.example"}
    return Customer(**{**values, **changes})


def checkout(**changes: Any) -> Checkout:
    values = {
        "platform": "shopify",
        "id": 7,
        "created_at": NOW - HOUR,
        "updated_at": NOW - HOUR,
        "abandoned_at": NOW - HOUR,
        "currency": "USD",
        "email": "ada@example.com",
        "total_price": 39 * UNIT,
        "subtotal_price": 36 * UNIT,
        "line_items": [LineItem(key="k", title="Teapot", quantity=1, product_id=70, variant_id=71)],
    }
    return Checkout(**{**values, **changes})


def flow(trigger: Trigger = "abandoned", **conditions: Any) -> Flow:
    return Flow("Mail", trigger, Conditions(**conditions), (Step((), MAIL),))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"recovered_at": NOW, "completed_at": NOW}, "the checkout was recovered"),
        # The purchase came too late to count as a recovery, but it ends the flow.
        ({"completed_at": NOW, "lapsed_at": NOW}, "the checkout was completed"),
        ({"closed_at": NOW}, "the merchant closed the checkout"),
        ({"recovered_at": NOW, "closed_at": NOW}, "the checkout was recovered"),
        ({"lapsed_at": NOW}, None),
        # Without an address only mails are skipped.
        ({"email": None}, None),
    ],
)
def test_a_flow_stops_when_the_checkout_is_settled(changes: dict[str, Any], reason: str | None) -> None:
    assert why_flow_stops(flow(), FlowFacts(SHOP, checkout(**changes), NOW), FIELDS) == refusal(reason)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (FlowFacts(SHOP, None, NOW), "the checkout was deleted"),
        (FlowFacts(SHOP, checkout(), NOW, is_active=False), "the flow was turned off"),
        (FlowFacts(SHOP, None, NOW, is_active=False), "the flow was turned off"),
    ],
)
def test_a_flow_stops_without_its_checkout_or_when_it_is_off(facts: FlowFacts, reason: str) -> None:
    assert why_flow_stops(flow(), facts, FIELDS) == refusal(reason)


@pytest.mark.parametrize(
    ("conditions", "changes", "reason"),
    [
        ({"minimum_value": 39 * UNIT}, {}, None),
        ({"minimum_value": 39 * UNIT + 1}, {}, "the total is below 39.0001 USD"),
        ({"minimum_value": 40 * UNIT}, {}, "the total is below 40.00 USD"),
        ({"exclude": ("ada@example.com",)}, {}, "the address is excluded"),
        ({"exclude": ("*@example.com",)}, {}, "the address is excluded"),
        ({"exclude": ("bob@example.com", "*@example.com")}, {}, "the address is excluded"),
        ({"exclude": ("*@example.com",)}, {"email": "Ada@EXAMPLE.com"}, "the address is excluded"),
        ({"exclude": ("*@example.com",)}, {"email": "ada@sub.example.com"}, None),
        ({"exclude": ("*@home.example",)}, {"email": None, "customer": customer()}, "the address is excluded"),
        ({"exclude": ("*@home.example",)}, {"customer": customer()}, None),
        ({"exclude": ("*@example.com",)}, {"email": None}, None),
    ],
)
def test_a_flow_stops_outside_its_conditions(
    conditions: dict[str, Any], changes: dict[str, Any], reason: str | None
) -> None:
    assert why_flow_stops(flow(**conditions), FlowFacts(SHOP, checkout(**changes), NOW), FIELDS) == refusal(reason)


@pytest.mark.parametrize(
    ("query", "saved", "reason"),
    [
        ("teapot", None, None),
        ("kettle", None, "the search does not match the checkout"),
        (None, "teapot", None),
        (None, "kettle", "the search does not match the checkout"),
        ("teapot", "kettle", "the search does not match the checkout"),
        ("kettle", "teapot", "the search does not match the checkout"),
        ("teapot", "total_price:>=39", None),
    ],
)
def test_both_searches_must_match(query: str | None, saved: str | None, reason: str | None) -> None:
    facts = FlowFacts(SHOP, checkout(), NOW, saved_queries={} if saved is None else {"Big": saved})
    found = flow(query=query, saved_search=None if saved is None else "Big")
    assert why_flow_stops(found, facts, FIELDS) == refusal(reason)


def test_a_saved_search_must_exist() -> None:
    facts = FlowFacts(SHOP, checkout(), NOW)
    assert why_flow_stops(flow(saved_search="Big"), facts, FIELDS) == Refusal("the saved search 'Big' does not exist")


@pytest.mark.parametrize(
    ("query", "changes", "matches"),
    [
        ("id:7", {}, True),
        ("id:8", {}, False),
        ("status:open", {}, True),
        ("status:closed", {}, False),
        ("recovery_state:not_recovered", {}, True),
        ("email_state:not_sent", {"email_state": None}, True),
        ("email_state:sent", {"email_state": "sent"}, True),
        ("customer_id:501", {"customer_id": 501}, True),
        ("customer_id:501", {"customer_id": 502}, False),
        ("total_price:39", {}, True),
        ("subtotal_price:36", {}, True),
        ("subtotal_price:39", {}, False),
        ("product_id:70", {}, True),
        ("product_id:71", {}, False),
        ("variant_id:71", {}, True),
        ("product_title:teapot", {}, True),
        ("email:ada@example.com", {}, True),
        ("created_at:<now", {}, True),
        ("created_at:>now", {}, False),
        ("updated_at:<now", {}, True),
        ("completed_at:<now", {}, False),
        ("abandoned_for:>=1", {}, True),
        ("abandoned_for:>1", {}, False),
        ("abandoned_for:>=1", {"abandoned_at": None}, False),
        # Days and hours in a search are in the shop's time zone.
        ("created_at:>=2026-09-21", {}, True),
        ("created_at:>=2026-09-22", {}, False),
    ],
)
def test_a_search_matches_the_fields_of_the_checkout(query: str, changes: dict[str, Any], matches: bool) -> None:
    found = why_flow_stops(flow(query=query), FlowFacts(SHOP, checkout(**changes), NOW), FIELDS)
    assert found == (None if matches else Refusal("the search does not match the checkout"))


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({}, "status", "open"),
        ({"closed_at": NOW}, "status", "closed"),
        ({}, "recovery_state", "not_recovered"),
        ({"recovered_at": NOW}, "recovery_state", "recovered"),
        ({}, "email_state", "not_sent"),
        ({"email_state": "scheduled"}, "email_state", "scheduled"),
        ({}, "completed_at", None),
        ({}, "total_price", Decimal(39)),
        ({}, "product_id", [70]),
    ],
)
def test_the_values_that_a_search_compares(changes: dict[str, Any], field: str, value: object) -> None:
    """A flow stops for a recovered or closed checkout before it searches, so the record is the place to check these."""
    assert record_of(checkout(**changes))[field] == value


@pytest.mark.parametrize(
    ("timezone", "matches"), [("UTC", True), ("Pacific/Kiritimati", False), ("America/New_York", True)]
)
def test_a_search_uses_the_time_zone_of_the_shop(timezone: str, matches: bool) -> None:
    """NOW is 14:13 UTC on 2026-09-21. On Kiritimati it is already 4:13 of the next day."""
    facts = FlowFacts(replace(SHOP, timezone=timezone), checkout(), NOW)
    stops = why_flow_stops(flow(query="created_at:<2026-09-22"), facts, FIELDS)
    assert (stops is None) is matches


UNSUBSCRIBED = Refusal("the buyer unsubscribed", for_good=True)
NO_CONSENT = Refusal("the buyer has not consented to marketing")
NO_ADDRESS = Refusal("the buyer has no e-mail address")


@pytest.mark.parametrize(
    ("consent", "state", "accepts", "expected"),
    [
        # A buyer who has not decided gets mails unless the flow requires consent.
        ("not_refused", None, False, None),
        ("not_refused", "NOT_SUBSCRIBED", False, None),
        ("not_refused", "PENDING", False, None),
        ("not_refused", "SUBSCRIBED", False, None),
        ("not_refused", "UNSUBSCRIBED", False, UNSUBSCRIBED),
        ("not_refused", "REDACTED", False, UNSUBSCRIBED),
        ("not_refused", "INVALID", False, UNSUBSCRIBED),
        # The customer's refusal overrides the checkbox in the checkout.
        ("not_refused", "UNSUBSCRIBED", True, UNSUBSCRIBED),
        ("subscribed", None, False, NO_CONSENT),
        ("subscribed", None, True, None),
        ("subscribed", "NOT_SUBSCRIBED", False, NO_CONSENT),
        ("subscribed", "NOT_SUBSCRIBED", True, None),
        ("subscribed", "PENDING", False, NO_CONSENT),
        ("subscribed", "PENDING", True, NO_CONSENT),
        ("subscribed", "SUBSCRIBED", False, None),
        ("subscribed", "UNSUBSCRIBED", True, UNSUBSCRIBED),
        ("subscribed", "INVALID", True, UNSUBSCRIBED),
    ],
)
def test_consent_to_a_mail(consent: str, state: str | None, accepts: bool, expected: Refusal | None) -> None:
    buyer = None if state is None else customer(email_marketing_state=state)
    facts = FlowFacts(SHOP, checkout(customer=buyer, buyer_accepts_marketing=accepts), NOW)
    assert why_step_is_skipped(flow(consent=consent), MAIL, facts) == expected


@pytest.mark.parametrize(
    ("email", "of_customer", "recipient"),
    [
        ("ada@example.com", "ada@home.example", "ada@example.com"),
        (" ada@example.com ", None, "ada@example.com"),
        (None, "ada@home.example", "ada@home.example"),
        ("", "ada@home.example", "ada@home.example"),
        (None, None, None),
        ("unknown", "ada@home.example", None),
    ],
)
def test_the_address_of_a_mail(email: str | None, of_customer: str | None, recipient: str | None) -> None:
    found = checkout(email=email, customer=customer(email=of_customer))
    assert recipient_of(found) == recipient
    expected = NO_ADDRESS if recipient is None else None
    assert why_step_is_skipped(flow(), MAIL, FlowFacts(SHOP, found, NOW)) == expected


def test_no_mail_goes_to_a_checkout_without_a_customer_and_an_address() -> None:
    found = checkout(email=None, customer=None, phone="+49 30 1234")
    assert why_step_is_skipped(flow(), MAIL, FlowFacts(SHOP, found, NOW)) == NO_ADDRESS


def test_an_unsubscribed_or_blocked_address_gets_no_mail_of_any_later_step() -> None:
    subscribed = checkout(customer=customer(email_marketing_state="SUBSCRIBED"))
    facts = FlowFacts(SHOP, subscribed, NOW, is_unsubscribed=True)
    assert why_step_is_skipped(flow(), MAIL, facts) == UNSUBSCRIBED
    bounced = FlowFacts(SHOP, subscribed, NOW, blocked="the address bounced")
    assert why_step_is_skipped(flow(), MAIL, bounced) == Refusal("the address bounced", for_good=True)


@pytest.mark.parametrize(
    "action", [SendNotification("https://shop.example/hook"), CreateTask("Call"), ApplyDiscount("COMEBACK10")]
)
def test_only_mails_need_an_address_and_consent(action: Action) -> None:
    refused = checkout(email=None, customer=customer(email=None, email_marketing_state="UNSUBSCRIBED"))
    facts = FlowFacts(SHOP, refused, NOW, is_unsubscribed=True)
    assert why_step_is_skipped(flow(consent="subscribed"), action, facts) is None


@pytest.mark.parametrize(
    ("trigger", "changes", "too_old"),
    [
        ("abandoned", {"abandoned_at": NOW - 2 * DAY}, False),
        ("abandoned", {"abandoned_at": NOW - 2 * DAY - 1}, True),
        ("abandoned", {"abandoned_at": NOW - 2 * DAY - 1, "updated_at": NOW}, True),
        ("created", {"abandoned_at": None, "created_at": NOW - 2 * DAY}, False),
        ("created", {"abandoned_at": None, "created_at": NOW - 2 * DAY - 1}, True),
        ("updated", {"abandoned_at": NOW - 9 * DAY, "updated_at": NOW - 2 * DAY}, False),
        ("updated", {"abandoned_at": NOW, "updated_at": NOW - 2 * DAY - 1}, True),
    ],
)
def test_a_checkout_older_than_two_days_starts_no_flow(
    trigger: Trigger, changes: dict[str, Any], too_old: bool
) -> None:
    assert is_too_old(flow(trigger), checkout(**changes), NOW) is too_old


def test_a_flow_can_change_the_number_of_days() -> None:
    found = checkout(abandoned_at=NOW - 5 * DAY - MINUTE)
    assert is_too_old(flow(newer_than_days=5), found, NOW) and not is_too_old(flow(newer_than_days=6), found, NOW)


def refusal(reason: str | None) -> Refusal | None:
    return None if reason is None else Refusal(reason)


@pytest.mark.parametrize(
    ("person", "stops", "skips"),
    [
        (PersonFacts(), None, None),
        (PersonFacts(bought_elsewhere_at=NOW), "the buyer bought elsewhere", None),
        (PersonFacts(is_most_significant=False), None, "another abandoned checkout of the buyer is more significant"),
        (PersonFacts(other_flow="Second"), None, "the flow 'Second' already writes to the buyer"),
        (PersonFacts(mails=2), None, None),
        (PersonFacts(mails=3), None, "the buyer received 3 mails in seven days; the limit is 3"),
    ],
)
def test_what_is_known_of_the_person(person: PersonFacts, stops: str | None, skips: str | None) -> None:
    flow = Flow("Reminder", "abandoned", Conditions(), (Step((), MAIL),))
    facts = FlowFacts(SHOP, checkout(), NOW, person=person)
    assert why_flow_stops(flow, facts, FIELDS) == (None if stops is None else Refusal(stops, for_good=True))
    assert why_step_is_skipped(flow, MAIL, facts) == (None if skips is None else Refusal(skips))
    # Only mails are limited: a task for the staff is created.
    assert why_step_is_skipped(flow, CreateTask("Call"), facts) is None


def test_a_settled_checkout_is_reported_before_a_purchase_elsewhere() -> None:
    flow = Flow("Reminder", "abandoned", Conditions(), (Step((), MAIL),))
    facts = FlowFacts(SHOP, checkout(recovered_at=NOW), NOW, person=PersonFacts(bought_elsewhere_at=NOW))
    assert why_flow_stops(flow, facts, FIELDS) == Refusal("the checkout was recovered")


def test_an_empty_cart_is_not_mailed() -> None:
    flow = Flow("Reminder", "abandoned", Conditions(), (Step((), MAIL),))
    assert why_step_is_skipped(flow, MAIL, FlowFacts(SHOP, checkout(line_items=[]), NOW)) == Refusal(
        "the cart is empty"
    )


@pytest.mark.parametrize(
    ("setting", "mails", "reason"),
    [
        (5, 4, None),
        (5, 5, "the buyer received 5 mails in seven days; the limit is 5"),
        (0, 0, "the buyer received 0 mails in seven days; the limit is 0"),
    ],
)
def test_the_shop_sets_how_many_mails_a_person_receives(setting: int, mails: int, reason: str | None) -> None:
    facts = FlowFacts(
        replace(SHOP, settings={"mails_per_week": setting}), checkout(), NOW, person=PersonFacts(mails=mails)
    )
    assert why_step_is_skipped(flow(), MAIL, facts) == (None if reason is None else Refusal(reason))
