"""A line of a Wix abandonedCheckout becomes a LineItem, before its totals are counted."""

import re

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import Attribute, Image, LineItem
from abandoned_checkouts.checkouts.money import parse_amount

# A Shopify product's; Wix's own are GUIDs.
_PRODUCT_NUMBER = re.compile(r"\d{1,18}", re.ASCII)


def line_item_from_wix(source: UntypedJson) -> LineItem:
    """`source` is of its shape. `price` is after the line's own discounts, `priceBeforeDiscounts` before them; both are
    of one piece."""
    get = source.get
    after = get("price") or {}
    for key in ("amount", "convertedAmount"):
        # It is returned as it was sent, so it must be an amount.
        parse_amount(after.get(key) or 0)
    before = get("priceBeforeDiscounts") or after
    amount = parse_amount(before.get("amount") or 0)
    converted = before.get("convertedAmount")
    product, physical = get("catalogReference") or {}, get("physicalProperties") or {}
    choices = _descriptions(get("descriptionLines") or [])
    name = get("productName") or {}
    number = product.get("catalogItemId")
    return LineItem(
        key="",
        uuid=get("id"),
        quantity=get("quantity") or 1,
        title=name.get("original"),
        variant_title=" / ".join(item["value"] or "" for item in choices) or None,
        sku=physical.get("sku"),
        product_id=int(number) if number is not None and _PRODUCT_NUMBER.fullmatch(number) else None,
        original_unit_price=amount,
        presentment_original_unit_price=amount if converted in (None, "") else parse_amount(converted),
        image=_image(get("image")),
        custom_attributes=choices,
        extra={
            key: value
            for key, value in source.items()
            if key in ("catalogReference", "descriptionLines", "image", "physicalProperties", "price", "productName")
        },
    )


def _descriptions(lines: list[UntypedJson]) -> list[Attribute]:
    found: list[Attribute] = []
    for line in lines:
        value = line.get("plainText") or line.get("colorInfo") or {}
        found.append({"key": (line.get("name") or {}).get("original") or "", "value": value.get("original")})
    return found


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
