"""The cart that the recovery page and mails show, in the buyer's currency and language. It has no personal data."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.recovery.languages import Language


@dataclass(frozen=True, slots=True)
class Line:
    """`before` is the price before discounts if it differs; `each` is the unit price if the quantity is over one."""

    title: str
    variant: str | None
    details: tuple[str, ...]
    quantity: int
    image: str | None
    image_text: str
    price: str
    before: str | None
    each: str | None


@dataclass(frozen=True, slots=True)
class CartSum:
    name: str
    amount: str


@dataclass(frozen=True, slots=True)
class Cart:
    """`sums` are the rows above `total`, such as the subtotal and the discount. `note` is the row below it about
    included taxes."""

    lines: tuple[Line, ...]
    sums: tuple[CartSum, ...]
    total: str
    note: str | None


def cart_of(checkout: Checkout, language: Language, address: str) -> Cart:
    """`address` is this server's URL, for pictures that it serves itself."""
    currency = checkout.presentment_currency or checkout.currency
    return Cart(
        lines=tuple(_line(line, currency, language, address) for line in checkout.line_items),
        sums=tuple(_sums(checkout, currency, language)),
        total=language.price(checkout.presentment_total_price, currency),
        note=_tax_note(checkout, currency, language),
    )


def _line(line: LineItem, currency: str, language: Language, address: str) -> Line:
    price, before = line.presentment_discounted_total_price_with_code, line.presentment_original_total_price
    image = line.image or {}
    url = urljoin(f"{address}/", image.get("url") or "")
    several = line.quantity > 1
    return Line(
        title=line.title or line.sku or "–",
        variant=None if line.variant_title in (None, "", "Default Title") else line.variant_title,
        # Attributes whose name starts with "_" are hidden from buyers (Shopify: line item properties).
        details=tuple(
            f"{item['key']}: {item['value']}"
            for item in line.custom_attributes
            if item["value"] and not item["key"].startswith("_")
        ),
        quantity=line.quantity,
        image=url if image.get("url") and urlsplit(url).scheme in ("http", "https") else None,
        image_text=image.get("alt_text") or line.title or "",
        price=language.price(price, currency),
        before=language.price(before, currency) if before != price else None,
        each=language.say("each", price=language.price(line.presentment_original_unit_price, currency))
        if several
        else None,
    )


def _sums(checkout: Checkout, currency: str, language: Language) -> list[CartSum]:
    def row(name: str, amount: int, text: str | None = None) -> CartSum:
        return CartSum(language.say(name), text or language.price(amount, currency))

    rows = [row("subtotal", checkout.presentment_total_line_items_price)]
    if checkout.presentment_total_discount:
        codes = ", ".join(code["code"] for code in checkout.discount_codes)
        name = f"{language.say('discount')} ({codes})" if codes else language.say("discount")
        rows.append(CartSum(name, language.price(-checkout.presentment_total_discount, currency)))
    if checkout.presentment_total_shipping or checkout.shipping_lines:
        free = None if checkout.presentment_total_shipping else language.say("free")
        rows.append(row("shipping", checkout.presentment_total_shipping, free))
    if checkout.presentment_total_tax and not checkout.taxes_included:
        rows.append(row("taxes", checkout.presentment_total_tax))
    if checkout.presentment_total_duties:
        rows.append(row("duties", checkout.presentment_total_duties))
    if checkout.presentment_total_tip:
        rows.append(row("tip", checkout.presentment_total_tip))
    return rows if len(rows) > 1 else []


def _tax_note(checkout: Checkout, currency: str, language: Language) -> str | None:
    if not checkout.taxes_included or not checkout.presentment_total_tax:
        return None
    return language.say("taxes_included", price=language.price(checkout.presentment_total_tax, currency))
