"""The visit behind a checkout, from the webhooks of the checkout and its cart. checkouts/abandonment_facts has the
keys."""

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import parse_moment

# Shopify's source_name of the online store. Apps and custom storefronts have other names or numbers.
_ONLINE_STORE = (None, "web")
_SHOP_APP = "shop"


def visit_from_rest(source: UntypedJson, cart: UntypedJson | None, *, zone: str) -> UntypedJson:
    """`cart` is the body of carts/create or carts/update; times without an offset are in `zone`."""
    name = source.get("source_name")
    visit: UntypedJson = {}
    if name not in _ONLINE_STORE:
        visit["source"] = "shop_app" if name == _SHOP_APP else "custom_storefront"
    if cart is not None:
        visit["products_added_to_cart"] = [
            {name: line.get(name) for name in ("product_id", "variant_id", "quantity")}
            for line in cart.get("line_items") or ()
        ]
    started_at = (cart or {}).get("created_at") or source.get("created_at")
    if started_at:
        visit["started_at"] = parse_moment(started_at, zone)
    return visit
