"""Converts a row of line_items to a LineItem of Wix."""

from typing import Any

import orjson

from abandoned_checkouts.checkouts.caches import cached, cached_texts
from abandoned_checkouts.checkouts.identity import derived_uuid
from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.money import parse_amount
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.wix.to_wix.price import price_to_wix

# The app that owns the catalogue of a shop's products (Wix: app ids of Wix's own apps).
WIX_STORES = "215238eb-22a5-4c36-9e7b-e7c08025e04e"
# Shopify's title of the only variant of a product without variants.
_ONLY_VARIANT = "Default Title"
_GRAMS = 1000
_NOTHING: Json = {}

# The columns to read of a line.
COLUMNS = (
    "key",
    "uuid",
    "quantity",
    "title",
    "variant_title",
    "sku",
    "product_id",
    "variant_id",
    "currency",
    "presentment_currency",
    "original_unit_price",
    "presentment_original_unit_price",
    "discounted_unit_price",
    "presentment_discounted_unit_price",
    "image",
    "custom_attributes",
    "discount_allocations",
    "extra",
)


def line_item_id(row: Row, domain: str) -> str:
    """The GUID that the source sent, or one derived from the line's key."""
    uuid: str | None = row["uuid"]
    return derived_uuid(domain, "line_item", row["key"]) if uuid is None else uuid


def line_item_to_wix(row: Row, language: str | None, domain: str, address: str) -> Json:
    """The LineItem. Unset fields are omitted, and fields that Wix sent are returned unchanged. `address` is this
    server's URL, for pictures that it serves itself."""
    extra: Json = orjson.loads(row["extra"]) if row["extra"] else _NOTHING
    currency, conversion_currency = row["currency"], row["presentment_currency"]
    item: Json = {"id": line_item_id(row, domain), "quantity": row["quantity"]}
    catalog = extra.get("catalogReference") or _catalog_reference(row["product_id"], row["variant_id"])
    if catalog:
        item["catalogReference"] = catalog
    if extra.get("productName"):
        item["productName"] = extra["productName"]
    elif row["title"]:
        item["productName"] = {"original": row["title"]}
    amount, converted = _price_sent(extra) or (row["discounted_unit_price"], row["presentment_discounted_unit_price"])
    item["price"] = price_to_wix(amount, converted, currency, conversion_currency, language)
    before, converted_before = row["original_unit_price"], row["presentment_original_unit_price"]
    if before == amount and converted_before == converted:
        item["priceBeforeDiscounts"] = item["price"]
    else:
        item["priceBeforeDiscounts"] = price_to_wix(before, converted_before, currency, conversion_currency, language)
    lines = extra.get("descriptionLines") or _description_lines(row["variant_title"], row["custom_attributes"])
    if lines:
        item["descriptionLines"] = lines
    image = extra.get("image") or (_image(row["image"], address) if row["image"] else None)
    if isinstance(image, dict):
        item["image"] = image
    grams: Any = extra.get("grams")
    item["physicalProperties"] = extra.get("physicalProperties") or _physical_properties(
        row["sku"], grams, bool(extra.get("requires_shipping", True))
    )
    return item


def _price_sent(extra: Json) -> tuple[int, int] | None:
    """The unit price that Wix sent: after the line's discounts and before the checkout's."""
    source = extra.get("price")
    if not isinstance(source, dict) or not source.get("amount"):
        return None
    amount = parse_amount(source["amount"])
    converted = source.get("convertedAmount")
    return amount, amount if converted in (None, "") else parse_amount(converted)


# The same products occur in many lines, so values that depend only on the product are cached and shared.
@cached(8192, 600)
def _catalog_reference(product_id: int | None, variant_id: int | None) -> Json | None:
    if product_id is None:
        return None
    reference: Json = {"catalogItemId": str(product_id), "appId": WIX_STORES}
    if variant_id is not None:
        reference["options"] = {"variantId": str(variant_id)}
    return reference


@cached_texts(2048, 300)
def _description_lines(variant_title: str | None, custom_attributes: str) -> list[Json]:
    """The variant, then the custom attributes. Attributes whose name starts with "_" are hidden (Shopify)."""
    lines = []
    if variant_title and variant_title != _ONLY_VARIANT:
        lines.append(_plain("Variant", variant_title))
    if custom_attributes != "[]":
        lines += [
            _plain(attribute["key"], attribute["value"])
            for attribute in orjson.loads(custom_attributes)
            if attribute["value"] and not attribute["key"].startswith("_")
        ]
    return lines


def _plain(name: str, value: str) -> Json:
    return {"name": {"original": name}, "plainText": {"original": value}}


@cached_texts(2048, 300)
def _image(text: str, address: str) -> Json | None:
    """The image as an object: the SDK drops an image that is a plain string, and shows the URL of one without an
    id."""
    source = orjson.loads(text)
    if not source or not source.get("url"):
        return None
    url = source["url"]
    is_own = url.startswith("/") and not url.startswith("//")
    image: Json = {"url": f"{address}{url}" if is_own else url}
    for key, name in (("height", "height"), ("width", "width"), ("alt_text", "altText")):
        if source.get(key):
            image[name] = source[key]
    return image


@cached_texts(8192, 64, 700)
def _physical_properties(sku: str | None, grams: float | None, shippable: bool) -> Json:
    properties: Json = {}
    if grams:
        properties["weight"] = grams / _GRAMS
    if sku:
        properties["sku"] = sku
    properties["shippable"] = shippable
    return properties
