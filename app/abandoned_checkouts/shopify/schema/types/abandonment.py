"""Abandonments: visits that ended without an order, with or without a checkout."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import strawberry

from abandoned_checkouts.checkouts import abandonment_facts as rules
from abandoned_checkouts.checkouts.activity import SHOPIFY_EMAIL_STATES, EmailState
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import format_utc, format_utc_or_none
from abandoned_checkouts.shopify.schema.resolving.connection import (
    After,
    Before,
    Connection,
    First,
    Last,
    Reverse,
    connection_of_rows,
    window_from,
)
from abandoned_checkouts.shopify.schema.resolving.fields import (
    Backed,
    backed,
    column,
    computed,
    decoded,
    joined,
)
from abandoned_checkouts.shopify.schema.resolving.in_memory import page_of_items
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.types.abandonment_enums import AbandonmentAbandonmentType, AbandonmentEmailState
from abandoned_checkouts.shopify.schema.types.app import ONLINE_STORE, App, app_row
from abandoned_checkouts.shopify.schema.types.checkout import AbandonedCheckout
from abandoned_checkouts.shopify.schema.types.customer import Customer
from abandoned_checkouts.shopify.schema.types.node import Node
from abandoned_checkouts.shopify.schema.types.scalars import URL, DateTime
from abandoned_checkouts.shopify.schema.types.variant import available
from abandoned_checkouts.shopify.values.cursor import CursorForm
from abandoned_checkouts.shopify.values.gid import GidOf
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.reading.pages import PageWindow

if TYPE_CHECKING:
    from abandoned_checkouts.shopify.schema.types.product import Product
    from abandoned_checkouts.shopify.schema.types.variant import ProductVariant
else:
    Product = Annotated["Product", strawberry.lazy("abandoned_checkouts.shopify.schema.types.product")]
    ProductVariant = Annotated["ProductVariant", strawberry.lazy("abandoned_checkouts.shopify.schema.types.variant")]


@backed(description="A product that the visitor viewed or added to the cart.")
class CustomerVisitProductInfo(Backed):
    product: Product | None = joined(
        "Product", "products", {"id": "product_id"}, description="The product; null if it was deleted."
    )
    quantity: int = column("quantity", compute=lambda quantity: quantity or 1, description="The quantity.")
    variant: ProductVariant | None = joined(
        "ProductVariant",
        "product_variants",
        {"id": "variant_id"},
        description="The variant; null if none was selected or it was deleted.",
    )


_abandonment_id = GidOf("Abandonment")


def _visit(root: Backed) -> UntypedJson:
    return decoded(root.row["visit"]) or {}


def _from(source: str) -> Callable[[str], bool]:
    return lambda visit: rules.source_of(decoded(visit) or {}) == source


def _products(items: list[UntypedJson], window: PageWindow) -> Connection[CustomerVisitProductInfo]:
    page = page_of_items(items, window)
    blank = {"product_id": None, "variant_id": None, "quantity": 1}
    return connection_of_rows(page, CursorForm.ID, lambda row: CustomerVisitProductInfo(row=blank | row["item"]))


@backed(description="A customer's visit that ended without an order.")
class Abandonment(Backed, Node):
    abandoned_checkout_payload: AbandonedCheckout | None = joined(
        "AbandonedCheckout",
        "abandoned_checkouts",
        {"id": "checkout_id"},
        description="The abandoned checkout; null if none was started.",
    )
    abandonment_type: AbandonmentAbandonmentType = column(
        "abandonment_type", description="The last step that the visitor reached."
    )
    created_at: DateTime = column("created_at", compute=format_utc, description="When the visit was abandoned.")
    customer: Customer = joined("Customer", "customers", {"id": "customer_id"}, description="The customer.")
    id: strawberry.ID = column("id", compute=_abandonment_id, description="The global id.")
    is_from_custom_storefront: bool = column(
        "visit", compute=_from("custom_storefront"), description="Whether the visit was on a custom storefront."
    )
    is_from_online_store: bool = column(
        "visit", compute=_from("online_store"), description="Whether the visit was on the online store."
    )
    is_from_shop_app: bool = column(
        "visit", compute=_from("shop_app"), description="Whether the visit was in the Shop app."
    )
    is_from_shop_pay: bool = column(
        "visit",
        compute=lambda visit: bool((decoded(visit) or {}).get("shop_pay")),
        description="Whether the buyer was going to pay with Shop Pay.",
    )
    visit_started_at: DateTime | None = column(
        "visit",
        compute=lambda visit: format_utc_or_none((decoded(visit) or {}).get("started_at")),
        description="When the visit started; null if unknown.",
    )

    @computed(description="The app that recorded the visit.")
    async def app(self, info: strawberry.Info) -> App:
        return App(row=await app_row(info.context, self.row["app_id"]) or ONLINE_STORE)

    @computed(description="The URL of the cart; null if there was no cart.")
    def cart_url(self, info: strawberry.Info) -> URL | None:
        request: Request = info.context
        url = _visit(self).get("cart_url")
        token = self.row["cart_token"]
        if url is None and token is not None:
            return URL(f"https://{request.shop.domain}/cart/c/{token}")
        return None if url is None else URL(url)

    @computed(description="Whether no draft order was created for the customer since the abandonment.")
    def customer_has_no_draft_order_since_abandonment(self) -> bool:
        return not rules.has_draft_order_since(self.row["created_at"], _visit(self))

    @computed(description="Whether the customer placed no order since the abandonment.")
    async def customer_has_no_order_since_abandonment(self, info: strawberry.Info) -> bool:
        orders = await self._of_customer(info, "orders")
        checkouts = await self._of_customer(info, "abandoned_checkouts")
        return not rules.has_ordered_since(self.row["created_at"], orders, checkouts)

    @computed(description="The number of days since the customer was last sent an abandonment e-mail; 0 if never.")
    async def days_since_last_abandonment_email(self, info: strawberry.Info) -> int:
        mailed = [
            row["email_sent_at"]
            for table in ("abandoned_checkouts", "abandonments")
            for row in await self._of_customer(info, table)
        ]
        return rules.whole_days_since(rules.latest(mailed), info.context.now)

    @computed(description="When the abandonment e-mail was sent; null if it was not sent.")
    async def email_sent_at(self, info: strawberry.Info) -> DateTime | None:
        row = await self._row_with_email_state(info)
        text = format_utc_or_none(row["email_sent_at"]) if row["email_state"] == "sent" else None
        return None if text is None else DateTime(text)

    @computed(description="The state of the abandonment e-mail.")
    async def email_state(self, info: strawberry.Info) -> AbandonmentEmailState | None:
        state: EmailState = (await self._row_with_email_state(info))["email_state"]
        return SHOPIFY_EMAIL_STATES[state]

    @computed(description="The number of hours since the customer last abandoned a checkout; null if never.")
    async def hours_since_last_abandoned_checkout(self, info: strawberry.Info) -> float | None:
        rows = await self._of_customer(info, "abandonments")
        last = rules.latest(row["created_at"] for row in rows if row["abandonment_type"] == "CHECKOUT")
        return rules.hours_since(last, info.context.now)

    @computed(description="Whether all products in the cart are available now.")
    async def inventory_available(self, info: strawberry.Info) -> bool:
        request: Request = info.context
        for item in rules.products_in_cart(_visit(self), await self._lines(info)):
            number = item.get("variant_id")
            variant = None if number is None else await request.row("product_variants", "id", number)
            if variant is not None and not available(variant, item.get("quantity") or 1):
                return False
        return True

    @computed(
        description="Whether no other visit of the customer reached a later step, or the same step at a later time."
    )
    async def is_most_significant_abandonment(self, info: strawberry.Info) -> bool:
        found = rules.most_significant(await self._of_customer(info, "abandonments"))
        return found is None or found["id"] == self.row["id"]

    @computed(
        description="When the customer last left after viewing products; if never, when this visit was abandoned."
    )
    async def last_browse_abandonment_date(self, info: strawberry.Info) -> DateTime:
        return await self._last(info, "BROWSE")

    @computed(description="When the customer last abandoned a cart; if never, when this visit was abandoned.")
    async def last_cart_abandonment_date(self, info: strawberry.Info) -> DateTime:
        return await self._last(info, "CART")

    @computed(description="When the customer last abandoned a checkout; if never, when this visit was abandoned.")
    async def last_checkout_abandonment_date(self, info: strawberry.Info) -> DateTime:
        return await self._last(info, "CHECKOUT")

    @computed(description="The last step that the customer reached in the latest visit.")
    async def most_recent_step(self, info: strawberry.Info) -> AbandonmentAbandonmentType:
        visits = await self._of_customer(info, "abandonments")
        return rules.most_recent_step(visits, self.row["abandonment_type"])

    @computed(description="The products that the visitor added to the cart.")
    async def products_added_to_cart(
        self,
        info: strawberry.Info,
        after: After = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        first: First = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        reverse: Reverse = False,
    ) -> Connection[CustomerVisitProductInfo]:
        window = window_from(CursorForm.ID, first, last, after, before, reverse)
        return _products(rules.products_in_cart(_visit(self), await self._lines(info)), window)

    @computed(description="The products that the visitor viewed, as far as reported.")
    def products_viewed(
        self,
        after: After = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        first: First = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        reverse: Reverse = False,
    ) -> Connection[CustomerVisitProductInfo]:
        window = window_from(CursorForm.ID, first, last, after, before, reverse)
        return _products(_visit(self).get("products_viewed") or [], window)

    async def _of_customer(self, info: strawberry.Info, table: str) -> list[Row]:
        request: Request = info.context
        return await request.rows(table, "customer_id", self.row["customer_id"])

    async def _lines(self, info: strawberry.Info) -> list[Row]:
        request: Request = info.context
        number = self.row["checkout_id"]
        return [] if number is None else await request.rows("line_items", "checkout_id", number)

    async def _row_with_email_state(self, info: strawberry.Info) -> Row:
        """The row with the state of the e-mails: the checkout's row, if there is a checkout."""
        request: Request = info.context
        number = self.row["checkout_id"]
        row = None if number is None else await request.row("abandoned_checkouts", "id", number)
        return self.row if row is None else row

    async def _last(self, info: strawberry.Info, step: rules.AbandonmentStep) -> DateTime:
        visits = await self._of_customer(info, "abandonments")
        return DateTime(format_utc(rules.last_of_step(visits, step, self.row["created_at"])))
