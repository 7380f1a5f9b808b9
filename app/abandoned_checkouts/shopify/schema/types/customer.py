"""Customers."""

from typing import TYPE_CHECKING, Annotated, ClassVar

import strawberry

from abandoned_checkouts.checkouts.duration import lasted
from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.shopify.schema.resolving.connection import (
    After,
    Before,
    Connection,
    First,
    Last,
    Reverse,
    SearchText,
    connection_of_rows,
    window_from,
)
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
from abandoned_checkouts.shopify.schema.resolving.in_memory import page_of_rows, sorted_rows
from abandoned_checkouts.shopify.schema.resolving.order_lists import ORDER_FIELDS, ORDER_KEYS
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.resolving.root_fields import add_search_entry
from abandoned_checkouts.shopify.schema.resolving.short_lists import found_rows
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
from abandoned_checkouts.shopify.schema.types.customer_enums import (
    CustomerProductSubscriberStatus,
    CustomerState,
    OrderSortKeys,
)
from abandoned_checkouts.shopify.schema.types.customer_facts import (
    MERGEABLE,
    CustomerMergeable,
    CustomerStatistics,
    TaxExemption,
    tax_exemptions,
)
from abandoned_checkouts.shopify.schema.types.enums import word
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
# An address without an id gets its customer's id.
_OWNER = {"owner_id": "id"}
CUSTOMER_PICTURE = "/images/customer.svg"


_customer_id = GidOf("Customer")


def _display_name(first: str | None, last: str | None, email: str | None, phone: str | None) -> str:
    if first and last:
        return f"{first} {last}"
    return first or last or email or phone or "Customer"


def _lifetime(request: Request, created_at: int) -> str:
    return lasted(created_at, request.now)


@backed(description="A customer of the shop.")
class Customer(Backed, HasMetafields, LegacyInteroperability, Node):
    owner_type: ClassVar[str] = "CUSTOMER"

    addresses_v2: Connection[MailingAddress] = parsed_list(
        "MailingAddress",
        "addresses",
        carried=_OWNER,
        constants=CUSTOMER_ADDRESS,
        description="The customer's addresses, the default address first.",
    )
    can_delete: bool = column(
        "number_of_orders",
        compute=lambda orders: not orders,
        description="Whether the customer can be deleted; false for customers with orders.",
    )
    created_at: DateTime = column("created_at", compute=format_utc, description="When the customer was created.")
    data_sale_opt_out: bool = column(
        "data_sale_opt_out", compute=bool, description="Whether the customer opted out of the sale of their data."
    )
    default_address: MailingAddress | None = parsed(
        "MailingAddress",
        "addresses",
        carried=_OWNER,
        constants=CUSTOMER_ADDRESS,
        first=True,
        description="The customer's default address.",
    )
    default_email_address: CustomerEmailAddress | None = embedded(
        "CustomerEmailAddress",
        _EMAIL,
        present="email",
        description="The customer's e-mail address, with the consent to marketing.",
    )
    default_phone_number: CustomerPhoneNumber | None = embedded(
        "CustomerPhoneNumber",
        SMS,
        present="phone",
        description="The customer's phone number, with the consent to marketing.",
    )
    display_name: str = column(
        "first_name",
        "last_name",
        "email",
        "phone",
        compute=_display_name,
        description="The customer's name; if there is none, the e-mail address or the phone number.",
    )
    email: str | None = column(
        "email", description="The customer's e-mail address.", deprecated="Use `defaultEmailAddress.emailAddress`."
    )
    email_marketing_consent: CustomerEmailMarketingConsentState | None = embedded(
        "CustomerEmailMarketingConsentState",
        _EMAIL,
        present="email",
        description="The customer's consent to e-mail marketing.",
        deprecated="Use `defaultEmailAddress`.",
    )
    first_name: str | None = column("first_name", description="The customer's first name.")
    has_timeline_comment: bool = column(
        "id",
        compute=lambda _: False,
        description="Whether the customer has comments; always false, because comments are not stored.",
        deprecated="Query the comments instead.",
    )
    id: strawberry.ID = column("id", compute=_customer_id, description="The global id.")
    last_name: str | None = column("last_name", description="The customer's last name.")
    last_order: Order | None = joined(
        "Order", "orders", {"id": "last_order_id"}, description="The customer's last order."
    )
    legacy_resource_id: UnsignedInt64 = column("id", compute=str, description="The id in the REST API.")
    lifetime_duration: str = column(
        "created_at",
        compute=_lifetime,
        uses_request=True,
        description="How long the customer has existed, for example `about 2 years`.",
    )
    locale: str = column("locale", description="The customer's language.")
    mergeable: CustomerMergeable = embedded(
        "CustomerMergeable", MERGEABLE, description="Whether the customer can be merged with another."
    )
    multipass_identifier: str | None = column(
        "multipass_identifier", description="The customer's identifier in the shop's Multipass login."
    )
    note: str | None = column("note", description="The merchant's note about the customer.")
    number_of_orders: UnsignedInt64 = column(
        "number_of_orders", compute=str, description="The number of orders that the customer placed."
    )
    phone: str | None = column(
        "phone", description="The customer's phone number.", deprecated="Use `defaultPhoneNumber.phoneNumber`."
    )
    product_subscriber_status: CustomerProductSubscriberStatus = column(
        "product_subscriber_status", description="The status of the customer's product subscriptions."
    )
    sms_marketing_consent: CustomerSmsMarketingConsentState | None = embedded(
        "CustomerSmsMarketingConsentState",
        SMS,
        present="phone",
        description="The customer's consent to SMS marketing.",
        deprecated="Use `defaultPhoneNumber.smsMarketingConsent`.",
    )
    state: CustomerState = column("state", compute=upper, description="The state of the customer's account.")
    tags: list[str] = column("tags", compute=decoded, description="The customer's tags.")
    tax_exemptions: list[TaxExemption] = column(
        "extra", compute=tax_exemptions, description="The customer's tax exemptions."
    )
    tax_exempt: bool = column("tax_exempt", compute=bool, description="Whether the customer is exempt from taxes.")
    unsubscribe_url: URL = column(
        "id",
        compute=unsubscribe_link,
        uses_request=True,
        description="The URL where the customer unsubscribes.",
        deprecated="Use `defaultEmailAddress.marketingUnsubscribeUrl`.",
    )
    updated_at: DateTime = column("updated_at", compute=format_utc, description="When the customer was last updated.")
    valid_email_address: bool = column(
        "email",
        compute=valid_email,
        description="Whether the e-mail address has a valid format.",
        deprecated="Use `defaultEmailAddress.validFormat`.",
    )
    verified_email: bool = column(
        "verified_email", compute=bool, description="Whether the customer verified the e-mail address."
    )

    @computed(description="The customer's addresses.", deprecated="Use `addressesV2`.")
    def addresses(
        self,
        first: Annotated[
            int | None, strawberry.argument(description="The maximum number of addresses.")
        ] = strawberry.UNSET,
    ) -> list[MailingAddress]:
        more = {"owner_id": self.row["id"], **CUSTOMER_ADDRESS}
        addresses = decoded(self.row["addresses"])
        listed = addresses[: max(0, first)] if isinstance(first, int) else addresses
        return [MailingAddress(row={**address, **more}) for address in listed]

    @computed(description="The total amount that the customer has spent in this shop.")
    def amount_spent(self, info: strawberry.Info) -> MoneyV2:
        currency = self.row["currency"] or info.context.shop.currency
        return MoneyV2(row={"amount": self.row["amount_spent"], "currency": currency})

    @computed(description="The customer's image.")
    def image(
        self,
        info: strawberry.Info,
        size: Annotated[
            int | None, strawberry.argument(description="The width of the image in pixels.")
        ] = strawberry.UNSET,
    ) -> Image:
        address = sized(CUSTOMER_PICTURE, None, size, size, None)
        row = {"url": address, "width": size or None, "height": size or None, "alt_text": None}
        picture: Image = TYPES["Image"](row=row)
        return picture

    @computed(description="The customer's orders that this server has.")
    async def orders(
        self,
        info: strawberry.Info,
        after: After = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        first: First = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        query: SearchText = strawberry.UNSET,
        reverse: Reverse = False,
        sort_key: Annotated[OrderSortKeys | None, strawberry.argument(description="The sort key of the list.")] = "ID",
    ) -> Connection[Order]:
        form, name = ORDER_KEYS[word(sort_key) or "ID"]
        window = window_from(form, first, last, after, before, reverse)
        request: Request = info.context
        rows = await request.rows("orders", "customer_id", self.row["id"])
        found = found_rows(request, rows, ORDER_FIELDS, query or None)
        add_search_entry(info, found.entry)
        page = page_of_rows(sorted_rows(found.rows, form, name), window)
        return connection_of_rows(page, form, lambda row: TYPES["Order"](row=row))

    @computed(description="Predictions about the customer.")
    def statistics(self) -> CustomerStatistics:
        return CustomerStatistics(predicted_spend_tier=None, rfm_group=None)
