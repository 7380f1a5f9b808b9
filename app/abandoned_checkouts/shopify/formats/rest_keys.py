"""The keys of Shopify's REST objects, in Shopify's order, each with the value it has when nothing is known.

A key that has a field in the nouns has `MAPPED` instead of a value. For every other key, a value that differs from the
one here is kept in the noun's `extra`, so that to_rest writes it again. Order and values are those of Shopify's REST
page of checkouts and its sample of the checkouts/update webhook.
"""

from collections.abc import Mapping
from typing import Any, Final

from abandoned_checkouts.checkouts.json_types import UntypedJson


class Mapped:
    """The type of MAPPED."""


MAPPED: Final = Mapped()

# Field of a checkout → key of its amount in both currencies, as Shopify's REST orders name it. Exports contain these
# keys if the buyer's currency is not the shop's.
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
# The key of an export for fields that REST has no key for, in the names and units of the store.
MORE = "more"

# to_rest computes these keys from other fields. A source's value that differs is kept in `extra` and written instead.
_COMPUTED = frozenset(
    (
        "presentment_currency",
        "customer",
        "presentment_title",
        "presentment_variant_title",
        "variant_price",
        "line_price",
    )
)

_EXPORT_KEYS = frozenset((*AMOUNT_SETS.values(), PRICE_SET, AMOUNT_SET, MORE))


class RestKeys(dict[str, Any]):
    """The keys of one kind of object, in order: each with `MAPPED` or with its usual value."""

    def __init__(self, entries: Mapping[str, Any]) -> None:
        super().__init__(entries)
        self._known = _EXPORT_KEYS.union(entries)
        self._unmapped = tuple((key, value) for key, value in entries.items() if value is not MAPPED)
        mapped = (key for key, value in entries.items() if value is MAPPED)
        self._reserved = _EXPORT_KEYS.union(mapped) - _COMPUTED

    def unmapped(self, source: UntypedJson) -> UntypedJson:
        """The keys of `source` that have no field, without those that have their usual value."""
        get = source.get
        found = {key: value for key, usual in self._unmapped if (value := get(key, usual)) != usual}
        if not self._known.issuperset(source):
            found.update((key, value) for key, value in source.items() if key not in self._known)
        return found

    def writable(self, extra: UntypedJson | None) -> UntypedJson:
        """A noun's `extra`, if a REST object can contain it.

        The extra of another platform cannot be written if one of its keys means something else here: the `price` of a
        Wix line would be read as Shopify's. It is then left out as a whole.
        """
        return {} if extra is None or not self._reserved.isdisjoint(extra) else extra


CHECKOUT = RestKeys(
    {
        "id": MAPPED,
        "token": MAPPED,
        "cart_token": MAPPED,
        "email": MAPPED,
        "gateway": None,
        "buyer_accepts_marketing": MAPPED,
        "created_at": MAPPED,
        "updated_at": MAPPED,
        "landing_site": None,
        "note": MAPPED,
        "note_attributes": MAPPED,
        "referring_site": None,
        "shipping_lines": MAPPED,
        "taxes_included": MAPPED,
        "total_weight": 0,
        "currency": MAPPED,
        "completed_at": MAPPED,
        "closed_at": MAPPED,
        "user_id": None,
        "location_id": None,
        "source_identifier": None,
        "source_url": None,
        "device_id": None,
        "phone": MAPPED,
        "customer_locale": MAPPED,
        "line_items": MAPPED,
        "name": MAPPED,
        "source": None,
        "abandoned_checkout_url": MAPPED,
        "discount_codes": MAPPED,
        "tax_lines": MAPPED,
        "source_name": "web",
        "presentment_currency": MAPPED,
        "buyer_accepts_sms_marketing": False,
        "sms_marketing_phone": None,
        "total_discounts": MAPPED,
        "total_line_items_price": MAPPED,
        "total_price": MAPPED,
        "total_tax": MAPPED,
        "subtotal_price": MAPPED,
        "total_duties": MAPPED,
        "reservation_token": None,
        "billing_address": MAPPED,
        "shipping_address": MAPPED,
        "customer": MAPPED,
    }
)

LINE_ITEM = RestKeys(
    {
        "applied_discounts": [],
        "discount_allocations": MAPPED,
        "key": MAPPED,
        "destination_location_id": None,
        "fulfillment_service": "manual",
        "gift_card": False,
        "grams": 0,
        "origin_location_id": None,
        "presentment_title": MAPPED,
        "presentment_variant_title": MAPPED,
        "product_id": MAPPED,
        "properties": MAPPED,
        "quantity": MAPPED,
        "requires_shipping": True,
        "sku": MAPPED,
        "tax_lines": MAPPED,
        "taxable": True,
        "title": MAPPED,
        "variant_id": MAPPED,
        "variant_title": MAPPED,
        "variant_price": MAPPED,
        "vendor": MAPPED,
        "user_id": None,
        "unit_price_measurement": None,
        "rank": None,
        "compare_at_price": None,
        "line_price": MAPPED,
        "price": MAPPED,
    }
)

LINE_TAX = RestKeys(
    {
        "price": MAPPED,
        "position": MAPPED,
        "rate": MAPPED,
        "title": MAPPED,
        "source": MAPPED,
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
        "tax_calculation_price": MAPPED,
        "tax_registration_id": None,
        "compare_at": MAPPED,
        "channel_liable": MAPPED,
    }
)

CHECKOUT_TAX = RestKeys({"price": MAPPED, "rate": MAPPED, "title": MAPPED, "channel_liable": MAPPED})

SHIPPING_LINE = RestKeys(
    {
        "code": MAPPED,
        "price": MAPPED,
        "original_shop_price": None,
        "original_rate_price": None,
        "original_shop_markup": None,
        "source": "shopify",
        "title": MAPPED,
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
        "amount": MAPPED,
        "description": MAPPED,
        "created_at": None,
        "application_type": MAPPED,
        "discount_class": MAPPED,
    }
)

DISCOUNT_CODE = RestKeys({"code": MAPPED, "amount": MAPPED, "type": MAPPED})

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
        MAPPED,
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
        MAPPED,
    )
)

CUSTOMER = RestKeys(
    {
        "id": MAPPED,
        "created_at": MAPPED,
        "updated_at": MAPPED,
        "first_name": MAPPED,
        "last_name": MAPPED,
        "state": MAPPED,
        "note": MAPPED,
        "verified_email": MAPPED,
        "multipass_identifier": MAPPED,
        "tax_exempt": MAPPED,
        "email": MAPPED,
        "phone": MAPPED,
        "currency": MAPPED,
        "tax_exemptions": [],
        "admin_graphql_api_id": MAPPED,
        "default_address": MAPPED,
    }
)


def rest_object(values: Mapping[str, Any], keys: RestKeys, extra: UntypedJson | None) -> UntypedJson:
    """The object with all of `keys`, in order. A key that is not in `values` has its usual value, or null if it has a
    field; keys of `extra` replace the others."""
    whole = {key: values.get(key, None if value is MAPPED else value) for key, value in keys.items()}
    if extra:
        whole.update(extra)
    return whole
