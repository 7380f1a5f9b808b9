"""Customers: the buyers that a shop knows."""

from typing import TYPE_CHECKING, Annotated, ClassVar

import strawberry

from abandoned_checkouts.checkouts.duration import lasted
from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.shopify.schema.resolving.connection import Connection
from abandoned_checkouts.shopify.schema.resolving.fields import (
    TYPES,
    Backed,
    backed,
    column,
    computed,
    decoded,
    embedded,
    joined,
    parsed,
    parsed_list,
)
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.types.address import CUSTOMER_ADDRESS, MailingAddress
from abandoned_checkouts.shopify.schema.types.consent import (
    SMS,
    CustomerEmailAddress,
    CustomerEmailMarketingConsentState,
    CustomerPhoneNumber,
    CustomerSmsMarketingConsentState,
    unsubscribe_link,
    upper,
    valid_email,
)
from abandoned_checkouts.shopify.schema.types.customer_enums import CustomerProductSubscriberStatus, CustomerState
from abandoned_checkouts.shopify.schema.types.image import Image, sized
from abandoned_checkouts.shopify.schema.types.metafield import HasMetafields
from abandoned_checkouts.shopify.schema.types.money import MoneyV2
from abandoned_checkouts.shopify.schema.types.node import LegacyInteroperability, Node
from abandoned_checkouts.shopify.schema.types.scalars import URL, DateTime, UnsignedInt64
from abandoned_checkouts.shopify.values.gid import GidOf

if TYPE_CHECKING:
    from abandoned_checkouts.shopify.schema.types.order import Order
else:
    Order = Annotated["Order", strawberry.lazy("abandoned_checkouts.shopify.schema.types.order")]

_EMAIL = {
    "id": "id",
    "email": "email",
    "state": "email_marketing_state",
    "opt_in_level": "email_marketing_opt_in_level",
    "updated_at": "email_marketing_updated_at",
}
# An address that came without a number bears its customer's.
_OWNER = {"owner_id": "id"}
CUSTOMER_PICTURE = "/images/customer.svg"


_customer_id = GidOf("Customer")


def _display_name(first: str | None, last: str | None, email: str | None, phone: str | None) -> str:
    name = " ".join(part for part in (first, last) if part)
    return name or email or phone or "Customer"


def _lifetime(request: Request, created_at: int) -> str:
    return lasted(created_at, request.now)


@backed(description="A buyer that the shop knows.")
class Customer(Backed, HasMetafields, LegacyInteroperability, Node):
    owner_type: ClassVar[str] = "CUSTOMER"

    addresses_v2: Connection[MailingAddress] = parsed_list(
        "MailingAddress",
        "addresses",
        carried=_OWNER,
        constants=CUSTOMER_ADDRESS,
        description="The customer's addresses, the default one first.",
    )
    can_delete: bool = column(
        "number_of_orders",
        compute=lambda orders: not orders,
        description="Whether the customer can be deleted, which nobody with orders can.",
    )
    created_at: DateTime = column("created_at", compute=format_utc, description="When the shop got to know them.")
    data_sale_opt_out: bool = column(
        "data_sale_opt_out", compute=bool, description="Whether the customer forbade the sale of their data."
    )
    default_address: MailingAddress | None = parsed(
        "MailingAddress",
        "addresses",
        carried=_OWNER,
        constants=CUSTOMER_ADDRESS,
        first=True,
        description="The address that is taken unless another is said.",
    )
    default_email_address: CustomerEmailAddress | None = embedded(
        "CustomerEmailAddress", _EMAIL, present="email", description="The e-mail address and its consents."
    )
    default_phone_number: CustomerPhoneNumber | None = embedded(
        "CustomerPhoneNumber", SMS, present="phone", description="The telephone number and its consents."
    )
    display_name: str = column(
        "first_name",
        "last_name",
        "email",
        "phone",
        compute=_display_name,
        description="The name; without one the e-mail address, without that the telephone number.",
    )
    email: str | None = column(
        "email", description="The e-mail address.", deprecated="Use `defaultEmailAddress.emailAddress`."
    )
    email_marketing_consent: CustomerEmailMarketingConsentState | None = embedded(
        "CustomerEmailMarketingConsentState",
        _EMAIL,
        present="email",
        description="What the customer said to marketing by e-mail.",
        deprecated="Use `defaultEmailAddress`.",
    )
    first_name: str | None = column("first_name", description="The given name.")
    has_timeline_comment: bool = column(
        "id",
        compute=lambda _: False,
        description="Whether somebody commented on the customer; comments are not kept here.",
        deprecated="Ask for the comments themselves.",
    )
    id: strawberry.ID = column("id", compute=_customer_id, description="The global id.")
    last_name: str | None = column("last_name", description="The family name.")
    last_order: Order | None = joined(
        "Order", "orders", {"id": "last_order_id"}, description="The customer's latest order."
    )
    legacy_resource_id: UnsignedInt64 = column("id", compute=str, description="The number within the REST API.")
    lifetime_duration: str = column(
        "created_at",
        compute=_lifetime,
        uses_request=True,
        description="How long the shop has known the customer, in words: about 2 years.",
    )
    locale: str = column("locale", description="The customer's language.")
    multipass_identifier: str | None = column(
        "multipass_identifier", description="The name under which a shop's own sign-in knows the customer."
    )
    note: str | None = column("note", description="What the merchant noted.")
    number_of_orders: UnsignedInt64 = column(
        "number_of_orders", compute=str, description="How many orders the customer placed."
    )
    phone: str | None = column(
        "phone", description="The telephone number.", deprecated="Use `defaultPhoneNumber.phoneNumber`."
    )
    product_subscriber_status: CustomerProductSubscriberStatus = column(
        "product_subscriber_status", description="How the customer's subscriptions to products stand."
    )
    sms_marketing_consent: CustomerSmsMarketingConsentState | None = embedded(
        "CustomerSmsMarketingConsentState",
        SMS,
        present="phone",
        description="What the customer said to marketing by text message.",
        deprecated="Use `defaultPhoneNumber.smsMarketingConsent`.",
    )
    state: CustomerState = column("state", compute=upper, description="How the customer's account stands.")
    tags: list[str] = column("tags", compute=decoded, description="The merchant's words for the customer.")
    tax_exempt: bool = column("tax_exempt", compute=bool, description="Whether the customer pays no taxes.")
    unsubscribe_url: URL = column(
        "id",
        compute=unsubscribe_link,
        uses_request=True,
        description="Where the customer ends the marketing.",
        deprecated="Use `defaultEmailAddress.marketingUnsubscribeUrl`.",
    )
    updated_at: DateTime = column("updated_at", compute=format_utc, description="When the customer last changed.")
    valid_email_address: bool = column(
        "email",
        compute=valid_email,
        description="Whether the e-mail address has the form of one.",
        deprecated="Use `defaultEmailAddress.validFormat`.",
    )
    verified_email: bool = column(
        "verified_email", compute=bool, description="Whether the customer confirmed the e-mail address."
    )

    @computed(description="The customer's addresses.", deprecated="Use `addressesV2`.")
    def addresses(
        self,
        first: Annotated[int | None, strawberry.argument(description="How many of them.")] = strawberry.UNSET,
    ) -> list[MailingAddress]:
        more = {"owner_id": self.row["id"], **CUSTOMER_ADDRESS}
        known = decoded(self.row["addresses"])
        wanted = known[: max(0, first)] if isinstance(first, int) else known
        return [MailingAddress(row={**address, **more}) for address in wanted]

    @computed(description="What the customer has spent in this shop.")
    def amount_spent(self, info: strawberry.Info) -> MoneyV2:
        currency = self.row["currency"] or info.context.shop.currency
        return MoneyV2(row={"amount": self.row["amount_spent"], "currency": currency})

    @computed(description="A picture that stands for the customer.")
    def image(
        self,
        info: strawberry.Info,
        size: Annotated[int | None, strawberry.argument(description="Its width in pixels.")] = strawberry.UNSET,
    ) -> Image:
        address = sized(CUSTOMER_PICTURE, None, size, size, None)
        row = {"url": address, "width": size or None, "height": size or None, "alt_text": None}
        picture: Image = TYPES["Image"](row=row)
        return picture
