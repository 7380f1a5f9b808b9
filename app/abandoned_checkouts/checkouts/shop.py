"""A shop: the tenant that every row belongs to."""

from dataclasses import dataclass, field

from abandoned_checkouts.checkouts.address import Address
from abandoned_checkouts.checkouts.json_types import UntypedJson

# Minutes from the buyer's contact data until a checkout without a purchase is abandoned. On Wix it is an hour.
ABANDONED_AFTER_MINUTES = 10
WIX_ABANDONED_AFTER_MINUTES = 60
# The value of `platform` for a shop that is a Wix site.
WIX = "wix"


@dataclass(slots=True, kw_only=True)
class Shop:
    """The keys of recovery links are derived from `secret`. `timezone` is an IANA name, `currency` an ISO 4217 code."""

    id: int
    uuid: str
    domain: str
    name: str
    email: str
    owner_name: str
    currency: str
    timezone: str
    platform: str
    secret: str
    taxes_included: bool = False
    is_demo: bool = False
    presentment_currencies: list[str] = field(default_factory=list)
    address: Address | None = None
    abandoned_after_minutes: int = ABANDONED_AFTER_MINUTES
    last_checkout_id: int = 0
    last_customer_id: int = 0
    created_at: int = 0
    updated_at: int = 0
    settings: UntypedJson = field(default_factory=dict)
