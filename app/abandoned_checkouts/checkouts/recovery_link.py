"""The address that leads a buyer back to a checkout.

The form is Shopify's: https://{shop}/{shop number}/checkouts/ac/{cart token}/recover?key={32 hex digits}, and behind
it &locale={language}.
"""

from urllib.parse import quote


def recovery_link(base: str, shop_id: int, cart_token: str | None, token: str, key: str, locale: str | None) -> str:
    """`base` is the shop's own address with its scheme, without a slash at its end."""
    ending = f"&locale={quote(locale)}" if locale else ""
    return f"{base}/{shop_id}/checkouts/ac/{quote(cart_token or token, safe='')}/recover?key={key}{ending}"
