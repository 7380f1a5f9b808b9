"""Prints docs/intake.md: the fields of POST /intake/checkouts."""

from __future__ import annotations

from abandoned_checkouts.checkouts.json_shape import Leaf, ListOrObject, ListShape, ObjectShape, Shape
from abandoned_checkouts.documentation.pages import slug
from abandoned_checkouts.intake.storefront import MOST
from abandoned_checkouts.shopify.formats.from_rest import shapes
from abandoned_checkouts.shopify.formats.rest_object import MAPPED
from abandoned_checkouts.shopify.formats.rest_parts import CHECKOUT, RestPart
from tests.docs.access_page import table

INTRODUCTION = f"""# Send checkouts of your storefront

`POST /intake/checkouts` takes the checkouts of your own storefront, with a token that has `write_checkouts` or
`write_orders` in the header `X-Shopify-Access-Token`. The body is a checkout in the JSON of Shopify's REST API,
`{{"checkout": …}}`, or `{{"checkouts": […]}}` with up to {MOST}. No field is required.
[Receive checkouts](events.md#your-own-storefront) explains the rules, and [the twin](testing.md#make-a-checkout) takes
the same fields.

```sh
curl -s -X POST http://127.0.0.1:8000/intake/checkouts \\
  -H 'X-Shopify-Access-Token: shpat_demo' -H 'Content-Type: application/json' \\
  -d '{{"email": "a@example.com", "customer": {{"first_name": "Ada"}}, "line_items": [{{"title": "Cup", "price": 5}}]}}'
```

```text
{{"checkout":{{"id":…,"token":"…","outcome":"created","state":"open",…}}
```

The response has the `token` for later messages about the checkout, its `state`, from when it is abandoned, and its
recovery link. An invalid value gets status 422 with its place, and nothing is stored:

```sh
curl -s -X POST http://127.0.0.1:8000/intake/checkouts \\
  -H 'X-Shopify-Access-Token: shpat_demo' -H 'Content-Type: application/json' \\
  -d '{{"email": "ada@example.com", "line_items": [{{"quantity": "two"}}]}}'
```

```text
{{"errors":"checkout: unexpected type in line_items[0].quantity: …
```

Money is a text or a number in the checkout's currency, for example `"24.00"`. Times are ISO 8601; without an offset,
they are in the shop's time zone. Fields that this page does not list are kept, and the REST API and webhooks return
them.
"""
# The types of fields that are kept as they are sent, other than texts.
_TYPES = {
    "channel_liable": "true or false",
    "compare_at": "a number",
    "customer_id": "a whole number",
    "default": "true or false",
    "latitude": "a number",
    "longitude": "a number",
    "position": "a whole number",
    "tax_calculation_price": "an amount of money",
}
# What to know about a field, beside its type.
NOTES = {
    "": {
        "id": "Optional, as is `token`: the server makes them.",
        "token": "Of the response to the first message, in later messages about the checkout.",
        "email": "Or `phone`: without a contact, a checkout is never abandoned.",
        "currency": "Default: the shop's.",
        "created_at": "Default: now.",
        "updated_at": "Default: now, if the message has new content.",
        "completed_at": "When the buyer bought.",
        "customer": "Also without an id: the server finds or creates the customer by the contact.",
        "line_items": "The whole list: it replaces the one before.",
        "total_price": "Default for this and the other totals: computed from the lines.",
        "abandoned_checkout_url": "Where the recovery link leads. Default: the shop's setting `checkout_url`.",
        "customer_locale": "Language of mails, for example `de`.",
    },
    "line_items": {
        "quantity": "Default: 1.",
        "price": "Of one unit, before discounts. Default: that of a known variant.",
        "title": "Default: that of a known variant.",
        "variant_id": "Of a product in the store: fills in title, SKU, vendor and price.",
    },
}


def intake_page() -> str:
    return "\n".join([INTRODUCTION, *_sections(CHECKOUT, shapes.CHECKOUT, "")])


def _sections(part: RestPart, shape: ObjectShape, place: str) -> list[str]:
    """The table of a part, and those of the parts in it."""
    rows = [
        (f"`{name}`", _type(name, part, shape.keys.get(name), place), NOTES.get(place, {}).get(name, ""))
        for name, value in part.keys.items()
        if value is MAPPED
    ]
    found = [f"## {f'`{place}`' if place else 'The checkout'}\n\n{table(('field', 'value', ''), rows)}\n"]
    for name, nested in part.parts.items():
        inner = _object(shape.keys.get(name))
        if name == "shipping_address":
            # The same as billing_address.
            continue
        found += _sections(nested, inner, f"{place}.{name}" if place else name)
    return found


def _object(shape: Shape | None) -> ObjectShape:
    if isinstance(shape, ListShape):
        return _object(shape.items)
    return shape if isinstance(shape, ObjectShape) else ObjectShape({})


def _type(name: str, part: RestPart, shape: Shape | None, place: str) -> str:
    if name in part.parts:
        of = "billing_address" if name == "shipping_address" else f"{place}.{name}" if place else name
        return f"[{'a list' if isinstance(shape, ListShape) else 'an object'}](#{slug(of)})"
    if isinstance(shape, ListShape | ListOrObject):
        return "a list of objects with `name` and `value`, or an object"
    return shape.expected if isinstance(shape, Leaf) else _TYPES.get(name, "a text")
