"""The texts of a checkout that are indexed for search."""

from collections.abc import Sequence

from abandoned_checkouts.checkouts.address import Address, full_name
from abandoned_checkouts.checkouts.checkout import Checkout

_FEW = 6


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
    customer, lines, addresses = checkout.customer, checkout.line_items, _addresses(checkout)
    name = checkout.name or ""
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
    return {
        "name": _distinct((name, name.lstrip("#"))) if name else [],
        "email": _distinct(emails),
        "phone": _distinct(phones),
        "customer_name": _distinct(names),
        "product_title": _distinct([line.title for line in lines]),
        "sku": _distinct([line.sku for line in lines]),
        "discount_code": _distinct(codes) if codes else [],
        "product_id": _distinct([str(line.product_id) for line in lines if line.product_id is not None]),
        "variant_id": _distinct([str(line.variant_id) for line in lines if line.variant_id is not None]),
        "currency": [checkout.currency] if checkout.currency else [],
        "country": _distinct(countries),
        "note": [checkout.note] if checkout.note else [],
        "attribute": _distinct(attributes) if attributes else [],
    }


def _addresses(checkout: Checkout) -> list[Address]:
    """The shipping address, and the billing address if it differs."""
    shipping, billing = checkout.shipping_address, checkout.billing_address
    if billing is None or billing == shipping:
        return [] if shipping is None else [shipping]
    return [billing] if shipping is None else [shipping, billing]


def _distinct(texts: Sequence[str | None]) -> list[str]:
    """The texts that are not empty, without repetitions, in the order of their first use."""
    if len(texts) > _FEW:
        return [*dict.fromkeys(filter(None, texts))]
    # Half the time for the few texts of a field: an import calls this ten times for each checkout.
    found: list[str] = []
    for text in texts:
        if text and text not in found:
            found.append(text)
    return found


def _digits(phone: str | None) -> str:
    """The digits of a phone number, because people search without spaces, brackets and plus sign."""
    return "".join(filter(str.isdigit, phone or ""))
