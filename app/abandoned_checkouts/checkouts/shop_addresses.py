"""The URLs of a shop's storefront, and of the page where a returning buyer completes the purchase."""

import re
from urllib.parse import quote, urlsplit

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.translatable import TranslatableError, _

# The placeholders that the setting `checkout_url` can have.
PLACES = ("checkout_id", "token", "cart_token", "discount", "locale")
# A URL without a port, a fragment or an unusual character, as nearly all are. To split a URL takes ten times as long.
_USUAL_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?:/[A-Za-z0-9/._~%?&=+-]*)?")
_PLACE = re.compile(r"\{([^{}]*)\}")


class AddressError(TranslatableError):
    """The value of the setting is not a valid URL. The message says why."""

    def __init__(self, name: str, text: str, template: str, **values: object) -> None:
        super().__init__(template, f"{name}: ", value=repr(text), **values)


def is_web_address(text: str) -> bool:
    """Whether the text is an http or https URL with a host, and without spaces and invisible characters."""
    if _USUAL_URL.fullmatch(text):
        return True
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    # Browsers read a backslash as a slash, so they would open another host.
    if not text.isprintable() or " " in text or "\\" in text:
        return False
    return parts.scheme in ("http", "https") and bool(host) and port != 0


def check_address(name: str, text: str) -> str:
    """The text, if it is a valid value of storefront_url or checkout_url. Raises AddressError."""
    if not is_web_address(text):
        raise AddressError(name, text, _("%(value)s is not a URL; use a form like https://shop.example/"))
    if name == "checkout_url":
        unknown = set(_PLACE.findall(text)) - set(PLACES)
        if unknown:
            known = ", ".join(f"{{{place}}}" for place in PLACES)
            raise AddressError(name, text, _("%(value)s has an unknown placeholder; use %(known)s"), known=known)
    return text


def storefront_address(shop: Shop) -> str | None:
    """The setting `storefront_url`, else the shop's myshopify.com domain, else None."""
    if shop.settings.get("storefront_url"):
        return str(shop.settings["storefront_url"])
    is_shopifys = shop.domain.endswith(".myshopify.com") and not shop.is_demo
    return f"https://{shop.domain}/" if is_shopifys else None


def checkout_address(shop: Shop, checkout: Checkout, discount: str | None, own: str) -> str | None:
    """The URL where the buyer completes the checkout, or None if it is unknown.

    It is the setting `checkout_url`, else the platform's own recovery link, else a link that fills the storefront's
    cart (Shopify: cart permalinks). `own` is the address of this server: a recovery link to this server would lead back
    here, so it is not used.
    """
    template = shop.settings.get("checkout_url")
    if template:
        values = {
            "checkout_id": str(checkout.id or ""),
            "token": checkout.token or "",
            "cart_token": checkout.cart_token or checkout.token or "",
            "discount": discount or "",
            "locale": checkout.locale or "",
        }
        return _PLACE.sub(lambda place: quote(values.get(place[1], ""), safe=""), template)
    link = checkout.abandoned_checkout_url
    if link and urlsplit(link).scheme in ("http", "https") and urlsplit(link).netloc != urlsplit(own).netloc:
        return _with_discount(link, discount)
    storefront = storefront_address(shop)
    if storefront is None or checkout.platform == "wix" or not checkout.line_items:
        return None
    if any(line.variant_id is None for line in checkout.line_items):
        return None
    cart = ",".join(f"{line.variant_id}:{line.quantity}" for line in checkout.line_items)
    return _with_discount(f"{storefront.rstrip('/')}/cart/{cart}", discount)


def _with_discount(address: str, discount: str | None) -> str:
    if not discount:
        return address
    return f"{address}{'&' if '?' in address else '?'}discount={quote(discount, safe='')}"
