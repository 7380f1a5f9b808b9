"""Protected customer data in REST objects: what an app was not approved for is null.

The same approvals hold as for GraphQL, where an error stands in its place. (Shopify: protected customer data.)
"""

from collections.abc import Mapping
from datetime import datetime

from abandoned_checkouts.access.approvals import Approvals, Protected, emptied, shows_url
from abandoned_checkouts.checkouts.json_types import UntypedJson

_URL = "abandoned_checkout_url"

# The keys of a checkout, its customer and its addresses that identify a person, and what each requires.
_KEYS: Mapping[str, Protected] = {
    "email": Protected.EMAIL,
    "phone": Protected.PHONE,
    "sms_marketing_phone": Protected.PHONE,
    "first_name": Protected.NAME,
    "last_name": Protected.NAME,
    "name": Protected.NAME,
} | dict.fromkeys(("address1", "address2", "city", "company", "latitude", "longitude", "zip"), Protected.ADDRESS)
# Where those keys are looked for: `name` of the checkout itself is its number.
_PEOPLE = ("billing_address", "shipping_address", "default_address", "customer")
_OF_CHECKOUT = {name: kind for name, kind in _KEYS.items() if name != "name"}


def redacted(checkout: UntypedJson, approvals: Approvals, now: datetime) -> UntypedJson:
    """The checkout without what the app may not see at `now`; its keys stay."""
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
