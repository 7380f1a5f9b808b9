"""Protected customer data in REST objects: keys that an app has no approval for are null.

The approvals are those of GraphQL, which returns an error instead. (Shopify: protected customer data.)
"""

from collections.abc import Mapping
from datetime import datetime

from abandoned_checkouts.access.approvals import Approvals, Protected, emptied, shows_url
from abandoned_checkouts.checkouts.json_types import UntypedJson

_URL = "abandoned_checkout_url"

# The keys of a checkout, its customer and its addresses that identify a person, each with the approval it requires.
_KEYS: Mapping[str, Protected] = {
    "email": Protected.EMAIL,
    "phone": Protected.PHONE,
    "sms_marketing_phone": Protected.PHONE,
    "first_name": Protected.NAME,
    "last_name": Protected.NAME,
    "name": Protected.NAME,
} | dict.fromkeys(("address1", "address2", "city", "company", "latitude", "longitude", "zip"), Protected.ADDRESS)
# The objects with these keys. The `name` of a checkout itself does not name a person.
_PEOPLE = ("billing_address", "shipping_address", "default_address", "customer")
_OF_CHECKOUT = {name: kind for name, kind in _KEYS.items() if name != "name"}


def redacted(checkout: UntypedJson, approvals: Approvals, now: datetime) -> UntypedJson:
    """The checkout with null for each key that the app must not read at `now`."""
    seen = emptied(checkout, _OF_CHECKOUT, approvals)
    if seen.get("customer") is not None and not approvals.has(Protected.CUSTOMER_DATA):
        seen["customer"] = None
    for name in _PEOPLE:
        if isinstance(seen.get(name), dict):
            seen[name] = emptied(seen[name], _KEYS, approvals)
    if isinstance(seen.get("customer"), dict) and isinstance(seen["customer"].get("default_address"), dict):
        seen["customer"]["default_address"] = emptied(seen["customer"]["default_address"], _KEYS, approvals)
    if isinstance(seen.get("addresses"), list):
        seen["addresses"] = [emptied(address, _KEYS, approvals) for address in seen["addresses"]]
    if _URL in seen and not shows_url(approvals, now):
        seen[_URL] = None
    return seen
