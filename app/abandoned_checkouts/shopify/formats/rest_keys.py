"""The keys of a REST checkout in Shopify's order, each with what stands there when nothing is known.

Keys that the neutral checkout has a place for map to `HELD`; of all others the value is kept beside it (`extra`)
whenever it is not the one given here, so that export writes it again. Order and values: Shopify's REST page of
checkouts and its sample of the checkouts/update webhook.
"""

from collections.abc import Mapping
from typing import Any, Final

from abandoned_checkouts.checkouts.json_types import UntypedJson


class Held:
    """Marks a key whose value the neutral nouns hold."""


HELD: Final = Held()

# Amounts in both currencies, as Shopify's REST orders name them: written where the buyer's currency is another.
AMOUNT_SETS = {
    "total_line_items_price": "total_line_items_price_set",
    "total_discount": "total_discounts_set",
    "subtotal_price": "subtotal_price_set",
    "total_shipping": "total_shipping_price_set",
    "total_tax": "total_tax_set",
    "total_duties": "total_duties_set",
    "total_tip": "total_tip_set",
    "total_price": "total_price_set",
}
PRICE_SET, AMOUNT_SET = "price_set", "amount_set"
# What the store holds beyond Shopify's keys, in the store's own names and units; only files of `export` have it.
MORE = "more"

# Held keys that say something else than what follows from the nouns are kept and written again.
_TOLD_ANEW = frozenset(
    (
        "presentment_currency",
        "customer",
        "presentment_title",
        "presentment_variant_title",
        "variant_price",
        "line_price",
    )
)

_BEYOND = frozenset((*AMOUNT_SETS.values(), PRICE_SET, AMOUNT_SET, MORE))


class RestKeys(dict[str, Any]):
    """The keys of one kind of object, in order, with `HELD` or what goes without saying."""

    def __init__(self, entries: Mapping[str, Any]) -> None:
        super().__init__(entries)
        self._known = _BEYOND.union(entries)
        self._plain = tuple((key, value) for key, value in entries.items() if value is not HELD)
        self._held = _BEYOND.union(key for key, value in entries.items() if value is HELD) - _TOLD_ANEW

    def remainder(self, source: UntypedJson) -> UntypedJson | None:
        """What of `source` has no place in the neutral nouns and does not go without saying."""
        get = source.get
        rest = {key: value for key, usual in self._plain if (value := get(key, usual)) != usual}
        if not self._known.issuperset(source):
            rest.update((key, value) for key, value in source.items() if key not in self._known)
        return rest or None

    def beside(self, extra: UntypedJson | None) -> UntypedJson:
        """What was kept, where it can stand beside what is held: not where another platform's keys, such as the price
        of Wix's lines, would be read as Shopify's."""
        return {} if extra is None or not self._held.isdisjoint(extra) else extra


CHECKOUT = RestKeys(
    {
        "id": HELD,
        "token": HELD,
        "cart_token": HELD,
        "email": HELD,
        "gateway": None,
        "buyer_accepts_marketing": HELD,
        "created_at": HELD,
        "updated_at": HELD,
        "landing_site": None,
        "note": HELD,
        "note_attributes": HELD,
        "referring_site": None,
        "shipping_lines": HELD,
        "taxes_included": HELD,
        "total_weight": 0,
        "currency": HELD,
        "completed_at": HELD,
        "closed_at": HELD,
        "user_id": None,
        "location_id": None,
        "source_identifier": None,
        "source_url": None,
        "device_id": None,
        "phone": HELD,
        "customer_locale": HELD,
        "line_items": HELD,
        "name": HELD,
        "source": None,
        "abandoned_checkout_url": HELD,
        "discount_codes": HELD,
        "tax_lines": HELD,
        "source_name": "web",
        "presentment_currency": HELD,
        "buyer_accepts_sms_marketing": False,
        "sms_marketing_phone": None,
        "total_discounts": HELD,
        "total_line_items_price": HELD,
        "total_price": HELD,
        "total_tax": HELD,
        "subtotal_price": HELD,
        "total_duties": HELD,
        "reservation_token": None,
        "billing_address": HELD,
        "shipping_address": HELD,
        "customer": HELD,
    }
)

LINE_ITEM = RestKeys(
    {
        "applied_discounts": [],
        "discount_allocations": HELD,
        "key": HELD,
        "destination_location_id": None,
        "fulfillment_service": "manual",
        "gift_card": False,
        "grams": 0,
        "origin_location_id": None,
        "presentment_title": HELD,
        "presentment_variant_title": HELD,
        "product_id": HELD,
        "properties": HELD,
        "quantity": HELD,
        "requires_shipping": True,
        "sku": HELD,
        "tax_lines": HELD,
        "taxable": True,
        "title": HELD,
        "variant_id": HELD,
        "variant_title": HELD,
        "variant_price": HELD,
        "vendor": HELD,
        "user_id": None,
        "unit_price_measurement": None,
        "rank": None,
        "compare_at_price": None,
        "line_price": HELD,
        "price": HELD,
    }
)

LINE_TAX = RestKeys(
    {
        "price": HELD,
        "position": HELD,
        "rate": HELD,
        "title": HELD,
        "source": HELD,
        "zone": None,
        "jurisdiction_id": None,
        "jurisdiction_type": None,
        "jurisdiction_source": None,
        "reporting_taxable_amount": None,
        "reporting_non_taxable_amount": None,
        "reporting_exempt_amount": None,
        "reporting_jurisdiction_name": None,
        "reporting_jurisdiction_type": None,
        "reporting_jurisdiction_code": None,
        "tax_api_client_id": None,
        "tax_calculation_price": HELD,
        "tax_registration_id": None,
        "compare_at": HELD,
        "channel_liable": HELD,
    }
)

CHECKOUT_TAX = RestKeys({"price": HELD, "rate": HELD, "title": HELD, "channel_liable": HELD})

SHIPPING_LINE = RestKeys(
    {
        "code": HELD,
        "price": HELD,
        "original_shop_price": None,
        "original_rate_price": None,
        "original_shop_markup": None,
        "source": "shopify",
        "title": HELD,
        "presentment_title": None,
        "phone": None,
        "tax_lines": None,
        "custom_tax_lines": None,
        "markup": None,
        "delivery_category": None,
        "carrier_identifier": None,
        "carrier_service_id": None,
        "api_client_id": None,
        "requested_fulfillment_service_id": None,
        "applied_discounts": [],
        "delivery_option_group_type": None,
        "delivery_expectation_range": None,
        "delivery_expectation_type": None,
        "estimated_delivery_time_range": None,
        "id": None,
        "validation_context": None,
    }
)

DISCOUNT_ALLOCATION = RestKeys(
    {
        "id": None,
        "amount": HELD,
        "description": HELD,
        "created_at": None,
        "application_type": HELD,
        "discount_class": HELD,
    }
)

DISCOUNT_CODE = RestKeys({"code": HELD, "amount": HELD, "type": HELD})

ADDRESS = RestKeys(
    dict.fromkeys(
        (
            "first_name",
            "address1",
            "phone",
            "city",
            "zip",
            "province",
            "country",
            "last_name",
            "address2",
            "company",
            "latitude",
            "longitude",
            "name",
            "country_code",
            "province_code",
        ),
        HELD,
    )
)

CUSTOMER_ADDRESS = RestKeys(
    dict.fromkeys(
        (
            "id",
            "customer_id",
            "first_name",
            "last_name",
            "company",
            "address1",
            "address2",
            "city",
            "province",
            "country",
            "zip",
            "phone",
            "name",
            "province_code",
            "country_code",
            "country_name",
            "default",
        ),
        HELD,
    )
)

CUSTOMER = RestKeys(
    {
        "id": HELD,
        "created_at": HELD,
        "updated_at": HELD,
        "first_name": HELD,
        "last_name": HELD,
        "state": HELD,
        "note": HELD,
        "verified_email": HELD,
        "multipass_identifier": HELD,
        "tax_exempt": HELD,
        "email": HELD,
        "phone": HELD,
        "currency": HELD,
        "tax_exemptions": [],
        "admin_graphql_api_id": HELD,
        "default_address": HELD,
    }
)


def filled(held: Mapping[str, Any], keys: RestKeys, extra: UntypedJson | None) -> UntypedJson:
    """Shopify's object: its keys in order with what is held, what was kept, or what goes without saying."""
    whole = {key: held.get(key, None if value is HELD else value) for key, value in keys.items()}
    if extra:
        whole.update(extra)
    return whole
