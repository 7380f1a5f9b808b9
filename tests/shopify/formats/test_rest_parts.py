"""The fields of a REST checkout that are unknown at every depth."""

import pytest

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.shopify.formats import rest_keys
from abandoned_checkouts.shopify.formats.rest_parts import unknown_fields


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"emial": "a@example.com"}, [("", "emial")]),
        (
            {"line_items": [{"title": "Mug"}, {"titel": "Cup", "qty": 1}]},
            [("line_items[1]", "titel"), ("line_items[1]", "qty")],
        ),
        ({"line_items": [{"tax_lines": [{"rat": 1}]}]}, [("line_items[0].tax_lines[0]", "rat")]),
        ({"customer": {"firstname": "Nina"}}, [("customer", "firstname")]),
        ({"customer": {"tags": "vip", "default_address": {"town": "Rome"}}}, [("customer.default_address", "town")]),
        ({"shipping_address": {"postcode": "1"}, "discount_codes": None}, [("shipping_address", "postcode")]),
        # The names of properties are the source's own, and values of other types are checked elsewhere.
        ({"line_items": [{"properties": {"colour": "red"}}, 1], "customer": "Nina"}, []),
    ],
)
def test_unknown_fields_with_their_place(source: UntypedJson, expected: list[tuple[str, str]]) -> None:
    assert [(place, name) for place, name, _ in unknown_fields(source)] == expected


def test_a_whole_checkout_has_none() -> None:
    line = {**dict.fromkeys(rest_keys.LINE_ITEM), "tax_lines": [dict.fromkeys(rest_keys.LINE_TAX)]}
    customer = {**dict.fromkeys(rest_keys.CUSTOMER), "default_address": dict.fromkeys(rest_keys.CUSTOMER_ADDRESS)}
    address = dict.fromkeys(rest_keys.ADDRESS)
    whole = {
        **dict.fromkeys(rest_keys.CHECKOUT),
        "line_items": [line],
        "customer": customer,
        "billing_address": address,
    }
    assert list(unknown_fields(whole)) == []
