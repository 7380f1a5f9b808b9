"""From a line of a Wix abandonedCheckout to a LineItem, without its totals: those are computed later."""

import re

from abandoned_checkouts.checkouts.converters import amount_or_zero
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import Attribute, Image, LineItem
from abandoned_checkouts.wix.from_wix.values import amounts_of, original

# The id of a Shopify product; the ids of Wix's products are GUIDs.
_PRODUCT_ID = re.compile(r"\d{1,18}", re.ASCII)
# to_wix returns these keys as they were sent.
_RETURNED = ("catalogReference", "descriptionLines", "image", "physicalProperties", "price", "productName")


def line_item_from_wix(source: UntypedJson) -> LineItem:
    """`source` comes from checked_entity. Both its prices are for a quantity of one: `price` after the line's
    discounts, `priceBeforeDiscounts` before them."""
    get = source.get
    price = get("price") or {}
    for key in ("amount", "convertedAmount"):
        # The price is returned as it was sent, so it must be valid.
        amount_or_zero(price.get(key))
    unit, presentment_unit = amounts_of(get("priceBeforeDiscounts") or price)
    choices = _choices(get("descriptionLines") or [])
    return LineItem(
        key="",
        uuid=get("id"),
        quantity=get("quantity") or 1,
        title=original(get("productName")),
        variant_title=" / ".join(item["value"] or "" for item in choices) or None,
        sku=(get("physicalProperties") or {}).get("sku"),
        product_id=_product_id(get("catalogReference") or {}),
        original_unit_price=unit,
        presentment_original_unit_price=presentment_unit,
        image=_image(get("image")),
        custom_attributes=choices,
        extra={key: value for key, value in source.items() if key in _RETURNED},
    )


def _product_id(catalog: UntypedJson) -> int | None:
    text = catalog.get("catalogItemId")
    return int(text) if text is not None and _PRODUCT_ID.fullmatch(text) else None


def _choices(lines: list[UntypedJson]) -> list[Attribute]:
    return [
        {
            "key": original(line.get("name")) or "",
            "value": original(line.get("plainText") or line.get("colorInfo")),
        }
        for line in lines
    ]


def _image(source: UntypedJson | None) -> Image | None:
    if not source or not source.get("url"):
        return None
    image: Image = {"url": source["url"]}
    if source.get("altText"):
        image["alt_text"] = source["altText"]
    for name in ("width", "height"):
        if source.get(name):
            image[name] = source[name]
    return image
