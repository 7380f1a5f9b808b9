"""The name, phone number and company of the buyer, and the GUIDs by which Wix identifies the buyer."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.buyer import Contact, complete_buyer, contact_names, contact_of
from abandoned_checkouts.checkouts.identity import derived_uuid
from tests.checkouts.samples import a_checkout, a_customer

ADA = {"first_name": "Ada", "last_name": "Lovelace", "phone": "+1", "company": "Engines"}
BOB = {"first_name": "Bob", "last_name": "Byron", "phone": "+2", "company": "Poems"}
CARA = {"first_name": "Cara", "last_name": "Clay", "phone": "+3"}


@pytest.mark.parametrize(
    ("shipping", "billing", "customer", "phone", "contact"),
    [
        (ADA, BOB, CARA, "+4", Contact("Ada", "Lovelace", "+1", "Engines")),
        (None, BOB, CARA, "+4", Contact("Bob", "Byron", "+2", "Poems")),
        (None, None, CARA, "+4", Contact("Cara", "Clay", "+3", None)),
        (None, None, None, "+4", Contact(phone="+4")),
        (None, None, None, None, Contact()),
        # Each value comes from the first who has it, but both names are of one person.
        ({"phone": "+9"}, BOB, None, None, Contact("Bob", "Byron", "+9", "Poems")),
        ({"company": "Own"}, BOB, None, None, Contact("Bob", "Byron", "+2", "Own")),
        ({"first_name": "Ada"}, BOB, None, None, Contact("Ada", None, "+2", "Poems")),
        ({"last_name": "Lovelace"}, BOB, None, None, Contact(None, "Lovelace", "+2", "Poems")),
        ({"first_name": "", "last_name": ""}, CARA, None, "", Contact("Cara", "Clay", "+3", None)),
        ({"first_name": "", "phone": "", "company": ""}, None, None, "", Contact()),
    ],
)
def test_the_contact_is_the_recipient_the_payer_or_the_customer(
    shipping: Any, billing: Any, customer: Any, phone: str | None, contact: Contact
) -> None:
    assert contact_of(shipping, billing, customer, phone) == contact


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"shipping_address": ADA, "billing_address": BOB}, ("Ada", "Lovelace")),
        ({"shipping_address": {"city": "Rome"}, "billing_address": BOB}, ("Bob", "Byron")),
        ({"billing_address": {"first_name": "Bob", "last_name": ""}}, ("Bob", None)),
        ({"billing_address": {"first_name": "", "last_name": "Byron"}}, (None, "Byron")),
        ({"customer": a_customer(first_name="Cara", last_name="")}, ("Cara", None)),
        ({"customer": a_customer(first_name="", last_name="Clay")}, (None, "Clay")),
        ({"billing_address": BOB, "customer": a_customer(first_name="Cara")}, ("Bob", "Byron")),
        ({}, (None, None)),
        # A customer that was sent without an id is in `extra`.
        ({"extra": {"customer": {"first_name": "Dora", "last_name": 5}}}, ("Dora", None)),
        ({"customer": a_customer(first_name="", last_name=""), "extra": {"customer": {"last_name": "D"}}}, (None, "D")),
        ({"billing_address": BOB, "extra": {"customer": {"first_name": "Dora"}}}, ("Bob", "Byron")),
        ({"extra": {"customer": "Dora"}}, (None, None)),
    ],
)
def test_the_fast_way_returns_the_same_names(values: dict[str, Any], names: tuple[str | None, str | None]) -> None:
    assert contact_names(a_checkout(**values)) == names


CUSTOMER = derived_uuid("a.example", "customer", 501)
VISITOR = derived_uuid("a.example", "visitor", 7)


@pytest.mark.parametrize(
    ("values", "contact", "visitor", "member"),
    [
        ({}, None, VISITOR, None),
        ({"id": None}, None, derived_uuid("a.example", "visitor", 0), None),
        ({"customer_id": 501}, CUSTOMER, VISITOR, None),
        ({"customer_id": 501, "customer": a_customer()}, CUSTOMER, VISITOR, None),
        ({"customer_id": 501, "customer": a_customer(uuid="wix-1")}, "wix-1", VISITOR, None),
        # A customer with an account is a member.
        ({"customer_id": 501, "customer": a_customer(state="enabled")}, CUSTOMER, None, CUSTOMER),
        ({"customer_id": 501, "customer": a_customer(state="ENABLED")}, CUSTOMER, None, CUSTOMER),
        ({"customer_id": 501, "customer": a_customer(state="invited")}, CUSTOMER, VISITOR, None),
        # GUIDs of the source stay.
        ({"customer_id": 501, "contact_id": "c", "visitor_id": "v"}, "c", "v", None),
        ({"customer_id": 501, "member_id": "m"}, CUSTOMER, None, "m"),
        ({"user_id": "u"}, None, None, None),
        # A customer made from a contact: Wix has no such contact, Shopify has.
        ({"platform": "wix", "customer_id": 501, "customer": a_customer(from_contact=True)}, None, VISITOR, None),
        ({"platform": "wix", "customer_id": 501, "customer": a_customer()}, CUSTOMER, VISITOR, None),
        ({"customer_id": 501, "customer": a_customer(from_contact=True)}, CUSTOMER, VISITOR, None),
        ({"platform": "wix", "customer_id": 501}, CUSTOMER, VISITOR, None),
    ],
)
def test_missing_guids_are_derived(
    values: dict[str, Any], contact: str | None, visitor: str | None, member: str | None
) -> None:
    checkout = a_checkout(**values)
    complete_buyer(checkout, "a.example")
    assert (checkout.contact_id, checkout.visitor_id, checkout.member_id) == (contact, visitor, member)
