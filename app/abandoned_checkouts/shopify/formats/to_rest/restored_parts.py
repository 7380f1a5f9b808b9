"""Whether an import restores a part of a checkout from its REST object, for to_rest/not_restored."""

from abandoned_checkouts.checkouts.address import Address
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import TaxLine
from abandoned_checkouts.checkouts.moment import SECOND
from abandoned_checkouts.shopify.formats import rest_keys
from abandoned_checkouts.shopify.formats.from_rest.customer import address_from_rest
from abandoned_checkouts.shopify.formats.from_rest.line_item import tax_line_from_rest
from abandoned_checkouts.shopify.formats.rest_object import RestKeys

_TAX = frozenset(("title", "rate", "amount", "presentment_amount", "source", "channel_liable"))
# The fields of an address that REST has keys for. REST computes the other keys of an address.
_ADDRESS = frozenset(rest_keys.ADDRESS) & Address.__annotations__.keys()
_CUSTOMER_ADDRESS = frozenset(rest_keys.CUSTOMER_ADDRESS) & Address.__annotations__.keys()


class UnusualError(Exception):
    """A value for which this module does not know what an import makes of it."""


def with_microseconds(noun: Checkout | Customer, *names: str) -> list[str]:
    """Those that have more than whole seconds. REST has whole seconds, and a moment of 0 is read as a missing
    one. Raises UnusualError."""
    found = []
    for name in names:
        moment = getattr(noun, name)
        if not moment:
            raise UnusualError
        if moment % SECOND:
            found.append(name)
    return found


def has_taxes(source: UntypedJson, taxes: list[TaxLine], keys: RestKeys, both: bool) -> bool:
    """Whether the taxes of a REST checkout or line become these taxes."""
    is_of_line = keys is rest_keys.LINE_TAX
    for tax in taxes:
        if tax.keys() != _TAX or (not both and tax["amount"] != tax["presentment_amount"]):
            break
        if tax["title"] is None or type(tax["rate"]) not in (float, type(None)):
            break
        if not is_of_line and tax["source"] is not None:
            break
    else:
        return True
    places = range(1, len(taxes) + 1) if is_of_line else [0] * len(taxes)
    restored = [
        tax_line_from_rest(*pair) for pair in zip(source["tax_lines"], [keys] * len(taxes), places, strict=True)
    ]
    return restored == taxes


def has_address(source: UntypedJson | None, address: Address | None) -> bool:
    """Whether the REST address of a checkout becomes this address."""
    if source is None or not address:
        return address is None
    if None not in address.values() and _ADDRESS.issuperset(address):
        return True
    return address_from_rest(source) == address


def has_extra(extra: UntypedJson, keys: RestKeys) -> bool:
    """Whether an import finds these other keys in the object with `keys`. Raises UnusualError."""
    if keys.writable(extra) is not extra:
        return False
    if not keys.keeps(extra):
        raise UnusualError
    return True


def has_customer_address(source: UntypedJson, address: Address, customer_id: int) -> bool:
    """Whether the default address of a REST customer becomes this address."""
    if address and None not in address.values() and _CUSTOMER_ADDRESS.issuperset(address):
        return True
    return address_from_rest(source["default_address"], customer_id) == address
