"""Protected customer data in REST objects: what an app was not approved for is null.

The same approvals hold as for GraphQL, where an error stands in its place. (Shopify: protected customer data.)
"""

from collections.abc import Mapping
from datetime import datetime

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.shopify.permissions.protected_data import LEVEL_2, Approvals, Protected, url_needs_approval

_URL = "abandoned_checkout_url"

# The keys of a checkout, its customer and its addresses that tell of a person, and what each takes.
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


def redacted(checkout: UntypedJson, approvals: Approvals, now: datetime) -> UntypedJson:
    """The checkout without what the app may not see at `now`; its keys stay."""
    without = frozenset(name for name, wanted in _KEYS.items() if not approvals.has(wanted))
    seen = _without(checkout, without - {"name"})
    if seen.get("customer") is not None and not approvals.has(Protected.CUSTOMER_DATA):
        seen["customer"] = None
    for name in _PEOPLE:
        if isinstance(seen.get(name), dict):
            seen[name] = _without(seen[name], without)
    if isinstance(seen.get("customer"), dict) and isinstance(seen["customer"].get("default_address"), dict):
        seen["customer"]["default_address"] = _without(seen["customer"]["default_address"], without)
    if _URL in seen and url_needs_approval(approvals.kind, now) and not approvals.approved >= LEVEL_2:
        seen[_URL] = None
    return seen


def _without(held: UntypedJson, names: frozenset[str]) -> UntypedJson:
    return {key: None if key in names else value for key, value in held.items()}
