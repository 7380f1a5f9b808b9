"""A customer of a shop."""

from dataclasses import dataclass, field

from abandoned_checkouts.checkouts.address import Address
from abandoned_checkouts.checkouts.json_types import UntypedJson

# States of marketing consent in which the customer has refused mails (Shopify: CustomerEmailMarketingState).
REFUSED = frozenset(("UNSUBSCRIBED", "REDACTED", "INVALID"))


@dataclass(slots=True, kw_only=True)
class Customer:
    """Fields have the names of the store's columns. The first address is the default address."""

    id: int
    created_at: int
    updated_at: int
    uuid: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    note: str | None = None
    state: str = "disabled"
    locale: str = "en"
    currency: str | None = None
    tags: list[str] = field(default_factory=list)
    tax_exempt: bool = False
    verified_email: bool = True
    data_sale_opt_out: bool = False
    multipass_identifier: str | None = None
    product_subscriber_status: str = "NEVER_SUBSCRIBED"
    number_of_orders: int = 0
    amount_spent: int = 0
    last_order_id: int | None = None
    email_marketing_state: str = "NOT_SUBSCRIBED"
    email_marketing_opt_in_level: str | None = None
    email_marketing_updated_at: int | None = None
    sms_marketing_state: str = "NOT_SUBSCRIBED"
    sms_marketing_opt_in_level: str | None = None
    sms_marketing_updated_at: int | None = None
    sms_marketing_collected_from: str | None = None
    # Whether this server created the customer from the contact of a checkout, because the source sent no customer.
    from_contact: bool = False
    addresses: list[Address] = field(default_factory=list)
    extra: UntypedJson | None = None
