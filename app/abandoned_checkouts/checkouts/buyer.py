"""The buyer of a checkout: name, phone number, company, and the GUIDs by which Wix identifies the buyer."""

from collections.abc import Mapping
from dataclasses import dataclass

from abandoned_checkouts.checkouts.checkout import Checkout, unnumbered_names
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.identity import derived_uuid

# A customer in this state has an account and can sign in. Wix calls such a customer a member.
ACCOUNT = "enabled"


@dataclass(frozen=True, slots=True)
class Contact:
    """A value is None if it is unknown."""

    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    company: str | None = None


def contact_of(
    shipping_address: Mapping[str, str | None] | None,
    billing_address: Mapping[str, str | None] | None,
    customer: Mapping[str, str | None] | None,
    phone: str | None,
) -> Contact:
    """The contact: from the shipping address, else the billing address, else the customer. Both names come from one
    place."""
    first_name = last_name = company = None
    own_phone: str | None = None
    for person in (shipping_address, billing_address, customer):
        if person:
            if not first_name and not last_name:
                first_name, last_name = person.get("first_name"), person.get("last_name")
            own_phone = own_phone or person.get("phone")
            company = company or person.get("company")
    return Contact(first_name or None, last_name or None, own_phone or phone or None, company or None)


def contact_names(checkout: Checkout) -> tuple[str | None, str | None]:
    """The first and last name that contact_of returns, else those of a customer that was sent without an id. Faster,
    because saving calls this for each checkout."""
    for address in (checkout.shipping_address, checkout.billing_address):
        if address is not None:
            first, last = address.get("first_name"), address.get("last_name")
            if first or last:
                return first or None, last or None
    customer = checkout.customer
    if customer is not None and (customer.first_name or customer.last_name):
        return customer.first_name or None, customer.last_name or None
    return unnumbered_names(checkout)


def complete_buyer(checkout: Checkout, domain: str) -> None:
    """Derive the GUIDs that the source did not send: of the contact, and of the visitor or member.

    A customer with an account is a member; all others are visitors. Only a source can say that the buyer is a user,
    which is a person who works on the site.
    """
    if checkout.contact_id is None and checkout.customer_id is not None and not _is_visitor_of_wix(checkout):
        checkout.contact_id = _customer_uuid(checkout.customer, domain, checkout.customer_id)
    if checkout.visitor_id is None and checkout.member_id is None and checkout.user_id is None:
        if checkout.customer is not None and checkout.customer.state.lower() == ACCOUNT:
            checkout.member_id = checkout.contact_id
        else:
            checkout.visitor_id = derived_uuid(domain, "visitor", checkout.id or 0)


def _is_visitor_of_wix(checkout: Checkout) -> bool:
    """Whether Wix does not know the buyer as a contact: this server created the customer, and Wix clients do not see
    it."""
    return checkout.platform == "wix" and checkout.customer is not None and checkout.customer.from_contact


def _customer_uuid(customer: Customer | None, domain: str, number: int) -> str:
    return (customer.uuid if customer is not None else None) or derived_uuid(domain, "customer", number)
