"""What a search without a field looks through: the texts of one checkout, in the order they are indexed."""

from collections.abc import Iterator

from app.checkouts.address import full_name
from app.checkouts.checkout import Checkout


def search_text(checkout: Checkout) -> Iterator[str]:
    """Name, number, e-mail, customer's name, phone, lines' titles and SKUs, addresses.

    Shopify does not say which fields its default search reads; these are the ones its admin shows.
    """
    customer = checkout.customer
    fields: list[str | None] = [checkout.name, str(checkout.id), checkout.email, checkout.phone]
    if customer is not None:
        fields += (_name(customer.first_name, customer.last_name), customer.email, customer.phone)
    for line in checkout.line_items:
        fields += (line.title, line.variant_title, line.sku)
    for address in (checkout.shipping_address, checkout.billing_address):
        if address is not None:
            fields += (
                full_name(address),
                address.get("company"),
                address.get("address1"),
                address.get("address2"),
                address.get("city"),
                address.get("province"),
                address.get("zip"),
                address.get("country"),
                address.get("phone"),
            )
    seen: set[str] = set()
    for text in fields:
        if text and text not in seen:
            seen.add(text)
            yield text


def _name(first: str | None, last: str | None) -> str:
    return " ".join(part for part in (first, last) if part)
