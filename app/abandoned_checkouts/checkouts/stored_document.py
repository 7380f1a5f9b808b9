"""Converts checkouts and customers to JSON texts and back without loss. Events and open checkouts are stored so."""

import orjson

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.line_item import LineItem


def document_of(noun: Checkout | Customer) -> str:
    return orjson.dumps(noun, default=list).decode()


def read_checkout_document(document: str) -> Checkout:
    source = orjson.loads(document)
    source["line_items"] = [LineItem(**line) for line in source["line_items"]]
    if source["customer"] is not None:
        source["customer"] = Customer(**source["customer"])
    if source["present_fields"] is not None:
        source["present_fields"] = frozenset(source["present_fields"])
    return Checkout(**source)


def read_customer_document(document: str) -> Customer:
    return Customer(**orjson.loads(document))
