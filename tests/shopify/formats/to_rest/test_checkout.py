"""REST checkouts: what is read is written again, key for key, and a whole file loses nothing at all."""

import random
from typing import Any

import orjson
import pytest

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.money import UNIT
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.demo.customers import DemoCustomer
from abandoned_checkouts.demo.journeys import journey
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.shopify.formats.to_rest.checkout import checkout_to_rest, checkouts_for_export
from tests.checkouts.total_violations import violations
from tests.intake.samples import rest_checkout, rest_line

ZONE = "America/New_York"
NOW = 1_790_000_000_000_000

# The changes, each with the keys that may differ in the result.
VARIANTS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "completed and closed": {
        "completed_at": "2026-10-13T07:05:27-04:00",
        "closed_at": "2026-10-14T07:05:27-04:00",
    },
    "unknown keys": {"new_key": {"deep": [1, 2]}, "another": None},
    "line with unknown keys": {"line_items": [rest_line(new_key=7, variant_price=None)]},
    "translated title": {"line_items": [rest_line(presentment_title="Eichenlampe")]},
    "properties": {"line_items": [rest_line(properties=[{"name": "engraving", "value": "A & B"}])]},
    "no lines": {"line_items": [], "discount_codes": [], "total_discounts": "0.00"},
    "without tax": {"total_tax": None, "tax_lines": []},
    "duties": {"total_duties": "4.20"},
    "buyer's currency without amounts": {"presentment_currency": "EUR"},
    "customer without times": {"customer": {**rest_checkout()["customer"], "created_at": None, "updated_at": None}},
    "default address": {
        "customer": {
            **rest_checkout()["customer"],
            "default_address": {
                "id": 207119551,
                "customer_id": 207119551,
                "first_name": None,
                "last_name": None,
                "company": None,
                "address1": "12 Mill Lane",
                "address2": "",
                "city": "Louisville",
                "province": "Kentucky",
                "country": "United States",
                "zip": "40202",
                "phone": None,
                "name": "",
                "province_code": "KY",
                "country_code": "US",
                "country_name": "United States",
                "default": True,
            },
        }
    },
    "shipping line": {
        "shipping_lines": [
            {
                "code": "Free Shipping",
                "price": "0.00",
                "original_shop_price": None,
                "original_rate_price": None,
                "original_shop_markup": None,
                "source": "shopify",
                "title": "Free Shipping",
                "presentment_title": None,
                "phone": None,
                "tax_lines": None,
                "custom_tax_lines": None,
                "markup": None,
                "delivery_category": None,
                "carrier_identifier": "c1",
                "carrier_service_id": None,
                "api_client_id": None,
                "requested_fulfillment_service_id": None,
                "applied_discounts": [],
                "delivery_option_group_type": None,
                "delivery_expectation_range": None,
                "delivery_expectation_type": None,
                "estimated_delivery_time_range": None,
                "id": "5da41c1738454765",
                "validation_context": None,
            }
        ]
    },
}


@pytest.mark.parametrize("name", VARIANTS)
def test_what_is_read_is_written_again(name: str) -> None:
    source = rest_checkout(**VARIANTS[name])
    written = checkout_to_rest(checkout_from_rest(source), zone=ZONE)
    assert orjson.dumps(written, option=orjson.OPT_INDENT_2).decode() == (
        orjson.dumps(source, option=orjson.OPT_INDENT_2).decode()
    ), name


def test_a_webhook_of_today_has_no_id_and_is_known_by_its_token() -> None:
    source = rest_checkout(None)
    del source["id"]
    checkout = checkout_from_rest(source)
    assert (checkout.id, checkout.token) == (None, "tokenNone")


def test_money_time_and_discounts_become_neutral() -> None:
    checkout = checkout_from_rest(rest_checkout())
    assert checkout.created_at == 1_791_803_127_000_000
    assert checkout.total_price == 3_796_900 and checkout.total_shipping == 0
    assert checkout.discount_applications == [
        {
            "kind": "code",
            "title": "TENOFF",
            "code": "TENOFF",
            "target_type": "LINE_ITEM",
            "target_selection": "ALL",
            "allocation_method": "ACROSS",
            "value_type": "percentage",
            "value": 10.0,
        }
    ]
    (line,) = checkout.line_items
    assert line.discounted_total_price == 398 * UNIT
    assert line.discounted_total_price_with_code == 3_582_000
    assert line.discounted_unit_price_with_code == 1_791_000
    assert list(violations(checkout)) == []


def test_missing_totals_are_computed_from_the_lines() -> None:
    source = rest_checkout()
    for key in ("total_price", "subtotal_price", "total_discounts", "total_line_items_price"):
        del source[key]
    checkout = checkout_from_rest(source)
    assert (checkout.total_price, checkout.subtotal_price) == (3_796_900, 3_582_000)


def test_a_buyers_currency_without_its_amounts_is_kept_and_not_guessed() -> None:
    checkout = checkout_from_rest(rest_checkout(presentment_currency="EUR"))
    assert (checkout.presentment_currency, checkout.presentment_total_price) == ("USD", checkout.total_price)
    assert checkout_to_rest(checkout, zone=ZONE)["presentment_currency"] == "EUR"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": None, "token": None}, "neither"),
        ({"currency": None}, "currency is missing"),
        ({"created_at": None}, "created_at is missing"),
        ({"created_at": "yesterday"}, "yesterday"),
        ({"total_price": "a lot"}, "a lot"),
        ({"total_price": "1.00001"}, "decimals"),
        ({"id": "x"}, "unexpected type in id: expected a whole number, got 'x'"),
        ({"id": -4}, "-4"),
        ({"line_items": {"a": 1}}, "unexpected type in line_items: expected a list, got an object"),
        ({"line_items": [rest_line(quantity=-1)]}, r"line_items\[0\].quantity is -1"),
        ({"discount_codes": [{"amount": "1.00"}]}, "code"),
        ({"more": {"uuid": 7}}, "uuid"),
        ({"more": {"no_such_field": 7}}, "no_such_field"),
        (
            {
                "line_items": [
                    rest_line(more={"discount_allocations": [{"application": 9, "amount": 1, "presentment_amount": 1}]})
                ]
            },
            "discount",
        ),
    ],
)
def test_invalid_checkouts_are_rejected_with_the_reason(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(RejectedRecordError, match=reason):
        checkout_from_rest(rest_checkout(**changes))


def demo_checkouts(count: int) -> list[Checkout]:
    chance = random.Random(7)
    return [journey(chance, place, count, DemoCustomer(7, place, NOW), NOW) for place in range(count)]


def test_a_whole_file_gives_the_very_same_checkout() -> None:
    """Presentment money, bundles, discounts of every kind, activities: all that REST has no key for comes back."""
    checkouts = demo_checkouts(300)
    for checkout, source in zip(checkouts, checkouts_for_export(checkouts, zone=ZONE), strict=True):
        text = orjson.dumps(source)
        again = checkout_from_rest(orjson.loads(text))
        assert orjson.loads(orjson.dumps(again)) == orjson.loads(orjson.dumps(checkout)), text.decode()


def test_the_mirrored_object_has_shopifys_keys_alone() -> None:
    keys = list(rest_checkout())
    for checkout in demo_checkouts(40):
        written = checkout_to_rest(checkout, zone=ZONE)
        own = [key for key in written if key != "customer"]
        assert own == [key for key in keys if key != "customer"], checkout.id
