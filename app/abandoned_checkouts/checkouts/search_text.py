"""The texts of a checkout that are indexed for search."""

from collections.abc import Iterable, Sequence
from operator import attrgetter

from abandoned_checkouts.checkouts.address import Address, full_name
from abandoned_checkouts.checkouts.checkout import Checkout


def search_text(checkout: Checkout) -> list[str]:
    """The texts for searches without a field: name, number, e-mail, customer, phone, titles and SKUs, addresses.

    Shopify does not document which fields its default search reads. These are the ones that its admin shows.
    """
    customer = checkout.customer
    fields: list[str | None] = [checkout.name, str(checkout.id), checkout.email, checkout.phone]
    if customer is not None:
        fields += (_name(customer.first_name, customer.last_name), customer.email, customer.phone)
    for line in checkout.line_items:
        fields += (line.title, line.variant_title, line.sku)
    for address in _addresses(checkout):
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
    return _distinct(fields)


def _name(first: str | None, last: str | None) -> str:
    return f"{first} {last}" if first and last else first or last or ""


def field_texts(checkout: Checkout) -> dict[str, list[str]]:
    """The texts for each field of the extended search, by the name of the field."""
    customer = checkout.customer
    lines, addresses = checkout.line_items, _addresses(checkout)
    names: list[str | None] = []
    emails, phones = [checkout.email], [checkout.phone]
    if customer is not None:
        names.append(_name(customer.first_name, customer.last_name))
        emails.append(customer.email)
        phones.append(customer.phone)
    phones += [_digits(phone) for phone in phones if phone]
    codes: list[str | None] = [code["code"] for code in checkout.discount_codes]
    if checkout.discount_applications:
        codes += [application.get("code") for application in checkout.discount_applications]
    countries: list[str | None] = []
    if addresses:
        names += [full_name(address) for address in addresses]
        countries += (addresses[0].get("country_code"), addresses[0].get("country"))
    attributes: list[str | None] = []
    for attribute in checkout.custom_attributes:
        attributes += (attribute["key"], f"{attribute['key']}={attribute['value'] or ''}")
    titles, skus, products, variants = zip(*map(_of_line, lines), strict=True) if lines else ((),) * 4
    texts_by_field: dict[str, Sequence[str | None]] = {
        "name": [checkout.name, (checkout.name or "").lstrip("#")],
        "email": emails,
        "phone": phones,
        "customer_name": names,
        "product_title": titles,
        "sku": skus,
        "discount_code": codes,
        "product_id": [str(number) for number in products if number is not None],
        "variant_id": [str(number) for number in variants if number is not None],
        "currency": [checkout.currency],
        "country": countries,
        "note": [checkout.note] if checkout.note else [],
        "attribute": attributes,
    }
    # Many fields are empty.
    return {name: [*dict.fromkeys(filter(None, texts))] if texts else [] for name, texts in texts_by_field.items()}


_of_line = attrgetter("title", "sku", "product_id", "variant_id")


def _addresses(checkout: Checkout) -> list[Address]:
    """The shipping address, and the billing address if it differs."""
    shipping, billing = checkout.shipping_address, checkout.billing_address
    if billing is None or billing == shipping:
        return [] if shipping is None else [shipping]
    return [billing] if shipping is None else [shipping, billing]


def _distinct(texts: Iterable[str | None]) -> list[str]:
    """The texts that are not empty, without repetitions, in the order of their first use."""
    return [*dict.fromkeys(filter(None, texts))]


def _digits(phone: str | None) -> str:
    """The digits of a phone number, because people search without spaces, brackets and plus sign."""
    return "".join(filter(str.isdigit, phone or ""))
