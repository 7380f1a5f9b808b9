"""The rules for `more` agree with an import."""

import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import orjson
import pytest

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.demo.customers import DemoCustomer
from abandoned_checkouts.demo.journeys import journey
from abandoned_checkouts.intake.record_formats import checkout_from_record
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.shopify.formats.to_rest.checkout import checkouts_for_export
from abandoned_checkouts.shopify.formats.to_rest.not_restored import add_more_by_importing, add_more_by_rule
from tests.intake.samples import node, rest_checkout, rest_line, wix_checkout

ZONE, NOW = "America/New_York", 1_790_000_000_000_000


def samples() -> list[Checkout]:
    """Checkouts with everything that a store can have, with numbers and keys as in the store."""
    chance = random.Random(7)
    found = [journey(chance, place, 120, DemoCustomer(7, place, NOW), NOW) for place in range(120)]
    foreign = rest_checkout(2, presentment_currency="EUR", odd_key=[1], line_items=[rest_line(grams=0, odd=2)])
    records = [rest_checkout(1), foreign, rest_checkout(3, customer={"email": "a@b.example"}), node(4), wix_checkout()]
    found += [checkout_from_record(record) for record in records]
    for number, checkout in enumerate(found, 1):
        checkout.id = checkout.id or number
        checkout.token = checkout.token or f"token{number}"
        checkout.name = checkout.name or f"#{number}"
        checkout.presentment_currency = checkout.presentment_currency or checkout.currency
    return found


SAMPLES = samples()


def written(checkout: Checkout) -> dict[str, Any]:
    """The exported object without `more`."""
    (source,) = checkouts_for_export([deepcopy(checkout)], zone=ZONE)
    customer = [source["customer"]] if checkout.customer is not None else []
    for each in (source, *source["line_items"], *customer):
        each.pop("more", None)
    return source


def agree(checkout: Checkout) -> bool:
    """Whether the rules decide about this checkout. Fails if an import decides differently."""
    source, by_rule, by_importing = written(checkout), written(checkout), written(checkout)
    add_more_by_importing(by_importing, checkout, ZONE)
    if not add_more_by_rule(by_rule, checkout, ZONE):
        assert by_rule == source
        return False
    assert orjson.dumps(by_rule) == orjson.dumps(by_importing)
    return True


def test_the_rules_decide_about_most_checkouts_as_an_import_does() -> None:
    assert sum(map(agree, SAMPLES)) > 0.9 * len(SAMPLES)


# A change of a checkout, by the name of the case.
CHANGES: dict[str, Callable[[Checkout], object]] = {
    "parts of a second": lambda it: setattr(it, "updated_at", it.updated_at + 1),
    "a moment of 0": lambda it: setattr(it, "created_at", 0),
    "completed at parts of a second": lambda it: setattr(it, "completed_at", NOW + 1),
    "no token": lambda it: setattr(it, "token", ""),
    "of a storefront": lambda it: setattr(it, "platform", "storefront"),
    "a tip": lambda it: setattr(it, "total_tip", 100),
    "delivery for less": lambda it: setattr(it, "total_shipping", it.total_shipping + 1),
    "a total below the subtotal": lambda it: setattr(it, "total_price", it.subtotal_price - 1),
    "another buyer's total": lambda it: setattr(it, "presentment_total_price", it.presentment_total_price + 1),
    "no tax for the buyer": lambda it: [setattr(it, "total_tax", 5), setattr(it, "presentment_total_tax", None)],
    "another currency": lambda it: setattr(it, "presentment_currency", "ISK"),
    "no codes": lambda it: it.discount_codes.clear(),
    "no discounts": lambda it: it.discount_applications.clear(),
    "an empty address": lambda it: setattr(it, "billing_address", {}),
    "an address with a null": lambda it: setattr(it, "billing_address", {"city": None, "zip": "1"}),
    "an address with an id": lambda it: setattr(it, "shipping_address", {"id": 7, "zip": "1"}),
    "an address with another name": lambda it: setattr(it, "shipping_address", {"zip": "1", "extra": {"name": "N"}}),
    "empty other keys": lambda it: setattr(it, "extra", {}),
    "other keys with usual values": lambda it: setattr(it, "extra", {"gateway": None, "total_weight": 3}),
    "other keys that REST has fields for": lambda it: setattr(it, "extra", {"note": "other"}),
    "the buyer's currency alone": lambda it: setattr(it, "extra", {"presentment_currency": "ISK"}),
    "another kind of currency": lambda it: setattr(it, "extra", {"presentment_currency": 4}),
    "an attribute without a value": lambda it: setattr(it, "custom_attributes", [{"key": "k", "value": None}]),
    "an attribute of another type": lambda it: setattr(it, "custom_attributes", [{"key": "k", "value": 3}]),
    "a tax without a title": lambda it: setattr(it, "tax_lines", [{"amount": 5, "presentment_amount": 5}]),
    "a tax with other keys": lambda it: setattr(
        it,
        "tax_lines",
        [{"title": "T", "rate": 1.0, "amount": 5, "presentment_amount": 6, "source": "s", "channel_liable": None}],
    ),
    "a delivery": lambda it: setattr(it, "shipping_lines", [{"title": "T", "amount": 5}]),
    "no customer": lambda it: setattr(it, "customer", None),
    "a customer with every field": lambda it: setattr(
        it,
        "customer",
        Customer(
            id=8,
            created_at=NOW,
            updated_at=NOW + 1,
            uuid="u",
            locale="fr",
            tags=["a, b"],
            number_of_orders=2,
            email_marketing_state="SUBSCRIBED",
            addresses=[{"city": "Lyon", "latitude": 1.5}, {"id": 9}],
        ),
    ),
    "a customer with other keys": lambda it: setattr(
        it,
        "customer",
        Customer(id=8, created_at=NOW, updated_at=NOW, extra={"tax_exemptions": ["A"], "created_at": None}),
    ),
    "a customer without a state": lambda it: setattr(
        it, "customer", Customer(id=8, created_at=NOW, updated_at=NOW, state="", addresses=[{"id": 4, "city": "Lyon"}])
    ),
}
# The same for one line.
LINE_CHANGES: dict[str, Callable[[Any], object]] = {
    "another key": lambda line: setattr(line, "key", "k?checkout=other"),
    "no key": lambda line: setattr(line, "key", ""),
    "another price": lambda line: setattr(line, "original_unit_price", line.original_unit_price + 7),
    "another price of the buyer": lambda line: setattr(line, "presentment_original_unit_price", 7),
    "another total": lambda line: setattr(line, "discounted_total_price", 7),
    "no discounts": lambda line: line.discount_allocations.clear(),
    "empty other keys": lambda line: setattr(line, "extra", {}),
    "other keys with usual values": lambda line: setattr(line, "extra", {"gift_card": False, "odd": 1}),
    "a price among other keys": lambda line: setattr(line, "extra", {"price": "1.00"}),
    "a computed price": lambda line: setattr(line, "extra", {"line_price": None}),
    "a part of another line": lambda line: setattr(line, "parent_position", 0),
    "a tax in one currency": lambda line: setattr(
        line,
        "tax_lines",
        [{"title": "T", "rate": None, "amount": 5, "presentment_amount": 6, "source": "s", "channel_liable": True}],
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changed_checkouts_have_the_more_of_an_import(name: str) -> None:
    for sample in SAMPLES[::8] + SAMPLES[-5:]:
        checkout = deepcopy(sample)
        CHANGES[name](checkout)
        agree(checkout)


@pytest.mark.parametrize("name", LINE_CHANGES)
def test_changed_lines_have_the_more_of_an_import(name: str) -> None:
    for sample in SAMPLES[::8] + SAMPLES[-5:]:
        checkout = deepcopy(sample)
        for line in checkout.line_items:
            LINE_CHANGES[name](line)
        agree(checkout)


def test_a_plain_checkout_is_decided_by_rule() -> None:
    assert agree(checkout_from_rest(rest_checkout(1)))
