"""The rows of the demo shop's products, variants, pictures and metafields."""

from collections.abc import Iterator

import orjson

from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.demo.products import VENDOR, DemoProduct, products
from abandoned_checkouts.store.engine.rows import Row

FIRST_METAFIELD = 29_880_141_000_000


def product_rows(opened_at: int) -> list[Row]:
    return [
        {
            "id": product.id,
            "title": product.title,
            "handle": product.handle,
            "description_html": f"<p>{product.description}</p>",
            "vendor": VENDOR,
            "product_type": product.kind,
            "status": "ACTIVE",
            "tags": _json(list(product.tags)),
            "options": _json([_option(product, place) for place in range(len(product.options))]),
            "seo_title": f"{product.title} | {VENDOR}",
            "seo_description": product.description,
            "is_gift_card": product.is_gift_card,
            "created_at": opened_at - (400 - place * 3) * DAY,
            "updated_at": opened_at - place * DAY,
            "published_at": opened_at - (390 - place * 3) * DAY,
        }
        for place, product in enumerate(products())
    ]


def _option(product: DemoProduct, place: int) -> Row:
    name, values = product.options[place]
    return {"id": product.id * 10 + place, "name": name, "position": place + 1, "values": list(values)}


def image_rows() -> list[Row]:
    return [
        {
            "product_id": product.id,
            "position": 1,
            "id": product.image_id,
            "url": product.image_path,
            "alt_text": f"{product.title}, drawn in one colour",
            "width": 600,
            "height": 600,
        }
        for product in products()
    ]


def variant_rows(opened_at: int) -> list[Row]:
    return [
        {
            "id": variant.id,
            "product_id": product.id,
            "position": variant.position,
            "title": variant.title,
            "sku": variant.sku,
            "barcode": f"{variant.id:013d}"[-13:],
            "price": variant.price,
            "compare_at_price": variant.compare_at_price,
            "inventory_policy": "CONTINUE" if product.kind == "Furniture" else "DENY",
            "inventory_quantity": None if product.is_gift_card else variant.inventory,
            "tracks_inventory": not product.is_gift_card and product.kind != "Services",
            "taxable": not product.is_gift_card,
            "requires_components": bool(product.parts),
            "image_id": product.image_id,
            "selected_options": _json([{"name": name, "value": value} for name, value in variant.options]),
            "created_at": opened_at - 380 * DAY,
            "updated_at": opened_at - DAY,
        }
        for product in products()
        for variant in product.variants
    ]


def metafield_rows(shop_id: int, opened_at: int) -> Iterator[Row]:
    """Care instructions for each product, the parts of each bundle, and the shop's motto."""
    metafields = [("SHOP", shop_id, "story", "motto", "single_line_text_field", "Things that age well.")]
    for product in products():
        metafields.append(("PRODUCT", product.id, "care", "instructions", "single_line_text_field", product.care))
        if product.parts:
            parts = _json([product.id for product in (products()[place] for _, place in product.parts)])
            metafields.append(("PRODUCT", product.id, "bundle", "parts", "json", parts))
    for place, (owner_type, owner_id, namespace, key, kind, value) in enumerate(metafields):
        yield metafield(place, owner_type, owner_id, namespace, key, kind, value, opened_at)


def metafield(
    place: int, owner_type: str, owner_id: int, namespace: str, key: str, kind: str, value: str, at: int
) -> Row:
    return {
        "id": FIRST_METAFIELD + place,
        "owner_type": owner_type,
        "owner_id": owner_id,
        "namespace": namespace,
        "key": key,
        "type": kind,
        "value": value,
        "created_at": at,
        "updated_at": at,
    }


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
